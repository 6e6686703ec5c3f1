#include "core/healing/verification.h"

#include "core/healing/observe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sstp {

namespace {

using Doubts = std::vector<std::string>;

void look_at_listener(const ServerState& state, const Policy& policy, const CertificateHash& target, AddressFamily family, Doubts& doubts) {
    const ProbeOutcome& outcome = state.served(family);
    const auto* served = std::get_if<Served>(&outcome);
    if (served == nullptr) {
        const auto* unreachable = std::get_if<Unreachable>(&outcome);
        doubts.push_back(fmt::format("{} could not be proved: {}", word(family), unreachable ? unreachable->why.message() : "not probed"));
        return;
    }
    if (served->certificate != target) {
        doubts.push_back(fmt::format("{} serves {}", word(family), served->thumbprint.brief()));
        return;
    }
    const int* status = value_of(served->uri_status);
    const auto& healthy = policy.verify.uri_status;
    if (status == nullptr) {
        const Error* why = why_unreadable(served->uri_status);
        doubts.push_back(fmt::format("{} does not answer the ServerURI{}", word(family), why ? ": " + why->message() : std::string{}));
    } else if (std::find(healthy.begin(), healthy.end(), *status) == healthy.end()) {
        doubts.push_back(fmt::format("{} answers the ServerURI with {}", word(family), *status));
    }
}

void look_at_binding(const ServerState& state, const Certificate* target, AddressFamily family, Doubts& doubts) {
    const Observed<ListenerBinding>& binding = state.binding(family);
    if (const Error* why = why_unreadable(binding)) {
        doubts.push_back(why->message());
    } else if (const auto* record = value_of(binding); record && target && record->thumbprint() != target->thumbprint) {
        doubts.push_back(fmt::format("{} is bound to {}", record->endpoint.to_string(), to_hex(record->certificate).substr(0, 4) + ".."));
    }   // a missing one is a finding or none, as the policy has it
}

template <class T>
void look_at_hash(const Stored<T>& stored, const T& expected, const char* name, Doubts& doubts) {
    if (const T* value = value_of(stored)) {
        if (*value != expected) doubts.push_back(fmt::format("{} names {}", name, value->brief()));
    } else if (const Error* why = why_unreadable(stored)) {
        doubts.push_back(why->message());
    } else if (std::holds_alternative<Malformed>(stored)) {
        doubts.push_back(fmt::format("{} is malformed", name));
    }   // an absent one likewise
}

/// A certificate's own faults do not go away when RRAS starts again, nor does what cannot be read.
bool beyond_a_restart(Reason reason) {
    switch (reason) {
        case Reason::no_fit_certificate:
        case Reason::ambiguous_certificate:
        case Reason::certificate_missing:
        case Reason::certificate_expired:
        case Reason::certificate_not_yet_valid:
        case Reason::eku_unfit:
        case Reason::private_key_missing:
        case Reason::private_key_unusable:
        case Reason::name_mismatch:
        case Reason::chain_untrusted:
        case Reason::certificate_revoked:
        case Reason::weak_key:
        case Reason::state_unreadable:
        case Reason::tls_offloaded: return true;
        default: return false;
    }
}

}  // namespace

bool is_of_bindings_or_hashes(Reason reason) {
    switch (reason) {
        case Reason::binding_missing_ipv4:
        case Reason::binding_missing_ipv6:
        case Reason::binding_mismatch:
        case Reason::hash_sha1_missing:
        case Reason::hash_sha1_malformed:
        case Reason::hash_sha1_mismatch:
        case Reason::hash_sha256_missing:
        case Reason::hash_sha256_malformed:
        case Reason::hash_sha256_mismatch:
        case Reason::hash_flag_malformed: return true;
        default: return false;
    }
}

Proof judge_heal(const ServerState& state, const Policy& policy, const Memory& memory, const OpenHeal& heal) {
    Proof proof;
    proof.restart_could_help = true;
    Doubts doubts;
    const Findings findings = diagnose({state, policy, memory, state.looked_at.wall});
    for (const Finding& finding : findings) {
        const bool to_cure = std::find(heal.cures.begin(), heal.cures.end(), finding.reason) != heal.cures.end();
        const bool broken_meanwhile = !to_cure && finding.severity == Severity::critical &&
                                      (is_of_bindings_or_hashes(finding.reason) || beyond_a_restart(finding.reason));
        if (!to_cure && !broken_meanwhile && finding.reason != Reason::state_unreadable) continue;
        doubts.push_back(fmt::format("{} ({})", word(finding.reason), finding.explanation));
        if (broken_meanwhile || beyond_a_restart(finding.reason)) proof.restart_could_help = false;
    }
    const Certificate* target = state.find(heal.target);
    if (target == nullptr) {
        doubts.push_back(fmt::format("certificate {} is no longer in the store", heal.target.brief()));
        proof.restart_could_help = false;
    }
    if (target != nullptr) {
        look_at_hash(state.settings.sha1_hash, target->thumbprint, registry_name(SstpValue::sha1_certificate_hash), doubts);
        look_at_hash(state.settings.sha256_hash, target->hash, registry_name(SstpValue::sha256_certificate_hash), doubts);
    }
    for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
        const bool enabled = family == AddressFamily::ipv4 ? policy.listener.ipv4 : policy.listener.ipv6;
        if (!enabled) continue;
        look_at_binding(state, target, family, doubts);
        look_at_listener(state, policy, heal.target, family, doubts);
    }
    proof.healthy = doubts.empty();
    proof.explanation = proof.healthy
                            ? fmt::format("A fresh look finds nothing left to cure, and the listeners serve {} and answer.", brief(*target))
                            : fmt::format("{}", fmt::join(doubts, "; "));
    return proof;
}

Proof prove(HealRun& run) {
    Memory memory = run.memory;
    if (run.restarts > 0) memory.trouble_at.reset();   // what RRAS complained of before it started anew is void
    Proof proof;
    for (std::uint32_t look = 0; look < run.policy.verify.confirmations; ++look) {
        if (look > 0 && !run.ports.clock.pause(run.policy.verify.settle)) break;
        ServerState state = observe(run.ports, run.policy, names_to_ask_for(run.policy, run.memory));
        proof = judge_heal(state, run.policy, memory, run.ledger.heal());
        proof.state = std::move(state);
        if (proof.healthy) break;
        run.say(fmt::format("not yet: {}", proof.explanation));
    }
    return proof;
}

}  // namespace sstp
