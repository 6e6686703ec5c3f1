#include "core/report/one_thing_to_do.h"

#include "core/report/explain/explanation.h"
#include "core/report/render_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

namespace sstp {

namespace {

std::string about_refusal(const Refused& refused, const Finding& leading) {
    const std::string_view why = refused.why;
    if (why == "observe_mode") return "Set mode to heal in the policy, if it is to be healed by itself.";
    if (why == "kill_switch") return "Clear Mode in Group Policy (SOFTWARE\\Policies\\SSTP Watchdog).";
    if (why == "outside_window") return "Nothing. At once: sstp-watchdog heal --ignore-window (ends sessions)";
    if (why == "heal_open") return "Close it and plan afresh: sstp-watchdog heal";
    if (why == word(Reason::budget_exhausted)) return "Heal at once, beyond the budget: sstp-watchdog heal";
    if (refused.only_deferred) return "Nothing: it comes by itself. At once: sstp-watchdog heal";
    const auto reason = reason_from_word(why);
    return std::string{thing_to_do(reason.value_or(leading.reason))};
}

}  // namespace

const Finding* leading_finding(const Findings& findings) {
    const Severity severity = worst(findings);
    const auto found = std::find_if(findings.begin(), findings.end(), [=](const Finding& each) { return each.severity == severity; });
    return found == findings.end() ? nullptr : &*found;
}

bool is_denied(const ServerState& state) {
    bool denied = false;
    const auto look_at = [&](const auto& observed) {
        const Error* why = why_unreadable(observed);
        denied = denied || (why && why->kind == ErrorKind::access_denied);
    };
    look_at(state.settings.sha256_hash);
    look_at(state.certificates);
    look_at(state.ipv4_binding);
    look_at(state.ipv6_binding);
    return denied;
}

std::string one_thing_to_do(const CycleReport& report, const std::string& nobody_heals) {
    const Health health = health_of(report);
    const Finding* leading = leading_finding(report.findings);
    if (health == Health::ok || !leading) return {};
    if (is_denied(report.state)) return "Run this in an elevated console (Run as administrator).";
    if (rras_is_missing(report.state)) return "Install the role Remote Access here, or remove SSTP Watchdog.";
    if (health == Health::unknown) return std::string{thing_to_do(Reason::state_unreadable)};
    const auto* refused = std::get_if<Refused>(&report.decision);
    if (report.plan && refused) return about_refusal(*refused, *leading);
    const bool one_is_passed_over = leading->reason == Reason::certificate_expiring && !report.assessment.desired.passed_over.empty();
    if (!report.plan && one_is_passed_over) return "Read why the newer one is not taken: sstp-watchdog check --verbose";
    if (!report.plan) return std::string{thing_to_do(leading->reason)};
    if (nobody_heals.empty()) return "Nothing: the service heals it now. To watch: sstp-watchdog history";
    return "Heal it now: sstp-watchdog heal";
}

std::string one_thing_to_do_in_full(const CycleReport& report, const std::string& nobody_heals) {
    std::string short_of_it = one_thing_to_do(report, nobody_heals);
    const auto& names = report.assessment.desired.names.names;
    const bool names_help = short_of_it == thing_to_do(Reason::no_fit_certificate) && !names.empty();
    if (!names_help) return short_of_it;
    return fmt::format("Renew the certificate, or import one for {} with its private key into LocalMachine\\MY.", fmt::join(names, ", "));
}

void append_to_do_row(std::string& out, const CycleReport& report, const std::string& nobody_heals) {
    if (const std::string action = one_thing_to_do_in_full(report, nobody_heals); !action.empty()) append_row(out, "To do", action);
}

}  // namespace sstp
