#pragma once

#include "core/model/journal.h"
#include "core/model/server_state.h"
#include "core/model/sessions.h"
#include "core/model/state.h"
#include "core/ports/event_log.h"
#include "core/ports/group_policy.h"
#include "core/ports/services.h"
#include "tests/simulated_windows/adversary.h"
#include "tests/simulated_windows/clients.h"
#include "tests/simulated_windows/simulated_certificate.h"
#include "tests/simulated_windows/simulated_service.h"
#include "tests/simulated_windows/traits.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace sstp::simulated {

/// What RRAS read when it last started: it uses these until it starts again.
struct RrasInMemory {
    std::optional<CertificateHash> sha256;
    std::optional<Thumbprint> sha1;
    bool https = true;
    std::uint16_t port = 443;
    bool listens = false;        ///< its URL is registered with HTTP.SYS
    bool accepts = false;        ///< SSTP takes calls once it is ready
    Duration ready_at{0};        ///< true time
    friend bool operator==(const RrasInMemory&, const RrasInMemory&) = default;
};

/// A VPN connection that is open.
struct OpenSession {
    bool sstp = true;            ///< otherwise IKEv2 or another tunnel
    Duration began{0};           ///< true time: RRAS counts how long a connection lasts, whatever becomes of the clock
};

/// A program other than HTTP.SYS that owns the port of a family.
struct PortTaker {
    AddressFamily family{};
    std::string process;                     ///< "nginx.exe (4242)"
    std::optional<Certificate> serves;       ///< nothing: it talks no TLS
    bool loopback_only = false;
};

/// One change that the product made (not other actors, not RRAS): what the checkers of promises look at.
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

/// One machine: HTTP.SYS, registry, stores, services, event log, files, clocks, clients and RRAS itself, as the facts have them.
/// All state is public: tests and other actors change it directly; the product only through ports.
class World {
public:
    ServerTraits traits;

    // ---- Time ----
    WallTime wall{};
    MonotonicTime monotonic{};                   ///< `boot` moves it to 0
    Duration elapsed{0};                         ///< true time since the world began: no jump, no boot changes it
    std::chrono::minutes local_offset{0};
    int wall_drift_per_mille = 0;                ///< wall milliseconds gained for each 1000 of monotonic time
    Duration clock_behind{0};                    ///< by how much the wall clock is behind the truth (negative: ahead)
    bool time_synchronised = true;               ///< what W32Time says

    // ---- HTTP.SYS ----
    std::vector<ListenerBinding> bindings;
    std::optional<WallTime> bindings_written;    ///< last-write time of SslBindingInfo; nothing: cannot be had
    std::set<Endpoint> extended_records;         ///< records with parameters that the plain record does not carry
    std::vector<IpAddress> listen_list;
    std::vector<IpAddress> interface_addresses;  ///< without loopback
    std::vector<PortTaker> port_takers;
    /// What a listener serves instead of its record; caches of field reports. Empty: nothing, the handshake fails.
    std::map<AddressFamily, std::optional<Thumbprint>> served_override;
    std::map<AddressFamily, bool> listener_off;  ///< nobody answers on this family
    /// Certificates that left the store while a record named them: HTTP.SYS serves them until RRAS or the machine starts again.
    std::vector<StoredCertificate> in_memory_of_http_sys;
    bool others_listen = false;                  ///< IIS or another has URLs on the port: a socket is open without SSTP too
    std::optional<std::pair<bool, bool>> ciphers_after_boot;   ///< RSA, ECDSA: a policy that takes effect at the next boot

    // ---- Registry, stores, services ----
    std::map<SstpValue, RawValue> parameters;
    std::optional<WallTime> parameters_written;  ///< last-write time of the key; nothing: cannot be had
    std::map<std::string, std::vector<StoredCertificate>> stores;   ///< "MY", "WebHosting", …; kCentralStore: files of the CCS
    std::uint64_t keys_opened = 0;               ///< by the product: each is an audit record on a real server
    ServiceTable services;
    bool shutting_down = false;
    std::optional<RawValue> kill_switch;
    GroupPolicyValues group_policy;
    MachineIdentity machine{"5a3e5f0e-0000-4000-8000-000000000001", "VPN1", "00000000-0000-0000-0000-ac1f6b000001"};
    std::string domain = "corp.example";
    bool directaccess_or_nlb = false;
    std::vector<IpAddress> addresses;

    // ---- RRAS and its clients ----
    RrasInMemory rras;
    std::optional<CertificateHash> sstpsvc_holds;///< the hash that SstpSvc took over when RRAS first started after SstpSvc did
    std::uint64_t rras_changes = 0;              ///< records and values that RRAS itself has written
    bool sstp_broken = false;                    ///< SSTP takes no call, whatever is bound (503)
    bool stuck_until_restart = false;            ///< the same, and a restart of RRAS cures it; of `served_override` as well
    bool override_until_restart = false;         ///< what stands in `served_override` is gone when RRAS starts
    std::uint32_t start_error = 0;               ///< exit code of the last start that a certificate error ended; 0: none
    std::vector<OpenSession> sessions;
    std::map<std::string, RootOutside> roots_outside;   ///< private roots and self-signed subjects that clients know
    bool clients_have_intermediates = true;      ///< or fetch them: a chain that was sent incomplete does no harm
    /// TLS ends or is made anew at a balancer before us: clients see this certificate, whatever we serve.
    std::optional<Certificate> balancer;

    // ---- Ours ----
    std::map<std::string, std::string> files;
    std::uint64_t files_replaced = 0;            ///< by the product, so that a reader knows whether to read again
    bool keeps_told = true;                      ///< `event_sink` keeps what it is told; off where nobody reads it
    std::vector<JournalEvent> event_sink;
    std::vector<LogEvent> log;                   ///< System and Application in the order written
    std::uint64_t next_record_id = 1;
    std::uint64_t first_record_id = 0;           ///< records before it have fallen out; those of others fill the numbers between ours
    WallTime log_begins{};                       ///< time of the oldest record of any provider
    std::map<std::string, WallTime> log_cleared;   ///< event 104: when somebody cleared which channel
    bool stop_requested = false;                 ///< our own service was asked to stop
    bool dying = false;                          ///< during the last call that our process makes

    std::vector<Write> writes;
    std::uint64_t calls = 0;
    std::uint64_t restarts_of_rras = 0;          ///< times that the product started RemoteAccess
    std::uint64_t sessions_ended_by_us = 0;      ///< by stops that the product asked for
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
    /// Time passes: both clocks, and services whose pending state ends meanwhile change theirs.
    void advance(Duration by);
    void note_write(Write write);

    // ---- HTTP.SYS and stores ----
    [[nodiscard]] const StoredCertificate* find(const std::string& store, const Thumbprint& thumbprint) const;
    [[nodiscard]] const StoredCertificate* find(const std::string& store, const CertificateHash& hash) const;
    [[nodiscard]] const ListenerBinding* binding_at(const Endpoint& endpoint) const;
    void set_binding(const ListenerBinding& record);     ///< by anybody; moves the key's last-write time
    void erase_binding(const Endpoint& endpoint);
    void set_parameter(SstpValue value, const std::optional<RawValue>& raw);   ///< by anybody; likewise
    /// A certificate leaves a store; while a record names it HTTP.SYS goes on serving it from memory.
    void take_from_store(const std::string& store, const Thumbprint& thumbprint);
    /// HTTP.SYS's precedence for a client that connects to `address` and asks for `server_name`.
    [[nodiscard]] const ListenerBinding* record_for(const IpAddress& address, std::uint16_t port, const std::string& server_name) const;
    /// The certificate that HTTP.SYS uses for a record: from the store, from memory, or the renewal that it links to. Null: none.
    [[nodiscard]] const StoredCertificate* served_for(const ListenerBinding& record, AddressFamily family,
                                                      const std::string& server_name) const;
    /// HTTP.SYS takes connections on this address and port: listen list, IPv6, loopback, other processes, URLs registered.
    [[nodiscard]] bool http_sys_answers(const IpAddress& address, std::uint16_t at_port) const;
    /// HTTP.SYS's event 15021 for a handshake that failed because of the record's certificate or key.
    void note_failed_handshake(const IpAddress& address, const std::string& server_name);

    // ---- Services and RRAS ----
    [[nodiscard]] bool running(const std::string& service) const;
    [[nodiscard]] std::vector<std::string> dependants_of(const std::string& service, bool only_running) const;
    /// Completes a transition: running (RRAS reads then) or stopped.
    void becomes_running(SimulatedService& service);
    void becomes_stopped(SimulatedService& service, std::uint32_t exit_code);
    /// The SCM begins to start a service, what it needs first; it is running when its time has come (`advance`).
    void begin_start(SimulatedService& service);
    /// What kept a service pending is over: it gets to the state it was on the way to.
    void end_hang(const std::string& service);
    void write_event(const std::string& provider, std::uint32_t id, std::vector<std::string> strings);
    /// The log wraps: only the newest `kept` records stay.
    void wrap_log(std::size_t kept);
    /// RRAS starts: reads records and values, adopts, mirrors and complains (facts: rras-sstp 2). Exit code; 0: it runs.
    std::uint32_t rras_starts();
    void rras_stops();
    /// The machine restarts: monotonic time begins anew, automatic services come up after `traits.services_start_after`.
    void boot();

    // ---- The truth, for properties ----
    /// The time as clocks outside have it: the server's wall clock may be wrong.
    [[nodiscard]] WallTime true_time() const { return wall + clock_behind; }
    /// SSTP takes calls now: RRAS runs, is ready, and nothing keeps it from it.
    [[nodiscard]] bool sstp_ready() const;
    /// Could a client of `family` that asks for `server_name` connect right now, on every address that such clients dial?
    [[nodiscard]] bool client_connects(AddressFamily family, const std::string& server_name) const;
    /// What Parameters says now; what RRAS has in force is in `rras`.
    [[nodiscard]] std::uint16_t port() const;

private:
    void settle_services(Duration until);
    void pass(Duration by);
};

/// The key of `World::stores` under which the central certificate store's files are.
inline constexpr char kCentralStore[] = "central store";

}  // namespace sstp::simulated
