#include "core/diagnosis/checks.h"
#include "core/model/families.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

/// The last write that may be newer than what RRAS read; nothing: none is known to be. What it read of the parameters is what counts;
/// the records' time stands in where that of the parameters cannot be had.
std::optional<WallTime> write_after_start(const ServerState& state) {
    const ServiceStatus* rras = state.service(kRemoteAccess);
    if (!rras || !rras->started) return std::nullopt;
    const Duration own = state.settings.chosen_by_administrator() ? Duration::zero() : kPartOfTheStart;
    const auto& written = state.settings.written ? state.settings.written : state.bindings_written;
    return written && *written > rras->started->earliest + own ? written : std::nullopt;
}

/// Of what answers: some listener gives the certificate that the stored hash names, some gives another.
struct ServesTheStored {
    bool some = false, others_too = false;
};
ServesTheStored who_serves(const CertificateHash& stored, const ServerState& state) {
    ServesTheStored found;
    for (const AddressFamily family : kFamilies) {
        for (const Probe* probe : state.own_probes(family)) {
            const Certificate* leaf = leaf_of(*probe);
            found.some = found.some || (leaf && leaf->hash == stored);
            found.others_too = found.others_too || (leaf && leaf->hash != stored);
        }
    }
    return found;
}

void known_to_differ(const CheckInput& input, const CertificateHash& stored, Findings& findings) {
    const auto& held = *input.memory.held;
    const Certificate* old = held.sha256 ? input.state.find(*held.sha256) : nullptr;
    findings.push_back(
        {Reason::hash_newer_than_service, Severity::critical, kRemoteAccess,
         fmt::format("Records and hash name {} and it is served, but RRAS still holds {}, which it read when it started {}: tunnels "
                     "end right after authentication until RemoteAccess starts again.",
                     stored.brief(),
                     old           ? brief(*old)
                     : held.sha256 ? held.sha256->brief()
                                   : std::string{"no hash"},
                     to_minute(held.start.latest))});
}

void may_differ(const CheckInput& input, Findings& findings) {
    const auto written = write_after_start(input.state);
    const auto& sessions = input.memory.sessions;
    const bool settled = written && sessions.newest_sstp_began && *sessions.newest_sstp_began > *written;
    if (!written || settled || input.desired.never_seen_in_use) return;
    findings.push_back(
        {Reason::hash_newer_than_service, Severity::warning, kRemoteAccess,
         fmt::format("Records or hashes were written at {}, RRAS started before or may have, and no SSTP session has begun since: whether "
                     "RRAS holds what is stored is not known. RemoteAccess is restarted in the next hours of restart.window.",
                     to_minute(*written))});
}

}  // namespace

/// Actual compared with desired. What selection has said of the same record is not said twice.
Then unit_names_the_certificate(const CheckInput& input, Assessment& assessment) {
    for (const Difference& each : input.differences) {
        const auto same_record = [&](const Finding& told) {
            return told.subject == each.finding.subject &&
                   (told.reason == Reason::binding_shadowed || told.reason == Reason::binding_foreign_owner);
        };
        if (std::none_of(assessment.findings.begin(), assessment.findings.end(), same_record)) assessment.findings.push_back(each.finding);
    }
    return Then::go_on;
}

/// SstpSvc keeps the hash in memory from the set-up of its listener on: after a write that no start followed everything stored looks
/// right and every tunnel dies (facts: rras-sstp section 3; MS-SSTP 3.3.3).
Then rras_holds_what_is_stored(const CheckInput& input, Assessment& assessment) {
    const auto* stored = value_of(input.state.settings.sha256_hash);
    const ServiceStatus* rras = input.state.service(kRemoteAccess);
    if (!stored || !rras || rras->state != ServiceState::running) return Then::go_on;
    // Where one listener serves what is stored, and another from memory what RRAS holds, only clients of the first are out.
    const ServesTheStored serves = who_serves(*stored, input.state);
    if (!serves.some) return Then::go_on;
    if (has(assessment.findings, Reason::hash_unknown_to_this_server)) return Then::go_on;
    const bool agrees = std::none_of(input.differences.begin(), input.differences.end(), [](const Difference& each) {
        return each.step.has_value() && each.finding.severity == Severity::critical;
    });
    if (!agrees) return Then::go_on;
    if (!input.memory.held && !serves.others_too) {
        may_differ(input, assessment.findings);
    } else if (input.memory.held && input.memory.held->sha256 != *stored) {
        known_to_differ(input, *stored, assessment.findings);
    }
    return Then::go_on;
}

}  // namespace sstp
