#pragma once

#include "core/model/policy.h"
#include "core/report/cycle_report.h"

#include <string>

namespace sstp {

/// What `check` prints: a Nagios plug-in's status line with performance data, then one line for each finding, what
/// would be done about them, and why it is not being done yet. Source: Monitoring Plugins Development Guidelines 2.
/// `nobody_heals`: why nobody will act although a plan is allowed ("the service is not running"), or empty.
std::string render_check_text(const CycleReport& report, const Policy& policy, const std::string& nobody_heals);

/// The same as one JSON object in ASCII; its members are documented in service/commands/README.md. Never throws.
std::string render_check_json(const CycleReport& report, const ReportHead& head);

/// 0 ok, 1 warning, 2 critical, 3 unknown.
int check_exit_code(const CycleReport& report);

}  // namespace sstp
