#pragma once

#include "core/report/cycle_report.h"
#include "tests/simulation/scene.h"

namespace sstp::simulation {

/// How long nothing will happen, so that the cycles in between need not be run: nothing when they must be. A stretch grows with the
/// time for which nothing has happened, and ends before anything that is known to come: an end of a certificate, the time a refusal
/// names, planned work. One in a thousand of the skipped cycles is run all the same, and must write nothing.
std::optional<Duration> idle_stretch(const Scene& scene, const CycleReport& report, Duration since_something_happened);

/// A client has dialled that the product has not heard of yet: it asks for sessions at each look of its timer, and what it learns of that
/// may be a reason to act at the next one.
bool has_unheard_client(const Scene& scene);

}  // namespace sstp::simulation
