#include "core/report/render_status.h"

#include "core/decision/budget.h"
#include "core/report/render_json.h"
#include "core/report/render_metrics.h"
#include "core/report/render_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace sstp {

namespace {

using Json = nlohmann::ordered_json;

Json json_of_last_heal(const RecordContents& record) {
    if (!record.heals.last_at) return nullptr;
    return {{"at", to_rfc3339(*record.heals.last_at)}, {"result", record.heals.last_result}, {"explanation", record.heals.last_text}};
}

Json json_of_record(const RecordContents& record, MonotonicTime now) {
    const RunningTime running = running_time(record.running, now);
    const auto within = [&](Duration limit) {
        return std::count_if(record.charges.begin(), record.charges.end(),
                             [&](const BudgetCharge& each) { return running - each.at < limit; });
    };
    Json out;
    out["installation_id"] = record.installation_id;
    out["last_sequence"] = record.last_sequence;
    out["heals"] = record.heal_count;
    out["last_heal"] = json_of_last_heal(record);
    out["open_heal"] = record.open_heal ? Json(record.open_heal->id) : Json(nullptr);
    out["budget"] = {{"last_hour", within(std::chrono::hours{1})},
                     {"last_day", within(std::chrono::hours{24})},
                     {"unreadable", record.budget_unreadable}};
    out["proven"] = nullptr;
    if (record.proven) {
        out["proven"] = {{"sha256", record.proven->certificate.hash.to_string()}, {"since", to_rfc3339(record.proven->at)}};
    }
    out["learned"] = nullptr;
    if (record.learned) {
        out["learned"] = {{"names", record.learned->names},
                          {"primary", record.learned->primary},
                          {"ca", word(record.learned->ca.kind)},
                          {"at", to_rfc3339(record.learned->at)}};
    }
    out["held_sha256"] = record.held && record.held->sha256 ? Json(record.held->sha256->to_string()) : Json(nullptr);
    out["awaits_client_since"] = record.awaited_client ? Json(to_rfc3339(record.awaited_client->healed_at)) : Json(nullptr);
    return out;
}

Json json_of_attempt(const LastAttempt& attempt) {
    return {{"at", to_rfc3339(attempt.at)}, {"confirmed", attempt.confirmed},
            {"host", attempt.host},         {"peer", attempt.peer},
            {"protocol", attempt.protocol}, {"reason", attempt.reason},
            {"problem", attempt.problem},   {"up_to_sequence", attempt.up_to_sequence}};
}

Json json_of_destination(const DestinationState& state) {
    const auto time_or_null = [](const std::optional<WallTime>& time) { return time ? Json(to_rfc3339(*time)) : Json(nullptr); };
    Json out;
    out["where"] = state.where;
    if (state.trouble) {
        out["unreadable"] = {{"kind", word(state.trouble->kind)}, {"code", state.trouble->code}, {"message", state.trouble->message()}};
        return out;
    }
    out["queued"] = state.waiting.count;
    out["oldest"] = time_or_null(state.waiting.oldest);
    out["down_since"] = time_or_null(state.position.down_since);
    out["last_attempt"] = state.position.last_attempt ? json_of_attempt(*state.position.last_attempt) : Json(nullptr);
    out["cursor"] = state.position.cursor;
    out["confirmed_total"] = state.position.confirmed_total;
    out["retries"] = Json::object();
    for (const auto& [reason, total] : state.position.retries_total) out["retries"][reason] = total;
    out["lost"] = Json::object();
    for (const auto& [reason, loss] : state.position.losses) out["lost"][word(reason)] = loss.total;
    return out;
}

Json json_of_cycle(const CycleReport& report) {
    Json wakes = Json::array();
    for (const Wake wake : report.wakes) wakes.push_back(word(wake));
    return {{"number", report.number},
            {"wakes", wakes},
            {"began", to_rfc3339(report.began.wall)},
            {"ended", to_rfc3339(report.ended.wall)},
            {"began_since_boot_ms", report.began.monotonic.since_boot.count()},
            {"took_ms", (report.ended.monotonic - report.began.monotonic).count()}};
}

Error not_ours(std::string why) { return {ErrorKind::malformed, "read the status", {}, 0, std::move(why)}; }

/// Everything below reads with `at` and typed `get`, which throw on what is not ours: one place turns that into a value.
template <class Read>
auto reading(std::string_view text, Read read) -> Result<decltype(read(std::declval<const Json&>()))> {
    try {
        return read(Json::parse(text));
    } catch (const Json::exception& error) {
        return not_ours(error.what());
    }
}

std::string minute(const Json& time) {
    const auto parsed = time.is_string() ? from_rfc3339(time.get<std::string>()) : std::nullopt;
    return parsed ? to_minute(*parsed) : std::string{"an unknown time"};
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

std::string permission_sentence(const std::string& permission) {
    if (permission == "heal") return "heals by itself";
    if (permission == "observe_by_kill_switch") return "only observes: Group Policy's kill switch is set";
    return "only observes: the policy file says so";
}

void append_cycle(std::string& out, const Json& status) {
    const Json& cycle = status.at("cycle");
    std::string wakes;
    for (const Json& wake : cycle.at("wakes")) wakes += (wakes.empty() ? "" : ", ") + wake.get<std::string>();
    append_row(out, "Last cycle",
               fmt::format("number {}, {}, woken by {}, took {} ms", cycle.at("number").get<std::uint64_t>(), minute(cycle.at("ended")),
                           wakes, cycle.at("took_ms").get<std::int64_t>()));
    append_row(out, "Mode", permission_sentence(status.at("permission").get<std::string>()));
    if (const Json& problem = status.at("policy_problem"); problem.is_string()) append_row(out, "Policy file", problem.get<std::string>());
}

void append_certificate(std::string& out, const Json& status) {
    const Json& certificate = status.at("certificate");
    if (!certificate.is_object()) {
        append_row(out, "Certificate", "none that the listener names is in the store");
        return;
    }
    append_row(out, "Certificate",
               fmt::format("{}, valid until {}, thumbprint {}", certificate.at("name").get<std::string>(),
                           minute(certificate.at("not_after")), certificate.at("thumbprint").get<std::string>()));
}

void append_served(std::string& out, const Json& listener, const char* family, const char* label) {
    const Json& served = listener.at(family).at("served");
    const auto outcome = served.at("outcome").get<std::string>();
    if (outcome == "served") {
        const Json& status = served.at("uri_status");
        const std::string answer = status.is_number_integer() ? fmt::format("the SSTP URI answers {}", status.get<int>())
                                                              : std::string{"the SSTP URI does not answer"};
        append_row(out, label, fmt::format("serves {}; {}", served.at("thumbprint").get<std::string>(), answer));
    } else if (outcome == "unreachable") {
        append_row(out, label, served.at("error").at("message").get<std::string>());
    } else {
        append_row(out, label, "not looked at");
    }
}

void append_heals(std::string& out, const Json& status) {
    const Json& record = status.at("record");
    if (const Json& last = record.at("last_heal"); last.is_object()) {
        append_row(out, "Last heal",
                   fmt::format("{}, {}: {}", minute(last.at("at")), last.value("result", "unknown"),
                               last.at("explanation").is_string() ? last.at("explanation").get<std::string>() : ""));
    } else {
        append_row(out, "Last heal", "none yet");
    }
    append_row(out, "Budget",
               fmt::format("{} charged in the last hour, {} in the last day", record.at("budget").at("last_hour").get<std::uint64_t>(),
                           record.at("budget").at("last_day").get<std::uint64_t>()));
    if (record.at("open_heal").is_string()) append_row(out, "Unfinished heal", record.at("open_heal").get<std::string>());
}

void append_outlook(std::string& out, const Json& status) {
    for (const Json& finding : status.at("findings")) {
        append_row(out, finding.at("reason").get<std::string>(), finding.at("explanation").get<std::string>());
    }
    const Json& decision = status.at("decision");
    if (decision.at("verdict") != "refused") return;
    append_row(out, "Why not healed", decision.at("explanation").get<std::string>());
    if (decision.at("until").is_string()) append_row(out, "Until", minute(decision.at("until")));
}

std::string text_of_attempt(const Json& state) {
    const Json& attempt = state.at("last_attempt");
    if (!attempt.is_object()) return "nothing was to be sent yet";
    const std::string at = minute(attempt.at("at"));
    if (!attempt.at("confirmed").get<bool>()) {
        const Json& since = state.at("down_since");
        return fmt::format("not confirmed at {}{}: {}", at, since.is_string() ? fmt::format(", down since {}", minute(since)) : "",
                           attempt.at("problem").get<std::string>());
    }
    const std::string peer = attempt.at("peer").get<std::string>();
    return fmt::format("confirmed at {} by {} over {}{}", at, attempt.at("host").get<std::string>(),
                       attempt.at("protocol").get<std::string>(), peer.empty() ? "" : ", " + peer);
}

/// Not in the status of a version that knew no destinations.
void append_destinations(std::string& out, const Json& status) {
    const auto siem = status.find("siem");
    if (siem == status.end()) return;
    for (const auto& [name, state] : siem->items()) {
        std::string text = state.at("where").get<std::string>() + ": ";
        if (const auto unreadable = state.find("unreadable"); unreadable != state.end()) {
            append_row(out, "SIEM " + name, text + unreadable->at("message").get<std::string>());
            continue;
        }
        text += text_of_attempt(state);
        const auto queued = state.at("queued").get<std::uint64_t>();
        if (queued > 0) text += fmt::format("; {} wait", queued);
        if (queued > 0 && state.at("oldest").is_string()) text += fmt::format(" since {}", minute(state.at("oldest")));
        for (const auto& [reason, total] : state.at("lost").items())
            text += fmt::format("; {} lost ({})", total.get<std::uint64_t>(), reason);
        append_row(out, "SIEM " + name, text);
    }
}

std::string text_of(const Json& status) {
    std::string out = fmt::format("SSTP {} - {}\n", upper(one_line(status.at("status").get<std::string>())),
                                  one_line(status.at("summary").get<std::string>()));
    append_outlook(out, status);
    append_certificate(out, status);
    append_served(out, status.at("listener"), "ipv4", "IPv4");
    append_served(out, status.at("listener"), "ipv6", "IPv6");
    append_heals(out, status);
    append_destinations(out, status);
    append_cycle(out, status);
    append_row(out, "Watchdog",
               fmt::format("version {} on {}", status.at("version").get<std::string>(), status.at("computer").get<std::string>()));
    return out;
}

std::optional<std::string> text_of_member(const Json& object, const char* name) {
    const Json& member = object.at(name);
    return member.is_string() ? std::optional{member.get<std::string>()} : std::nullopt;
}

StatusGlance glance_of(const Json& status) {
    StatusGlance glance;
    glance.version = status.at("version").get<std::string>();
    const Json& cycle = status.at("cycle");
    glance.cycle = cycle.at("number").get<std::uint64_t>();
    for (const Json& each : cycle.at("wakes")) {
        if (const auto wake = wake_from_word(each.get<std::string>())) glance.wakes.insert(*wake);
    }
    glance.began = MonotonicTime{Duration{cycle.at("began_since_boot_ms").get<std::int64_t>()}};
    glance.ended = from_rfc3339(cycle.at("ended").get<std::string>()).value_or(WallTime{});
    glance.status = status.at("status").get<std::string>();
    glance.summary = status.at("summary").get<std::string>();
    if (const Json& heal = status.at("heal"); heal.is_object()) {
        glance.heal_result = heal.at("result").get<std::string>();
        glance.heal_explanation = heal.at("explanation").get<std::string>();
    }
    if (const Json& last = status.at("record").at("last_heal"); last.is_object()) {
        glance.last_heal_at = from_rfc3339(last.at("at").get<std::string>());
        glance.last_heal_result = text_of_member(last, "result");
        glance.last_heal_text = text_of_member(last, "explanation");
    }
    if (const Json& decision = status.at("decision"); decision.at("verdict") == "refused") {
        glance.refused_why = decision.at("why").get<std::string>();
        glance.refused_explanation = decision.at("explanation").get<std::string>();
    }
    return glance;
}

}  // namespace

std::string render_status_json(const CycleReport& report, const RecordContents& record, const ReportHead& head) {
    Json out;
    out["command"] = "status";
    append_identity(out, head);
    out["status"] = word(health_of(report));
    out["healthy"] = report.healthy;
    out["cycle"] = json_of_cycle(report);
    append_decision(out, report);
    append_state(out, report);
    out["heal"] = report.heal ? json_of(*report.heal) : Json(nullptr);
    out["record"] = json_of_record(record, report.ended.monotonic);
    out["siem"] = Json::object();
    for (const DestinationState& each : report.destinations) out["siem"][each.name] = json_of_destination(each);
    return to_document(out);
}

Result<std::string> render_status_text(std::string_view status_json) { return reading(status_json, text_of); }

Result<StatusGlance> read_status(std::string_view status_json) { return reading(status_json, glance_of); }

}  // namespace sstp
