#include "tests/core/report/example_reports.h"

#include "core/record/notes.h"

namespace sstp::example {

namespace {

WallTime at(const char* time) { return from_rfc3339(time).value(); }

Certificate certificate(std::uint8_t first, std::uint8_t last, const char* serial, const char* from, const char* until) {
    Certificate made;
    std::array<std::uint8_t, 20> thumbprint{};
    std::array<std::uint8_t, 32> hash{};
    for (std::size_t i = 0; i < thumbprint.size(); ++i) thumbprint[i] = static_cast<std::uint8_t>(first + 17 * i);
    for (std::size_t i = 0; i < hash.size(); ++i) hash[i] = static_cast<std::uint8_t>(last + 29 * i);
    thumbprint[1] = first == 0x3F ? 0x2A : 0x10;
    thumbprint.back() = last;
    made.thumbprint = Thumbprint{thumbprint};
    made.hash = CertificateHash{hash};
    made.subject = "CN=vpn.example.com";
    made.subject_cn = "vpn.example.com";
    made.issuer = "CN=Example Issuing CA 2,O=Example";
    made.issuer_cn = "Example Issuing CA 2";
    made.serial = serial;
    made.not_before = at(from);
    made.not_after = at(until);
    made.dns_names = {"vpn.example.com"};
    made.purposes = std::vector<std::string>{kServerAuthentication};
    made.key = KeyState::usable;
    made.key_algorithm = KeyAlgorithm::rsa;
    made.key_bits = 2048;
    made.chain = ChainVerdict{ChainTrust::trusted, Revocation::good, {}};
    return made;
}

ListenerBinding bound(AddressFamily family, const Certificate& to) {
    ListenerBinding binding;
    binding.endpoint = Endpoint::wildcard(family, 443);
    binding.certificate = to.thumbprint.to_vector();
    binding.app_id = kSstpAppId;
    binding.store = "MY";
    return binding;
}

Served served(const Certificate& by) { return {by.hash, by.thumbprint, by.not_after, by.subject, 401}; }

Moment moment(const char* time, std::int64_t since_boot) { return {at(time), MonotonicTime{Duration{since_boot}}}; }

ServiceStatus running(const char* name) { return {name, ServiceState::running, StartType::automatic, 0, 0, at("2026-11-20T21:03:11Z")}; }

HealPlan plan() {
    HealPlan plan;
    plan.target = renewed_certificate();
    plan.steps = {BindStep{bound(AddressFamily::ipv6, ended_certificate()), bound(AddressFamily::ipv6, renewed_certificate())},
                  RestartStep{{"RemoteAccess", "RasMan", "SstpSvc"}}};
    plan.cures = {Reason::certificate_expired, Reason::binding_mismatch};
    return plan;
}

}  // namespace

Certificate ended_certificate() { return certificate(0x3F, 0x91, "1E000000A4", "2026-08-23T02:14:00Z", "2026-11-21T02:14:00Z"); }

Certificate renewed_certificate() { return certificate(0x8C, 0x4E, "1E000000B7", "2026-11-18T00:00:00Z", "2027-02-19T00:00:00Z"); }

WatchdogOptions options() {
    WatchdogOptions options;
    options.version = "1.0.0";
    options.computer = "VPN01";
    return options;
}

Policy policy() { return {}; }

CycleReport healthy() {
    CycleReport report;
    report.number = 41;
    report.wakes = {Wake::timer};
    report.began = moment("2026-11-21T02:19:58.120Z", 19'007'120);
    report.ended = moment("2026-11-21T02:19:58.540Z", 19'007'540);
    report.state.looked_at = report.began;
    report.state.settings.sha1_hash = renewed_certificate().thumbprint;
    report.state.settings.sha256_hash = renewed_certificate().hash;
    report.state.ipv4_binding = bound(AddressFamily::ipv4, renewed_certificate());
    report.state.ipv6_binding = bound(AddressFamily::ipv6, renewed_certificate());
    report.state.shadowing = std::vector<ShadowingBinding>{};
    report.state.certificates = std::vector<Certificate>{ended_certificate(), renewed_certificate()};
    for (const char* name : {"RemoteAccess", "RasMan", "SstpSvc"}) report.state.services[name] = running(name);
    report.state.ipv4_served = served(renewed_certificate());
    report.state.ipv6_served = served(renewed_certificate());
    report.current = renewed_certificate();
    report.healthy = true;
    return report;
}

CycleReport broken() {
    CycleReport report = healthy();
    report.wakes = {Wake::event_log, Wake::timer};
    report.state.ipv6_binding = bound(AddressFamily::ipv6, ended_certificate());
    report.state.ipv6_served = served(ended_certificate());
    report.findings = {
        {Reason::certificate_expired, Severity::critical, "[::]:443",
         "[::]:443 serves " + ended_certificate().thumbprint.brief() + " (vpn.example.com), which ended 2026-11-21 02:14 UTC."},
        {Reason::binding_mismatch, Severity::critical, "[::]:443",
         "[::]:443 names " + ended_certificate().thumbprint.brief() + ", 0.0.0.0:443 names " + renewed_certificate().thumbprint.brief() +
             "."}};
    report.plan = plan();
    report.decision = plan();
    report.healthy = false;
    report.destinations = destinations();
    return report;
}

CycleReport broken_out_of_budget() {
    CycleReport report = broken();
    report.decision = Refused{"budget_exhausted", "3 heals in the last hour (limit 3). To override: sstp-watchdog heal --now.",
                              at("2026-11-21T03:02:00Z")};
    return report;
}

CycleReport healed() {
    CycleReport report = healthy();
    report.wakes = {Wake::administrator_heal};
    report.ended = moment("2026-11-21T02:20:11.902Z", 19'020'902);
    report.state.looked_at = report.ended;
    report.decision = plan();
    report.plan = std::nullopt;
    report.heal = HealOutcome{HealResult::succeeded,
                              "5b1f0c6e93a24a7d8e02f4d1c7b98a36-12",
                              "Both listeners serve " + renewed_certificate().thumbprint.brief() + " and answer the SSTP URI with 401.",
                              1,
                              {}};
    report.destinations = destinations();
    return report;
}

std::vector<DestinationState> destinations() {
    DestinationState soc;
    soc.name = "soc";
    soc.where = "siem.example.com:6514 (tls)";
    soc.position.cursor = 318;
    soc.position.confirmed_total = 316;
    soc.position.retries_total = {{"connect", 3}};
    soc.position.last_attempt = LastAttempt{.at = at("2026-11-21T02:20:12.010Z"),
                                            .confirmed = true,
                                            .host = "siem.example.com:6514",
                                            .peer = "CN=siem.example.com, SHA-256 " + ended_certificate().hash.to_string(),
                                            .protocol = "TLS 1.3",
                                            .up_to_sequence = 318};
    soc.waiting.last_sequence = 318;
    DestinationState archive;
    archive.name = "archive";
    archive.where = "10.0.0.7:514 (tcp)";
    archive.position.cursor = 297;
    archive.position.confirmed_total = 290;
    archive.position.retries_total = {{"connect", 41}};
    archive.position.losses[LossReason::queue_full] = {.total = 4, .first_sequence = 0, .last_sequence = 12, .told = 4};
    archive.position.down_since = at("2026-11-20T22:41:07Z");
    archive.position.last_attempt = LastAttempt{.at = at("2026-11-21T02:17:40.500Z"),
                                                .confirmed = false,
                                                .host = "10.0.0.7:514",
                                                .protocol = "TCP",
                                                .problem =
                                                    "could not connect to 10.0.0.7:514: No connection could be made because the "
                                                    "target machine actively refused it. (10061)",
                                                .up_to_sequence = 318,
                                                .reason = "connect"};
    archive.waiting = {.count = 21, .first_sequence = 298, .oldest = at("2026-11-20T22:40:00.120Z"), .last_sequence = 318};
    return {soc, archive};
}

CycleReport behind_load_balancer() {
    CycleReport report;
    report.began = report.ended = moment("2026-11-21T02:19:58.120Z", 19'007'120);
    report.state.looked_at = report.began;
    report.state.settings.use_https = 0U;
    report.findings = {{Reason::tls_offloaded, Severity::information, "UseHttps", "UseHttps is 0: TLS ends before this server."}};
    report.decision = Refused{"tls_offloaded", "UseHttps is 0: TLS ends before this server, and nothing is changed here.", {}};
    report.healthy = true;
    return report;
}

CycleReport not_elevated() {
    CycleReport report = healthy();
    const Unreadable denied{{ErrorKind::access_denied, "list the HTTP.SYS bindings", {}, 5, "Access is denied."}};
    report.state.ipv4_binding = denied;
    report.state.ipv6_binding = denied;
    report.state.shadowing = denied;
    report.findings = {{Reason::state_unreadable, Severity::warning, "HTTP.SYS", "The HTTP.SYS bindings could not be read."}};
    report.decision = Refused{"state_unreadable", "The HTTP.SYS bindings could not be read, and what is not known is not changed.", {}};
    report.healthy = false;
    return report;
}

std::vector<JournalEvent> events() {
    const std::string id = "5b1f0c6e93a24a7d8e02f4d1c7b98a36-12";
    return {{317,
             EventType::heal_started,
             at("2026-11-21T02:19:58.300Z"),
             "Healing began: bind 8C10..4E on [::]:443 (was 3F2A..91).",
             {{"heal_id", id}}},
            {318,
             EventType::heal_succeeded,
             at("2026-11-21T02:20:11.902Z"),
             "Both listeners serve 8C10..4E and answer.",
             {{"heal_id", id}, {"outcome", "succeeded"}, {"restarts", "1"}}}};
}

RecordContents record() {
    RecordContents record;
    record.installation_id = "5b1f0c6e93a24a7d8e02f4d1c7b98a36";
    record.last_sequence = 318;
    record.heal_count = 12;
    record.charges = {{moment("2026-11-20T22:40:00Z", 5'809'000), "5b1f0c6e93a24a7d8e02f4d1c7b98a36-11", "heal"},
                      {moment("2026-11-21T02:19:58.200Z", 19'007'200), "5b1f0c6e93a24a7d8e02f4d1c7b98a36-12", "heal"}};
    record.known_good = KnownGood{renewed_certificate().hash, {"vpn.example.com"}, at("2026-11-21T02:20:11.902Z")};
    record.notes = {
        {std::string{kNoteHealsPrefix} + "succeeded", "11"},
        {std::string{kNoteHealsPrefix} + "undone", "1"},
        {kNoteLastHealAt, "2026-11-21T02:20:11.902Z"},
        {kNoteLastHealResult, "succeeded"},
        {kNoteLastHealText, "Both listeners serve " + renewed_certificate().thumbprint.brief() + " and answer the SSTP URI with 401."},
        {kNoteEventLogGaps, "2"}};
    return record;
}

}  // namespace sstp::example
