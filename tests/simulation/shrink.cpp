#include "tests/simulation/run.h"

#include <algorithm>

namespace sstp::simulation {

namespace {

bool still_breaks(const Scenario& candidate, const std::string& promise, int& tries) {
    --tries;
    const Outcome outcome = run(candidate);
    return outcome.violation && outcome.violation->promise == promise;
}

/// Leaves out runs of ingredients, long ones first: of a year's hundreds most have nothing to do with it.
bool leave_out(Scenario& smallest, const std::string& promise, int& tries) {
    for (std::size_t chunk = std::max<std::size_t>(smallest.size() / 2, 1); chunk > 0; chunk /= 2) {
        for (std::size_t first = 0; first < smallest.size() && tries > 0;) {
            Scenario candidate = smallest;
            for (std::size_t i = 0; i < chunk && first < candidate.size(); ++i) candidate = candidate.without(first);
            if (candidate.size() < smallest.size() && still_breaks(candidate, promise, tries)) {
                smallest = candidate;
            } else {
                first += chunk;
            }
        }
    }
    return tries > 0;
}

void shorten(Scenario& smallest, const std::string& promise, int& tries) {
    while (tries > 0 && smallest.length > std::chrono::minutes{10}) {
        Scenario candidate = smallest;
        candidate.length /= 2;
        for (auto& each : candidate.happenings) each.when.at /= 2;
        for (auto& each : candidate.faults) each.when.at /= 2;
        for (auto& each : candidate.crashes) each.when.at /= 2;
        if (!still_breaks(candidate, promise, tries)) return;
        smallest = candidate;
    }
}

void make_ordinary(Scenario& smallest, const std::string& promise, int& tries) {
    if (!smallest.wakes_are_lost || tries <= 0) return;
    Scenario candidate = smallest;
    candidate.wakes_are_lost = false;
    if (still_breaks(candidate, promise, tries)) smallest = candidate;
}

}  // namespace

Scenario shrink(const Scenario& scenario, const std::string& promise, int tries) {
    Scenario smallest = scenario;
    for (std::size_t before = 0; before != smallest.size() && tries > 0;) {
        before = smallest.size();
        leave_out(smallest, promise, tries);
    }
    make_ordinary(smallest, promise, tries);
    shorten(smallest, promise, tries);
    return smallest;
}

}  // namespace sstp::simulation
