#pragma once

#include "core/diagnosis/assess.h"
#include "core/model/policy.h"
#include "core/model/server_state.h"
#include "core/model/state.h"
#include "core/model/utc_offset.h"

#include <optional>
#include <string>

namespace sstp {

// What a look teaches (DESIGN 2.1, "Learned"). Pure: the record's contents and a look in, the contents as they are to be out.
// Looks teach in observe mode too; a look that our own stop cut short, or that could not read everything, teaches nothing.

/// What was learned by this look, for the journal.
struct Lesson {
    bool proven_anew = false;              ///< another certificate than before is proven
    bool learned = false;                  ///< names and CA are learned now, or are others than before
    std::optional<Certificate> adopted;    ///< somebody changed all of it, and it counts
    std::optional<Learned> before;         ///< what was learned before, where that changed
};

Lesson learn(RecordContents& contents, const ServerState& state, const Assessment& assessment, const Policy& policy,
             bool sessions_are_readable);

/// What a heal towards `target` puts in force of our own accord (Memory::put_in_force_by_us). Nothing: it puts right a value of somebody
/// else's choice, which waits for its first client still.
std::optional<CertificateHash> put_in_force_by_us(const CertificateHash& target, const RecordContents& contents);

/// Under which start of RRAS each family's record was last there.
void remember_records(std::map<AddressFamily, StartedBetween>& seen_under, const ServerState& state);

/// The active certificate, as long as it is not proven: what a record names still when it has left the store is known then. And whether it
/// is somebody's choice that no client has confirmed. One that bears a name of the policy outlasts one that bears none: that is not what
/// clients use (with the flag at 0 RRAS takes another certificate by itself where its own has left); and one that
/// lies in the store outlasts one for other names or of another CA that is in force in part only.
void remember_active(RecordContents& contents, const ServerState& state, const Assessment& assessment, const Policy& policy);

/// A client connected while this was in force, as opposed to a day without a complaint where nobody can tell.
bool client_came_under(const Proven& proven, const SessionMemory& sessions);

/// All was proven with this certificate: by a look, or by a heal of ours.
void prove(RecordContents& contents, const Certificate& certificate, const std::map<AddressFamily, Level>& levels, WallTime now);

/// Takes an answer about sessions into what is remembered of them (not the answer itself): the newest SSTP session ever, and the hours of
/// working days in which sessions begin.
void remember_sessions(SessionMemory& memory, const Observed<Sessions>& answer, WallTime now, UtcOffset local_offset);

/// Remembers under which start of RRAS an SSTP session is open, for when it has closed: a restart ends every session. Where the
/// newest session began before RRAS can have started, the answer tells nothing of that start.
void remember_start_of_open_sessions(SessionMemory& memory, const Observed<Sessions>& answer, const ServerState& state);

/// The first SSTP session after a heal: only it proves crypto binding. Nothing: still awaited, or nothing is.
struct ClientConfirmation {
    std::string heal_id;
    WallTime session_began{};
    Duration after{};                      ///< from the end of the heal
};
std::optional<ClientConfirmation> confirmation_of(const RecordContents& contents);

/// RecordContents::then_brought_clients after a client has come. SstpSvc of some servers keeps the old hash through a restart of
/// restart.services, behind green probes. That it does is certain where a client comes within the hour of restart.then that did not come
/// in the whole hour before, and where restart.then was needed at two renewals in a row (once may have been a holiday); a changed hash
/// that clients reach without it says that it does not.
std::uint32_t then_brought_clients_after(std::uint32_t before, const AwaitedClient& awaited, Duration came_after);
/// From here on restart.then belongs to the first restart after a changed hash.
inline constexpr std::uint32_t kThenAtOnce = 2;

/// None came within the first hour of the day in which sessions usually begin (in half of the last ten working days; nothing
/// known: 24 h). When such an hour has passed since the heal. `heard_since`: since when every answer about sessions was readable; nothing:
/// the last one was not. Who came while nobody could tell was not missed: only an hour that was heard from its beginning counts.
bool is_overdue(const AwaitedClient& awaited, const SessionMemory& sessions, std::optional<WallTime> heard_since, WallTime now,
                UtcOffset local_offset);
/// In the working days before a heal sessions usually began at some hour, so that their absence means something. The days that nobody
/// came since do not count: they are what is asked about.
bool has_session_habit(const SessionMemory& sessions, WallTime healed_at, UtcOffset local_offset);

}  // namespace sstp
