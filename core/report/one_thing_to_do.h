#pragma once

#include "core/report/cycle_report.h"

#include <string>

namespace sstp {

/// The finding that matters most: the first of the worst severity. Null when there is none.
const Finding* leading_finding(const Findings& findings);

/// Access was denied to something that a look needs.
bool is_denied(const ServerState& state);

/// What whoever reads `check` should do, in one short sentence; "Nothing: ..." where it comes by itself. Empty when nothing is wrong.
/// `nobody_heals`: why nobody will act although a plan is allowed, or empty.
std::string one_thing_to_do(const CycleReport& report, const std::string& nobody_heals);
/// The same where there is room: with the names that a new certificate must cover.
std::string one_thing_to_do_in_full(const CycleReport& report, const std::string& nobody_heals);
/// That as the last row; no row where there is nothing to do.
void append_to_do_row(std::string& out, const CycleReport& report, const std::string& nobody_heals);

}  // namespace sstp
