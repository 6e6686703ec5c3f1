#pragma once

#include "core/model/policy.h"
#include "core/ports/event_log.h"
#include "core/ports/services.h"
#include "core/record/snapshot.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sstp::rehearsal {

/// A server as a snapshot shows it, which goes on living: what forecasts and rehearsals play on, here or on another machine. It knows of
/// RRAS, HTTP.SYS and clients what a heal depends on (facts: rras-sstp 1 to 7), and is an honest machine: calls succeed, a restart brings
/// up what can come up. What was seen and is not explained by that (a listener that serves another certificate than its record names) stays
/// as it was seen until RRAS starts again. Single faults are played by tests, on a richer machine of theirs.
class ImaginedServer {
public:
    explicit ImaginedServer(const Snapshot& snapshot);

    Moment now;
    std::vector<OffsetChange> local_time;
    std::vector<ListenerBinding> records;
    std::optional<WallTime> records_written;
    std::map<SstpValue, Observed<RawValue>> values;
    std::optional<WallTime> values_written;
    Observed<CertificateList> certificates;  ///< of LocalMachine\MY
    std::map<std::string, Observed<ServiceStatus>> services;
    Observed<Sessions> sessions;  ///< open now
    std::vector<LogEvent> log;  ///< since the snapshot
    bool follows_renewal_links = false;  ///< Schannel serves the renewal that a certificate links to, at once
    std::map<std::string, Duration> hangs_for;  ///< how long a service stays STOP_PENDING when it is asked to stop

    /// Both clocks go on; pending states end, clients that were cut off come back.
    void advance(Duration by);

    // What others do to it.
    void add(const Certificate& certificate);
    /// It leaves the store; a listener that serves it goes on from memory until RRAS starts again.
    void remove(const Thumbprint& certificate);
    void archive(const Thumbprint& certificate, const std::optional<Thumbprint>& renewed_by);
    void set_record(const ListenerBinding& record);
    void erase_record(const Endpoint& endpoint);
    void set_value(SstpValue value, const Observed<RawValue>& raw);

    // What the SCM and RRAS do.
    Result<StoppedBy> stop(const std::string& name, Duration timeout);
    Result<void> start(const std::string& name);
    [[nodiscard]] std::vector<std::string> running_dependants(const std::string& name) const;

    // What clients, and probes of ours, meet.
    [[nodiscard]] ProbeOutcome answer(const IpAddress& address, const std::string& server_name) const;
    /// A client of the family that asks for the primary name gets a tunnel: its certificate is right, and RRAS holds its hash.
    [[nodiscard]] bool clients_get_in(AddressFamily family) const;
    /// Of every family that had clients when the snapshot was taken.
    [[nodiscard]] bool all_get_in() const;
    /// Time in which a family that had clients before was cut off, since the snapshot. Both at once count once.
    [[nodiscard]] Duration cut_off() const { return cut_off_; }
    [[nodiscard]] std::uint32_t sessions_ended() const { return sessions_ended_; }
    [[nodiscard]] const ServerState& seen() const { return seen_; }
    [[nodiscard]] const Certificate* find(const Thumbprint& thumbprint) const;
    [[nodiscard]] std::optional<CertificateHash> stored_hash() const;
    [[nodiscard]] const ListenerBinding* record_at(const Endpoint& endpoint) const;

private:
    [[nodiscard]] const ListenerBinding* record_for(const IpAddress& address, const std::string& server_name) const;
    [[nodiscard]] ProbeOutcome by_the_records(const IpAddress& address, const std::string& server_name) const;
    [[nodiscard]] bool is_off(AddressFamily family) const;
    [[nodiscard]] bool rras_runs() const;
    [[nodiscard]] ServiceStatus* status(const std::string& name);
    [[nodiscard]] bool flag_is_set() const;
    void begin_as_seen(const Snapshot& snapshot);
    void clients_come();
    void rras_goes();
    /// Reads records and hashes; exit code, 0: it runs (facts: rras-sstp 2).
    std::uint32_t rras_starts();
    std::uint32_t follow_the_hash();
    std::uint32_t follow_the_records();
    std::uint32_t complain(std::uint32_t event_id, std::uint32_t exit_code);

    ServerState seen_;
    std::vector<Certificate> left_the_store_;  ///< and are served from memory
    std::map<std::pair<IpAddress, std::string>, ProbeOutcome> as_seen_;
    std::vector<AddressFamily> families_with_clients_;
    std::string primary_name_;
    std::optional<CertificateHash> held_;
    bool listens_ = false;
    MonotonicTime ready_at_{};
    Duration ready_after_{};
    Duration cut_off_{};
    std::uint32_t sessions_ended_ = 0;
    std::optional<Sessions> to_come_back_;
    MonotonicTime come_back_at_{};
};

/// What the chain engine says of it then: once a CA of every good path has ended, its chain is bad.
Certificate judged_at(WallTime now, Certificate certificate);

}  // namespace sstp::rehearsal
