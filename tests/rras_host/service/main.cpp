/// `rras_service.exe NAME`: stand-in for RemoteAccess, RasMan or SstpSvc, as a real service of the SCM.

#include <atomic>
#include <cwchar>
#include <stdexcept>
#include <string>

#include <windows.h>

#include "service/remote_access_start.h"
#include "service/service_orders.h"
#include "store/audit_trail.h"
#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

constexpr DWORD kTick = 50;                    // ms between looks at the orders
constexpr DWORD kDependencyTimeout = 120'000;  // ms

struct Link {
    const char* service;
    const char* depends_on;
};

// RemoteAccess -> RasMan -> SstpSvc; RpcSs, Bfe, Http and Tapisrv are not modelled.
constexpr Link kLinks[] = {{"RemoteAccess", "RasMan"}, {"RasMan", "SstpSvc"}};

std::string service_name;
SERVICE_STATUS_HANDLE status_handle = nullptr;
HANDLE stop_requested = nullptr;
std::atomic<DWORD> current_state{SERVICE_START_PENDING};

void report(DWORD state, DWORD exit_code = NO_ERROR, DWORD checkpoint = 0, DWORD wait_hint = 0) {
    current_state = state;
    SERVICE_STATUS status{};
    status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
    status.dwCurrentState = state;
    status.dwWin32ExitCode = exit_code;
    status.dwCheckPoint = checkpoint;
    status.dwWaitHint = wait_hint;
    const bool accepts_stop = state == SERVICE_RUNNING && read_orders(service_name).stop != "refuse";
    status.dwControlsAccepted = accepts_stop ? SERVICE_ACCEPT_STOP : 0;
    SetServiceStatus(status_handle, &status);
}

const char* dependant_of(const std::string& service) {
    for (const auto& link : kLinks)
        if (service == link.depends_on) return link.service;
    return nullptr;
}

/// Stays pending for the ordered time, with rising checkpoints; while the order is `hang`, without any, until it changes.
void stay_pending(DWORD state, bool starting) {
    const ServiceOrders first = read_orders(service_name);
    const DWORD duration = starting ? first.start_ms : first.stop_ms;
    const ULONGLONG began = GetTickCount64();
    DWORD checkpoint = 1;
    for (;;) {
        const ServiceOrders orders = read_orders(service_name);
        const bool hangs = (starting ? orders.start : orders.stop) == "hang";
        if (!hangs && GetTickCount64() - began >= duration) return;
        if (!hangs) report(state, NO_ERROR, checkpoint++, duration + 1000);
        Sleep(hangs ? kTick : std::min<DWORD>(kTick, duration + 1));
    }
}

/// On Windows the SCM starts what a service depends on first; Wine's does not, so the stand-in does it for its own kind.
DWORD start_dependency() {
    for (const auto& link : kLinks) {
        if (service_name != link.service || is_running(link.depends_on)) continue;
        const SC_HANDLE scm = OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT);
        const SC_HANDLE service = OpenServiceW(scm, to_wide(link.depends_on).c_str(), SERVICE_START | SERVICE_QUERY_STATUS);
        bool refused = !service || (!StartServiceW(service, 0, nullptr) && GetLastError() != ERROR_SERVICE_ALREADY_RUNNING);
        const ULONGLONG began = GetTickCount64();
        while (!refused && !is_running(link.depends_on)) {
            SERVICE_STATUS status{};
            QueryServiceStatus(service, &status);
            refused = status.dwCurrentState == SERVICE_STOPPED || GetTickCount64() - began > kDependencyTimeout;
            report(SERVICE_START_PENDING, NO_ERROR, 1, kDependencyTimeout);
            Sleep(kTick);
        }
        CloseServiceHandle(service);
        CloseServiceHandle(scm);
        if (refused) return ERROR_SERVICE_DEPENDENCY_FAIL;
    }
    return NO_ERROR;
}

DWORD WINAPI on_control(DWORD control, DWORD, void*, void*) noexcept {
    try {
        if (control == SERVICE_CONTROL_INTERROGATE) return NO_ERROR;
        if (control != SERVICE_CONTROL_STOP) return ERROR_CALL_NOT_IMPLEMENTED;
        // Windows' SCM would have answered 1051 and not asked us. Wine's asks, and drops our answer: all we can do is to note it.
        const char* dependant = dependant_of(service_name);
        if (dependant && is_running(dependant))
            audit("service stopped under a running dependant", service_name, ERROR_DEPENDENT_SERVICES_RUNNING);
        report(SERVICE_STOP_PENDING, NO_ERROR, 1, read_orders(service_name).stop_ms + 1000);
        SetEvent(stop_requested);
        return NO_ERROR;
    } catch (const std::exception&) {
        return ERROR_EXCEPTION_IN_SERVICE;
    }
}

// The line in the audit trail comes before what anybody can see of the change: the listener and its clients look at the state file, and
// whoever has seen them may empty the trail.
void stopped(DWORD exit_code, const char* how) {
    audit(how, service_name, exit_code);
    write_service_state(service_name, "stopped");
    if (service_name == "RemoteAccess") end_sessions();
    report(SERVICE_STOPPED, exit_code);
}

/// Until a stop is asked for, or the order to die comes. Tells which by the exit code: 0 is a stop.
DWORD run_until_stopped() {
    bool accepted_stop = read_orders(service_name).stop != "refuse";
    while (WaitForSingleObject(stop_requested, kTick) == WAIT_TIMEOUT) {
        const ServiceOrders orders = read_orders(service_name);
        if (orders.die) return orders.exit_code != 0 ? orders.exit_code : static_cast<DWORD>(ERROR_PROCESS_ABORTED);
        const bool accepts_stop = orders.stop != "refuse";
        // Not while a stop that came in this moment is already reported as pending.
        if (accepts_stop != accepted_stop && current_state == SERVICE_RUNNING) report(SERVICE_RUNNING);
        accepted_stop = accepts_stop;
    }
    return NO_ERROR;
}

void serve() {
    write_service_state(service_name, "start_pending");
    report(SERVICE_START_PENDING, NO_ERROR, 1, 10'000);
    if (const DWORD error = start_dependency()) return stopped(error, "service failed to start");
    stay_pending(SERVICE_START_PENDING, true);
    const ServiceOrders orders = read_orders(service_name);
    if (orders.start == "fail") return stopped(orders.exit_code, "service failed to start");
    if (service_name == "SstpSvc") forget_sstp_listener();
    if (service_name == "RemoteAccess") {
        if (const DWORD error = start_sstp_listener()) return stopped(error, "service failed to start");
        begin_sessions();
    }
    audit("service started", service_name, NO_ERROR);
    write_service_state(service_name, "running");
    report(SERVICE_RUNNING);
    if (const DWORD error = run_until_stopped()) return stopped(error, "service died");
    write_service_state(service_name, "stop_pending");
    if (service_name == "RemoteAccess") end_sessions();
    stay_pending(SERVICE_STOP_PENDING, false);
    stopped(NO_ERROR, "service stopped");
}

void WINAPI service_main(DWORD, wchar_t**) noexcept {
    status_handle = RegisterServiceCtrlHandlerExW(to_wide(service_name).c_str(), on_control, nullptr);
    try {
        serve();
    } catch (const std::exception& trouble) {
        OutputDebugStringA(trouble.what());
        SERVICE_STATUS status{};
        status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
        status.dwCurrentState = SERVICE_STOPPED;
        status.dwWin32ExitCode = ERROR_EXCEPTION_IN_SERVICE;
        SetServiceStatus(status_handle, &status);
    }
}

}  // namespace

}  // namespace sstp::rras_host

int wmain(int argc, wchar_t** argv) {
    using namespace sstp::rras_host;
    if (argc != 2) return ERROR_BAD_ARGUMENTS;
    service_name = to_utf8(argv[1], std::wcslen(argv[1]));
    stop_requested = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    std::wstring name = to_wide(service_name);
    const SERVICE_TABLE_ENTRYW table[] = {{name.data(), service_main}, {nullptr, nullptr}};
    return StartServiceCtrlDispatcherW(table) ? 0 : static_cast<int>(GetLastError());
}
