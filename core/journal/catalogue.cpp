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
constexpr auto kText = FieldKind::text;
constexpr auto kNumber = FieldKind::number;
constexpr auto kBoolean = FieldKind::boolean;
constexpr auto kTime = FieldKind::time;
constexpr auto kHostName = FieldKind::host_name;
constexpr auto kHostNames = FieldKind::host_names;
constexpr auto kLines = FieldKind::lines;
constexpr std::nullopt_t kNobody = std::nullopt;

// One row a kind of event; ids are given once and never to another kind.
// clang-format off
constexpr std::array<CatalogueEntry, kEventTypeCount> kCatalogue{{
    {service_started, 1000, info, "Watchdog started", "process", "start", kEvent, kSuccess, kResolved, service_stopped,
     "version computer", "The service, or a console, began to watch."},
    {service_stopped, 1001, notice, "Watchdog stopped", "process", "end", kEvent, kSuccess, kProblem, service_started,
     "reason", "Nobody watches until it is started again. RRAS is left as it is."},
    {policy_loaded, 1002, notice, "Policy loaded", "configuration", "change", kEvent, kSuccess, kResolved, policy_rejected,
     "mode policy_file", "Another policy is in force."},
    {policy_rejected, 1003, error, "Policy rejected", "configuration", "info", kAlert, kFailure, kProblem, policy_loaded,
     "reason policy_file", "The policy file is not valid. The last good one stays in force; without one, defaults in observe mode."},
    {rassstp_event_seen, 1004, warning, "RasSstp event seen", "host", "info", kEvent, kNoOutcome, kAlone, kNobody,
     "event_id channel provider record_id level event_time event_computer strings xml count last_event_time", "RRAS logged an event that the policy watches. It caused a look."},
    {http_event_seen, 1005, notice, "HTTP.SYS event seen", "host", "info", kEvent, kNoOutcome, kAlone, kNobody,
     "event_id channel provider record_id level event_time event_computer strings xml count last_event_time", "HTTP.SYS logged that a binding was created or deleted. It caused a look."},
    {finding_raised, 1006, critical, "Finding raised", "host", "info", kAlert, kFailure, kProblem, finding_cleared,
     "reason severity subject certificate_sha256 certificate_not_after days_left repeated", "Something is wrong, or will be. Its severity is the finding's: critical, warning, or notice."},
    {finding_cleared, 1007, notice, "Finding cleared", "host", "info", kEvent, kSuccess, kResolved, finding_raised,
     "reason severity subject", "A finding is no longer true."},
    {heal_planned, 1008, notice, "Heal planned", "host", "info", kEvent, kNoOutcome, kAlone, kNobody,
     "reason urgency asked_by_administrator certificate_sha256 caused_by", "A heal is allowed and about to begin."},
    {heal_deferred, 1009, notice, "Heal deferred", "host", "info", kEvent, kNoOutcome, kAlone, kNobody,
     "reason until", "A heal waits: for the maintenance window, for confirmation, or for the time between two heals."},
    {heal_refused, 1010, warning, "Heal refused", "host", "info", kAlert, kFailure, kAlone, kNobody,
     "reason until", "A heal would be due and is not allowed, or not possible. Nothing is changed."},
    {heal_started, 1011, notice, "Heal started", "host", "start", kEvent, kUnknown, kAlone, kNobody,
     "heal_id reason urgency steps plan certificate_sha256 certificate_sha1 certificate_not_after previous_sha256 caused_by", "The first change is about to be made; everything needed to undo it is stored."},
    {step_begun, 1012, info, "Heal step begun", "host", "change", kEvent, kUnknown, kAlone, kNobody,
     "heal_id reason step steps action subject endpoint registry_value value previous_value services certificate_sha256 certificate_sha1 previous_sha1 previous_owner", "One change is about to be made."},
    {step_done, 1013, info, "Heal step done", "host", "change", kEvent, kSuccess, kAlone, kNobody,
     "heal_id reason step steps action subject endpoint registry_value value previous_value services outcome certificate_sha256 certificate_sha1 previous_sha1 previous_owner error error_kind error_code", "One change was made and read back, or undone (outcome)."},
    {step_failed, 1014, error, "Heal step failed", "host", "change", kEvent, kFailure, kAlone, kNobody,
     "heal_id reason step steps action subject endpoint registry_value value previous_value services outcome certificate_sha256 certificate_sha1 previous_sha1 previous_owner error error_kind error_code", "One change, its proof or its undoing did not work."},
    {heal_succeeded, 1015, notice, "Heal succeeded", "host", "end", kEvent, kSuccess, kAlone, kNobody,
     "heal_id reason outcome restarts certificate_sha256", "A fresh look and a handshake on each listener prove the server healthy."},
    {heal_undone, 1016, error, "Heal undone", "host", "end", kAlert, kFailure, kAlone, kNobody,
     "heal_id reason outcome certificate_sha256", "The heal did not work; everything is as it was found."},
    {heal_failed, 1017, critical, "Heal failed and could not be undone wholly", "host", "end", kAlert, kFailure, kAlone, kNobody,
     "heal_id reason outcome certificate_sha256 error error_kind error_code", "Something could not be put back yet. It is tried again until it is."},
    {certificate_changed, 1018, notice, "Certificate changed", "configuration", "change", kEvent, kSuccess, kAlone, kNobody,
     "certificate_sha256 certificate_sha1 previous_sha256 certificate_subject certificate_issuer certificate_dns_names certificate_not_after", "Another certificate is in force, whoever changed it."},
    {certificate_expiring, 1019, warning, "Certificate expiring", "host", "info", kAlert, kNoOutcome, kAlone, kNobody,
     "reason severity subject certificate_sha256 certificate_not_after days_left repeated", "The certificate in force ends soon and has no fit successor. Cleared with the finding certificate_expiring."},
    {budget_exhausted, 1020, warning, "Heal budget exhausted", "host", "info", kAlert, kFailure, kProblem, budget_restored,
     "reason severity subject certificate_sha256 certificate_not_after repeated", "As many heals as the policy allows were made. Until the hour or day has passed, only an administrator's heal is."},
    {budget_restored, 1021, notice, "Heal budget restored", "host", "info", kEvent, kSuccess, kResolved, budget_exhausted,
     "reason severity subject", "Heals are allowed again."},
    {event_source_degraded, 1022, warning, "Event source degraded", "host", "info", kAlert, kFailure, kProblem, event_source_restored,
     "reason severity subject certificate_sha256 certificate_not_after repeated", "The event log or a watch does not answer. The timer still causes looks."},
    {event_source_restored, 1023, notice, "Event source restored", "host", "info", kEvent, kSuccess, kResolved, event_source_degraded,
     "reason severity subject", "Event log and watches work again."},
    {event_source_gap, 1024, warning, "Event log gap", "host", "info", kEvent, kFailure, kAlone, kNobody,
     "gaps", "The log was cleared or has wrapped before it was read; events may have been lost. The server was looked at as a whole."},
    {siem_destination_down, 1025, warning, "SIEM destination down", "network", "end", kAlert, kFailure, kProblem, siem_destination_restored,
     "destination reason error error_kind error_code queued", "A receiver confirms nothing. Events wait for it, within the policy's bounds."},
    {siem_destination_restored, 1026, notice, "SIEM destination restored", "network", "start", kEvent, kSuccess, kResolved, siem_destination_down,
     "destination queued", "A receiver confirms again."},
    {events_dropped, 1027, error, "Events dropped", "host", "info", kAlert, kFailure, kAlone, kNobody,
     "destination count first_sequence last_sequence reason", "Events fell out of a queue, or a receiver refused them for good. The journal may still have them."},
    {heartbeat, 1028, info, "Heartbeat", "host", "info", kState, kSuccess, kAlone, kNobody,
     "version cycle healthy findings", "A sign of life."},
    {recovered_after_crash, 1029, warning, "Recovered after a crash", "host", "info", kEvent, kUnknown, kAlone, kNobody,
     "heal_id outcome", "A heal was open when the watchdog started. It was finished, undone, or overtaken by another while nothing could be read of it (outcome)."},
    {kill_switch_set, 1030, warning, "Kill switch set", "configuration", "change", kEvent, kNoOutcome, kProblem, kill_switch_cleared,
     "reason", "Group Policy holds every change back. What was begun is undone; nothing new is begun."},
    {kill_switch_cleared, 1031, notice, "Kill switch cleared", "configuration", "change", kEvent, kNoOutcome, kResolved, kill_switch_set,
     "reason", "The policy file decides again."},
    {state_database_replaced, 1032, error, "State database replaced", "database", "change", kAlert, kFailure, kAlone, kNobody,
     "error error_kind error_code", "The state database was damaged and set aside; what could be read was kept, and the budget counts as spent for a while."},
    {certificate_retired, 1033, notice, "Certificate retired", "configuration", "change", kEvent, kUnknown, kAlone, kNobody,
     "heal_id outcome certificate_sha256 certificate_sha1 error_kind", "The replaced certificate was archived or deleted as the policy says, or was to be (outcome). Keys stay."},
    {siem_test, 1034, info, "SIEM test", "network", "info", kEvent, kSuccess, kAlone, kNobody,
     "destination", "An administrator asked for a test event."},
}};

// Name, kind, CEF key, ECS field (empty: one of our own, made from the name), meaning.
constexpr CatalogueField kFields[] = {
    {"action", kText, "", "", "what a step does: bind, write_value, delete_value, restart; verify for the proof"},
    {"asked_by_administrator", kBoolean, "", "", "true when an administrator asked for the heal"},
    {"caused_by", kText, "", "", "ids of the events seen that brought this about, separated by commas"},
    {"certificate_dns_names", kHostNames, "", "tls.server.x509.alternative_names", "DNS names of the certificate, separated by commas"},
    {"certificate_issuer", kText, "cs3", "tls.server.x509.issuer.distinguished_name", "issuer, RFC 4514"},
    {"certificate_not_after", kTime, "deviceCustomDate1", "tls.server.x509.not_after", "end of the certificate, RFC 3339"},
    {"certificate_sha1", kText, "", "tls.server.hash.sha1", "SHA-1 of the certificate (thumbprint), hex"},
    {"certificate_sha256", kText, "cs1", "tls.server.hash.sha256", "SHA-256 of the certificate that the event is about, hex"},
    {"certificate_subject", kText, "cs2", "tls.server.x509.subject.distinguished_name", "subject, RFC 4514; empty for many public certificates"},
    {"channel", kText, "", "winlog.channel", "event log channel of the event that was seen"},
    {"computer", kHostName, "", "", "name of this server"},
    {"count", kNumber, "", "", "how many"},
    {"cycle", kNumber, "", "", "number of the cycle since the process started"},
    {"days_left", kNumber, "cn1", "", "whole days until the certificate ends"},
    {"destination", kText, "", "", "name of a SIEM destination; absent: the journal itself"},
    {"endpoint", kText, "cs5", "", "address and port of a binding"},
    {"error", kText, "", "error.message", "what was attempted, on what, and what came back"},
    {"error_code", kText, "", "error.code", "code of Windows or SQLite, decimal"},
    {"error_kind", kText, "", "error.type", "stable word for the kind of error"},
    {"event_computer", kHostName, "", "winlog.computer_name", "computer named in the event that was seen"},
    {"event_id", kText, "cs6", "winlog.event_id", "id of the event that was seen"},
    {"event_time", kTime, "", "winlog.time_created", "time of the event that was seen, RFC 3339"},
    {"findings", kNumber, "", "", "number of open findings"},
    {"first_sequence", kNumber, "", "", "sequence number of the first event concerned"},
    {"gaps", kNumber, "", "", "gaps in the event log since the installation"},
    {"heal_id", kText, "", "", "names one heal through all its events"},
    {"healthy", kBoolean, "", "", "true when no finding is above information"},
    {"last_event_time", kTime, "", "", "time of the last of several identical events that are told as one, RFC 3339"},
    {"last_sequence", kNumber, "", "", "sequence number of the last event concerned"},
    {"level", kNumber, "", "", "level of the event that was seen"},
    {"mode", kText, "", "", "heal or observe"},
    {"outcome", kText, "", "", "how it ended, a stable word"},
    {"plan", kText, "", "", "the steps, as sentences separated by semicolons"},
    {"policy_file", kText, "", "", "path of the policy file"},
    {"previous_owner", kText, "", "", "owner of the binding before a take-over"},
    {"previous_sha1", kText, "", "", "SHA-1 that the binding had before, hex"},
    {"previous_sha256", kText, "cs4", "", "SHA-256 of the certificate before, hex"},
    {"previous_value", kText, "", "", "registry value before, hex; absent: there was none"},
    {"provider", kText, "", "winlog.provider_name", "provider of the event that was seen"},
    {"queued", kNumber, "", "", "events that wait for the destination"},
    {"reason", kText, "reason", "event.reason", "stable word for why; several are separated by commas"},
    {"record_id", kText, "", "winlog.record_id", "record number of the event that was seen"},
    {"registry_value", kText, "", "", "name of a value of SSTP's parameters"},
    {"repeated", kBoolean, "", "", "true when it was told before and is still so"},
    {"restarts", kNumber, "", "", "restarts in this heal"},
    {"services", kText, "", "", "services that a restart starts, separated by commas"},
    {"severity", kText, "", "", "severity of the finding: information, warning, critical"},
    {"step", kNumber, "", "", "number of the step, from 1"},
    {"steps", kNumber, "", "", "number of steps"},
    {"strings", kLines, "", "winlog.event_data", "insertion strings of the event that was seen, one a line"},
    {"subject", kText, "", "", "what the finding or step is about: an endpoint, a value, a service"},
    {"until", kTime, "", "", "when it is looked at again, RFC 3339"},
    {"urgency", kText, "", "", "urgent or planned"},
    {"value", kText, "", "", "registry value written, hex"},
    {"version", kText, "", "", "version of the watchdog"},
    {"xml", kText, "", "event.original", "the event that was seen, as Windows renders it"},
};
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

std::span<const CatalogueField> catalogue_fields() { return kFields; }

const CatalogueField* catalogue_field(std::string_view name) {
    const auto* const found = std::lower_bound(std::begin(kFields), std::end(kFields), name,
                                               [](const CatalogueField& field, std::string_view wanted) { return field.name < wanted; });
    return found != std::end(kFields) && found->name == name ? found : nullptr;
}

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
