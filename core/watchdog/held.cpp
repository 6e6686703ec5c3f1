#include "core/watchdog/held.h"

#include "core/model/rare.h"

#include <algorithm>

namespace sstp {

namespace {

using namespace std::chrono_literals;

constexpr Duration kTolerance = kBetweenClocksOfWindows;
/// A start takes a while before RUNNING; RasSstp complains on the way. Where its beginning was not seen.
constexpr Duration kStartBegins = 30s;
constexpr std::size_t kMostComplaints = 20;

const ServiceStatus* running_rras(const ServerState& state) {
    const ServiceStatus* rras = state.service(kRemoteAccess);
    return rras && rras->state == ServiceState::running && rras->started ? rras : nullptr;
}

bool names_nothing_here(const CertificateHash& hash, const ServerState& state) {
    const bool is_served = std::any_of(state.probes.begin(), state.probes.end(),
                                       [&](const Probe& probe) { return leaf_of(probe) && leaf_of(probe)->hash == hash; });
    return value_of(state.certificates) && !state.find(hash) && !is_served;
}

HeldByRras stored_now(const ServerState& state, const StartedBetween& start) {
    HeldByRras held;
    if (const auto* sha256 = value_of(state.settings.sha256_hash)) held.sha256 = *sha256;
    if (const auto* sha1 = value_of(state.settings.sha1_hash)) held.sha1 = *sha1;
    for (const AddressFamily family : kFamilies) {
        const auto* record = value_of(state.binding(family));
        if (const auto thumbprint = record ? record->thumbprint() : std::nullopt) held.bindings[family] = *thumbprint;
    }
    held.names_nothing_here = held.sha256 && names_nothing_here(*held.sha256, state);
    held.start = start;
    held.seen_at = state.looked_at.wall;
    return held;
}

/// Nothing of what RRAS reads was written since `moment`. Unknown times speak against it.
bool written_before(const ServerState& state, WallTime moment) {
    return state.settings.written && state.bindings_written && *state.settings.written <= moment && *state.bindings_written <= moment;
}

bool could_be_read(const ServerState& state) {
    return !why_unreadable(state.settings.sha256_hash) && !why_unreadable(state.ipv4_binding) && !why_unreadable(state.ipv6_binding);
}

std::optional<HeldByRras> of_a_new_start(const ServerState& state, const StartedBetween& start) {
    const bool automatic = !state.settings.chosen_by_administrator();
    const WallTime limit = start.earliest + kTolerance;
    if (written_before(state, limit)) return stored_now(state, start);
    // Its own write: only where the start is a moment, else somebody else's write would hide in the span.
    const bool seen = start.latest - start.earliest <= kTolerance;
    if (automatic && seen && written_before(state, start.latest + kPartOfTheStart) && state.settings.written > limit) {
        SSTP_RARE("RRAS wrote its own hashes while it started");
        return stored_now(state, start);
    }
    return std::nullopt;
}

/// What RRAS held stands there unwritten: whenever it started since, it read the same. Where the clock was wrong at boot the time of the
/// start does not tell: by it everything was written later, at every boot.
bool stands_untouched_since(const HeldByRras& before, const ServerState& state) {
    const HeldByRras now = stored_now(state, before.start);
    return written_before(state, before.seen_at) && now.sha256 == before.sha256 && now.sha1 == before.sha1 &&
           now.bindings == before.bindings;
}

bool is_named_by_all(const std::map<AddressFamily, Thumbprint>& records, const std::optional<CertificateHash>& sha256,
                     const ServerState& state) {
    const Certificate* named = sha256 ? state.find(*sha256) : nullptr;
    return named && !records.empty() &&
           std::all_of(records.begin(), records.end(), [&](const auto& each) { return each.second == named->thumbprint; });
}

/// A look that came between the start and RRAS's own write saw the hash of before, or none. In automatic mode RRAS makes it name what the
/// records name, so that a write of that in the moment after the start is its own; once they agreed, a later one is somebody else's.
bool has_written_its_own_since(const HeldByRras& before, const ServerState& state) {
    const StartedBetween& start = before.start;
    if (state.settings.chosen_by_administrator() || start.latest - start.earliest > kTolerance) return false;
    const bool a_moment_after = written_before(state, start.latest + kPartOfTheStart) && state.settings.written > start.earliest;
    if (!a_moment_after || is_named_by_all(before.bindings, before.sha256, state)) return false;
    const HeldByRras now = stored_now(state, start);
    const bool same_records = before.bindings.empty() || now.bindings == before.bindings;
    return same_records && is_named_by_all(now.bindings, now.sha256, state);
}

/// The session's client passed crypto binding with what its listener serves, which is what all that is stored named by then. Behind a
/// balancer it is the balancer's certificate that passed: there what is stored names what no listener here serves.
bool is_proven_by_a_session(const ServerState& state, WallTime began) {
    if (!written_before(state, began - kTolerance)) return false;
    const auto* sha256 = value_of(state.settings.sha256_hash);
    const auto is_served = [&](const Probe& probe) {
        const auto* served = std::get_if<Served>(&probe.outcome);
        return served && served->leaf.hash == *sha256;
    };
    return sha256 && !state.probes.empty() && std::all_of(state.probes.begin(), state.probes.end(), is_served);
}

/// Notices come late, and where none was seen the start took a while: what comes a moment before belongs to it, unless it has a process for
/// itself that had not begun then. A time of the process after RUNNING is one of a clock that has been set since.
WallTime begin_of(const ServiceStatus& rras) {
    const WallTime seen = rras.start_began ? *rras.start_began - kTolerance : rras.started->earliest - kStartBegins;
    const auto& process = rras.started->process_began;
    return process && *process <= rras.started->latest ? std::max(seen, *process) : seen;
}

/// Of the start that runs: what came before it began, or while another one had ended, is not, however soon this one followed.
bool is_of_the_start_that_runs(const Complaint& each, const ServiceStatus& rras) { return !each.start_ended && each.at >= begin_of(rras); }

std::vector<std::uint32_t> ids_of(std::vector<std::uint32_t> ids) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

}  // namespace

std::optional<HeldByRras> held_after(const std::optional<HeldByRras>& before, const ServerState& state,
                                     const std::optional<WallTime>& session_began) {
    const ServiceStatus* rras = running_rras(state);
    if (!rras || !could_be_read(state)) return before;
    const StartedBetween& start = *rras->started;
    if (session_began && *session_began > start.latest + kTolerance && is_proven_by_a_session(state, *session_began)) {
        SSTP_RARE("a session proves what RRAS holds");
        HeldByRras held = stored_now(state, start);
        if (before && before->sha256 == held.sha256 && before->bindings == held.bindings) return before;
        return held;
    }
    if (!before) return of_a_new_start(state, start);
    const bool untouched = stands_untouched_since(*before, state);
    if (is_a_later_start(before->start, start)) return untouched ? stored_now(state, start) : of_a_new_start(state, start);
    const bool same_process = start.process_began && start.process_began == before->start.process_began;
    const bool surely_the_same = same_process || start.latest <= before->start.latest + kTolerance;
    if (surely_the_same) {
        HeldByRras held = has_written_its_own_since(*before, state) ? stored_now(state, before->start) : *before;
        // Written since: remembered, so that a later look that cannot tell the start apart knows what was written when.
        if (!written_before(state, held.seen_at)) held.seen_at = state.looked_at.wall;
        return held;
    }
    // It may have started again while nobody looked. What it read then is what it held already, if nothing was written since.
    if (untouched) {
        SSTP_RARE("RRAS may have started unseen, and nothing was written since");
        return before;
    }
    return of_a_new_start(state, start);
}

ComplaintsByStart complaints_after(const ComplaintsByStart& before, const std::vector<Complaint>& fresh, const ServerState& state) {
    ComplaintsByStart after = before;
    after.present.insert(after.present.end(), fresh.begin(), fresh.end());
    const ServiceStatus* known = state.service(kRemoteAccess);
    if (known && known->state == ServiceState::stopped) {
        for (Complaint& each : after.present) each.start_ended = true;
    }
    if (const ServiceStatus* rras = running_rras(state)) {
        std::vector<std::uint32_t> ended;
        std::erase_if(after.present, [&](const Complaint& each) {
            if (is_of_the_start_that_runs(each, *rras)) return false;
            ended.push_back(each.event_id);
            return true;
        });
        // RRAS writes its complaints at each start: the ids of the one that ended tell what is always so.
        if (after.start && is_a_later_start(*after.start, *rras->started)) after.previous_ids = ids_of(std::move(ended));
        if (!after.start || is_a_later_start(*after.start, *rras->started)) after.start = rras->started;
    }
    for (Complaint& each : after.present) {
        each.at_previous_start_too =
            std::find(after.previous_ids.begin(), after.previous_ids.end(), each.event_id) != after.previous_ids.end();
    }
    if (after.present.size() > kMostComplaints) {
        after.present.erase(after.present.begin(), after.present.end() - static_cast<std::ptrdiff_t>(kMostComplaints));
    }
    return after;
}

}  // namespace sstp
