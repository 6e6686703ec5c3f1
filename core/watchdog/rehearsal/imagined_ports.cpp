#include "core/watchdog/rehearsal/imagined_ports.h"

#include "core/event_log/event_query.h"
#include "core/model/text.h"

#include <algorithm>

namespace sstp::rehearsal {

namespace imagined {

class MyStore final : public Certificates {
public:
    explicit MyStore(ImaginedServer& server) : server_(server) {}

    Result<CertificateList> list(const CertificateQuery& query) override {
        if (const Error* why = why_unreadable(server_.certificates)) return *why;
        std::vector<Certificate> listed = *value_of(server_.certificates);
        for (Certificate& each : listed) {
            each = judged_at(server_.now.wall, std::move(each));
            auto* verdict = std::get_if<ChainVerdict>(&each.chain);
            if (verdict != nullptr && query.revocation == RevocationPolicy::off) verdict->revocation = Revocation::not_checked;
        }
        return listed;
    }
    Result<bool> holds(const Thumbprint& certificate) override {
        if (const Error* why = why_unreadable(server_.certificates)) return *why;
        const Certificate* found = server_.find(certificate);
        return found != nullptr && !found->archived;
    }
    Result<void> archive(const Thumbprint& certificate) override {
        if (server_.find(certificate) == nullptr) return not_there("archive the certificate", certificate);
        server_.archive(certificate, std::nullopt);
        return {};
    }
    Result<void> remove(const Thumbprint& certificate) override {
        if (server_.find(certificate) == nullptr) return not_there("delete the certificate", certificate);
        server_.remove(certificate);
        return {};
    }

private:
    static Error not_there(const char* operation, const Thumbprint& certificate) {
        return {ErrorKind::not_found, operation, certificate.to_string(), 0x80092004, "it is not in the store"};
    }
    ImaginedServer& server_;
};

class Records final : public ListenerBindings {
public:
    explicit Records(ImaginedServer& server) : server_(server) {}

    Result<std::vector<ListenerBinding>> all() override {
        if (const Error* why = unreadable()) return *why;
        return server_.records;
    }
    Result<WallTime> last_written() override {
        if (server_.records_written) return *server_.records_written;
        return Error{ErrorKind::not_found, "read the last-write time of", "SslBindingInfo", 2, "it was not to be had"};
    }
    Result<std::vector<IpAddress>> listen_list() override {
        if (const Error* why = why_unreadable(server_.seen().listen_list)) return *why;
        const auto* listed = value_of(server_.seen().listen_list);
        return listed != nullptr ? *listed : std::vector<IpAddress>{};
    }
    Result<ListenerBinding> at(const Endpoint& endpoint) override {
        if (const Error* why = unreadable()) return *why;
        if (const ListenerBinding* found = server_.record_at(endpoint)) return *found;
        return Error{ErrorKind::not_found, "read the HTTP.SYS binding", endpoint.to_string(), 2, "there is none"};
    }
    Result<void> put(const ListenerBinding& record, const std::optional<ListenerBinding>& instead_of) override {
        constexpr char kOperation[] = "replace the HTTP.SYS binding";
        const std::string where = record.endpoint.to_string();
        const ListenerBinding* stands = server_.record_at(record.endpoint);
        if (stands != nullptr && !instead_of) return Error{ErrorKind::already_exists, kOperation, where, 183, "there is one already"};
        const bool as_seen = stands == nullptr ? !instead_of : *stands == *instead_of;
        if (!as_seen) return Error{ErrorKind::busy, kOperation, where, 0, "somebody has changed it"};
        const auto named = record.thumbprint();
        const Certificate* certificate = named ? server_.find(*named) : nullptr;
        const bool usable = certificate != nullptr && !has_no_usable_key(*certificate);
        if (!usable) return Error{ErrorKind::no_usable_key, kOperation, where, 1312, "no key that HTTP.SYS could use"};
        server_.set_record(record);
        return {};
    }
    Result<void> remove(const Endpoint& endpoint) override {
        if (server_.record_at(endpoint) == nullptr)
            return Error{ErrorKind::not_found, "delete the HTTP.SYS binding", endpoint.to_string(), 2, "there is none"};
        server_.erase_record(endpoint);
        return {};
    }
    bool has_update() override { return true; }

private:
    [[nodiscard]] const Error* unreadable() const { return why_unreadable(server_.seen().ipv4_binding); }
    ImaginedServer& server_;
};

class Values final : public SstpParameters {
public:
    explicit Values(ImaginedServer& server) : server_(server) {}
    Observed<RawValue> read(SstpValue value) override { return server_.values.at(value); }
    Result<void> write(SstpValue value, const RawValue& raw) override {
        server_.set_value(value, raw);
        return {};
    }
    Result<void> remove(SstpValue value) override {
        server_.set_value(value, Absent{});
        return {};
    }
    Result<WallTime> last_written() override {
        if (server_.values_written) return *server_.values_written;
        return Error{ErrorKind::not_found, "read the last-write time of", "SstpSvc\\Parameters", 2, "it was not to be had"};
    }
    Result<void> flush() override { return {}; }

private:
    ImaginedServer& server_;
};

class ServicesOf final : public Services {
public:
    explicit ServicesOf(ImaginedServer& server) : server_(server) {}
    Observed<ServiceStatus> query(const std::string& name) override {
        for (const auto& [known, observed] : server_.services) {
            if (equal_ignoring_case(known, name)) return observed;
        }
        return Absent{};
    }
    Result<std::vector<std::string>> running_dependants(const std::string& name) override { return server_.running_dependants(name); }
    Result<StoppedBy> stop(const std::string& name, Duration timeout) override { return server_.stop(name, timeout); }
    Result<void> start(const std::string& name, Duration) override { return server_.start(name); }
    Result<void> ask_to_start(const std::string& name) override { return server_.start(name); }

private:
    ImaginedServer& server_;
};

class ProbeOf final : public ListenerProbe {
public:
    explicit ProbeOf(ImaginedServer& server) : server_(server) {}
    ProbeOutcome probe(const ProbeTarget& target) override { return server_.answer(target.address, target.server_name); }
    Result<std::vector<PortOwner>> port_taken_by(std::uint16_t) override { return server_.seen().port_taken_by; }
    Result<std::vector<IpAddress>> addresses() override { return server_.seen().interface_addresses; }

private:
    ImaginedServer& server_;
};

class SessionsOf final : public VpnSessions {
public:
    explicit SessionsOf(ImaginedServer& server) : server_(server) {}
    Result<Sessions> read(Duration) override {
        if (const auto* open = value_of(server_.sessions)) return *open;
        if (const Error* why = why_unreadable(server_.sessions)) return *why;
        return Error{ErrorKind::source_unavailable, "count the VPN sessions", "", 0, "nobody had asked when the snapshot was taken"};
    }

private:
    ImaginedServer& server_;
};

class MachineOf final : public Machine {
public:
    explicit MachineOf(const Snapshot& snapshot) : snapshot_(snapshot) {}
    MachineIdentity identity() override { return snapshot_.machine; }
    std::string domain() override { return snapshot_.domain; }
    bool has_directaccess_or_nlb() override { return snapshot_.state.directaccess_or_nlb; }
    std::vector<IpAddress> addresses() override { return {}; }   // a snapshot tells no SIEM

private:
    const Snapshot& snapshot_;
};

class GroupPolicyOf final : public GroupPolicy {
public:
    explicit GroupPolicyOf(const Snapshot& snapshot) : snapshot_(snapshot) {}
    GroupPolicyValues read() override { return snapshot_.group_policy; }

private:
    const Snapshot& snapshot_;
};

class KillSwitchOf final : public KillSwitch {
public:
    explicit KillSwitchOf(const Snapshot& snapshot) : snapshot_(snapshot) {}
    Observed<std::string> read() override { return snapshot_.kill_switch; }

private:
    const Snapshot& snapshot_;
};

class FilesOf final : public Files {
public:
    explicit FilesOf(const Snapshot& snapshot) : snapshot_(snapshot) {}
    Result<std::string> read(const std::string& path, std::size_t) override {
        if (path == kPolicyFile && snapshot_.policy_file) return *snapshot_.policy_file;
        return Error{ErrorKind::not_found, "read", path, 2, "it is not there"};
    }
    Result<void> replace(const std::string&, const std::string&) override { return {}; }

private:
    const Snapshot& snapshot_;
};

class LogOf final : public EventLog {
public:
    explicit LogOf(ImaginedServer& server) : server_(server), read_(server.log.size()) {}
    Result<void> subscribe(const EventQuery& query, StartAt, const std::string&) override {
        query_ = query;
        return {};
    }
    Result<EventBatch> read(std::size_t most) override {
        EventBatch batch;
        for (; read_ < server_.log.size() && batch.events.size() < most; ++read_) {
            if (is_watched(query_, server_.log[read_])) batch.events.push_back(server_.log[read_]);
        }
        if (!batch.events.empty()) batch.bookmark = "<rehearsal record=\"" + std::to_string(read_) + "\"/>";
        batch.drained = read_ == server_.log.size();
        return batch;
    }
    Result<std::optional<WallTime>> oldest_record(const std::string&) override { return std::optional<WallTime>{}; }
    Result<std::optional<WallTime>> cleared_at(const std::string&) override { return std::optional<WallTime>{}; }
    Result<std::string> bookmark_at_end(const EventQuery&) override { return std::string{}; }

private:
    ImaginedServer& server_;
    EventQuery query_;
    std::size_t read_;
};

class NobodyHears final : public EventSink {
public:
    Result<void> report(const JournalEvent&, const std::string&) override { return {}; }
};

}  // namespace imagined

struct ImaginedPorts::All {
    All(ImaginedServer& server, const Snapshot& snapshot)
        : clock(server),
          certificates(server),
          records(server),
          values(server),
          services(server),
          probe(server),
          sessions(server),
          machine(snapshot),
          group_policy(snapshot),
          kill_switch(snapshot),
          files(snapshot),
          log(server) {}
    ImaginedClock clock;
    imagined::MyStore certificates;
    imagined::Records records;
    imagined::Values values;
    imagined::ServicesOf services;
    imagined::ProbeOf probe;
    imagined::SessionsOf sessions;
    imagined::MachineOf machine;
    imagined::GroupPolicyOf group_policy;
    imagined::KillSwitchOf kill_switch;
    imagined::FilesOf files;
    imagined::LogOf log;
    imagined::NobodyHears sink;
    NoForwarding forwarding;
};

ImaginedPorts::ImaginedPorts(ImaginedServer& server, const Snapshot& snapshot, Record& record)
    : all_(std::make_unique<All>(server, snapshot)), record_(record) {}

ImaginedPorts::~ImaginedPorts() = default;

Ports ImaginedPorts::ports() {
    return {all_->clock, all_->certificates, all_->records,  all_->values,  all_->services,
            all_->probe, all_->kill_switch,  all_->files,    all_->log,     record_,
            all_->sink,  all_->forwarding,   all_->sessions, all_->machine, all_->group_policy};
}

}  // namespace sstp::rehearsal
