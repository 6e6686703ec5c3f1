// What an event costs in each format, and what it costs to shorten one for a datagram. items_per_second are events.

#include "core/siem/message.h"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace {

using namespace sstp;

/// As common as they are: a finding with its certificate, and an event of RasSstp with its record.
std::vector<JournalEvent> events() {
    const WallTime time{Duration{1'795'227'245'678}};
    const std::string xml(1'500, 'x');
    return {
        {1,
         EventType::finding_raised,
         time,
         "The stored hash names 8C10..4E, but 3F2A..91 (vpn.example.com) is bound on 0.0.0.0:443.",
         {{"reason", "hash_sha256_mismatch"},
          {"severity", "critical"},
          {"subject", "Sha256CertificateHash"},
          {"certificate_sha256", "DE8653148ED90143FCDF32B3415D07C5B83117D76ADAA545A8AB1F79D12F389B"},
          {"certificate_not_after", "2027-02-19T09:30:00.000Z"}}},
        {2,
         EventType::rassstp_event_seen,
         time,
         "RasSstp reported event 13 at 2026-11-21 02:14 UTC: The system cannot find the file specified.",
         {{"event_id", "13"},
          {"channel", "System"},
          {"provider", "Microsoft-Windows-RasSstp"},
          {"record_id", "90211"},
          {"level", "2"},
          {"event_time", "2026-11-21T02:14:00.123Z"},
          {"event_computer", "VPN01"},
          {"strings", "The system cannot find the file specified.\n0x80070002"},
          {"xml", "<Event>" + xml + "</Event>"}}},
    };
}

void rendering(benchmark::State& state, const SiemDestination& destination) {
    const std::vector<JournalEvent> batch = events();
    const Sender sender{"0123456789abcdef0123456789abcdef", "vpn01.example.com", "1.0.0", 4242};
    for (auto _ : state) benchmark::DoNotOptimize(render_payload(destination, batch, sender));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch.size()));
}

SiemDestination syslog(SyslogFormat format, SyslogTransport transport = SyslogTransport::tls) {
    SiemDestination destination;
    destination.format = format;
    destination.transport = transport;
    return destination;
}

SiemDestination https(HttpsProfile profile) {
    SiemDestination destination;
    destination.type = DestinationType::https;
    destination.profile = profile;
    return destination;
}

BENCHMARK_CAPTURE(rendering, rfc5424, syslog(SyslogFormat::rfc5424));
BENCHMARK_CAPTURE(rendering, cef, syslog(SyslogFormat::cef));
BENCHMARK_CAPTURE(rendering, leef, syslog(SyslogFormat::leef));
BENCHMARK_CAPTURE(rendering, json, syslog(SyslogFormat::json));
BENCHMARK_CAPTURE(rendering, ocsf, syslog(SyslogFormat::ocsf));
BENCHMARK_CAPTURE(rendering, hec, https(HttpsProfile::hec));
BENCHMARK_CAPTURE(rendering, rfc5424_datagrams_half_of_them_shortened, syslog(SyslogFormat::rfc5424, SyslogTransport::udp));
BENCHMARK_CAPTURE(rendering, json_datagrams_half_of_them_shortened, syslog(SyslogFormat::json, SyslogTransport::udp));

}  // namespace
