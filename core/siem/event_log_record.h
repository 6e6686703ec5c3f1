#pragma once

#include "core/journal/catalogue.h"

#include <array>
#include <cstdint>
#include <string>

namespace sstp {

/// What ReportEvent is given, in UTF-8. Built here so that it can be tested anywhere; the adapter only converts it.
struct EventLogRecord {
    std::uint32_t id = 0;
    EventLogType type = EventLogType::information;
    /// In the order that is fixed for ever, as the message table names them:
    /// %1 the sentence, %2 the fields as `name=value`, one a line, %3 the event's id (installation id and sequence).
    std::array<std::string, 3> strings;
};

/// The text of every message of the table, with its insertion strings.
inline constexpr char kEventMessageTemplate[] = "%1\n\n%2\n\nid=%3";

/// Limits of one record in characters: well under the 31,839 of a string and what one record may hold altogether.
inline constexpr std::size_t kMostEventLogText = 4'000;
inline constexpr std::size_t kMostEventLogField = 8'000;
inline constexpr std::size_t kMostEventLogFields = 20'000;

/// `event_id`: see event_id() in core/record/journal.h. What is too long is cut and marked. In all strings a blank goes
/// between `%` and what follows: Event Viewer takes `%1` and `%%1` *inside* an insertion string for another insertion
/// (Microsoft, ReportEventW, Remarks: an IPv6 zone such as `fe80::1%4` is enough).
EventLogRecord event_log_record(const JournalEvent& event, const std::string& event_id);

}  // namespace sstp
