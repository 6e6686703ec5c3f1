#include "core/decision/evidence.h"

#include "core/diagnosis/assess.h"
#include "core/diagnosis/service_end.h"
#include "core/model/rare.h"
#include "core/model/text.h"
#include "core/selection/names.h"
#include "core/selection/unknown_hash.h"

#include <algorithm>

namespace sstp {

namespace {

std::optional<Level> level(const std::map<AddressFamily, Level>& levels, AddressFamily family) {
    const auto found = levels.find(family);
    return found == levels.end() ? std::nullopt : std::optional{found->second};
}

std::optional<Level> proven_level(const DecisionInput& input, AddressFamily family) {
    return input.memory.proven ? level(input.memory.proven->levels, family) : std::nullopt;
}

Level best(const DecisionInput& input, AddressFamily family) { return proven_level(input, family).value_or(Level::answers); }

/// The family's record went after RRAS had set its listener up: RRAS makes both records when it starts, and does not run where it cannot
/// (facts: rras-sstp section 2). That stands without anything remembered; and where times of two clocks tell nothing, a look under the same
/// start has seen it.
bool lost_its_record(const DecisionInput& input, AddressFamily family) {
    const ServiceStatus* rras = input.state.service(kRemoteAccess);
    const bool runs = rras && rras->state == ServiceState::running && rras->started;
    if (!runs || !is_absent(input.state.binding(family))) return false;
    const auto& written = input.state.bindings_written;
    if (written && *written > rras->started->earliest + kPartOfTheStart) return true;
    const auto seen = input.memory.record_seen_under.find(family);
    return seen != input.memory.record_seen_under.end() && !is_a_later_start(seen->second, *rras->started);
}

/// Where nobody gets in, everybody should. Beside a family that answers, one that was never seen to work is not where clients should be
/// served already; nor is one whose silence a restart has not cured: it is only reported (DESIGN 7.8). Where nothing is proven of it (a new
/// installation, a lost database, a record that was gone at the first look), what RRAS does at its start stands for that.
bool should_answer(const DecisionInput& input, AddressFamily family) {
    const auto& levels = input.assessment.levels;
    if (std::none_of(levels.begin(), levels.end(), [](const auto& each) { return each.second > Level::nothing; })) return true;
    const Reason silent = family == AddressFamily::ipv4 ? Reason::listener_unreachable_ipv4 : Reason::listener_unreachable_ipv6;
    const auto& reported = input.memory.reported_only;
    if (std::find(reported.begin(), reported.end(), silent) != reported.end()) return false;
    return lost_its_record(input, family) ||
           (input.memory.proven && proven_level(input, family).value_or(Level::nothing) >= Level::crypto_binding);
}

/// The family's record still names the active certificate, which is no longer in the store.
bool names_what_has_left(const DecisionInput& input, AddressFamily family) {
    const auto* record = value_of(input.state.binding(family));
    const Certificate& active = *input.assessment.desired.active;
    const Certificate* stored = input.state.find(active.hash);
    return record && record->thumbprint() == active.thumbprint && (!stored || stored->archived);
}

bool a_handshake_failed(const DecisionInput& input, AddressFamily family) {
    const auto probes = selection::probes_of_clients(input.state, family, input.assessment.desired.names);
    return std::any_of(probes.begin(), probes.end(), [](const Probe* probe) {
        const auto* unreachable = std::get_if<Unreachable>(&probe->outcome);
        return unreachable && unreachable->stage != "connect";
    });
}

/// A cause explains the silence, so that one look is enough: the family's record is wrong, or the certificate will not do.
bool silence_is_explained(const DecisionInput& input, AddressFamily family) {
    const DesiredState& desired = input.assessment.desired;
    const bool another_is_due = desired.active && desired.certificate && desired.active->hash != desired.certificate->hash;
    // One that has left the store is served from memory. Where that is over handshakes fail; a connection that nobody takes has not come to
    // a certificate yet.
    if (another_is_due && names_what_has_left(input, family)) return a_handshake_failed(input, family);
    if (another_is_due) return true;
    // What may not be named anew is bound to nothing: the record is gone, and no difference says so.
    if (!desired.certificate && is_absent(input.state.binding(family))) return true;
    const auto& differences = input.assessment.differences;
    return std::any_of(differences.begin(), differences.end(), [=](const Difference& each) {
        const auto* bind = each.step ? std::get_if<BindStep>(&*each.step) : nullptr;
        return bind && bind->after.endpoint.family == family;
    });
}

bool writes_what_rras_reads(const std::vector<Step>& steps, const DecisionInput& input) {
    return std::any_of(steps.begin(), steps.end(), [&](const Step& each) {
        const auto* write = std::get_if<WriteValueStep>(&each);
        return !write || write->value != SstpValue::sha1_certificate_hash || input.state.settings.reads_sha1();
    });
}

/// Of a family that has clients here: event 13 where IPv6 is off comes at each start, whatever is bound, and speaks of none (DESIGN 2.4).
bool somebody_complains(const DecisionInput& input) {
    const auto& levels = input.assessment.levels;
    const auto& complaints = input.memory.complaints;
    return std::any_of(complaints.begin(), complaints.end(), [&](const Complaint& each) {
        return !each.at_previous_start_too &&
               std::any_of(levels.begin(), levels.end(), [&](const auto& of) { return each.is_about(of.first); });
    });
}

bool a_complaint_counts(const DecisionInput& input, AddressFamily family) {
    const auto& complaints = input.memory.complaints;
    return std::any_of(complaints.begin(), complaints.end(), [&](const Complaint& each) { return counts(each, family, input); });
}

/// Clients get through TLS and no further: two looks in a row were answered otherwise than the URI was when all was proven. One that
/// answers wrongly since a restart for it is only reported (DESIGN 7.8).
bool takes_no_calls(AddressFamily family, const DecisionInput& input) {
    const auto& reported = input.memory.reported_only;
    if (std::find(reported.begin(), reported.end(), Reason::sstp_uri_unhealthy) != reported.end()) return false;
    const auto now = level(input.assessment.levels, family);
    const auto before = level(input.memory.levels_before, family);
    return now == Level::crypto_binding && before && *before <= Level::crypto_binding && proven_level(input, family) == Level::answers;
}

/// A listener serves from HTTP.SYS's memory what RRAS holds, and not what its record names: its clients come through, as long as RRAS runs.
bool harms_nobody(Reason symptom, const DecisionInput& input) {
    const bool of_ipv4 = symptom == Reason::served_certificate_differs_ipv4;
    if (!of_ipv4 && symptom != Reason::served_certificate_differs_ipv6) return false;
    const auto reached = level(input.assessment.levels, of_ipv4 ? AddressFamily::ipv4 : AddressFamily::ipv6);
    return reached && *reached >= Level::crypto_binding;
}

}  // namespace

bool counts(const Complaint& complaint, AddressFamily family, const DecisionInput& input) {
    const auto now = level(input.assessment.levels, family);
    return complaint.is_about(family) && !complaint.at_previous_start_too && now && *now < best(input, family);
}

bool is_cut_off(AddressFamily family, const DecisionInput& input) {
    const auto now = level(input.assessment.levels, family);
    if (!now) return false;
    if (a_complaint_counts(input, family)) return true;
    if (*now >= Level::crypto_binding) return false;
    if (*now == Level::refused) return true;
    if (!should_answer(input, family)) return false;
    const auto before = level(input.memory.levels_before, family);
    return silence_is_explained(input, family) || !before || *before == Level::nothing;
}

bool somebody_is_cut_off(const DecisionInput& input) {
    if (rras_is_to_be_started(input)) return true;
    const auto& levels = input.assessment.levels;
    return std::any_of(levels.begin(), levels.end(), [&](const auto& each) { return is_cut_off(each.first, input); });
}

bool somebody_reaches_nothing(const DecisionInput& input) {
    const auto& levels = input.assessment.levels;
    return std::any_of(levels.begin(), levels.end(),
                       [&](const auto& each) { return each.second == Level::nothing && is_cut_off(each.first, input); });
}

bool somebody_gets_no_further(const DecisionInput& input) {
    const auto& levels = input.assessment.levels;
    return std::any_of(levels.begin(), levels.end(), [&](const auto& each) { return takes_no_calls(each.first, input); });
}

namespace {

/// Nothing critical speaks against it but names that it lacks.
bool lacks_names_alone(const DesiredState& desired) {
    const auto is_active = [&](const Candidate& each) { return each.certificate.hash == desired.active->hash; };
    const auto found = std::find_if(desired.candidates.begin(), desired.candidates.end(), is_active);
    return found != desired.candidates.end() && std::all_of(found->against.begin(), found->against.end(), [](const Unfitness& each) {
               return each.severity != Severity::critical || each.reason == Reason::name_mismatch;
           });
}

/// Each listener that is looked after serves it, and the URI answers.
bool is_all_that_is_served(const Certificate& certificate, const DecisionInput& input) {
    if (!input.assessment.symptoms.empty() || input.assessment.levels.empty()) return false;
    return std::all_of(input.assessment.levels.begin(), input.assessment.levels.end(), [&](const auto& each) {
        const auto probes = input.state.own_probes(each.first);
        return !probes.empty() && std::all_of(probes.begin(), probes.end(), [&](const Probe* probe) {
            const Certificate* leaf = leaf_of(*probe);
            return leaf && leaf->hash == certificate.hash;
        });
    });
}

}  // namespace

bool clients_come_by_another_name(const DecisionInput& input) {
    const DesiredState& desired = input.assessment.desired;
    if (!desired.active || desired.names.origin != Origin::policy || !lacks_names_alone(desired)) return false;
    if (compare_held(input.memory, input.state, *desired.active) != HeldState::right) return false;
    const ServiceStatus* rras = input.state.service(kRemoteAccess);
    if (!rras || rras->state != ServiceState::running || !rras->started || !is_all_that_is_served(*desired.active, input)) return false;
    const auto* sessions = value_of(input.memory.sessions.now);
    if (!sessions || sessions->sstp.open == 0) return false;
    if (selection::sstp_session_began_since(rras->started->latest, input.memory.sessions) != true) return false;
    // Clients were seen under the policy's names before: somebody has moved away from them, and those who dial them are out.
    const auto& proven = input.memory.proven;
    const auto bears_all = [&](const Certificate& each) { return covers_all(each, desired.names.names); };
    if (proven && bears_all(proven->certificate)) return false;
    SSTP_RARE("clients come by a name that the policy does not list");
    return true;
}

bool is_confirmed(Reason symptom, const DecisionInput& input) {
    const auto& shown = input.assessment.symptoms;
    const auto& reported = input.memory.reported_only;
    if (std::find(shown.begin(), shown.end(), symptom) == shown.end()) return false;
    if (std::find(reported.begin(), reported.end(), symptom) != reported.end()) return false;
    const auto seen = input.memory.seen_in_a_row.find(symptom);
    const std::uint32_t looks = seen == input.memory.seen_in_a_row.end() ? 0 : seen->second;
    return input.asked_by_administrator || looks >= input.policy.verify.confirmations;
}

bool a_symptom_is_confirmed(const DecisionInput& input) {
    const auto& symptoms = input.assessment.symptoms;
    return std::any_of(symptoms.begin(), symptoms.end(), [&](Reason symptom) { return is_confirmed(symptom, input); });
}

bool a_symptom_harms_somebody(const DecisionInput& input) {
    const auto& symptoms = input.assessment.symptoms;
    return std::any_of(symptoms.begin(), symptoms.end(),
                       [&](Reason symptom) { return is_confirmed(symptom, input) && !harms_nobody(symptom, input); });
}

bool rras_waits_for_its_certificate(const DecisionInput& input) {
    const ServiceStatus* rras = input.state.service(kRemoteAccess);
    return rras && rras->start_type == StartType::automatic && ended_for_a_certificate(*rras, input.memory) &&
           disabled_dependency(input.state).empty();
}

bool rras_is_to_be_started(const DecisionInput& input) {
    const ServiceStatus* rras = input.state.service(kRemoteAccess);
    const bool stopped = rras && rras->state == ServiceState::stopped && rras->start_type != StartType::disabled;
    return rras_waits_for_its_certificate(input) || (stopped && has_name(input.memory.owed_starts, kRemoteAccess));
}

bool needs_restart(const DecisionInput& input, const Certificate& target, const std::vector<Step>& steps) {
    if (rras_is_to_be_started(input)) return true;
    for (const auto& [family, reached] : input.assessment.levels) {
        if (a_complaint_counts(input, family)) return true;
    }
    // A hash that RRAS has not read is reason enough while it stays; where it is written back to what RRAS holds, nothing is left to read.
    if (!writes_what_rras_reads(steps, input)) return has(input.assessment.findings, Reason::hash_newer_than_service);
    return compare_held(input.memory, input.state, target) != HeldState::right || somebody_complains(input);
}

}  // namespace sstp
