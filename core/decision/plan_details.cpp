#include "core/decision/plan_details.h"

#include "core/decision/budget.h"
#include "core/decision/evidence.h"
#include "core/model/text.h"
#include "core/selection/names.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

/// Tries that asked a service to stop. A database of an older version does not count them, and knows it of the last one only.
std::uint32_t with_a_stop(const Attempts& attempts) {
    return attempts.with_stop == 0 && attempts.service_was_asked_to_stop ? attempts.failures : attempts.with_stop;
}

bool is_about_the_active(Reason reason) {
    switch (reason) {
        case Reason::certificate_missing:
        case Reason::certificate_archived:
        case Reason::certificate_in_other_store:
        case Reason::certificate_expired:
        case Reason::certificate_not_yet_valid:
        case Reason::certificate_expiring:
        case Reason::certificate_superseded:
        case Reason::eku_unfit:
        case Reason::private_key_missing:
        case Reason::private_key_unusable:
        case Reason::private_key_unknown:
        case Reason::name_mismatch:
        case Reason::chain_untrusted:
        case Reason::chain_unknown:
        case Reason::certificate_revoked:
        case Reason::revocation_unknown:
        case Reason::weak_key:
        case Reason::served_by_renewal_link:
        case Reason::renewal_link_pending: return true;
        default: return false;
    }
}

bool removed_by_a_step(const Work& work, const DecisionInput& input, Reason reason) {
    const auto& differences = input.assessment.differences;
    return std::any_of(differences.begin(), differences.end(), [&](const Difference& each) {
        return each.step && each.finding.reason == reason && (work.kind == Work::Kind::repair || work.kind == Work::Kind::succession);
    });
}

bool is_hopeless(const DecisionInput& input, Reason reason) {
    const auto& reported = input.memory.reported_only;
    return !input.asked_by_administrator && std::find(reported.begin(), reported.end(), reason) != reported.end();
}

bool is_cured(const Work& work, const DecisionInput& input, const Finding& finding) {
    const Reason reason = finding.reason;
    if (is_symptom(reason)) return restarts(work.plan) && !is_hopeless(input, reason);
    if (is_about_the_active(reason)) return work.plan.replaced.has_value();
    if (reason == Reason::hash_newer_than_service) return restarts(work.plan);
    if (reason == Reason::service_stopped) return restarts(work.plan) && equal_ignoring_case(finding.subject, kRemoteAccess);
    if (reason == Reason::no_client_since_heal) return work.kind == Work::Kind::awaited_client;
    return removed_by_a_step(work, input, reason);
}

/// Each reason once, in the order of the findings; of work that no finding asked for, what it is.
std::vector<Reason> cures(const Work& work, const DecisionInput& input) {
    std::vector<Reason> reasons;
    for (const Finding& each : input.assessment.findings) {
        if (!is_cured(work, input, each)) continue;
        if (std::find(reasons.begin(), reasons.end(), each.reason) == reasons.end()) reasons.push_back(each.reason);
    }
    if (!reasons.empty()) return reasons;
    if (work.kind == Work::Kind::awaited_client) return {Reason::no_client_since_heal};
    if (work.kind == Work::Kind::succession) return {Reason::certificate_superseded};
    return reasons;
}

/// Whether what the value names may be put back: its certificate is there, with its key, and still fit (DESIGN 2.4).
std::string why_not_back(const Certificate* certificate, const std::string& named, const DecisionInput& input) {
    if (!certificate) return fmt::format("{} is no longer in LocalMachine\\MY", named);
    const DesiredState& desired = input.assessment.desired;
    const bool served = std::any_of(input.state.probes.begin(), input.state.probes.end(), [&](const Probe& probe) {
        const auto* answer = std::get_if<Served>(&probe.outcome);
        return answer && answer->leaf.hash == certificate->hash;
    });
    const bool active = desired.active && desired.active->hash == certificate->hash;
    const FitnessInput judged{input.policy,
                              input.memory,
                              input.state.looked_at.wall,
                              selection::names_asked_of(*certificate, desired.names, input.policy.certificate),
                              served,
                              active};
    const auto against = judge(*certificate, judged);
    const auto worst =
        std::find_if(against.begin(), against.end(), [](const Unfitness& each) { return each.severity == Severity::critical; });
    return worst == against.end() ? std::string{} : fmt::format("{} {}", brief(*certificate), worst->explanation);
}

std::string why_not_back(const BindStep& step, const DecisionInput& input) {
    if (!step.before) return {};  // a record that was not there is removed
    const auto thumbprint = step.before->thumbprint();
    if (!thumbprint) return fmt::format("{} named no certificate", step.before->endpoint.to_string());
    return why_not_back(input.state.find(*thumbprint), thumbprint->brief(), input);
}

/// RRAS does not start with a hash of nothing, with half a pair (the healing completes it from the same certificate) or, with the flag at
/// 1, without one (facts: rras-sstp sections 1 and 2).
std::string why_not_back(const WriteValueStep& step, const DecisionInput& input) {
    const SstpSettings& settings = input.state.settings;
    if (step.value == SstpValue::is_hash_configured_by_admin) return {};
    if (step.value == SstpValue::sha256_certificate_hash) {
        if (std::holds_alternative<Malformed>(settings.sha256_hash)) return "RRAS cannot read the old Sha256CertificateHash";
        if (const auto* hash = value_of(settings.sha256_hash)) return why_not_back(input.state.find(*hash), hash->brief(), input);
        const bool half = value_of(settings.sha1_hash) && input.state.find(*value_of(settings.sha1_hash));
        if (settings.chosen_by_administrator() && !half) return "with isHashConfiguredByAdmin at 1 RRAS does not start without a hash";
        return {};
    }
    if (!settings.reads_sha1()) return {};
    if (const auto* hash = value_of(settings.sha1_hash)) return why_not_back(input.state.find(*hash), hash->brief(), input);
    return {};
}

std::string why_not_back(const RestartStep&, const DecisionInput&) { return {}; }

/// What a restart has RRAS read anew.
std::string why_not_both_back(const ServerState& state) {
    const auto* ipv4 = value_of(state.binding(AddressFamily::ipv4));
    const auto* ipv6 = value_of(state.binding(AddressFamily::ipv6));
    if (!ipv4 || !ipv6 || ipv4->thumbprint() == ipv6->thumbprint()) return {};
    return "the two records name different certificates, and RRAS does not start on that (event 24)";
}

std::string cannot_return(const HealPlan& plan, const DecisionInput& input) {
    if (only_restarts(plan)) return {};
    if (rras_waits_for_its_certificate(input)) return "RRAS did not start with what stands now";
    if (auto why = restarts(plan) ? why_not_both_back(input.state) : std::string{}; !why.empty()) return why;
    for (const Step& step : plan.steps) {
        const std::string why = std::visit([&](const auto& each) { return why_not_back(each, input); }, step);
        if (!why.empty()) return why;
    }
    return {};
}

/// RRAS reads another hash at the restart than it holds now, or may: SstpSvc of some servers keeps the old one then.
bool changes_what_rras_holds(const Work& work, const DecisionInput& input) {
    if (work.kind == Work::Kind::repair || work.kind == Work::Kind::succession) return true;
    return work.kind == Work::Kind::symptom && compare_held(input.memory, input.state, work.plan.target) != HeldState::right;
}

/// The second rung belongs to the first try that restarts, and to what a heal changes: a symptom alone gets one restart (DESIGN 2.4, 2.5,
/// 7.8). A try that ended before it asked a service to stop has tried none. Where nothing can be put back, the second try has it as well:
/// the first may have failed for something else, and clients have nothing but that both rungs are climbed.
std::vector<std::string> second_rung(const Work& work, const DecisionInput& input) {
    const bool wanted = restarts(work.plan) && changes_what_rras_holds(work, input);
    if (input.then_at_once && restarts(work.plan, kSstpSvc)) return {};   // the first restart has had it
    const Attempts* failed = failed_attempts(input, work.plan.target.hash);
    const std::uint32_t tries_with_it = work.plan.cannot_return.empty() ? 1 : 2;
    const bool was_tried = failed != nullptr && with_a_stop(*failed) >= tries_with_it;
    if (!wanted || was_tried) return {};
    constexpr std::uint32_t kWithSecondRung = 3;
    const bool affordable = input.asked_by_administrator || may_spend(input.charges, input.policy.limits, input.running, kWithSecondRung,
                                                                      input.budget_unreadable, input.charges_since_unreadable)
                                                                .allowed;
    return affordable ? input.policy.restart.then : std::vector<std::string>{};
}

std::optional<Duration> typical(std::vector<Duration> outages) {
    if (outages.empty()) return std::nullopt;
    const auto middle = outages.begin() + static_cast<std::ptrdiff_t>(outages.size() / 2);
    std::nth_element(outages.begin(), middle, outages.end());
    return *middle;
}

Price price(const HealPlan& plan, const DecisionInput& input) {
    if (!restarts(plan)) return {};
    const auto* sessions = value_of(input.memory.sessions.now);
    return {sessions ? std::optional{*sessions} : std::nullopt, typical(input.outages)};
}

}  // namespace

const Attempts* failed_attempts(const DecisionInput& input, const CertificateHash& target) {
    if (input.asked_by_administrator) return nullptr;
    const auto found = std::find_if(input.attempts.begin(), input.attempts.end(), [&](const Attempts& each) {
        return each.target == target && each.failures > 0 && each.policy == input.policy_fingerprint;
    });
    return found == input.attempts.end() ? nullptr : &*found;
}

void complete(Work& work, const DecisionInput& input) {
    HealPlan& plan = work.plan;
    const auto& active = input.assessment.desired.active;
    if (active && active->hash != plan.target.hash) plan.replaced = *active;
    plan.cures = cures(work, input);
    plan.caused_by = input.caused_by;
    plan.cannot_return = cannot_return(plan, input);
    plan.then = second_rung(work, input);
    plan.price = price(plan, input);
}

}  // namespace sstp
