#include "core/journal/catalogue.h"

#include <algorithm>
#include <iterator>

namespace sstp {

namespace {

constexpr auto kText = FieldKind::text;
constexpr auto kNumber = FieldKind::number;
constexpr auto kBoolean = FieldKind::boolean;
constexpr auto kTime = FieldKind::time;
constexpr auto kHostName = FieldKind::host_name;
constexpr auto kHostNames = FieldKind::host_names;
constexpr auto kLines = FieldKind::lines;

// clang-format off
// Name, kind, CEF key, ECS field (empty: one of our own, made from the name), meaning.
constexpr CatalogueField kFields[] = {
    {"action", kText, "", "", "what a step does: bind, write_value, restart_services, start_service; verify for the proof"},
    {"asked_by_administrator", kBoolean, "", "", "true when an administrator asked for the heal"},
    {"ca", kText, "", "", "CA of the certificate, for people"},
    {"caused_by", kText, "", "", "ids of the events seen that brought this about, separated by commas"},
    {"certificate_dns_names", kHostNames, "", "tls.server.x509.alternative_names", "DNS names of the certificate, separated by commas"},
    {"certificate_issuer", kText, "cs3", "tls.server.x509.issuer.distinguished_name", "issuer, RFC 4514"},
    {"certificate_key_bits", kNumber, "", "tls.server.x509.public_key_size", "size of its key"},
    {"certificate_not_after", kTime, "deviceCustomDate1", "tls.server.x509.not_after", "end of the certificate, RFC 3339"},
    {"certificate_not_before", kTime, "", "tls.server.x509.not_before", "begin of the certificate, RFC 3339"},
    {"certificate_serial", kText, "", "tls.server.x509.serial_number", "serial number, hex"},
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
    {"event_time", kTime, "", "winlog.time_created", "time of the event that was seen, RFC 3339: when it happened, where the message tells two times"},
    {"findings", kNumber, "", "", "number of open findings"},
    {"first_sequence", kNumber, "", "", "sequence number of the first event concerned; of a repetition: of the event that tells all its data"},
    {"gaps", kNumber, "", "", "gaps in the event log since the installation"},
    {"heal_id", kText, "", "", "names one heal through all its events"},
    {"healthy", kBoolean, "", "", "true when no finding is above information"},
    {"last_event_time", kTime, "", "", "time of the last of several identical events that are told as one, RFC 3339"},
    {"last_sequence", kNumber, "", "", "sequence number of the last event concerned"},
    {"level", kNumber, "", "", "level of the event that was seen"},
    {"mode", kText, "", "", "heal or observe"},
    {"names", kHostNames, "", "", "names that a successor must cover, separated by commas"},
    {"outcome", kText, "", "", "how it ended, a stable word"},
    {"plan", kText, "", "", "the steps, as sentences separated by semicolons"},
    {"policy_file", kText, "", "", "path of the policy file"},
    {"previous_ca", kText, "", "", "CA required before, for people"},
    {"previous_computer", kHostName, "", "", "name of this server, or of the machine that wrote the record, before"},
    {"previous_names", kHostNames, "", "", "names required before, separated by commas"},
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
    {"seconds", kNumber, "", "", "how long: without SSTP in this heal; from the heal to the first session"},
    {"services", kText, "", "", "services that a restart starts, separated by commas"},
    {"session_began", kTime, "", "", "begin of the first session since the heal, RFC 3339"},
    {"sessions", kNumber, "", "", "VPN sessions that the restart ends, of every kind of tunnel"},
    {"settings", kText, "", "", "settings that Group Policy decides, separated by commas"},
    {"severity", kText, "", "", "severity of the finding: information, warning, critical"},
    {"since", kTime, "", "", "when it was first told, RFC 3339"},
    {"state", kText, "", "", "state of the server in one word: ok, warning, critical or unknown"},
    {"status", kText, "", "", "NTSTATUS of HTTP.SYS, hex"},
    {"step", kNumber, "", "", "number of the step, from 1"},
    {"steps", kNumber, "", "", "number of steps"},
    {"strings", kLines, "", "winlog.event_data", "data of the event that was seen: name=value, one a line; a line that begins with a blank goes on with the value before it"},
    {"subject", kText, "", "", "what the finding or step is about: an endpoint, a value, a service"},
    {"until", kTime, "", "", "when it is looked at again, RFC 3339"},
    {"urgency", kText, "", "", "now, soon or planned"},
    {"user", FieldKind::account, "suser", "user.name", "account that asked, where it is known"},
    {"value", kText, "", "", "registry value written, hex"},
    {"version", kText, "", "", "version of the watchdog"},
    {"xml", kText, "", "event.original", "the event that was seen, as Windows renders it"},
};
// clang-format on

}  // namespace

std::span<const CatalogueField> catalogue_fields() { return kFields; }

const CatalogueField* catalogue_field(std::string_view name) {
    const auto* const found = std::lower_bound(std::begin(kFields), std::end(kFields), name,
                                               [](const CatalogueField& field, std::string_view wanted) { return field.name < wanted; });
    return found != std::end(kFields) && found->name == name ? found : nullptr;
}

}  // namespace sstp
