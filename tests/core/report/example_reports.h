#pragma once

#include "core/ports/record.h"
#include "core/watchdog/watchdog.h"

namespace sstp::example {

// One server on one morning, as the documentation shows it and the rendering tests check it.

Certificate ended_certificate();    ///< 3F2A..91 (vpn.example.com), ended 2026-11-21 02:14 UTC
Certificate renewed_certificate();  ///< 8C10..4E (vpn.example.com), until 2027-02-19
WatchdogOptions options();
Policy policy();

CycleReport healthy();              ///< everything names the renewed certificate
CycleReport broken();               ///< IPv6 still serves the ended one; a plan may run
CycleReport broken_out_of_budget(); ///< the same, and three heals were made in the last hour
CycleReport healed();               ///< the cycle that healed `broken`
CycleReport behind_load_balancer();
CycleReport not_elevated();         ///< bindings and store answer "access denied"
std::vector<DestinationState> destinations();   ///< one that confirms, one that is down
std::vector<JournalEvent> events(); ///< what `healed` told
RecordContents record();            ///< after `healed`

}  // namespace sstp::example
