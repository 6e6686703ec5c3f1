#pragma once

#include "core/healing/heal_run.h"

#include <map>
#include <string>
#include <vector>

namespace sstp {

// Between two looks at something that takes its time: doubling.
inline constexpr Duration kFirstPause = std::chrono::milliseconds{100};
inline constexpr Duration kLongestPause = std::chrono::seconds{2};
constexpr Duration next_pause(Duration pause) { return pause * 2 < kLongestPause ? pause * 2 : kLongestPause; }

/// An automatic service that has not had its turn since boot (1077) is starting for so long after it, then stopped (DESIGN 7.7).
inline constexpr Duration kStartingAfterBoot = std::chrono::minutes{10};

/// What one look says of a heal (DESIGN 2.4).
enum class Standing : std::uint8_t {
    ready,  ///< RemoteAccess runs, every family is at the level of the last proof, no complaint counts, the unit is as wanted
    not_yet,  ///< it may still come
    never,  ///< RemoteAccess ended with an error, or the target is no longer what should be named: waiting helps nothing
    broken_meanwhile,  ///< a field of the unit is not as wanted any more
    overtaken,  ///< somebody's consistent other choice stands
    stopped_by_others,  ///< RemoteAccess was stopped, and not by us
    our_stop,
};
struct Judgement {
    Standing standing = Standing::not_yet;
    bool unit_is_right = false;  ///< everything stored is as the heal wants it
    std::vector<AddressFamily> lower;  ///< than before the heal
    std::string open;  ///< what is missing, for a person; empty when ready
};

/// The level that each family must reach: that of the last proof. Nothing proven: on families that answered before, 3, or 2 where the
/// URI's answer is a standing symptom. Empty: none answered, and one that does will do.
std::map<AddressFamily, Level> required_levels(const Memory& memory, const std::map<AddressFamily, Level>& before);

/// Families that now are at a lower level than before the heal.
std::vector<AddressFamily> lower_than_before(const Look& look, const OpenHeal& heal);

/// The judgement on one look alone.
Judgement judge(const Look& look, const OpenHeal& heal, const Memory& memory);

/// Somebody made everything name one other certificate that is fit: nothing of ours stands any more, and nothing is to be restored.
bool is_somebodys_choice(const Look& look, const OpenHeal& heal);

/// Selection finds an administrator's hash that names no certificate of this server, written while the heal was being proven: for all
/// that is known a balancer's (DESIGN 2.1). RRAS would not start with it, so that nothing is restarted any more.
bool is_left_to_somebody(const Look& look);

enum class Patience : std::uint8_t {
    one_look,  ///< what is served is served at once
    one_look_at_rras_that_is_up,   ///< nothing was restarted by us; RRAS that somebody has just started is given its time
    ready_within,
};

/// Looks until ready or until verify.ready_within has passed since `run.ready_from`, with growing pauses; once ready, once more 2 s
/// later. What others broke must stand unchanged for the quiet period before it is called broken: a renewal tool at work is
/// left to finish.
Judgement await_ready(HealRun& run, Patience patience);

}  // namespace sstp
