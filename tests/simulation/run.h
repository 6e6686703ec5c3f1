#pragma once

#include "tests/simulation/oath.h"
#include "tests/simulation/scenario.h"

#include <functional>
#include <optional>
#include <string>

namespace sstp::simulation {

struct Outcome {
    std::optional<Violation> violation;
    std::uint64_t calls = 0;
    std::uint64_t faults = 0;
    std::uint64_t crashes = 0;
    std::uint64_t mishaps = 0;
    std::uint64_t heals = 0;
    std::uint64_t most_restarts_in_an_hour = 0;
    std::uint64_t trace = 0;   ///< of the calls, the faults and the events told: two runs of one scenario leave the same
    std::vector<bool> matrix;
};

/// Runs a scenario: a safety phase with everything that was planned, then a liveness phase without.
/// `narrate` is told every call and every change; may be empty.
Outcome run(const Scenario& scenario, const std::function<void(const std::string&)>& narrate = {});
/// Leaves out ingredients as long as the same promise is still broken.
Scenario shrink(const Scenario& scenario, const std::string& promise);

}  // namespace sstp::simulation
