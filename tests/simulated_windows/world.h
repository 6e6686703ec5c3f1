#pragma once

#include "core/model/server_state.h"
#include "core/ports/event_log.h"
#include "core/ports/services.h"
#include "core/model/journal.h"
#include "tests/simulated_windows/adversary.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace sstp::simulated {

struct StoredCertificate {
    Certificate certificate;     ///< `chain` is the verdict that the engine would give with revocation looked at
    bool archived = false;
};

struct SimulatedService {
    ServiceStatus status;
    std::vector<std::string> depends_on;
    Duration stop_takes{2000};
    Duration start_takes{3000};
    bool stop_hangs = false;
    bool start_hangs = false;
    std::uint32_t start_fails_with = 0;   ///< exit code with which it ends at once
};

/// What RRAS read when it last started: it uses these until it starts again.
struct RrasInMemory {
    std::optional<CertificateHash> sha256;
    std::optional<Thumbprint> sha1;
};

/// One change that the product made (not other actors, not RRAS): the oath's properties look at these.
struct Write {
    PortCall call{};
    std::uint64_t call_number = 0;
    std::string subject;
    std::optional<ListenerBinding> binding_before, binding_after;
    std::optional<SstpValue> value;
    std::optional<RawValue> value_before, value_after;
    std::optional<Thumbprint> certificate;
    Duration at{0};              ///< World::elapsed
};

/// One machine: HTTP.SYS, registry, stores, services, event log, files, clocks, and RRAS itself, as documented (marks in README.md).
/// All state is public: tests and other actors change it directly; the product only through ports.
class World {
public:
    // Civil and monotonic time. `boot` moves the latter to 0.
    WallTime wall{};
    MonotonicTime monotonic{};
    Duration elapsed{0};                         ///< true time since the world began: no jump, no boot changes it
    std::chrono::minutes local_offset{0};
    /// Wall milliseconds gained for each 1000 of monotonic time: 0 is an ideal clock.
    int wall_drift_per_mille = 0;

    std::vector<ListenerBinding> bindings;
    bool has_atomic_update = true;               ///< HttpUpdateServiceConfiguration: Windows 10 1703 and later
    std::map<SstpValue, RawValue> parameters;
    std::map<std::string, std::vector<StoredCertificate>> stores;
    std::map<std::string, SimulatedService> services;
    RrasInMemory rras;
    std::uint64_t rras_changes = 0;              ///< bindings and hashes that RRAS itself has written
    bool rras_makes_bindings = false;            ///< at start, sets missing wildcard records to what the hash names [assumed]
    bool others_listen = false;                  ///< IIS or another has URLs on the port: a socket is open without SSTP too
    std::optional<RawValue> kill_switch;
    std::map<std::string, std::string> files;
    std::uint64_t files_replaced = 0;            ///< by the product, so that a reader knows whether to read again
    bool keeps_told = true;                      ///< `event_sink` keeps what it is told; off where nobody reads it
    std::vector<JournalEvent> event_sink;

    std::vector<LogEvent> log;                   ///< System and Application in the order written
    std::uint64_t next_record_id = 1;
    /// What each listener serves instead of its binding; the caches of field reports. Empty hash: nothing, handshake fails.
    std::map<AddressFamily, std::optional<Thumbprint>> served_override;
    std::map<AddressFamily, bool> listener_off;
    int uri_status = 401;                        ///< of a healthy SSTP
    bool stop_requested = false;                 ///< our own service was asked to stop
    bool dying = false;                          ///< during the last call that our process makes

    std::vector<Write> writes;
    std::uint64_t calls = 0;
    std::uint64_t restarts_of_rras = 0;          ///< by the product
    Adversary* adversary = nullptr;

    // ---- Plumbing of the ports ----
    /// Runs one port call: other actors first, then the adversary's verdict. `act` returns a Result.
    template <class Act>
    std::invoke_result_t<Act> call(PortCall call, const char* operation, std::string_view subject, Act act) {
        const Verdict verdict = enter(call);
        using Outcome = std::invoke_result_t<Act>;
        switch (verdict.effect) {
            case Effect::fails: return Error{verdict.kind, operation, std::string{subject}, verdict.code, "a simulated fault"};
            case Effect::fails_but_did:
                (void)act();
                return Error{verdict.kind, operation, std::string{subject}, verdict.code, "a simulated fault, after it was done"};
            case Effect::lies:
                if constexpr (std::is_same_v<Outcome, Result<void>>) return Outcome{};
                if constexpr (std::is_same_v<Outcome, Result<StoppedBy>>) return StoppedBy::us;
                break;
            case Effect::crashes_before: throw Crash{};
            case Effect::crashes_after:
                dying = true;
                (void)act();
                dying = false;
                throw Crash{};
            case Effect::honest: break;
        }
        return act();
    }
    /// Counts the call, lets time pass and others act, and asks for the verdict.
    Verdict enter(PortCall call);
    void advance(Duration by);
    void note_write(Write write);

    // ---- Windows ----
    [[nodiscard]] const StoredCertificate* find(const std::string& store, const Thumbprint& thumbprint) const;
    [[nodiscard]] const ListenerBinding* binding_at(const Endpoint& endpoint) const;
    /// HTTP.SYS precedence for a client that connects to loopback of `family` and asks for `server_name`.
    [[nodiscard]] const ListenerBinding* record_for(AddressFamily family, std::uint16_t port, const std::string& server_name) const;
    [[nodiscard]] bool running(const std::string& service) const;
    [[nodiscard]] std::vector<std::string> dependants_of(const std::string& service, bool only_running) const;
    void write_event(const std::string& provider, std::uint32_t id, std::vector<std::string> strings);
    /// The log wraps: only the newest `kept` records stay.
    void wrap_log(std::size_t kept);
    /// RRAS starts: reads binding and hashes, adopts where documented, writes its events.
    void rras_starts();
    void rras_stops();
    /// The machine restarts: services with automatic start come up, the monotonic clock begins anew.
    void boot();

    // ---- The truth, for properties ----
    /// Could a client of `family` that asks for `server_name` connect right now: fit certificate served, key usable, and the
    /// hash that RRAS holds names what is served (MS-SSTP 3.3.3)?
    [[nodiscard]] bool client_connects(AddressFamily family, const std::string& server_name) const;
    [[nodiscard]] std::uint16_t port() const;
};

}  // namespace sstp::simulated
