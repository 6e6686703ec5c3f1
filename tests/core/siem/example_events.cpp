#include "tests/core/siem/example_events.h"

#include "core/journal/catalogue.h"

#include <map>
#include <stdexcept>

namespace sstp::example {

namespace {

const std::map<std::string_view, std::string> kValues{
    {"action", "bind"},
    {"asked_by_administrator", "true"},
    {"ca", "the private CA CN=Example Root"},
    {"caused_by", "0123456789abcdef0123456789abcdef-4,0123456789abcdef0123456789abcdef-5"},
    {"certificate_dns_names", "vpn.example.com,vpn2.example.com"},
    {"certificate_issuer", "CN=Example Issuing CA 2,O=Example"},
    {"certificate_key_bits", "2048"},
    {"certificate_not_after", "2027-02-19T09:30:00.000Z"},
    {"certificate_not_before", "2026-11-21T09:30:00.000Z"},
    {"certificate_serial", "04A1B2C3"},
    {"certificate_sha1", "B7D5933EAE0D0095F16098886272EDDCE70AA5FF"},
    {"certificate_sha256", "DE8653148ED90143FCDF32B3415D07C5B83117D76ADAA545A8AB1F79D12F389B"},
    {"certificate_subject", "CN=vpn.example.com,O=M\xC3\xBCller \\+ S\xC3\xB6hne"},
    {"channel", "System"},
    {"computer", "vpn01.example.com"},
    {"count", "412"},
    {"cycle", "17"},
    {"days_left", "-1"},
    {"destination", "soc"},
    {"endpoint", "[::]:443"},
    {"error", "replace the HTTP.SYS binding of [::]:443: A specified logon session does not exist. (1312)"},
    {"error_code", "1312"},
    {"error_kind", "no_usable_key"},
    {"event_computer", "VPN01"},
    {"event_id", "13"},
    {"event_time", "2026-11-21T02:14:00.123Z"},
    {"findings", "2"},
    {"first_sequence", "1001"},
    {"gaps", "1"},
    {"heal_id", "0123456789abcdef0123456789abcdef-h12"},
    {"healthy", "false"},
    {"last_event_time", "2026-11-21T02:14:48.250Z"},
    {"last_sequence", "1412"},
    {"level", "2"},
    {"mode", "heal"},
    {"names", "vpn.example.com,*.example.net"},
    {"outcome", "done"},
    {"plan", "bind B7D5..FF on [::]:443 (no record before); restart RemoteAccess, RasMan, SstpSvc"},
    {"policy_file", R"(C:\ProgramData\SSTP Watchdog\policy.json)"},
    {"previous_ca", "the private CA CN=Example Root"},
    {"previous_computer", "vpn-template.example.com"},
    {"previous_names", "vpn.example.com,www.example.com"},
    {"previous_owner", "{4DC3E181-E14B-4A21-B022-59FC669B0914}"},
    {"previous_sha1", "333FE98886272EDDCE70AA5FF0D0095F16098DD9"},
    {"previous_sha256", "8C10D32B3415D07C5B83117D76ADAA545A8AB1F79D12F389BDE8653148ED914E"},
    {"previous_value", "ABABABABABABABABABABABABABABABABABABABAB"},
    {"provider", "Microsoft-Windows-RasSstp"},
    {"queued", "25"},
    {"reason", "binding_missing_ipv6,hash_sha1_mismatch"},
    {"record_id", "90211"},
    {"registry_value", "Sha1CertificateHash"},
    {"repeated", "true"},
    {"restarts", "1"},
    {"seconds", "12"},
    {"services", "RemoteAccess,RasMan,SstpSvc"},
    {"session_began", "2026-11-21T07:40:11.000Z"},
    {"sessions", "3"},
    {"severity", "critical"},
    {"step", "2"},
    {"steps", "5"},
    {"settings", "dns_names, restarts_per_day"},
    {"since", "2026-11-21T02:14:00.000Z"},
    {"state", "critical"},
    {"status", "0xC000005F"},
    {"strings", "ErrorMessage=The system cannot find the file specified.\n and a second line\nCertificateName=CN=vpn.example.com"},
    {"subject", "[::]:443"},
    {"until", "2026-11-21T03:02:00.000Z"},
    {"urgency", "now"},
    {"user", R"(EXAMPLE\admin)"},
    {"value", "B7D5933EAE0D0095F16098886272EDDCE70AA5FF"},
    {"version", "1.0.0"},
    {"xml",
     "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-RasSstp'/><EventID>13"
     "</EventID></System><EventData><Data>The system cannot find the file specified.</Data></EventData></Event>"},
};

}  // namespace

std::vector<JournalEvent> one_of_each() {
    std::vector<JournalEvent> events;
    for (const CatalogueEntry& entry : catalogue()) {
        // 2026-11-21T02:14:05.678Z and then one a second.
        JournalEvent event{
            events.size() + 1, entry.type, WallTime{Duration{1'795'227'245'678}} + std::chrono::seconds{events.size()}, "", {}};
        event.text = entry.meaning;
        for (const std::string_view field : fields_of(entry)) event.fields.emplace(field, kValues.at(field));
        events.push_back(std::move(event));
    }
    return events;
}

Sender sender() {
    Sender sender{"0123456789abcdef0123456789abcdef", "vpn01.example.com", "1.0.0", 4242};
    sender.addresses = [] {
        std::vector<IpAddress> addresses;
        for (const char* each : {"192.0.2.10", "10.20.30.40", "2001:db8::10"}) addresses.push_back(*IpAddress::parse(each));
        return addresses;
    };
    return sender;
}

std::vector<Way> every_way() {
    std::vector<Way> ways;
    const auto add = [&](std::string name, auto change) {
        Way way{std::move(name), {}};
        change(way.destination);
        ways.push_back(std::move(way));
    };
    using D = SiemDestination;
    const auto number = [](D& d) { d.enterprise_number = 32473; };
    const auto cef = [](D& d) { d.format = SyslogFormat::cef; };
    const auto leef = [](D& d) { d.format = SyslogFormat::leef; };
    const auto json = [](D& d) { d.format = SyslogFormat::json; };
    const auto old = [](D& d) { d.header = SyslogHeader::rfc3164; };
    add("rfc5424", [](D&) {});
    add("rfc5424-enterprise", number);
    add("cef", cef);
    add("cef-enterprise", [&](D& d) { cef(d), number(d), d.facility = 23; });
    add("cef-rfc3164", [&](D& d) { cef(d), old(d), d.facility = 0; });
    add("leef", leef);
    add("leef-enterprise", [&](D& d) { leef(d), number(d); });
    add("leef-rfc3164", [&](D& d) { leef(d), old(d); });
    add("leef-bare", [&](D& d) { leef(d), d.header = SyslogHeader::none; });
    add("json", json);
    add("json-bare", [&](D& d) { json(d), number(d), d.header = SyslogHeader::none; });
    add("json-enterprise", [&](D& d) { json(d), number(d); });
    const auto ocsf = [](D& d) { d.format = SyslogFormat::ocsf; };
    add("ocsf", ocsf);
    add("ocsf-bare", [&](D& d) { ocsf(d), d.header = SyslogHeader::none; });
    add("https-ocsf", [](D& d) { d.type = DestinationType::https, d.profile = HttpsProfile::ocsf; });
    add("https-json", [](D& d) { d.type = DestinationType::https; });
    add("https-hec", [](D& d) { d.type = DestinationType::https, d.profile = HttpsProfile::hec; });
    return ways;
}

}  // namespace sstp::example
