#pragma once

#include "core/ports/ports.h"
#include "tests/simulated_windows/world.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sstp::simulated {

class SimulatedClock final : public Clock {
public:
    explicit SimulatedClock(World& world) : world_(world) {}
    WallTime wall() override { return world_.wall; }
    MonotonicTime monotonic() override { return world_.monotonic; }
    UtcOffset local_offset(WallTime) override { return world_.local_offset; }
    bool is_synchronised() override;
    bool pause(Duration how_long) override;
    void wait(Duration how_long) override;

private:
    World& world_;
};

class SimulatedCertificates final : public Certificates {
public:
    explicit SimulatedCertificates(World& world) : world_(world) {}
    Result<CertificateList> list(const CertificateQuery& query) override;
    Result<bool> holds(const Thumbprint& certificate) override;
    Result<void> archive(const Thumbprint& certificate) override;
    Result<void> remove(const Thumbprint& certificate) override;

private:
    void count_opened_keys(const CertificateQuery& query);
    World& world_;
    std::optional<MonotonicTime> keys_opened_at_;   ///< an opening is remembered for an hour
};

class SimulatedBindings final : public ListenerBindings {
public:
    explicit SimulatedBindings(World& world) : world_(world) {}
    Result<std::vector<ListenerBinding>> all() override;
    Result<WallTime> last_written() override;
    Result<std::vector<IpAddress>> listen_list() override;
    Result<ListenerBinding> at(const Endpoint& endpoint) override;
    Result<void> put(const ListenerBinding& record, const std::optional<ListenerBinding>& instead_of) override;
    Result<void> remove(const Endpoint& endpoint) override;
    bool has_update() override;

private:
    Result<void> put_now(const ListenerBinding& record, const std::optional<ListenerBinding>& instead_of);
    [[nodiscard]] std::optional<Error> refusal(const ListenerBinding& record) const;
    Result<void> replace(const ListenerBinding& record, const ListenerBinding& old);
    void note(const ListenerBinding& record, const ListenerBinding* before);
    World& world_;
    bool update_refused_ = false;   ///< it was tried once, and answered "not supported"
};

class SimulatedParameters final : public SstpParameters {
public:
    explicit SimulatedParameters(World& world) : world_(world) {}
    Observed<RawValue> read(SstpValue value) override;
    Result<WallTime> last_written() override;
    Result<void> write(SstpValue value, const RawValue& raw) override;
    Result<void> remove(SstpValue value) override;
    Result<void> flush() override;

private:
    World& world_;
};

/// One process's view of the SCM: a start that happened while the process lives was seen, of every other only bounds are known.
class SimulatedServices final : public Services {
public:
    explicit SimulatedServices(World& world) : world_(world), since_(world.elapsed) {}
    Observed<ServiceStatus> query(const std::string& name) override;
    Result<std::vector<std::string>> running_dependants(const std::string& name) override;
    Result<StoppedBy> stop(const std::string& name, Duration timeout) override;
    Result<void> start(const std::string& name, Duration timeout) override;
    Result<void> ask_to_start(const std::string& name) override;

private:
    Result<StoppedBy> stop_now(const std::string& name, Duration timeout);
    Result<void> start_now(const std::string& name, Duration timeout);
    Result<void> ask_now(const std::string& name);
    [[nodiscard]] std::optional<StartedBetween> started(const SimulatedService& service);
    World& world_;
    Duration since_;                                 ///< true time at which this process began
    std::map<std::string, WallTime, IgnoringCase> first_seen_running_;
};

class SimulatedProbe final : public ListenerProbe {
public:
    explicit SimulatedProbe(World& world) : world_(world) {}
    ProbeOutcome probe(const ProbeTarget& target) override;
    Result<std::vector<PortOwner>> port_taken_by(std::uint16_t port) override;
    Result<std::vector<IpAddress>> addresses() override;

private:
    ProbeOutcome probe_now(const ProbeTarget& target);
    World& world_;
};

class SimulatedSessions final : public VpnSessions {
public:
    explicit SimulatedSessions(World& world) : world_(world) {}
    Result<Sessions> read(Duration deadline) override;

private:
    World& world_;
};

class SimulatedMachine final : public Machine {
public:
    explicit SimulatedMachine(World& world) : world_(world) {}
    MachineIdentity identity() override;
    std::string domain() override;
    bool has_directaccess_or_nlb() override;
    std::vector<IpAddress> addresses() override;

private:
    World& world_;
};

class SimulatedGroupPolicy final : public GroupPolicy {
public:
    explicit SimulatedGroupPolicy(World& world) : world_(world) {}
    GroupPolicyValues read() override;

private:
    World& world_;
};

class SimulatedKillSwitch final : public KillSwitch {
public:
    explicit SimulatedKillSwitch(World& world) : world_(world) {}
    Observed<std::string> read() override;

private:
    World& world_;
};

class SimulatedFiles final : public Files {
public:
    explicit SimulatedFiles(World& world) : world_(world) {}
    Result<std::string> read(const std::string& path, std::size_t most) override;
    Result<void> replace(const std::string& path, const std::string& content) override;

private:
    World& world_;
};

class SimulatedEventLog final : public EventLog {
public:
    explicit SimulatedEventLog(World& world) : world_(world) {}
    Result<void> subscribe(const EventQuery& query, StartAt where, const std::string& bookmark) override;
    Result<EventBatch> read(std::size_t most) override;
    Result<std::optional<WallTime>> oldest_record(const std::string& channel) override;
    Result<std::optional<WallTime>> cleared_at(const std::string& channel) override;
    Result<std::string> bookmark_at_end(const EventQuery& query) override;

private:
    [[nodiscard]] bool matches(const LogEvent& event) const;
    Result<std::optional<WallTime>> asked_of(const std::string& channel, const std::optional<WallTime>& answer);
    World& world_;
    EventQuery query_;
    std::uint64_t position_ = 0;   ///< record id of the last one read
    bool subscribed_ = false;
    bool strict_ = true;           ///< EvtSubscribeStrict: without it, a gap is passed over in silence
};

class SimulatedEventSink final : public EventSink {
public:
    explicit SimulatedEventSink(World& world) : world_(world) {}
    Result<void> report(const JournalEvent& event, const std::string& id) override;

private:
    World& world_;
};

/// Passes every call on to a real record after the world had its say, so that a commit can fail, or be the last thing we do.
class SimulatedRecord final : public Record {
public:
    SimulatedRecord(World& world, Record& inner) : world_(world), inner_(inner) {}
    Result<RecordContents> load() override;
    Result<std::uint64_t> commit(const RecordUpdate& update) override;
    Result<std::vector<JournalEvent>> journal(std::optional<WallTime> since, std::size_t most) override;
    void keep_newest(std::uint64_t events) override { inner_.keep_newest(events); }
    void doubt() override { inner_.doubt(); }

private:
    World& world_;
    Record& inner_;
};

/// One process's view of the world: all ports, made anew after each crash. `record` is what survives it.
class ProcessPorts {
public:
    /// Without `forwarding` nobody outside is told.
    ProcessPorts(World& world, Record& record, Forwarding* forwarding = nullptr);
    operator Ports();   // NOLINT(google-explicit-constructor): it is the ports, bundled

private:
    SimulatedClock clock_;
    SimulatedCertificates certificates_;
    SimulatedBindings bindings_;
    SimulatedParameters parameters_;
    SimulatedServices services_;
    SimulatedProbe probe_;
    SimulatedSessions sessions_;
    SimulatedMachine machine_;
    SimulatedGroupPolicy group_policy_;
    SimulatedKillSwitch kill_switch_;
    SimulatedFiles files_;
    SimulatedEventLog event_log_;
    SimulatedRecord record_;
    SimulatedEventSink event_sink_;
    NoForwarding nobody_;
    Forwarding& forwarding_;
};

}  // namespace sstp::simulated
