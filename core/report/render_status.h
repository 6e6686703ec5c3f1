#pragma once

#include "core/model/result.h"
#include "core/ports/record.h"
#include "core/report/cycle_report.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sstp {

/// The content of status.json: what the last cycle found, decided and did, and what the record says of earlier ones.
/// One JSON object in ASCII, ends with a line feed; its members are documented in service/commands/README.md.
/// Never throws for any content: text that is no UTF-8 is replaced by U+FFFD.
std::string render_status_json(const CycleReport& report, const RecordContents& record, const ReportHead& head);

/// The same for a person, from the JSON alone, so that `status` needs neither privileges nor a look at the server.
/// `is_old`: nobody keeps it up to date any more, so that its last row, the one thing to do, may be wrong and is left out.
/// Errors: malformed, when `status_json` is no status of ours (half-written by a crash of the disk, or edited).
Result<std::string> render_status_text(std::string_view status_json, bool is_old = false);

/// What `heal` waits for in the status of a running service.
struct StatusGlance {
    std::string version;
    std::uint64_t cycle = 0;
    Wakes wakes;
    MonotonicTime began;               ///< comparable between processes of one boot
    WallTime ended{};
    std::string status;                ///< word(Health)
    std::string summary;
    std::optional<std::string> heal_result;       ///< "succeeded", "undone", ... when the cycle healed
    std::optional<std::string> heal_explanation;
    std::optional<WallTime> last_heal_at;         ///< end of the last heal of any cycle
    std::optional<std::string> last_heal_result;
    std::optional<std::string> last_heal_text;
    std::optional<std::string> refused_why;       ///< when the decision was a refusal
    std::optional<std::string> refused_explanation;
};
/// Errors: malformed, as above.
Result<StatusGlance> read_status(std::string_view status_json);

}  // namespace sstp
