#include "core/diagnosis/assess.h"
#include "core/model/families.h"
#include "core/selection/names.h"
#include "core/selection/unknown_hash.h"

#include <algorithm>

namespace sstp {

namespace {

/// What levels are measured by, besides the probe itself.
struct Measure {
    const ServerState& state;
    const Policy& policy;
    const Memory& memory;
    const RequiredNames& names;
};

/// Whether clients find the name that they ask for. Names of the policy count all; of learned and presumed ones only the primary,
/// which a second choice covers too, and under a wildcard any name below it (DESIGN 2.1).
bool names_are_right(const Certificate& leaf, const RequiredNames& required) {
    if (required.origin == Origin::policy || required.primary.empty()) return covers_all(leaf, required.names);
    if (covers(leaf, required.primary)) return true;
    const auto names = names_on(leaf);
    return required.primary.starts_with("*.") &&
           std::any_of(names.begin(), names.end(), [&](const std::string& name) { return name_matches(required.primary, name); });
}

/// Dates, name, purpose and revocation: what every client looks at (DESIGN 2.4). Whether it trusts the chain, it alone knows; that the key
/// works, the handshake has shown.
bool clients_refuse(const Certificate& leaf, const Measure& by) {
    if (!names_are_right(leaf, by.names) || !is_for_servers(leaf)) return true;
    // What the store knows of the same certificate is worth more than a chain that was judged offline.
    const Certificate* stored = by.state.find(leaf.hash);
    const FitnessInput input{.policy = by.policy, .memory = by.memory, .now = by.state.looked_at.wall, .names = {}, .at_work = true};
    const auto against = judge(stored ? *stored : leaf, input);
    return std::any_of(against.begin(), against.end(), [](const Unfitness& each) {
        return each.severity == Severity::critical &&
               (each.reason == Reason::certificate_expired || each.reason == Reason::certificate_not_yet_valid ||
                each.reason == Reason::certificate_revoked);
    });
}

/// An SSTP session began after RRAS had started and all that is stored was written: its client passed crypto binding with what RRAS holds,
/// whatever is stored. One of before that start says nothing of what was read then.
bool a_client_has_come_through(const Measure& by) {
    const ServiceStatus* rras = by.state.service(kRemoteAccess);
    const auto& values = by.state.settings.written;
    const auto& records = by.state.bindings_written;
    if (!rras || !rras->started || !values || !records) return false;
    return selection::sstp_session_began_since(std::max({rras->started->latest, *values, *records}), by.memory.sessions).value_or(false);
}

/// Crypto binding: the hash in SstpSvc's memory names what the client sees. What RRAS holds unknown, the stored hash stands for it, unless
/// a client has shown otherwise.
bool crypto_binding_holds(const Certificate& leaf, const Measure& by) {
    if (by.memory.held) return by.memory.held->sha256 == leaf.hash;
    if (a_client_has_come_through(by)) return true;
    if (why_unreadable(by.state.settings.sha256_hash)) return true;  // not known: no verdict
    const auto* stored = value_of(by.state.settings.sha256_hash);
    return stored && *stored == leaf.hash;
}

bool uri_answers(const Served& served, const Policy& policy) {
    const int* status = value_of(served.uri_status);
    return status && std::find(policy.verify.uri_status.begin(), policy.verify.uri_status.end(), *status) != policy.verify.uri_status.end();
}

std::optional<Level> level_of_probe(const Probe& probe, const Measure& by) {
    if (std::holds_alternative<NotProbed>(probe.outcome) || was_interrupted(probe)) return std::nullopt;
    const auto* served = std::get_if<Served>(&probe.outcome);
    if (!served) return Level::nothing;
    if (clients_refuse(served->leaf, by) || !crypto_binding_holds(served->leaf, by)) return Level::refused;
    return uri_answers(*served, by.policy) ? Level::answers : Level::crypto_binding;
}

}  // namespace

std::optional<Level> level_of(AddressFamily family, const ServerState& state, const Policy& policy, const Memory& memory,
                              const RequiredNames& names) {
    if (!is_looked_after(family, state, policy)) return std::nullopt;
    std::optional<Level> worst;
    for (const Probe* probe : selection::probes_of_clients(state, family, names)) {
        const auto level = level_of_probe(*probe, {state, policy, memory, names});
        if (level) worst = worst ? std::min(*worst, *level) : *level;
    }
    return worst;
}

std::map<AddressFamily, Level> levels_of(const ServerState& state, const Policy& policy, const Memory& memory, const RequiredNames& names) {
    std::map<AddressFamily, Level> levels;
    for (const AddressFamily family : kFamilies) {
        if (const auto level = level_of(family, state, policy, memory, names)) levels[family] = *level;
    }
    return levels;
}

namespace {

/// Where nobody saw what RRAS read: parameters that were last written before it started are what it read, since in automatic mode it
/// writes them itself when it adopts another record (facts: rras-sstp section 2). Records it does not keep: HTTP.SYS serves by them.
HeldState compare_by_times(const ServerState& state, const Certificate& certificate) {
    const ServiceStatus* rras = state.service(kRemoteAccess);
    const auto& written = state.settings.written;
    if (!rras || !rras->started || !written || *written > rras->started->earliest) return HeldState::unknown;
    const auto* sha256 = value_of(state.settings.sha256_hash);
    const auto* sha1 = value_of(state.settings.sha1_hash);
    if (!sha256 || *sha256 != certificate.hash) return HeldState::wrong;
    return state.settings.reads_sha1() && (!sha1 || *sha1 != certificate.thumbprint) ? HeldState::wrong : HeldState::right;
}

}  // namespace

HeldState compare_held(const Memory& memory, const ServerState& state, const Certificate& certificate) {
    if (!memory.held) return compare_by_times(state, certificate);
    const HeldByRras& held = *memory.held;
    if (held.sha256 != certificate.hash) return HeldState::wrong;
    if (state.settings.reads_sha1() && held.sha1 != certificate.thumbprint) return HeldState::wrong;
    // A family that had no record is not held wrongly; a foreign record is not ours to judge.
    const bool differs = std::any_of(held.bindings.begin(), held.bindings.end(), [&](const auto& binding) {
        const auto* record = value_of(state.binding(binding.first));
        return binding.second != certificate.thumbprint && !(record && record->app_id != kSstpAppId);
    });
    return differs ? HeldState::wrong : HeldState::right;
}

}  // namespace sstp
