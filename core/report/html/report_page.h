#pragma once

#include "core/decision/window.h"
#include "core/model/journal.h"
#include "core/model/state.h"
#include "core/policy/policy_values.h"
#include "core/report/cycle_report.h"
#include "core/report/forecast.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// Everything that the page of one server shows.
struct ReportPage {
    ReportHead head;
    CycleReport report;                ///< a look of now
    Policy policy;                     ///< in force
    std::vector<PolicyValue> values;   ///< of that policy, each with its origin
    RecordContents record;             ///< what RRAS holds, when all was last proven
    std::vector<JournalEvent> events;  ///< oldest first
    std::vector<Opening> windows;      ///< the next ones
    std::optional<Forecast> forecast;  ///< what comes; nothing: none was made
    std::string nobody_heals;          ///< why nobody will act although a plan is allowed, or empty
};

/// One self-contained page in HTML that is well-formed XML too: no script, nothing from a network, for screens and paper, light and dark.
/// Text of any origin is escaped. Never throws for any content.
std::string render_report_html(const ReportPage& page);

}  // namespace sstp
