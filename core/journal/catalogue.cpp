#include "core/journal/catalogue.h"

#include <algorithm>

namespace sstp {

namespace {

using enum EventType;
using enum EventSeverity;
constexpr auto kEvent = EventKind::event;
constexpr auto kAlert = EventKind::alert;
constexpr auto kState = EventKind::state;
constexpr auto kNoOutcome = EventOutcome::none;
constexpr auto kSuccess = EventOutcome::success;
constexpr auto kFailure = EventOutcome::failure;
constexpr auto kUnknown = EventOutcome::unknown;
constexpr auto kAlone = Pairing::none;
constexpr auto kProblem = Pairing::problem;
constexpr auto kResolved = Pairing::resolved;
constexpr std::nullopt_t kNobody = std::nullopt;

// One row a kind of event; ids are given once and never to another kind.
// clang-format off
constexpr std::array<CatalogueEntry, kEventTypeCount> kCatalogue{{
    {service_started, 1000, info, "Watchdog started", "process", "start", kEvent, kSuccess, kResolved, service_stopped,
     "version computer", "The service, or `run` in a console, began to watch; no command beside it."},
    {service_stopped, 1001, notice, "Watchdog stopped", "process", "end", kEvent, kNoOutcome, kProblem, service_started,
     "reason", "Nobody watches until it is started again. RRAS is left as it is, but for what a heal had stopped: that is started."},
    {policy_loaded, 1002, notice, "Policy loaded", "configuration", "change", kEvent, kSuccess, kResolved, policy_rejected,
     "mode policy_file", "Another policy is in force."},
    {policy_rejected, 1003, error, "Policy rejected", "configuration", "info", kAlert, kNoOutcome, kProblem, policy_loaded,
     "reason policy_file severity subject since repeated", "The policy file is not valid. The last good one stays in force; without one, defaults in observe mode."},
    {rassstp_event_seen, 1004, warning, "RasSstp event seen", "host", "info", kEvent, kNoOutcome, kAlone, kNobody,
     "event_id channel provider record_id level event_time event_computer strings xml count last_event_time first_sequence", "RRAS logged an event that speaks of certificates. It caused a look."},
    {http_event_seen, 1005, notice, "HTTP.SYS event seen", "host", "info", kEvent, kNoOutcome, kAlone, kNobody,
     "event_id channel provider record_id level event_time event_computer strings xml count last_event_time first_sequence endpoint status", "HTTP.SYS logged that TLS settings of an endpoint were created, changed or deleted, or could not be used (15021). It caused a look."},
    {finding_raised, 1006, critical, "Finding raised", "host", "info", kAlert, kNoOutcome, kProblem, finding_cleared,
     "reason severity subject certificate_sha256 certificate_serial certificate_not_before certificate_not_after certificate_key_bits since repeated", "Something is wrong, or will be. Its severity is the finding's: critical, warning, or notice."},
    {finding_cleared, 1007, notice, "Finding cleared", "host", "info", kEvent, kNoOutcome, kResolved, finding_raised,
     "reason severity subject since", "A finding is no longer true."},
    {heal_planned, 1008, notice, "Heal planned", "host", "info", kEvent, kNoOutcome, kAlone, kNobody,
     "reason urgency asked_by_administrator user certificate_sha256 certificate_serial certificate_not_before certificate_not_after certificate_key_bits caused_by sessions", "A heal is allowed and about to begin."},
    {heal_deferred, 1009, notice, "Heal deferred", "host", "info", kEvent, kNoOutcome, kAlone, kNobody,
     "reason until", "A heal waits for a time that comes by itself: the maintenance window, the quiet period, confirmation, or the schedule of what failed before."},
    {heal_refused, 1010, warning, "Heal refused", "host", "info", kAlert, kNoOutcome, kAlone, kNobody,
     "reason until", "A heal would be due and is not allowed, or not possible. Nothing is changed."},
    {heal_started, 1011, notice, "Heal started", "host", "start", kEvent, kUnknown, kAlone, kNobody,
     "heal_id reason urgency user steps plan certificate_sha256 certificate_sha1 certificate_not_after previous_sha256 caused_by sessions", "The first change is about to be made; the whole unit with all its old values is stored."},
    {step_begun, 1012, info, "Heal step begun", "host", "change", kEvent, kUnknown, kAlone, kNobody,
     "heal_id reason step steps action subject endpoint registry_value value previous_value services certificate_sha256 certificate_sha1 previous_sha1 previous_owner", "One change is about to be made."},
    {step_done, 1013, info, "Heal step done", "host", "change", kEvent, kSuccess, kAlone, kNobody,
     "heal_id reason step steps action subject endpoint registry_value value previous_value services outcome certificate_sha256 certificate_sha1 previous_sha1 previous_owner error error_kind error_code", "One change was made and read back, or taken back (outcome)."},
    {step_failed, 1014, error, "Heal step failed", "host", "change", kEvent, kFailure, kAlone, kNobody,
     "heal_id reason step steps action subject endpoint registry_value value previous_value services outcome certificate_sha256 certificate_sha1 previous_sha1 previous_owner error error_kind error_code", "One change, its proof or its taking back did not work."},
    {heal_succeeded, 1015, notice, "Heal succeeded", "host", "end", kEvent, kSuccess, kAlone, kNobody,
     "heal_id reason outcome restarts certificate_sha256 sessions seconds", "The unit is as it should be, and no family of clients is worse off than before. What is open besides is told with it. The first client that connects is told as heal_confirmed_by_client."},
    {heal_undone, 1016, error, "Heal undone", "host", "end", kAlert, kFailure, kAlone, kNobody,
     "heal_id reason outcome certificate_sha256 restarts sessions seconds", "The heal did not work; the whole unit was taken back and is as it was found."},
    {heal_failed, 1017, critical, "Heal failed and could not be undone wholly", "host", "end", kAlert, kFailure, kAlone, kNobody,
     "heal_id reason outcome certificate_sha256 restarts error error_kind error_code", "Neither end could be reached yet. It is tried again, at most for a day."},
    {certificate_changed, 1018, notice, "Certificate changed", "configuration", "change", kEvent, kNoOutcome, kAlone, kNobody,
     "certificate_sha256 certificate_sha1 certificate_serial certificate_subject certificate_issuer certificate_dns_names certificate_not_before certificate_not_after certificate_key_bits previous_sha256", "Another certificate is in force, whoever changed it."},
    {certificate_expiring, 1019, warning, "Certificate expiring", "host", "info", kAlert, kNoOutcome, kAlone, kNobody,
     "reason severity subject certificate_sha256 certificate_serial certificate_not_before certificate_not_after certificate_key_bits days_left since repeated", "The certificate in force ends soon and has no fit successor. Told instead of finding_raised; finding_cleared with this reason ends it."},
    {budget_exhausted, 1020, warning, "Heal budget exhausted", "host", "info", kAlert, kNoOutcome, kProblem, budget_restored,
     "reason severity subject certificate_sha256 certificate_serial certificate_not_before certificate_not_after certificate_key_bits since repeated", "As many restarts as the policy allows were made. Until the hour or day has passed, only an administrator's heal is."},
    {budget_restored, 1021, notice, "Heal budget restored", "host", "info", kEvent, kNoOutcome, kResolved, budget_exhausted,
     "reason severity subject since", "Heals are allowed again."},
    {event_source_degraded, 1022, warning, "Event source degraded", "host", "info", kAlert, kNoOutcome, kProblem, event_source_restored,
     "reason severity subject certificate_sha256 certificate_serial certificate_not_before certificate_not_after certificate_key_bits since repeated", "The event log or a watch does not answer. The timer still causes looks."},
    {event_source_restored, 1023, notice, "Event source restored", "host", "info", kEvent, kNoOutcome, kResolved, event_source_degraded,
     "reason severity subject since", "Event log and watches work again."},
    {event_source_gap, 1024, warning, "Event log gap", "host", "info", kEvent, kNoOutcome, kAlone, kNobody,
     "gaps", "Records of the event log may have been lost before they were read: it was cleared, or has wrapped beyond the last visit. The server was looked at as a whole."},
    {siem_destination_down, 1025, warning, "SIEM destination down", "network", "end", kAlert, kFailure, kProblem, siem_destination_restored,
     "destination reason error error_kind error_code queued", "A receiver confirms nothing. Events wait for it, within the policy's bounds."},
    {siem_destination_restored, 1026, notice, "SIEM destination restored", "network", "start", kEvent, kSuccess, kResolved, siem_destination_down,
     "destination queued", "A receiver confirms again."},
    {events_dropped, 1027, error, "Events dropped", "host", "info", kAlert, kNoOutcome, kAlone, kNobody,
     "destination count first_sequence last_sequence reason", "Events fell out of a queue, or a receiver refused them for good. The journal may still have them."},
    {heartbeat, 1028, info, "Heartbeat", "host", "info", kState, kNoOutcome, kAlone, kNobody,
     "version cycle healthy findings state days_left", "A sign of life."},
    {recovered_after_crash, 1029, warning, "Recovered after a crash", "host", "info", kEvent, kNoOutcome, kAlone, kNobody,
     "heal_id outcome", "A heal was open when the watchdog started. It was finished, taken back, or overtaken by another while nothing could be read of it (outcome)."},
    {kill_switch_set, 1030, warning, "Kill switch set", "configuration", "change", kEvent, kNoOutcome, kProblem, kill_switch_cleared,
     "reason", "Group Policy holds every change back. What is half changed is brought to an end; nothing new is begun."},
    {kill_switch_cleared, 1031, notice, "Kill switch cleared", "configuration", "change", kEvent, kNoOutcome, kResolved, kill_switch_set,
     "reason", "The policy file decides again."},
    {state_database_replaced, 1032, error, "State database replaced", "database", "change", kAlert, kNoOutcome, kAlone, kNobody,
     "error error_kind error_code", "The state database was damaged and set aside; what could be read was kept, and for an hour there is room for one heal."},
    {certificate_retired, 1033, notice, "Certificate retired", "configuration", "change", kEvent, kUnknown, kAlone, kNobody,
     "heal_id outcome certificate_sha256 certificate_sha1 error_kind", "The replaced certificate was archived or deleted as the policy says, or was to be (outcome). Keys stay."},
    {siem_test, 1034, info, "SIEM test", "network", "info", kEvent, kNoOutcome, kAlone, kNobody,
     "destination", "An administrator asked for a test event."},
    {group_policy_in_force, 1035, notice, "Group Policy in force", "configuration", "change", kEvent, kNoOutcome, kAlone, kNobody,
     "settings", "Group Policy decides these settings instead of the policy file, or none any more."},
    {heal_confirmed_by_client, 1036, notice, "Heal confirmed by a client", "host", "info", kEvent, kNoOutcome, kAlone, kNobody,
     "heal_id session_began seconds", "The first SSTP session since the heal has begun: only that proves crypto binding."},
    {heal_does_not_last, 1037, warning, "Heal does not last", "host", "info", kAlert, kNoOutcome, kProblem, heal_does_last,
     "reason severity subject certificate_sha256 certificate_serial certificate_not_before certificate_not_after certificate_key_bits since repeated", "Somebody puts back what is healed, within a day. What restarts RRAS follows the schedule from now on."},
    {recovery_given_up, 1038, critical, "Recovery given up", "host", "end", kAlert, kFailure, kAlone, kNobody,
     "heal_id reason outcome certificate_sha256", "A heal that could be brought to neither end is closed (a day, three recoveries, or an administrator's heal). The next look plans from what it finds."},
    {names_learned, 1039, notice, "Names learned", "configuration", "info", kEvent, kNoOutcome, kAlone, kNobody,
     "certificate_sha256 names ca previous_names previous_ca", "Clients were seen to accept this certificate: a successor must cover its names and be of its CA."},
    {certificate_adopted, 1040, notice, "Certificate adopted", "configuration", "change", kEvent, kNoOutcome, kAlone, kNobody,
     "certificate_sha256 certificate_sha1 certificate_serial certificate_not_before certificate_not_after certificate_key_bits names ca previous_sha256 previous_names previous_ca", "Somebody moved records, hashes and listeners to another certificate; it is kept, with its names and CA."},
    {machine_identity_changed, 1041, warning, "Machine identity changed", "host", "change", kEvent, kNoOutcome, kAlone, kNobody,
     "computer previous_computer reason", "The record was written under another name, or on another machine (reason): then installation id, budget and what was learned begin anew."},
    {clock_not_believed, 1042, warning, "Clock not believed", "host", "info", kAlert, kNoOutcome, kProblem, clock_believed,
     "reason repeated since", "The clock is behind what was recorded, or has jumped. What dates decide waits."},
    {clock_believed, 1043, notice, "Clock believed", "host", "info", kEvent, kNoOutcome, kResolved, clock_not_believed,
     "reason since", "Dates decide again."},
    {heal_does_last, 1044, notice, "Heal lasts again", "host", "info", kEvent, kNoOutcome, kResolved, heal_does_not_last,
     "reason severity subject since", "Nobody has put back what was healed for a day."},
    {policy_accepted, 1045, notice, "Policy accepted", "configuration", "info", kEvent, kNoOutcome, kResolved, policy_rejected,
     "reason policy_file since", "The policy file is valid again, and is the one that stayed in force."},
}};
// clang-format on

constexpr bool rows_are_in_order() {
    for (std::size_t i = 0; i < kCatalogue.size(); ++i) {
        if (static_cast<std::size_t>(kCatalogue[i].type) != i) return false;
    }
    return true;
}

static_assert(rows_are_in_order(), "catalogue_entry() indexes the table by the type's value");

}  // namespace

const CatalogueEntry& catalogue_entry(EventType type) { return kCatalogue.at(static_cast<std::size_t>(type)); }

std::span<const CatalogueEntry> catalogue() { return kCatalogue; }

std::vector<std::string_view> fields_of(const CatalogueEntry& entry) {
    std::vector<std::string_view> names;
    for (std::string_view rest = entry.fields; !rest.empty();) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        names.push_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return names;
}

std::vector<std::string> uncatalogued_fields(const JournalEvent& event) {
    const auto known = fields_of(catalogue_entry(event.type));
    std::vector<std::string> unknown;
    for (const auto& [name, value] : event.fields) {
        if (std::find(known.begin(), known.end(), name) == known.end()) unknown.push_back(name);
    }
    return unknown;
}

WallTime happened_at(const JournalEvent& event) {
    const bool is_of_windows = event.type == EventType::rassstp_event_seen || event.type == EventType::http_event_seen;
    const auto told = event.fields.find("event_time");
    if (!is_of_windows || told == event.fields.end()) return event.time;
    return from_rfc3339(told->second).value_or(event.time);
}

EventSeverity severity_of(const JournalEvent& event) {
    const EventSeverity usual = catalogue_entry(event.type).severity;
    if (event.type != EventType::finding_raised) return usual;
    const auto given = event.fields.find("severity");
    if (given == event.fields.end()) return usual;
    if (given->second == "warning") return EventSeverity::warning;
    return given->second == "information" ? EventSeverity::notice : usual;
}

const char* word(EventSeverity severity) noexcept {
    switch (severity) {
        case EventSeverity::critical: return "critical";
        case EventSeverity::error: return "error";
        case EventSeverity::warning: return "warning";
        case EventSeverity::notice: return "notice";
        case EventSeverity::info: return "info";
        case EventSeverity::debug: return "debug";
    }
    return "debug";
}

int syslog_number(EventSeverity severity) noexcept { return static_cast<int>(severity); }

int cef_number(EventSeverity severity) noexcept {
    switch (severity) {
        case EventSeverity::critical: return 9;
        case EventSeverity::error: return 7;
        case EventSeverity::warning: return 5;
        case EventSeverity::notice: return 3;
        case EventSeverity::info: return 1;
        case EventSeverity::debug: return 0;
    }
    return 0;
}

/// LEEF's scale begins with 1.
int leef_number(EventSeverity severity) noexcept { return std::max(cef_number(severity), 1); }

EventLogType event_log_type(EventSeverity severity) noexcept {
    switch (severity) {
        case EventSeverity::critical:
        case EventSeverity::error: return EventLogType::error;
        case EventSeverity::warning: return EventLogType::warning;
        case EventSeverity::notice:
        case EventSeverity::info:
        case EventSeverity::debug: return EventLogType::information;
    }
    return EventLogType::information;
}

const char* word(EventOutcome outcome) noexcept {
    switch (outcome) {
        case EventOutcome::none: return "";
        case EventOutcome::success: return "success";
        case EventOutcome::failure: return "failure";
        case EventOutcome::unknown: return "unknown";
    }
    return "";
}

const char* word(EventKind kind) noexcept {
    switch (kind) {
        case EventKind::event: return "event";
        case EventKind::alert: return "alert";
        case EventKind::state: return "state";
    }
    return "event";
}

}  // namespace sstp
