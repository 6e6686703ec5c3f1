#include "service/host/scm_shell.h"

#include "core/watchdog/lifecycle.h"
#include "service/host/mailbox.h"
#include "service/windows/os_error.h"

#include <exception>
#include <thread>

namespace sstp {

namespace {

struct Happened {
    LifecycleEvent event{};
    std::uint32_t exit_code = 0;
};

DWORD to_state(ServiceReport::State state) {
    switch (state) {
        case ServiceReport::State::start_pending: return SERVICE_START_PENDING;
        case ServiceReport::State::running: return SERVICE_RUNNING;
        case ServiceReport::State::stop_pending: return SERVICE_STOP_PENDING;
        case ServiceReport::State::stopped: return SERVICE_STOPPED;
    }
    return SERVICE_STOPPED;
}

/// One life under the SCM. The handler only signals, the deciding thread only watches, and this thread alone talks to
/// the SCM about our status.
class ServiceLife {
public:
    explicit ServiceLife(const WatchContext& given) : context_(given) {
        context_.is_service = true;
        context_.progressed = [this] { happened_.post({LifecycleEvent::progress}); };
        context_.ready = [this] { happened_.post({LifecycleEvent::ready}); };
    }

    void live() {
        status_ = RegisterServiceCtrlHandlerExW(kServiceName, on_control, this);
        if (status_ == nullptr) return;   // the SCM knows nothing of us: there is nobody to tell
        report(lifecycle_.report());
        std::thread deciding{[this] {
            const WatchEnd end = watch(context_, stopping_);
            happened_.post(end == WatchEnd::stopped ? Happened{LifecycleEvent::ended}
                                                    : Happened{LifecycleEvent::failed, static_cast<std::uint32_t>(end)});
        }};
        for (;;) {
            const Happened next = happened_.take();
            const bool last = next.event == LifecycleEvent::ended || next.event == LifecycleEvent::failed;
            if (last) deciding.join();   // STOPPED only after clean-up: the SCM may end the process at once
            if (const auto news = lifecycle_.on(next.event, next.exit_code)) report(*news);
            if (last) return;
        }
    }

private:
    static DWORD WINAPI on_control(DWORD control, DWORD, LPVOID, LPVOID self) noexcept {
        try {
            return static_cast<ServiceLife*>(self)->signal(control);
        } catch (...) {   // no memory for a wake: the timer looks in a few minutes
            return ERROR_NOT_ENOUGH_MEMORY;
        }
    }

    DWORD signal(DWORD control) {
        switch (control) {
            case SERVICE_CONTROL_STOP:
                stopping_.request();
                happened_.post({LifecycleEvent::stop_requested});
                return NO_ERROR;
            case SERVICE_CONTROL_SHUTDOWN:
            case SERVICE_CONTROL_PRESHUTDOWN:
                stopping_.request_for_shutdown();
                happened_.post({LifecycleEvent::stop_requested});
                return NO_ERROR;
            case SERVICE_CONTROL_PARAMCHANGE: stopping_.inbox.post(Wake::policy_change); return NO_ERROR;
            case static_cast<DWORD>(ServiceControl::heal): stopping_.inbox.post(Wake::administrator_heal); return NO_ERROR;
            case static_cast<DWORD>(ServiceControl::heal_ignoring_window):
                stopping_.inbox.post(Wake::administrator_heal_ignoring_window);
                return NO_ERROR;
            case static_cast<DWORD>(ServiceControl::siem_test): stopping_.inbox.post(Wake::siem_test); return NO_ERROR;
            case SERVICE_CONTROL_INTERROGATE: return NO_ERROR;
            default: return ERROR_CALL_NOT_IMPLEMENTED;
        }
    }

    void report(const ServiceReport& report) {
        SERVICE_STATUS status{};
        status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
        status.dwCurrentState = to_state(report.state);
        if (report.accepts_controls) {
            status.dwControlsAccepted =
                SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN | SERVICE_ACCEPT_PRESHUTDOWN | SERVICE_ACCEPT_PARAMCHANGE;
        }
        status.dwWin32ExitCode = report.specific_exit_code == 0 ? NO_ERROR : ERROR_SERVICE_SPECIFIC_ERROR;
        status.dwServiceSpecificExitCode = report.specific_exit_code;
        status.dwCheckPoint = report.checkpoint;
        status.dwWaitHint = static_cast<DWORD>(report.wait_hint.count());
        SetServiceStatus(status_, &status);
    }

    WatchContext context_;
    StopRequest stopping_;
    Mailbox<Happened> happened_;
    Lifecycle lifecycle_;
    SERVICE_STATUS_HANDLE status_ = nullptr;
};

/// ServiceMain is given no pointer of ours: this is the one way in. Set before the dispatcher is called, and alive until it has
/// returned: a control that was on its way when STOPPED was told still finds somebody.
ServiceLife* the_life = nullptr;

void WINAPI service_main(DWORD, LPWSTR*) noexcept {
    try {
        the_life->live();
    } catch (...) {
        // No thread or no memory at start: ending without STOPPED is the failure that the SCM's recovery actions answer.
        std::terminate();
    }
}

}  // namespace

Result<void> run_under_scm(const WatchContext& context) {
    ServiceLife life{context};
    the_life = &life;
    std::wstring name = kServiceName;
    const SERVICE_TABLE_ENTRYW services[] = {{name.data(), service_main}, {nullptr, nullptr}};
    if (StartServiceCtrlDispatcherW(services)) return {};
    const DWORD code = GetLastError();
    Error error = os_error("run as a service", kServiceNameText, code);
    if (code == ERROR_FAILED_SERVICE_CONTROLLER_CONNECT) {
        error.text =
            "this command is for the service control manager. To start the service: sc start SstpWatchdog. To watch in this console: "
            "sstp-watchdog run";
    }
    return error;
}

}  // namespace sstp
