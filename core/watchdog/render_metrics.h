#pragma once

#include "core/ports/record.h"
#include "core/watchdog/watchdog.h"

#include <string>

namespace sstp {

/// Notes of the record (RecordContents::notes) that the metrics are made from. Decimal counters; a missing one is 0.
/// The cycle adds to them in the same commit as the event they count, so that they survive restarts.
inline constexpr char kNoteHealsPrefix[] = "heals_total.";             ///< + word(HealResult): "heals_total.succeeded"
inline constexpr char kNoteLastHealAt[] = "last_heal_at";              ///< RFC 3339, end of the last heal, any result
inline constexpr char kNoteLastHealResult[] = "last_heal_result";      ///< word(HealResult)
inline constexpr char kNoteLastHealText[] = "last_heal_text";          ///< HealOutcome::explanation
inline constexpr char kNoteEventLogGaps[] = "event_log_gaps_total";    ///< times that a bookmark had lost its record

/// The content of sstp_watchdog.prom, for the textfile collector of windows_exporter: Prometheus text format 0.0.4,
/// LF only, ends with a line feed, absolute timestamps. Names and labels: facts, "Monitoring names". Never throws.
std::string render_metrics(const CycleReport& report, const RecordContents& record, const WatchdogOptions& options);

}  // namespace sstp
