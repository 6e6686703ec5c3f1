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
    // Of RemoteAccess alone, looked at when it starts:
    std::uint32_t ready_ms = 0;         ///< from RUNNING until SSTP answers
    std::string until_ready = "503";    ///< 503 | refused (nobody listens): what clients meet meanwhile
    std::uint32_t refuses_ipv4 = 0;     ///< error of HTTP.SYS for a record that RRAS makes; 0: it takes what is right
    std::uint32_t refuses_ipv6 = 0;     ///< the same: IPv6 is off, or the address belongs to somebody
    // SstpStartTraits has these four.
    bool sstp_ports = true;
    bool registers_uri = true;
    bool insists_on_certificate = true;
    bool listener_errors_end_it = true;
    // Of SstpSvc alone. Normally a restart of RemoteAccess is enough (win-acme, Posh-ACME and Certify restart nothing else); some users
    // report that it is not.
    bool keeps_hash = false;
    bool keeps_listener = false;
};

ServiceOrders read_orders(const std::string& service);

/// `C:\rras_host\services\<name>.state`: what the listener and the tests see of a stand-in.
void write_service_state(const std::string& service, const std::string& state);
bool is_running(const std::string& service);
/// RRAS keeps its sessions while it runs: none when it starts, and none are left when it stops (`sessions.json`, see mprapi/).
void begin_sessions();
void end_sessions();

}  // namespace sstp::rras_host
