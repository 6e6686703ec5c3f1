#pragma once

#include "tests/simulation/scenario.h"
#include "tests/simulation/violation.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sstp::simulation {

/// Who looks after the server.
enum class Care : std::uint8_t {
    watchdog,
    renewal_script,   ///< binds, writes hashes and restarts RemoteAccess a minute after each renewal, as published scripts do
    nobody,
};

struct Outcome {
    std::optional<Violation> violation;
    std::uint64_t calls = 0;
    std::uint64_t cycles = 0;
    std::uint64_t skipped_cycles = 0;      ///< of idle stretches
    std::uint64_t faults = 0;
    std::uint64_t crashes = 0;
    std::uint64_t happened = 0;
    std::uint64_t heals = 0;
    std::uint64_t restarts = 0;            ///< of RemoteAccess, by whoever cares
    std::map<std::string, std::uint64_t> restarts_by_cause;   ///< the same: "now: certificate_expired", "somebody came"
    std::uint64_t sessions_ended = 0;      ///< by these restarts
    Duration without_vpn{0};               ///< some family of clients did not come through
    std::uint64_t humans = 0;              ///< times that somebody had to come and mend it
    std::uint64_t trace = 0;               ///< of calls, faults and events told: two runs of one scenario leave the same
    std::vector<bool> matrix;
};

/// Runs a scenario to its end: with everything that was planned, then calm, until the server is healthy or had its time.
/// `narrate` is told every call and every change; may be empty.
using Narrate = std::function<void(const std::string&)>;
Outcome run(const Scenario& scenario, const Narrate& narrate = {});
/// The same to the end of its time and no further, with somebody who comes where clients stay out (by_hand.h).
Outcome run_attended(const Scenario& scenario, const Narrate& narrate = {});
/// The same server and the same year without the watchdog: no promise is judged, only clients are looked at. `narrate` is told
/// what happens, and what clients get whenever that changes.
Outcome run_without(const Scenario& scenario, Care care, const Narrate& narrate = {});
/// Whether clients come through on the server as it is drawn, before anything befalls it.
bool works_at_first(const Scenario& scenario);
/// Leaves out ingredients as long as the same promise is still broken; halves times; gives up after so many tries.
Scenario shrink(const Scenario& scenario, const std::string& promise, int tries = 400);

}  // namespace sstp::simulation
