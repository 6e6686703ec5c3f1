// The smallest service there can be: what ours costs is told as a ratio to it, on the same Wine.

#include <windows.h>

namespace {

wchar_t name[] = L"EmptyService";
SERVICE_STATUS_HANDLE handle = nullptr;
HANDLE asked_to_stop = nullptr;

void report(DWORD state) {
    SERVICE_STATUS status{};
    status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
    status.dwCurrentState = state;
    status.dwControlsAccepted = state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP : 0;
    SetServiceStatus(handle, &status);
}

DWORD WINAPI on_control(DWORD control, DWORD, void*, void*) {
    if (control == SERVICE_CONTROL_STOP) SetEvent(asked_to_stop);
    return NO_ERROR;
}

void WINAPI serve(DWORD, wchar_t**) {
    handle = RegisterServiceCtrlHandlerExW(name, on_control, nullptr);
    report(SERVICE_RUNNING);
    WaitForSingleObject(asked_to_stop, INFINITE);
    report(SERVICE_STOPPED);
}

}  // namespace

int main() {
    asked_to_stop = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    if (asked_to_stop == nullptr) return 1;
    const SERVICE_TABLE_ENTRYW services[] = {{name, serve}, {nullptr, nullptr}};
    return StartServiceCtrlDispatcherW(services) ? 0 : 1;
}
