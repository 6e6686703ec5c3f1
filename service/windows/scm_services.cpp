#include "service/windows/scm_services.h"

#include "service/windows/beside.h"
#include "service/windows/os_error.h"
#include "service/windows/scm.h"
#include "service/windows/service_wait.h"
#include "service/windows/system_clock.h"

#include <fmt/format.h>

#include <memory>
#include <set>
#include <utility>

namespace sstp {
namespace {

constexpr const char* kStop = "stop the service";
constexpr const char* kStart = "start the service";

using SharedService = std::shared_ptr<UniqueServiceHandle>;

Result<SharedService> open_shared(const std::string& name, DWORD access, const char* operation) {
    auto service = open_service(name, access, operation);
    if (!service) return service.error();
    return std::make_shared<UniqueServiceHandle>(std::move(*service));
}

Error our_stop(const char* operation, const std::string& name) {
    return own_error(ErrorKind::stopped, operation, name, "our own stop was requested");
}

bool has_state(const SERVICE_STATUS_PROCESS& status, DWORD state) noexcept { return status.dwCurrentState == state; }

std::optional<StartType> to_start_type(DWORD type) {
    switch (type) {
        case SERVICE_BOOT_START: return StartType::boot;
        case SERVICE_SYSTEM_START: return StartType::system;
        case SERVICE_AUTO_START: return StartType::automatic;
        case SERVICE_DEMAND_START: return StartType::manual;
        case SERVICE_DISABLED: return StartType::disabled;
        default: return std::nullopt;
    }
}

/// When the process behind `status` began, if the service has it for itself. A process id may be given to another process at any
/// time: the answer counts only if the service still names that id while we hold the process open.
std::optional<WallTime> own_process_start(SC_HANDLE service, const std::string& name, const SERVICE_STATUS_PROCESS& status) {
    if (has_state(status, SERVICE_STOPPED) || status.dwProcessId == 0) return std::nullopt;
    const bool shares = (status.dwServiceType & SERVICE_WIN32_OWN_PROCESS) == 0;
    if (shares && services_in_process(status.dwProcessId) != 1) return std::nullopt;
    const UniqueKernelHandle process{OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, status.dwProcessId)};
    FILETIME began{};
    FILETIME ended{};
    FILETIME kernel{};
    FILETIME user{};
    if (!process || !GetProcessTimes(process.get(), &began, &ended, &kernel, &user)) return std::nullopt;
    const auto again = service_status(service, "query the service", name);
    if (!again || again->dwProcessId != status.dwProcessId || has_state(*again, SERVICE_STOPPED)) return std::nullopt;
    return to_wall_time(began);
}

/// Depth first, each once: what must stop first comes first, whether or not Windows lists indirect dependants itself.
Result<void> collect_dependants(const std::string& name, std::set<std::string>& seen, std::vector<std::string>& order) {
    const auto service = open_service(name, SERVICE_ENUMERATE_DEPENDENTS, "list the services that depend on");
    if (!service) return service.error();
    const auto direct = active_dependants(service->get(), name);
    if (!direct) return direct.error();
    for (const std::string& dependant : *direct) {
        if (!seen.insert(dependant).second) continue;
        const auto deeper = collect_dependants(dependant, seen, order);
        if (!deeper) return deeper;
        order.push_back(dependant);
    }
    return {};
}

/// Sends the stop. False when it could not be taken just now: ask again after the next look.
Result<bool> ask_to_stop(const StopSignal& stop, const SharedService& service, const std::string& name) {
    const auto code = beside(stop, [service]() noexcept -> DWORD {
        SERVICE_STATUS ignored{};
        return ControlService(service->get(), SERVICE_CONTROL_STOP, &ignored) ? DWORD{ERROR_SUCCESS} : GetLastError();
    });
    if (!code) return our_stop(kStop, name);
    switch (*code) {
        case ERROR_SUCCESS: return true;
        case ERROR_SERVICE_NOT_ACTIVE:  // it stopped by itself in between
        case ERROR_SERVICE_CANNOT_ACCEPT_CTRL: return false;  // between two states
        case ERROR_INVALID_SERVICE_CONTROL: return os_error(ErrorKind::unexpected, kStop, name, *code);  // it does not accept stops at all
        default: return service_error(kStop, name, *code);
    }
}

/// Starts it. False when it could not be done just now: ask again after the next look.
Result<bool> try_to_start(const StopSignal& stop, const SharedService& service, const std::string& name) {
    const auto code = beside(
        stop, [service]() noexcept -> DWORD { return StartServiceW(service->get(), 0, nullptr) ? DWORD{ERROR_SUCCESS} : GetLastError(); });
    if (!code) return our_stop(kStart, name);
    switch (*code) {
        case ERROR_SUCCESS: return true;
        case ERROR_SERVICE_ALREADY_RUNNING:
        case ERROR_SERVICE_DATABASE_LOCKED: return false;  // an installer is at work
        default: return service_error(kStart, name, *code);
    }
}

Error ended_at_once(const std::string& name, const SERVICE_STATUS_PROCESS& status) {
    const bool specific = status.dwWin32ExitCode == ERROR_SERVICE_SPECIFIC_ERROR;
    const DWORD code = specific ? status.dwServiceSpecificExitCode : status.dwWin32ExitCode;
    const std::string words = specific || code == 0 ? std::string{} : system_text(code);
    Error error = own_error(ErrorKind::unexpected, kStart, name,
                            fmt::format("it started and ended at once with {} {}{}{}", specific ? "its own exit code" : "exit code", code,
                                        words.empty() ? "" : ": ", words));
    error.code = code;
    return error;
}

}  // namespace

ScmServices::ScmServices(const StopSignal& stop, std::function<void()> on_change) : stop_(stop) {
    if (on_change) notices_ = std::make_unique<ServiceNotices>(std::move(on_change));
}

const std::string& ScmServices::spelled(const std::string& name) {
    const auto known = spellings_.find(name);
    if (known != spellings_.end()) return known->second;
    return spellings_.emplace(name, spelled_by_scm(name)).first->second;
}

std::vector<std::pair<std::string, Error>> ScmServices::degraded() const {
    return notices_ ? notices_->degraded() : std::vector<std::pair<std::string, Error>>{};
}

ServiceHistory::Told ScmServices::told(const std::string& name, const ServiceLook& found) {
    return notices_ ? notices_->look(name, found) : histories_[name].look(found);
}

Observed<ServiceStatus> ScmServices::query(const std::string& name) {
    constexpr const char* kOperation = "query the service";
    const auto service = open_service(name, SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG, kOperation);
    if (!service) {
        spellings_.erase(name);  // whoever installs it next may spell it otherwise
        if (service.error().kind == ErrorKind::service_gone) return Absent{};
        return Unreadable{service.error()};
    }
    ServiceStatus answer;
    answer.name = spelled(name);
    // Watched before it is looked at: a start between the two would be nobody's.
    if (notices_) notices_->watch(answer.name);
    const auto status = service_status(service->get(), kOperation, name);
    if (!status) return Unreadable{status.error()};
    const auto type = service_start_type(service->get(), name);
    if (!type) return Unreadable{type.error()};

    const auto state = to_service_state(status->dwCurrentState);
    const auto start_type = to_start_type(*type);
    if (!state || !start_type) {
        return Unreadable{own_error(ErrorKind::malformed, kOperation, name,
                                    fmt::format("state {} and start type {} are not known", status->dwCurrentState, *type))};
    }
    answer.state = *state;
    answer.start_type = *start_type;
    answer.exit_code = status->dwWin32ExitCode;
    answer.specific_exit_code = status->dwServiceSpecificExitCode;
    const bool settled = *state == ServiceState::running || *state == ServiceState::paused;
    answer.accepts_stop = !settled || (status->dwControlsAccepted & SERVICE_ACCEPT_STOP) != 0;

    FILETIME now{};
    GetSystemTimeAsFileTime(&now);
    const WallTime wall = to_wall_time(now);
    const auto history = told(answer.name, {.state = *state,
                                            .process = status->dwProcessId,
                                            .process_began = own_process_start(service->get(), name, *status),
                                            .boot = wall - monotonic_now().since_boot,
                                            .now = wall});
    answer.started = history.started;
    answer.start_began = history.start_began;
    answer.pending_since = history.pending_since;
    return answer;
}

Result<std::vector<std::string>> ScmServices::running_dependants(const std::string& name) {
    std::set<std::string> seen{spelled(name)};
    std::vector<std::string> order;
    const auto collected = collect_dependants(spelled(name), seen, order);
    if (!collected) return collected.error();
    return order;
}

Result<StoppedBy> ScmServices::stop(const std::string& name, Duration timeout) {
    const auto service = open_shared(name, SERVICE_STOP | SERVICE_QUERY_STATUS, kStop);
    if (!service) return service.error();
    ServiceWait wait(stop_, kStop, name, timeout);
    bool asked = false;  // once for each time that it runs: a second stop has surprised many a handler
    StoppedBy who = StoppedBy::somebody_else;
    for (;;) {
        auto status = service_status((*service)->get(), kStop, name);
        if (!status) return status.error();
        if (has_state(*status, SERVICE_STOPPED)) return who;
        if (!has_state(*status, SERVICE_RUNNING) && !has_state(*status, SERVICE_PAUSED)) {
            asked = false;
        } else if (!asked) {
            const auto taken = ask_to_stop(stop_, *service, name);
            if (!taken) return taken.error();
            asked = *taken;
            if (asked) who = StoppedBy::us;
            status = service_status((*service)->get(), kStop, name);
            if (!status) return status.error();
            if (has_state(*status, SERVICE_STOPPED)) return who;
        }
        const auto waited = wait.before_next_look(*status);
        if (!waited) return waited.error();
    }
}

Result<void> ScmServices::start(const std::string& name, Duration timeout) {
    const auto service = open_shared(name, SERVICE_START | SERVICE_QUERY_STATUS, kStart);
    if (!service) return service.error();
    ServiceWait wait(stop_, kStart, name, timeout);
    bool asked = false;  // a start that was taken and is stopped again has ended by itself
    for (;;) {
        auto status = service_status((*service)->get(), kStart, name);
        if (!status) return status.error();
        if (has_state(*status, SERVICE_RUNNING)) return {};
        if (has_state(*status, SERVICE_PAUSED)) {
            return own_error(ErrorKind::busy, kStart, name, "somebody has paused it; continue or stop it in the Services console");
        }
        if (has_state(*status, SERVICE_STOPPED)) {
            if (asked) return ended_at_once(name, *status);
            const auto taken = try_to_start(stop_, *service, name);
            if (!taken) return taken.error();
            asked = *taken;
            status = service_status((*service)->get(), kStart, name);
            if (!status) return status.error();
            if (has_state(*status, SERVICE_RUNNING)) return {};
        }
        const auto waited = wait.before_next_look(*status);
        if (!waited) return waited;
    }
}

Result<void> ScmServices::ask_to_start(const std::string& name) {
    constexpr Duration kPatience = std::chrono::seconds{10};
    const auto service = open_shared(name, SERVICE_START | SERVICE_QUERY_STATUS, kStart);
    if (!service) return service.error();
    const auto status = service_status((*service)->get(), kStart, name);
    if (!status) return status.error();
    // StartService answers "already running" to a service that is stopping, and nobody starts it afterwards.
    if (has_state(*status, SERVICE_STOP_PENDING)) return own_error(ErrorKind::busy, kStart, name, "it is still stopping");
    // Our own stop is what this is for: it ends no wait here.
    const StopSignal never;
    const auto code = beside(
        never,
        [service = *service]() noexcept -> DWORD {
            return StartServiceW(service->get(), 0, nullptr) ? DWORD{ERROR_SUCCESS} : GetLastError();
        },
        kPatience);
    if (!code) return own_error(ErrorKind::busy, kStart, name, "the service control manager does not answer");
    switch (*code) {
        case ERROR_SUCCESS:
        case ERROR_SERVICE_ALREADY_RUNNING: return {};
        case ERROR_SHUTDOWN_IN_PROGRESS: return os_error(ErrorKind::unexpected, kStart, name, *code);
        default: return service_error(kStart, name, *code);
    }
}

}  // namespace sstp
