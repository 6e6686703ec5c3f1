// Reading a status: for a person, and for `heal`. From the JSON alone, whichever version wrote it.

#include "core/report/render_status.h"
#include "core/report/render_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace sstp {

namespace {

using Json = nlohmann::ordered_json;

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
                           wakes.empty() ? "nothing" : wakes, cycle.at("took_ms").get<std::int64_t>()));
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

/// A member that a version before may not have written; null when it is not there.
const Json& member_or_null(const Json& object, const char* name) {
    static const Json kNull = nullptr;
    const auto found = object.find(name);
    return found == object.end() ? kNull : *found;
}

const char* origin_sentence(const std::string& origin) {
    if (origin == "policy") return "named by the policy";
    if (origin == "learned") return "learned from clients";
    return origin == "presumed" ? "presumed until a client connects" : "nobody has named any";
}

/// What clients ask for, and what waits to take the certificate's place.
void append_demand(std::string& out, const Json& status) {
    if (const Json& names = member_or_null(status, "names"); names.is_object() && !names.at("required").empty()) {
        append_row(out, "Names",
                   fmt::format("{}; {}", fmt::join(names.at("required").get<std::vector<std::string>>(), ", "),
                               origin_sentence(names.at("origin").get<std::string>())));
    }
    const Json& successor = member_or_null(status, "successor");
    if (!successor.is_object()) return;
    const Json& planned = member_or_null(status, "planned_for");
    append_row(out, "Successor",
               fmt::format("{}, valid until {}, thumbprint {}, {}", successor.at("name").get<std::string>(),
                           minute(successor.at("not_after")), successor.at("thumbprint").get<std::string>(),
                           planned.is_string() ? "planned for " + minute(planned) : std::string{"without a date"}));
}

void append_sessions(std::string& out, const Json& status) {
    const Json& sessions = member_or_null(status, "sessions");
    if (!sessions.is_object()) return;
    append_row(out, "VPN sessions",
               fmt::format("{} SSTP, {} others, when last counted", sessions.at("sstp").get<std::uint32_t>(),
                           sessions.at("others").get<std::uint32_t>()));
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

/// Of a heal that this cycle could not bring to an end the statistics say nothing yet.
void append_heal_of_the_cycle(std::string& out, const Json& status) {
    const Json& heal = status.at("heal");
    if (!heal.is_object() || heal.at("result") == word(HealResult::succeeded)) return;
    append_row(out, "Heal of this cycle",
               fmt::format("{}: {}", heal.at("result").get<std::string>(), heal.at("explanation").get<std::string>()));
}

void append_open_heal(std::string& out, const Json& record) {
    if (!record.at("open_heal").is_string()) return;
    const Json& began = member_or_null(record, "open_heal_began");
    append_row(out, "Unfinished heal",
               fmt::format("{}{}; it goes first and is tried again. To close it and plan afresh: sstp-watchdog heal",
                           record.at("open_heal").get<std::string>(), began.is_string() ? ", begun " + minute(began) : ""));
}

std::string budget_sentence(const Json& budget) {
    const auto hour = budget.at("last_hour").get<std::uint64_t>();
    std::string text = fmt::format("{} {} in the last hour, {} in the last day", hour, hour == 1 ? "restart" : "restarts",
                                   budget.at("last_day").get<std::uint64_t>());
    if (budget.at("unreadable").get<bool>()) text += "; the record of earlier restarts was damaged, which leaves one heal for an hour";
    return text;
}

void append_heals(std::string& out, const Json& status) {
    append_heal_of_the_cycle(out, status);
    const Json& record = status.at("record");
    if (const Json& last = record.at("last_heal"); last.is_object()) {
        append_row(out, "Last heal",
                   fmt::format("{}, {}: {}", minute(last.at("at")), last.value("result", "unknown"),
                               last.at("explanation").is_string() ? last.at("explanation").get<std::string>() : ""));
    } else {
        append_row(out, "Last heal", "none yet");
    }
    if (member_or_null(record, "awaits_client_since").is_string()) {
        append_row(out, "Confirmed by a client", "not yet: no SSTP session has begun since that heal");
    }
    append_open_heal(out, record);
    append_row(out, "Budget", budget_sentence(record.at("budget")));
}

void append_outlook(std::string& out, const Json& status) {
    const Json& decision = status.at("decision");
    const bool refused = decision.at("verdict") == "refused";
    const std::string why = refused ? decision.at("explanation").get<std::string>() : std::string{};
    std::set<std::pair<std::string, std::string>> said;
    bool why_is_said = false;
    for (const Json& finding : status.at("findings")) {
        const auto reason = finding.at("reason").get<std::string>();
        const auto explanation = finding.at("explanation").get<std::string>();
        if (said.emplace(reason, explanation).second) append_row(out, reason, explanation);
        why_is_said = why_is_said || explanation == why;
    }
    if (!refused) return;
    if (!why_is_said) append_row(out, "Why not healed", why);
    const std::string until = decision.at("until").is_string() ? minute(decision.at("until")) : std::string{};
    if (!until.empty() && why.find(until) == std::string::npos) append_row(out, "Next look", until);
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

std::string text_of(const Json& status, bool is_old) {
    std::string out = fmt::format("SSTP {} - {}\n", upper(one_line(status.at("status").get<std::string>())),
                                  one_line(status.at("summary").get<std::string>()));
    append_outlook(out, status);
    append_certificate(out, status);
    append_demand(out, status);
    append_served(out, status.at("listener"), "ipv4", "IPv4");
    append_served(out, status.at("listener"), "ipv6", "IPv6");
    append_sessions(out, status);
    append_heals(out, status);
    append_destinations(out, status);
    append_cycle(out, status);
    append_row(out, "Watchdog",
               fmt::format("version {} on {}", status.at("version").get<std::string>(), status.at("computer").get<std::string>()));
    if (const Json& action = member_or_null(status, "to_do"); action.is_string() && !is_old)
        append_row(out, "To do", action.get<std::string>());
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

Result<std::string> render_status_text(std::string_view status_json, bool is_old) {
    return reading(status_json, [is_old](const Json& status) { return text_of(status, is_old); });
}

Result<StatusGlance> read_status(std::string_view status_json) { return reading(status_json, glance_of); }

}  // namespace sstp
