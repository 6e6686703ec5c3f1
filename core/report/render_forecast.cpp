#include "core/report/render_forecast.h"

#include "core/report/render_json.h"
#include "core/report/render_text.h"
#include "core/report/wrap.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace sstp {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kTextColumn = 31;   // behind "  2026-11-19 04:34  renewal    "

/// What the second column says; short, for the text says the rest.
const char* heading(const ForecastEntry& entry) {
    switch (entry.kind) {
        case Foreseen::renewal_expected: return "renewal";
        case Foreseen::renewal_needed: return "RENEW BY";
        case Foreseen::restart: return entry.severity == Severity::critical ? "FAILS" : "restart";
        case Foreseen::change: return entry.severity == Severity::critical ? "FAILS" : "change";
        case Foreseen::rule: return "rule";
        case Foreseen::finding:
        case Foreseen::certificate_unfit: break;
    }
    return entry.severity == Severity::critical ? "CRITICAL" : "WARNING";
}

/// "2026-11-19 04:34": the head of the page says that it is UTC.
std::string minute(WallTime time) { return to_minute(time).substr(0, 16); }

void append_wrapped(std::string& out, const std::string& first, std::size_t indent, const std::string& text, std::size_t columns) {
    const auto lines = wrapped(one_line(text), columns > indent ? columns - indent : 20);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        out += i == 0 ? fmt::format("{:<{}}", first, indent) : std::string(indent, ' ');
        out += lines[i] + '\n';
    }
}

void append_entry(std::string& out, const ForecastEntry& entry, std::size_t columns) {
    const std::string said = entry.reason.empty() ? entry.text : fmt::format("{}: {}", entry.reason, entry.text);
    append_wrapped(out, fmt::format("  {}  {}", minute(entry.at), heading(entry)), kTextColumn, said, columns);
}

const char* hands_off(Permission permission) {
    return permission == Permission::heal                ? ""
           : permission == Permission::observe_by_policy ? "The policy says observe: nothing is healed, and what would be is not listed."
                                                         : "The kill switch is set: nothing is healed, and what would be is not listed.";
}

std::string sum(const Forecast& forecast) {
    const std::size_t restarts = restarts_in(forecast);
    if (forecast.cut_off >= std::chrono::hours{1}) {
        return fmt::format("{} restart{}. Clients are cut off for {} h in all.", restarts, restarts == 1 ? "" : "s",
                           std::chrono::ceil<std::chrono::hours>(forecast.cut_off).count());
    }
    return fmt::format("{} restart{}; about {} s without VPN in all.", restarts, restarts == 1 ? "" : "s",
                       std::chrono::ceil<std::chrono::seconds>(forecast.cut_off).count());
}

std::string windows(const Forecast& forecast) {
    if (forecast.windows.empty()) return "none in that time";
    const Opening& next = forecast.windows.front();
    std::string text = fmt::format("{} in that time, the next {} to {}", forecast.windows.size(), minute(next.begins), minute(next.ends));
    if (forecast.next_begin) text += fmt::format("; this server begins its work {}", minute(*forecast.next_begin));
    return text;
}

Json json_of(const ForeseenHeal& heal) {
    Json out;
    out["urgency"] = word(heal.urgency);
    out["target"] = heal.target.thumbprint.to_string();
    out["sessions_that_end"] = heal.sessions ? Json(*heal.sessions) : Json(nullptr);
    out["milliseconds_without_sstp"] = heal.without_sstp ? Json(heal.without_sstp->count()) : Json(nullptr);
    out["succeeds"] = heal.succeeds;
    return out;
}

Json json_of(const Opening& opening) { return {{"begins", to_rfc3339(opening.begins)}, {"ends", to_rfc3339(opening.ends)}}; }

Json json_of(const ForecastEntry& entry) {
    Json out;
    out["at"] = to_rfc3339(entry.at);
    out["kind"] = word(entry.kind);
    out["severity"] = word(entry.severity);
    out["reason"] = entry.reason.empty() ? Json(nullptr) : Json(entry.reason);
    out["subject"] = entry.subject.empty() ? Json(nullptr) : Json(entry.subject);
    out["text"] = entry.text;
    out["heal"] = entry.heal ? json_of(*entry.heal) : Json(nullptr);
    return out;
}

template <class Values>
Json list(const Values& values) {
    Json out = Json::array();
    for (const auto& each : values) out.push_back(json_of(each));
    return out;
}

}  // namespace

const char* word(Foreseen kind) noexcept {
    switch (kind) {
        case Foreseen::renewal_expected: return "renewal_expected";
        case Foreseen::renewal_needed: return "renewal_needed";
        case Foreseen::restart: return "restart";
        case Foreseen::change: return "change";
        case Foreseen::finding: return "finding";
        case Foreseen::certificate_unfit: return "certificate_unfit";
        case Foreseen::rule: return "rule";
    }
    return "finding";
}

std::size_t restarts_in(const Forecast& forecast) {
    return static_cast<std::size_t>(std::count_if(forecast.entries.begin(), forecast.entries.end(),
                                                  [](const ForecastEntry& each) { return each.kind == Foreseen::restart; }));
}

std::string render_forecast_text(const Forecast& forecast, std::size_t columns) {
    constexpr std::size_t kLabel = 12;
    const auto days = std::chrono::round<std::chrono::days>(forecast.until - forecast.from).count();
    std::string out;
    append_wrapped(out, "", 0,
                   fmt::format("{} to {} ({} day{}), times in UTC. Nothing is changed.", to_date(forecast.from), to_date(forecast.until),
                               days, days == 1 ? "" : "s"),
                   columns);
    if (const std::string hands = hands_off(forecast.permission); !hands.empty()) append_wrapped(out, "", 0, hands, columns);
    out += '\n';
    for (const ForecastEntry& each : forecast.entries) append_entry(out, each, columns);
    if (forecast.entries.empty())
        append_wrapped(out, "", 2, "Nothing is to be expected: no renewal, no restart, no certificate that ends.", columns);
    out += '\n';
    for (const Finding& each : forecast.standing) {
        append_wrapped(out, "  Now", kLabel, fmt::format("{} {}: {}", word(each.severity), word(each.reason), each.explanation), columns);
    }
    append_wrapped(out, "  Windows", kLabel, windows(forecast), columns);
    append_wrapped(out, "  In all", kLabel, sum(forecast), columns);
    return out;
}

std::string render_forecast_json(const Forecast& forecast, const ReportHead& head) {
    Json out;
    out["command"] = "forecast";
    append_identity(out, head);
    out["from"] = to_rfc3339(forecast.from);
    out["until"] = to_rfc3339(forecast.until);
    out["permission"] = word(forecast.permission);
    out["restarts"] = restarts_in(forecast);
    out["milliseconds_cut_off"] = forecast.cut_off.count();
    out["standing"] = list(forecast.standing);
    out["entries"] = list(forecast.entries);
    out["windows"] = list(forecast.windows);
    out["next_begin"] = forecast.next_begin ? Json(to_rfc3339(*forecast.next_begin)) : Json(nullptr);
    return to_document(out);
}

}  // namespace sstp
