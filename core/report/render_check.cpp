#include "core/report/render_check.h"

#include "core/model/families.h"
#include "core/report/one_thing_to_do.h"
#include "core/report/render_json.h"
#include "core/report/render_text.h"
#include "core/report/wrap.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace sstp {

namespace {

/// A threshold in days that alarms below it, in Nagios' range notation: `21:`, `0.5:`.
std::string below(Duration threshold) {
    return fmt::format("{:g}:", std::chrono::duration<double, std::chrono::days::period>(threshold).count());
}

/// For graphs: what `check` exits with depends on the server, not on who listens to us.
constexpr int kQueueWarning = 100;
constexpr int kQueueCritical = 1000;

/// Events that wait for the destination that lags most; `U` (unknown) when the state of one cannot be read.
std::string longest_queue(const CycleReport& report) {
    std::uint64_t longest = 0;
    for (const DestinationState& each : report.destinations) {
        if (each.trouble && each.trouble->kind != ErrorKind::not_found) return "U";
        longest = std::max(longest, each.waiting.count);
    }
    return std::to_string(longest);
}

std::string performance_data(const CycleReport& report, const Policy& policy) {
    const auto days = days_left(report);
    const auto& active = report.active();
    const std::string warning = days ? below(warn_before(*active, policy.certificate)) : std::string{};
    const std::string critical = days ? below(replace_before(*active, policy.certificate)) : std::string{};
    return fmt::format("'days_left'={};{};{} 'findings'={} 'queue'={};{};{};0", days ? std::to_string(*days) : "U", warning, critical,
                       alarming(report.findings), longest_queue(report), kQueueWarning, kQueueCritical);
}

void append_outlook(std::string& out, const CycleReport& report, const std::string& nobody_heals) {
    const auto* refused = std::get_if<Refused>(&report.decision);
    if (report.plan) {
        append_row(out, "What I would do", plan_sentence(*report.plan));
    } else if (refused) {
        append_row(out, "What I would do", fmt::format("Nothing as things stand ({}).", refused->why));
    }
    append_refusal_rows(out, report);
    if (report.plan && !refused && !nobody_heals.empty()) append_row(out, "Why not yet", nobody_heals);
}

/// What clients of each family get, with the hash that crypto binding compares.
void append_served_rows(std::string& out, const CycleReport& report) {
    for (const AddressFamily family : kFamilies) {
        const Probe* probe = representative(report.state, family);
        const Certificate* leaf = probe ? leaf_of(*probe) : nullptr;
        if (!leaf) continue;
        append_row(out, fmt::format("served at {}", probe->address.to_string()),
                   fmt::format("{}, until {}, SHA-256 {}", brief(*leaf), to_minute(leaf->not_after), leaf->hash.to_string()));
    }
}

}  // namespace

std::string check_status_line(const CycleReport& report, const Policy& policy, std::optional<std::size_t> console) {
    const std::string status = fmt::format("SSTP {} - {}", status_word(health_of(report)), headline(report));
    if (!console) return fmt::format("{} | {}", status, performance_data(report, policy));
    constexpr std::size_t kIndent = 2;
    const std::vector<std::string> lines = wrapped(status, *console);
    if (lines.size() == 1) return lines.front();
    const std::string rest = fmt::format("{}", fmt::join(lines.begin() + 1, lines.end(), " "));
    return fmt::format("{}\n  {}", lines.front(), fmt::join(wrapped(rest, *console - kIndent), "\n  "));
}

std::string render_check_text(const CycleReport& report, const Policy& policy, const std::string& nobody_heals,
                              std::optional<std::size_t> console) {
    const Health health = health_of(report);
    std::string out = check_status_line(report, policy, console) + "\n";
    append_finding_rows(out, report);
    append_unread_rows(out, report);
    append_served_rows(out, report);
    // Of a server that nobody could look at, "I would do nothing" would sound like advice.
    if (health == Health::critical || health == Health::warning) append_outlook(out, report, nobody_heals);
    if (const Finding* leading = leading_finding(report.findings)) {
        append_row(out, "Explained", fmt::format("sstp-watchdog explain {}", word(leading->reason)));
    }
    append_to_do_row(out, report, nobody_heals);
    return out;
}

std::string render_check_json(const CycleReport& report, const ReportHead& head, const std::string& nobody_heals) {
    nlohmann::ordered_json out;
    out["command"] = "check";
    append_identity(out, head);
    out["looked_at"] = to_rfc3339(report.state.looked_at.wall);
    out["status"] = word(health_of(report));
    out["exit_code"] = check_exit_code(report);
    append_decision(out, report);
    append_to_do(out, report, nobody_heals);
    append_state(out, report);
    return to_document(out);
}

int check_exit_code(const CycleReport& report) { return static_cast<int>(health_of(report)); }

}  // namespace sstp
