#pragma once

#include "core/model/journal.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// How much an event matters, as SIEMs weigh it. The value is the syslog severity (RFC 5424, table 2).
enum class EventSeverity : std::uint8_t { critical = 2, error = 3, warning = 4, notice = 5, info = 6, debug = 7 };
const char* word(EventSeverity severity) noexcept;             ///< "critical" … "debug": ECS `log.level`
int syslog_number(EventSeverity severity) noexcept;            ///< 2 to 7
int cef_number(EventSeverity severity) noexcept;               ///< 9, 7, 5, 3, 1, 0; ECS `event.severity` as well
int leef_number(EventSeverity severity) noexcept;              ///< 9, 7, 5, 3, 1, 1

/// wType of ReportEvent. The values are Windows'.
enum class EventLogType : std::uint16_t { error = 1, warning = 2, information = 4 };
EventLogType event_log_type(EventSeverity severity) noexcept;

enum class EventOutcome : std::uint8_t { none, success, failure, unknown };
const char* word(EventOutcome outcome) noexcept;               ///< ECS `event.outcome`; empty: the event has none

enum class EventKind : std::uint8_t { event, alert, state };
const char* word(EventKind kind) noexcept;                     ///< ECS `event.kind`

/// Whether an event opens a trouble or closes one: SCOM and SIEM rules pair the two.
enum class Pairing : std::uint8_t { none, problem, resolved };

/// One kind of event: everything that any format says of it. What is in here is stable for ever; a golden file guards it.
struct CatalogueEntry {
    EventType type;
    std::uint16_t id;               ///< Event Log id, CEF class id, LEEF event id, ECS `event.code`
    EventSeverity severity;
    std::string_view name;          ///< CEF name: constant, for people, at most 64 characters
    std::string_view category;      ///< ECS `event.category`
    std::string_view ecs_type;      ///< ECS `event.type`, one that ECS expects with the category
    EventKind kind;
    EventOutcome outcome;
    Pairing pairing;
    std::optional<EventType> pair;  ///< the other half
    std::string_view fields;        ///< names, separated by blanks; an event may lack some
    std::string_view meaning;       ///< a sentence for the documentation

    /// MSGID of RFC 5424, `act` of CEF and LEEF, `event.action` of ECS: the journal's word.
    [[nodiscard]] const char* action() const noexcept { return word(type); }
};

const CatalogueEntry& catalogue_entry(EventType type);
/// All of them, in the order of `EventType`.
std::span<const CatalogueEntry> catalogue();

/// What the text of a field is, for formats that have types.
enum class FieldKind : std::uint8_t {
    text,
    number,       ///< whole, decimal
    boolean,      ///< true or false
    time,         ///< RFC 3339
    host_name,    ///< in ASCII formats as A-labels
    host_names,   ///< the same, separated by commas
    lines,        ///< texts, one a line
    account,      ///< of Windows; formats that have two keys for it get domain and name apart
};

/// A field that events may carry. One name means one thing in every event. It is its own LEEF attribute, but for an account.
struct CatalogueField {
    std::string_view name;          ///< at most 32 characters: a PARAM-NAME of RFC 5424
    FieldKind kind;
    std::string_view cef;           ///< key of CEF's dictionary; empty: SstpWatchdogName (cef.h)
    std::string_view ecs;           ///< field of ECS or of Winlogbeat; empty: sstp_watchdog.name
    std::string_view meaning;
};
std::span<const CatalogueField> catalogue_fields();
/// Null when there is none of that name.
const CatalogueField* catalogue_field(std::string_view name);
std::vector<std::string_view> fields_of(const CatalogueEntry& entry);
/// Fields of the event that the catalogue does not give to its type: always a fault in the code that made it.
std::vector<std::string> uncatalogued_fields(const JournalEvent& event);

/// When it happened: of an event of Windows its own time, of every other one the event's.
WallTime happened_at(const JournalEvent& event);

/// The entry's severity; for findings the one that the finding has (field `severity`).
EventSeverity severity_of(const JournalEvent& event);

}  // namespace sstp
