#pragma once

#include <cstdint>
#include <string>

namespace sstp::rras_host {

/// How a stand-in is to behave: `C:\rras_host\services\<name>.json`, looked at anew at every decision.
struct ServiceOrders {
    std::uint32_t start_ms = 100;  ///< in START_PENDING, with checkpoints
    std::uint32_t stop_ms = 100;   ///< in STOP_PENDING, with checkpoints
    std::string start = "ok";      ///< ok | hang (pending until the order changes) | fail (stopped with exit_code)
    std::string stop = "ok";       ///< ok | hang | refuse (stop is not accepted: error 1052)
    std::uint32_t exit_code = 0;   ///< for start = fail and die
    bool die = false;              ///< a running service stops by itself with exit_code
    bool plumbs_missing_bindings = false;
    /// SstpSvc keeps the hash for crypto binding that it had when RemoteAccess first started after it: a restart of RemoteAccess
    /// alone does not refresh it, as some users report. Normally it does (win-acme, Posh-ACME and Certify restart nothing else).
    bool keeps_hash = false;
};

ServiceOrders read_orders(const std::string& service);

/// `C:\rras_host\services\<name>.state`: what the listener and the tests see of a stand-in.
void write_service_state(const std::string& service, const std::string& state);
bool is_running(const std::string& service);
/// RRAS keeps its sessions while it runs: none when it starts, and none are left when it stops (`sessions.json`, see mprapi/).
void begin_sessions();
void end_sessions();

}  // namespace sstp::rras_host
