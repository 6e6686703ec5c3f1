#pragma once

#include "core/model/policy.h"
#include "core/report/cycle_report.h"

#include <cstddef>
#include <optional>
#include <string>

namespace sstp {

/// The first line of `check`: a Nagios plug-in's status line with performance data. Source: Monitoring Plugins Development Guidelines 2.
/// `console`: the width of the console that it goes to, where the line is wrapped and has no performance data, which nobody reads there;
/// nothing: it goes to a program.
std::string check_status_line(const CycleReport& report, const Policy& policy, std::optional<std::size_t> console);

/// What `check` prints: that line, and at most five more that fit a console: the worst finding, the plan and its price, why not yet, where
/// to read on, and last the one thing to do.
/// `nobody_heals`: why nobody will act although a plan is allowed ("the service is not running"), or empty.
std::string render_check_brief(const CycleReport& report, const Policy& policy, const std::string& nobody_heals,
                               std::optional<std::size_t> console = std::nullopt);

/// What `check --verbose` prints: that line, one row for each finding, what listeners serve, what would be done, why not yet, and last the
/// one thing to do. `console`: for the first line alone; see fitted.h.
std::string render_check_text(const CycleReport& report, const Policy& policy, const std::string& nobody_heals,
                              std::optional<std::size_t> console = std::nullopt);

/// The same as one JSON object in ASCII; its members are documented in service/commands/README.md. Never throws.
std::string render_check_json(const CycleReport& report, const ReportHead& head, const std::string& nobody_heals = {});

/// 0 ok, 1 warning, 2 critical, 3 unknown.
int check_exit_code(const CycleReport& report);

}  // namespace sstp
