// The composition root: the only file that names concrete adapters.

#include "core/record/sqlite_outbox.h"
#include "core/record/sqlite_record.h"
#include "core/siem/forwarder.h"
#include "service/commands/command_line.h"
#include "service/windows/certificate_store.h"
#include "service/windows/change_watch.h"
#include "service/windows/early_opening.h"
#include "service/windows/event_log_subscription.h"
#include "service/windows/group_policy_registry.h"
#include "service/windows/hardening.h"
#include "service/windows/http_sys_bindings.h"
#include "service/windows/kill_switch_registry.h"
#include "service/windows/ntfs_files.h"
#include "service/windows/ras_sessions.h"
#include "service/windows/schannel_listener_probe.h"
#include "service/windows/scm_services.h"
#include "service/windows/siem_transports.h"
#include "service/windows/sstp_registry.h"
#include "service/windows/system_clock.h"
#include "service/windows/text.h"
#include "service/windows/windows_event_log.h"
#include "service/windows/windows_machine.h"
#include "watchdog_version.h"

#include <memory>
#include <string>
#include <vector>

namespace sstp {

namespace {

std::string computer_name() {
    std::string name = full_host_name();
    return name.empty() ? "unknown" : name;
}

/// Who speaks to the SIEM; the installation's id comes with the database.
Sender this_sender(Machine& machine) {
    return {.installation_id = {},
            .computer = computer_name(),
            .version = std::string{kWatchdogVersion},
            .process_id = GetCurrentProcessId(),
            .local_offset = {},
            .addresses = [&machine] { return machine.addresses(); }};
}

class WindowsAssembly final : public Assembly {
public:
    explicit WindowsAssembly(const AssemblyOrder& order)
        : order_(order),
          clock_(order.stop),
          certificates_(order.stop),
          services_(order.stop,
                    order.errand == Errand::watch ? std::function<void()>{[this] { wake(Wake::service_state); }} : std::function<void()>{}),
          probe_(order.stop),
          sessions_(order.stop),
          event_log_([this] { wake(Wake::event_log); }, order.stop),
          database_(order.places.in_data_folder("state.db")) {
        if (order.errand == Errand::watch) open_early();
        if (order.errand == Errand::look) {
            record_ = std::make_unique<ReadOnlySqliteRecord>(database_);
            outbox_ = std::make_unique<SqliteOutbox>(SqliteOutbox::for_reading(database_));
        } else {
            auto record = std::make_unique<SqliteRecord>(database_, clock_);
            outbox_ = std::make_unique<SqliteOutbox>(*record);
            record_ = std::move(record);
        }
        if (order.errand == Errand::watch) {
            auto forwarder = std::make_unique<Forwarder>(*outbox_, open_siem_line, this_sender(machine_), [this] { wake(Wake::siem); });
            forwarder_ = forwarder.get();
            forwarding_ = std::move(forwarder);
        } else {
            forwarding_ = std::make_unique<RecordedForwarding>(*outbox_);
        }
    }

    Ports ports() override {
        return {clock_,     certificates_, bindings_,   parameters_,  services_, probe_,   kill_switch_, files_,
                event_log_, *record_,      event_sink_, *forwarding_, sessions_, machine_, group_policy_};
    }

    void watch() override {
        auto started = ChangeWatch::start({.policy_file = order_.places.policy_file}, [this](Wake each) { wake(each); });
        if (started) {
            watch_ = *std::move(started);
        } else {
            no_watch_ = DegradedWatch{"the server's settings", started.error()};
        }
        for (const DegradedWatch& each : degraded_watches()) order_.warn(each.source + " is not watched for now: " + each.why.message());
    }

    std::vector<DegradedWatch> degraded_watches() override {
        std::vector<DegradedWatch> degraded;
        if (watch_) degraded = watch_->degraded();
        if (no_watch_) degraded.push_back(*no_watch_);
        for (auto& [service, why] : services_.degraded()) degraded.push_back({"the service " + service, std::move(why)});
        return degraded;
    }

    bool written_by_another() override {
        const auto ours = record_->load();
        const auto stored = ReadOnlySqliteRecord{database_}.load();
        return ours && stored && ours->last_sequence != 0 && ours->last_sequence < stored->last_sequence;
    }

    void finish(Duration longest) override {
        if (forwarder_ != nullptr) forwarder_->finish(longest);
    }

private:
    void wake(Wake wake) {
        if (order_.wake) order_.wake(wake);
    }

    AssemblyOrder order_;
    SystemClock clock_;
    CertificateStore certificates_;
    HttpSysBindings bindings_;
    SstpRegistry parameters_;
    ScmServices services_;
    SchannelListenerProbe probe_;
    RasSessions sessions_;
    WindowsMachine machine_;
    GroupPolicyRegistry group_policy_;
    KillSwitchRegistry kill_switch_;
    NtfsFiles files_;
    WindowsEventLog event_sink_;
    EventLogSubscription event_log_;
    std::string database_;
    std::unique_ptr<Record> record_;
    std::unique_ptr<SqliteOutbox> outbox_;
    std::unique_ptr<Forwarding> forwarding_;
    Forwarder* forwarder_ = nullptr;       // the same, where there is one
    std::optional<DegradedWatch> no_watch_;
    std::unique_ptr<ChangeWatch> watch_;   // last: its thread ends before what it wakes
};

Result<std::unique_ptr<Assembly>> assemble(const AssemblyOrder& order) {
    return std::unique_ptr<Assembly>{std::make_unique<WindowsAssembly>(order)};
}

std::string program_path() {
    std::wstring path(32'768, L'\0');   // the longest that Windows knows
    path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
    return to_utf8_lossy(path);
}

}  // namespace

}  // namespace sstp

int wmain(int count, wchar_t** arguments) {
    const auto measures = sstp::harden_process();   // first of all: what is loaded before cannot be unloaded
    std::vector<std::string> line;
    for (int i = 1; i < count; ++i) line.push_back(sstp::to_utf8_lossy(arguments[i]));
    sstp::Environment environment;
    environment.program = sstp::program_path();
    environment.computer = sstp::computer_name();
    environment.hardening = sstp::summary(measures);
    environment.assemble = sstp::assemble;
    return sstp::run_command_line(line, environment);
}
