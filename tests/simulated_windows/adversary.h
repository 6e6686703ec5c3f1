#pragma once

#include "core/model/result.h"
#include "core/model/time.h"

#include <cstdint>

namespace sstp::simulated {

class World;

/// Every call that the product can make into the world. Fault matrices count by these.
enum class PortCall : std::uint8_t {
    bindings_all,
    bindings_last_written,
    bindings_listen_list,
    bindings_at,
    bindings_put,
    bindings_remove,
    bindings_has_update,
    parameters_read,
    parameters_last_written,
    parameters_write,
    parameters_remove,
    parameters_flush,
    services_query,
    services_dependants,
    services_stop,
    services_start,
    services_ask_to_start,
    certificates_list,
    certificates_holds,
    certificates_archive,
    certificates_remove,
    probe,
    probe_port_owner,
    probe_addresses,
    sessions_read,
    machine,
    group_policy_read,
    kill_switch_read,
    files_read,
    files_replace,
    event_log_subscribe,
    event_log_read,
    event_log_reach,
    event_log_end,
    event_sink_report,
    record_load,
    record_commit,
    record_journal,
    clock_synchronised,
    clock_pause,
};
inline constexpr std::size_t kPortCallCount = static_cast<std::size_t>(PortCall::clock_pause) + 1;
const char* word(PortCall call) noexcept;
/// True when the call can change the server (not our own files and database).
bool changes(PortCall call) noexcept;
/// True when the call has no way to fail: an adversary can only let it take time, or end our process at it.
bool cannot_fail(PortCall call) noexcept;

/// What the world does with one call.
enum class Effect : std::uint8_t {
    honest,           ///< as documented
    fails,            ///< an error, and nothing happened
    fails_but_did,    ///< an error, and yet it happened (time-out of a call that went on)
    lies,             ///< success, and yet nothing happened (did not stick)
    crashes_before,   ///< our process dies before it happened
    crashes_after,    ///< our process dies after it happened, before we hear of it
};

struct Verdict {
    Effect effect = Effect::honest;
    ErrorKind kind = ErrorKind::unexpected;
    std::uint32_t code = 0;
    Duration takes{1};   ///< how long the call lasts on both clocks
};

/// Whoever makes life hard. Deterministic: the same calls in the same order get the same verdicts.
class Adversary {
public:
    virtual ~Adversary() = default;
    /// Asked once for each call, in order; `number` counts from 1 over the whole run.
    virtual Verdict on_call(PortCall call, std::uint64_t number) = 0;
    /// Another actor's turn, between any two calls: may change the world through its state, not through ports.
    virtual void between_calls(World& /*world*/) {}
};

/// Thrown by a call at which our process is to die. Nothing in the product catches it.
struct Crash {};

}  // namespace sstp::simulated
