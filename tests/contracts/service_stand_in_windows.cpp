#include "tests/contracts/service_stand_in.h"

#include "service/windows/unique_handle.h"

namespace sstp::contracts {
namespace {

// One service in one process: its state is that of the program.
Behaviour behaviour = Behaviour::steady;
SERVICE_STATUS_HANDLE status_handle = nullptr;
HANDLE stop_requested = nullptr;
DWORD checkpoint = 0;

void report(DWORD state, DWORD exit_code = 0) {
    SERVICE_STATUS status{};
    status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
    status.dwCurrentState = state;
    status.dwControlsAccepted = state == SERVICE_RUNNING && behaviour != Behaviour::refuses_stop ? SERVICE_ACCEPT_STOP : 0;
    status.dwWin32ExitCode = exit_code;
    const bool pending = state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING;
    status.dwCheckPoint = pending ? ++checkpoint : 0;
    status.dwWaitHint = pending ? 100 : 0;
    SetServiceStatus(status_handle, &status);
}

void take_a_moment(DWORD pending_state) {
    for (int step = 0; step < 5; ++step) {
        report(pending_state);
        Sleep(60);
    }
}

DWORD WINAPI on_control(DWORD control, DWORD, void*, void*) {
    if (control == SERVICE_CONTROL_STOP) {
        report(SERVICE_STOP_PENDING);
        SetEvent(stop_requested);
    }
    return NO_ERROR;
}

void WINAPI service_main(DWORD, wchar_t** arguments) {
    status_handle = RegisterServiceCtrlHandlerExW(arguments[0], on_control, nullptr);
    if (status_handle == nullptr) return;
    report(SERVICE_START_PENDING);
    if (behaviour == Behaviour::hangs_starting) Sleep(INFINITE);
    if (behaviour == Behaviour::ends_at_once) {
        Sleep(200);   // Wine's SCM answers 1053 where the process is gone before the order to start has come back from it
        report(SERVICE_STOPPED, 42);
        return;
    }
    if (behaviour == Behaviour::slow) take_a_moment(SERVICE_START_PENDING);
    report(SERVICE_RUNNING);
    WaitForSingleObject(stop_requested, INFINITE);
    if (behaviour == Behaviour::hangs_stopping) Sleep(INFINITE);
    if (behaviour == Behaviour::slow) take_a_moment(SERVICE_STOP_PENDING);
    report(SERVICE_STOPPED);
}

}  // namespace

std::optional<int> run_as_stand_in(int count, wchar_t** arguments) {
    if (count != 3 || std::wstring_view{arguments[1]} != kStandInOption) return std::nullopt;
    behaviour = static_cast<Behaviour>(std::stoi(arguments[2]));
    const UniqueKernelHandle event{CreateEventW(nullptr, TRUE, FALSE, nullptr)};
    stop_requested = event.get();
    wchar_t no_name[] = L"";
    const SERVICE_TABLE_ENTRYW table[] = {{no_name, service_main}, {nullptr, nullptr}};
    return StartServiceCtrlDispatcherW(table) ? 0 : 1;
}

}  // namespace sstp::contracts
