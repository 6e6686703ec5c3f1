#pragma once

#include "core/ports/record.h"
#include "core/report/cycle_report.h"
#include "tests/core/decision/deciding.h"
#include "tests/core/server_builder.h"

#include <vector>

namespace sstp::example {

// One server on one morning, as the documentation shows it and the rendering tests check it. A report is what the cycle makes of a
// server that can exist: it is assessed and decided by the real functions, never put together by hand.

Certificate ended_certificate();    ///< 3F2A..91 (vpn.example.com), ended 2026-11-21 02:14 UTC
Certificate renewed_certificate();  ///< 8C10..4E (vpn.example.com), until 2027-02-19
ReportHead head();
Policy policy();                    ///< the defaults

// Servers, looked at on 2026-11-21 at 02:19 UTC.
test::ServerBuilder healthy_server();        ///< everything names the renewed certificate
test::ServerBuilder ended_server();          ///< everything names the ended one; the renewed one came after its end
test::ServerBuilder ipv6_put_back_server();  ///< as `healthy_server`, but somebody bound the ended one for IPv6 again
test::ServerBuilder successor_server();      ///< at noon: a newer certificate waits for the night
test::ServerBuilder not_elevated_server();   ///< records and keys answer "access denied"

/// A look at the server, as `check` and `plan` make it.
CycleReport look_at(const test::ServerBuilder& server, const test::Around& around = {});
/// Earlier restarts took the server off for 12 s, and a SIEM is told.
test::Around experienced();

CycleReport healthy();
CycleReport ended();                ///< a plan may run
CycleReport ended_out_of_budget();  ///< the same, and three restarts were made in the last hour
CycleReport healed();               ///< the cycle that healed `ended`, asked for by an administrator
CycleReport successor_waits();
CycleReport behind_load_balancer();
CycleReport not_elevated();

std::vector<DestinationState> destinations();   ///< one that confirms, one that is down
std::vector<JournalEvent> events(); ///< what `healed` told, and the client that came then
RecordContents record();            ///< after `healed`

}  // namespace sstp::example
