#pragma once

#include "core/ports/record.h"
#include "core/report/cycle_report.h"

#include <string>

namespace sstp {

/// The content of sstp_watchdog.prom, for the textfile collector of windows_exporter: Prometheus text format 0.0.4,
/// LF only, ends with a line feed, absolute timestamps. Names and labels: facts, "Monitoring names". Never throws.
std::string render_metrics(const CycleReport& report, const RecordContents& record, const ReportHead& head);

}  // namespace sstp
