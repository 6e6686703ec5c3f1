#pragma once

#include "core/report/cycle_report.h"

#include <string>

namespace sstp {

/// What `plan` prints: whether there is anything to do, each step with the value it replaces, what it cures, and what
/// stands in the way; last how to run it, or the one thing to do instead.
std::string render_plan_text(const CycleReport& report);
/// The same as one JSON object in ASCII; its members are documented in service/commands/README.md. Never throws.
/// `nobody_heals`: why nobody will act although the plan is allowed, or empty.
std::string render_plan_json(const CycleReport& report, const ReportHead& head, const std::string& nobody_heals = {});

/// 0 nothing to do, 10 there is a plan and it may run, 11 refused, 3 unknown.
int plan_exit_code(const CycleReport& report);

}  // namespace sstp
