#include "tests/core/report/example_forecast.h"

#include "core/watchdog/rehearsal/forecast.h"
#include "tests/core/report/example_reports.h"

namespace sstp::example {

using namespace std::chrono_literals;

Snapshot snapshot() {
    Certificate renewed = renewed_certificate();
    renewed.chain_ends = from_rfc3339("2027-01-31T12:00:00Z").value();
    const test::ServerBuilder server = successor_server().replacing(renewed);
    Snapshot made;
    made.version = head().version;
    made.computer = head().computer;
    made.state = server.state;
    made.record.installation_id = std::string(32, 'a');
    made.record.learned = server.memory.learned;
    made.record.proven = server.memory.proven;
    made.record.names_ever = server.memory.names_ever;
    made.record.held = server.memory.held;
    made.record.sessions = server.memory.sessions;
    made.record.heals.outages = {12s};
    made.sessions = Sessions{{3, made.state.looked_at.wall - 1h}, {}};
    made.machine = {"5a3e5f0e-0000-4000-8000-000000000001", head().computer, "00000000-0000-0000-0000-ac1f6b000001"};
    made.domain = "corp.example";
    made.policy_file = "{}";
    return made;
}

Forecast forecast(int days) { return rehearsal::forecast(snapshot(), days * 24h); }

}  // namespace sstp::example
