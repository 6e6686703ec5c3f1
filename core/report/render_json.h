#pragma once

// For the render_*.cpp files alone: the parts that several JSON documents share. No other header shows nlohmann's types.

#include "core/report/cycle_report.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace sstp {

/// `version`, `computer`.
void append_identity(nlohmann::ordered_json& out, const ReportHead& head);
/// `summary`, `permission`, `policy_problem`, `findings`, `decision`, `plan`.
void append_decision(nlohmann::ordered_json& out, const CycleReport& report);
/// `to_do`: the one thing to do, null where there is nothing.
void append_to_do(nlohmann::ordered_json& out, const CycleReport& report, const std::string& nobody_heals = {});
/// `days_left`, `certificate`, `listener`, `services`.
void append_state(nlohmann::ordered_json& out, const CycleReport& report);
/// `reason`, `severity`, `subject`, `explanation`.
nlohmann::ordered_json json_of(const Finding& finding);
nlohmann::ordered_json json_of(const HealOutcome& outcome);

/// Indented, in ASCII, invalid UTF-8 replaced by U+FFFD, with a line feed at the end.
std::string to_document(const nlohmann::ordered_json& document);

}  // namespace sstp
