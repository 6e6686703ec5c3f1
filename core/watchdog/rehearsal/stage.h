#pragma once

#include "core/record/memory_record.h"
#include "core/watchdog/rehearsal/imagined_ports.h"
#include "core/watchdog/rehearsal/imagined_server.h"
#include "core/watchdog/watchdog.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace sstp::rehearsal {

/// A heal that ran on the stage.
struct PlayedHeal {
    WallTime began{};
    WallTime ended{};
    HealPlan plan;
    HealOutcome outcome;
    Duration cut_off{};             ///< of clients, while it ran
    std::uint32_t sessions = 0;     ///< that it ended
};
/// A finding that was not there before.
struct PlayedFinding {
    WallTime at{};
    Finding finding;
};

/// The real cycle on an imagined server, in its own time: between two things that can change an answer (a date of a certificate, a time
/// that a refusal names, what somebody does) no look is taken, so that a year takes a second.
class Stage {
public:
    explicit Stage(const Snapshot& snapshot);

    ImaginedServer server;

    /// The service starts and takes its first look: what it finds then is no news.
    void begin();
    /// What somebody does at a time, or at the first moment after it that is reached.
    void at(WallTime when, std::function<void(ImaginedServer&)> what);
    void live_until(WallTime until);
    /// Called after each cycle.
    std::function<void(const CycleReport&)> on_cycle;

    [[nodiscard]] const CycleReport& last() const { return last_; }
    [[nodiscard]] const CycleReport& first() const { return first_; }
    [[nodiscard]] const std::vector<PlayedHeal>& heals() const { return heals_; }
    [[nodiscard]] const std::vector<PlayedFinding>& findings() const { return findings_; }
    [[nodiscard]] const Policy& policy() const { return watchdog_.policy(); }
    [[nodiscard]] WallTime now() const { return server.now.wall; }

private:
    void look(const Wakes& wakes);
    [[nodiscard]] WallTime next_look(WallTime until) const;
    [[nodiscard]] std::set<WallTime> dates() const;

    ImaginedClock clock_;
    MemoryRecord record_;
    ImaginedPorts ports_;
    Watchdog watchdog_;
    std::multimap<WallTime, std::function<void(ImaginedServer&)>> happenings_;
    CycleReport first_, last_;
    std::vector<PlayedHeal> heals_;
    std::vector<PlayedFinding> findings_;
    std::set<std::string> known_;   ///< findings of the last look: reason and subject
    bool calm_ = false;             ///< the last look changed nothing, and nothing is under way
    std::size_t looks_ = 0;
};

}  // namespace sstp::rehearsal
