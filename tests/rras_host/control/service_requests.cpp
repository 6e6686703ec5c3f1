#include "control/requests.h"
#include "store/audit_trail.h"
#include "store/state_folder.h"

#include <cstddef>
#include <cstring>
#include <vector>

namespace sstp::rras_host {

namespace {

class ScHandle {
public:
    explicit ScHandle(SC_HANDLE handle) : handle_(handle) {}

    ~ScHandle() {
        if (handle_) CloseServiceHandle(handle_);
    }

    ScHandle(const ScHandle&) = delete;
    ScHandle& operator=(const ScHandle&) = delete;

    SC_HANDLE get() const { return handle_; }

private:
    SC_HANDLE handle_;
};

std::string name_of(const Json& request) { return request.at("service").get<std::string>(); }

[[noreturn]] void fail(const std::string& operation) { throw std::runtime_error(operation + ": error " + std::to_string(GetLastError())); }

SC_HANDLE scm_of(DWORD access) {
    SC_HANDLE scm = OpenSCManagerW(nullptr, nullptr, access);
    // Wine's SCM drops a connection that was idle for ten minutes, and the call that finds that out has failed; the next one connects anew.
    if (!scm && GetLastError() == RPC_S_CALL_FAILED) scm = OpenSCManagerW(nullptr, nullptr, access);
    if (!scm) fail("open the SCM");
    return scm;
}

SC_HANDLE open(const ScHandle& scm, const std::string& name, DWORD access) {
    const SC_HANDLE service = OpenServiceW(scm.get(), to_wide(name).c_str(), access);
    if (!service) fail("open service " + name);
    return service;
}

/// `depends_on` is a list of service names; the binary path is given as Windows stores it.
Json install(const Json& request) {
    const ScHandle scm(scm_of(SC_MANAGER_ALL_ACCESS));
    std::wstring depends_on;
    for (const auto& name : request.value("depends_on", Json::array())) depends_on += to_wide(name.get<std::string>()) + L'\0';
    depends_on += L'\0';
    const std::string name = name_of(request);
    const ScHandle service(CreateServiceW(
        scm.get(), to_wide(name).c_str(), to_wide(request.value("display_name", name)).c_str(), SERVICE_ALL_ACCESS,
        SERVICE_WIN32_OWN_PROCESS, request.value("start_type", static_cast<DWORD>(SERVICE_DEMAND_START)), SERVICE_ERROR_NORMAL,
        to_wide(request.at("path").get<std::string>()).c_str(), nullptr, nullptr, depends_on.c_str(), nullptr, nullptr));
    if (!service.get() && GetLastError() != ERROR_SERVICE_EXISTS) fail("create service " + name);
    return nullptr;
}

Json uninstall(const Json& request) {
    const ScHandle scm(scm_of(SC_MANAGER_CONNECT));
    const ScHandle service(open(scm, name_of(request), DELETE));
    if (!DeleteService(service.get())) fail("delete service " + name_of(request));
    return nullptr;
}

const char* state_name(DWORD state) {
    static const char* const kNames[] = {"?",       "stopped",          "start_pending", "stop_pending",
                                         "running", "continue_pending", "pause_pending", "paused"};
    return state < 8 ? kNames[state] : "?";
}

Json status(const Json& request) {
    const ScHandle scm(scm_of(SC_MANAGER_CONNECT));
    const ScHandle service(open(scm, name_of(request), SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG));
    SERVICE_STATUS_PROCESS now{};
    DWORD needed = 0;
    if (!QueryServiceStatusEx(service.get(), SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&now), sizeof now, &needed))
        fail("query service " + name_of(request));
    alignas(8) char buffer[8192];
    const auto* configuration = reinterpret_cast<const QUERY_SERVICE_CONFIGW*>(buffer);
    if (!QueryServiceConfigW(service.get(), reinterpret_cast<QUERY_SERVICE_CONFIGW*>(buffer), sizeof buffer, &needed))
        fail("query configuration");
    return {{"state", state_name(now.dwCurrentState)},  {"process_id", now.dwProcessId},
            {"exit_code", now.dwWin32ExitCode},         {"service_exit_code", now.dwServiceSpecificExitCode},
            {"start_type", configuration->dwStartType}, {"checkpoint", now.dwCheckPoint}};
}

/// Win32 code of the attempt, as an administrator's tool would get it.
Json start(const Json& request) {
    const ScHandle scm(scm_of(SC_MANAGER_CONNECT));
    const ScHandle service(open(scm, name_of(request), SERVICE_START));
    return StartServiceW(service.get(), 0, nullptr) ? NO_ERROR : GetLastError();
}

Json control(const Json& request) {
    const ScHandle scm(scm_of(SC_MANAGER_CONNECT));
    const ScHandle service(open(scm, name_of(request), SERVICE_ALL_ACCESS));
    SERVICE_STATUS now{};
    return ControlService(service.get(), request.value("control", static_cast<DWORD>(SERVICE_CONTROL_STOP)), &now) ? NO_ERROR
                                                                                                                   : GetLastError();
}

Json set_start_type(const Json& request) {
    const ScHandle scm(scm_of(SC_MANAGER_CONNECT));
    const ScHandle service(open(scm, name_of(request), SERVICE_CHANGE_CONFIG));
    if (!ChangeServiceConfigW(service.get(), SERVICE_NO_CHANGE, request.at("start_type").get<DWORD>(), SERVICE_NO_CHANGE, nullptr, nullptr,
                              nullptr, nullptr, nullptr, nullptr, nullptr))
        fail("configure service " + name_of(request));
    return nullptr;
}

/// Ends the process of a service, or any process by its id, as a crash would.
Json kill(const Json& request) {
    const DWORD id = request.contains("process_id") ? request.at("process_id").get<DWORD>() : status(request).at("process_id").get<DWORD>();
    const HANDLE process = OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, id);
    if (!process) fail("open process " + std::to_string(id));
    TerminateProcess(process, request.value("exit_code", 1U));
    WaitForSingleObject(process, 10'000);
    CloseHandle(process);
    return id;
}

/// Open handles of a service's process. GetProcessHandleCount is none of Wine's strengths, and the list of all handles is real.
Json handles(const Json& request) {
    struct Entry {
        void* object;
        ULONG_PTR process, handle;
        ULONG access;
        USHORT trace, type;
        ULONG attributes, reserved;
    };
    struct Head {
        ULONG_PTR count, reserved;
    };
    using Query = LONG WINAPI(int, void*, ULONG, ULONG*);
    constexpr int kAllHandles = 64;  // SystemExtendedHandleInformation
    constexpr LONG kTooSmall = static_cast<LONG>(0xC0000004);
    const auto query =
        reinterpret_cast<Query*>(reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtQuerySystemInformation")));
    const auto process = status(request).at("process_id").get<ULONG_PTR>();
    std::vector<std::byte> buffer(1 << 20);
    LONG answer = kTooSmall;
    while (query && (answer = query(kAllHandles, buffer.data(), static_cast<ULONG>(buffer.size()), nullptr)) == kTooSmall)
        buffer.resize(buffer.size() * 2);
    if (answer != 0) throw std::runtime_error("list the handles: status " + std::to_string(answer));
    Head head{};
    std::memcpy(&head, buffer.data(), sizeof head);
    std::uint64_t found = 0;
    for (ULONG_PTR i = 0; i < head.count; ++i) {
        Entry entry{};
        std::memcpy(&entry, buffer.data() + sizeof head + i * sizeof entry, sizeof entry);
        if (entry.process == process) ++found;
    }
    return found;
}

}  // namespace

void add_service_requests(Requests& requests) {
    requests["service.install"] = install;
    requests["service.uninstall"] = uninstall;
    requests["service.status"] = status;
    requests["service.start"] = start;
    requests["service.control"] = control;
    requests["service.start_type"] = set_start_type;
    requests["process.kill"] = kill;
    requests["service.handles"] = handles;
}

}  // namespace sstp::rras_host
