#pragma once

#include "core/report/cycle_report.h"

#include <string>

namespace sstp::simulation {

/// A cycle in one line, for people.
std::string narration(const CycleReport& report);
/// What a cycle said: as long as it stays the same, nothing is going on.
std::string gist(const CycleReport& report);

}  // namespace sstp::simulation
