#include "core/siem/event_log_record.h"

#include "core/siem/unicode.h"

#include <fmt/format.h>

namespace sstp {

namespace {

/// No insertion inside an insertion, no control characters but line ends.
std::string harmless(std::string_view text, bool lines_allowed) {
    std::string safe;
    safe.reserve(text.size());
    for (const char character : text) {
        const bool is_control = static_cast<unsigned char>(character) < 0x20 || character == 0x7F;
        if (character == '%') {
            safe += "% ";
        } else if (is_control) {
            safe += character == '\n' && lines_allowed ? '\n' : ' ';
        } else {
            safe += character;
        }
    }
    return safe;
}

}  // namespace

EventLogRecord event_log_record(const JournalEvent& event, const std::string& event_id) {
    std::string fields;
    for (const auto& [name, value] : event.fields) {
        fields += fmt::format("{}{}={}", fields.empty() ? "" : "\n", name, shortened(harmless(value, false), kMostEventLogField));
    }
    return {catalogue_entry(event.type).id,
            event_log_type(severity_of(event)),
            {shortened(harmless(event.text, true), kMostEventLogText), shortened(fields, kMostEventLogFields), harmless(event_id, false)}};
}

}  // namespace sstp
