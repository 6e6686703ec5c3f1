#pragma once

#include "core/model/journal.h"
#include "core/report/cycle_report.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// What `history` prints: one line for each event. On a console of so many columns the text of one that does not fit goes on under itself,
/// or, where little room is left, stands under the event's word.
std::string render_history_text(const std::vector<JournalEvent>& events, std::optional<std::size_t> console = std::nullopt);
/// The same as one JSON object in ASCII; its members are documented in service/commands/README.md. Never throws.
std::string render_history_json(const std::vector<JournalEvent>& events, const ReportHead& head);

/// What `--since` takes: a time in RFC 3339, a date (`2026-11-21`, its midnight in UTC), or an age (`30m`, `24h`, `7d`)
/// before `now`. Nothing when it is none of these.
std::optional<WallTime> read_since(std::string_view text, WallTime now);

}  // namespace sstp
