#include "tests/windows_server/kit/probes.h"

#include "service/windows/text.h"
#include "service/windows/unique_handle.h"
#include "service/windows/windows_headers.h"

#include <winsvc.h>

#include <fmt/format.h>

#include <set>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace sstp::kit {

namespace {

constexpr std::string_view state_word(DWORD state) {
    switch (state) {
        case SERVICE_STOPPED: return "stopped";
        case SERVICE_START_PENDING: return "start_pending";
        case SERVICE_STOP_PENDING: return "stop_pending";
        case SERVICE_RUNNING: return "running";
        case SERVICE_PAUSED: return "paused";
        default: return "other";
    }
}

constexpr std::string_view start_word(DWORD type) {
    switch (type) {
        case SERVICE_AUTO_START: return "automatic";
        case SERVICE_DEMAND_START: return "manual";
        case SERVICE_DISABLED: return "disabled";
        default: return "driver";
    }
}

std::string_view yes_no(bool value) { return value ? "yes" : "no"; }

UniqueServiceHandle open_manager(DWORD access) {
    UniqueServiceHandle manager{OpenSCManagerW(nullptr, nullptr, access)};
    if (!manager) throw std::runtime_error(fmt::format("the service control manager could not be opened ({})", GetLastError()));
    return manager;
}

UniqueServiceHandle open_named(SC_HANDLE manager, const std::string& name, DWORD access) {
    return UniqueServiceHandle{OpenServiceW(manager, to_wide_lossy(name).c_str(), access)};
}

SERVICE_STATUS_PROCESS status_of(SC_HANDLE service) {
    SERVICE_STATUS_PROCESS status{};
    DWORD size = 0;
    if (!QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status), sizeof status, &size))
        throw std::runtime_error(fmt::format("the service's state could not be asked for ({})", GetLastError()));
    return status;
}

/// A level of QueryServiceConfig2, or an empty buffer with why.
std::vector<BYTE> config2(SC_HANDLE service, DWORD level, DWORD& code) {
    DWORD size = 0;
    code = ERROR_SUCCESS;
    if (QueryServiceConfig2W(service, level, nullptr, 0, &size) || size == 0) {
        code = GetLastError();
        return {};
    }
    std::vector<BYTE> buffer(size);
    if (QueryServiceConfig2W(service, level, buffer.data(), size, &size)) return buffer;
    code = GetLastError();
    return {};
}

/// `what=` the text that `say` makes of the level's structure, or why there is none.
template <class Structure, class Say>
void print_level(SC_HANDLE service, DWORD level, const char* what, Say say) {
    DWORD code = 0;
    const auto buffer = config2(service, level, code);
    if (buffer.size() < sizeof(Structure))
        print_line(fmt::format("{}=unknown({})", what, code));
    else
        print_line(fmt::format("{}={}", what, say(*reinterpret_cast<const Structure*>(buffer.data()))));
}

std::string list_of(const wchar_t* multi_string) {
    std::string list;
    for (const wchar_t* at = multi_string; at != nullptr && *at != L'\0'; at += std::wstring_view{at}.size() + 1)
        list += (list.empty() ? "" : ",") + to_utf8_lossy(at);
    return list.empty() ? "none" : list;
}

/// SERVICE_TRIGGER_INFO and its level, which mingw-w64 lacks.
struct TriggerInfo {
    DWORD cTriggers;
    void* pTriggers;
    BYTE* pReserved;
};
constexpr DWORD kTriggerInfo = 8;

void print_configuration(SC_HANDLE service) {
    DWORD size = 0;
    QueryServiceConfigW(service, nullptr, 0, &size);
    std::vector<BYTE> buffer(size);
    auto* configuration = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(buffer.data());
    if (size > 0 && QueryServiceConfigW(service, configuration, size, &size)) {
        print_line(fmt::format("start={}", start_word(configuration->dwStartType)));
        print_line(fmt::format("own_process={}", yes_no((configuration->dwServiceType & SERVICE_WIN32_OWN_PROCESS) != 0)));
        print_line("path=" + to_utf8_lossy(configuration->lpBinaryPathName));
        print_line("account=" + to_utf8_lossy(configuration->lpServiceStartName == nullptr ? L"" : configuration->lpServiceStartName));
    }
    print_level<SERVICE_DELAYED_AUTO_START_INFO>(service, SERVICE_CONFIG_DELAYED_AUTO_START_INFO, "delayed",
                                                 [](const auto& info) { return yes_no(info.fDelayedAutostart != 0); });
    print_level<SERVICE_SID_INFO>(service, SERVICE_CONFIG_SERVICE_SID_INFO, "sid_type",
                                  [](const auto& info) { return info.dwServiceSidType; });
    print_level<SERVICE_PRESHUTDOWN_INFO>(service, SERVICE_CONFIG_PRESHUTDOWN_INFO, "preshutdown_ms",
                                          [](const auto& info) { return info.dwPreshutdownTimeout; });
    print_level<SERVICE_REQUIRED_PRIVILEGES_INFOW>(service, SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, "privileges",
                                                   [](const auto& info) { return list_of(info.pmszRequiredPrivileges); });
    print_level<SERVICE_FAILURE_ACTIONS_FLAG>(service, SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, "recovers_after_errors",
                                              [](const auto& info) { return yes_no(info.fFailureActionsOnNonCrashFailures != 0); });
    print_level<SERVICE_FAILURE_ACTIONSW>(service, SERVICE_CONFIG_FAILURE_ACTIONS, "recovery", [](const auto& info) {
        std::string actions;
        for (DWORD at = 0; at < info.cActions; ++at)
            actions += fmt::format("{}{}:{}", at > 0 ? "," : "", static_cast<int>(info.lpsaActions[at].Type), info.lpsaActions[at].Delay);
        return actions.empty() ? std::string{"none"} : actions;
    });
    print_level<TriggerInfo>(service, kTriggerInfo, "triggers", [](const auto& info) { return info.cTriggers; });
}

/// Names of the services that live in the process.
std::string neighbours(SC_HANDLE manager, DWORD process) {
    DWORD needed = 0;
    DWORD count = 0;
    DWORD resume = 0;
    EnumServicesStatusExW(manager, SC_ENUM_PROCESS_INFO, SERVICE_WIN32, SERVICE_ACTIVE, nullptr, 0, &needed, &count, &resume, nullptr);
    std::vector<BYTE> buffer(needed + 4096);
    resume = 0;
    if (!EnumServicesStatusExW(manager, SC_ENUM_PROCESS_INFO, SERVICE_WIN32, SERVICE_ACTIVE, buffer.data(),
                               static_cast<DWORD>(buffer.size()), &needed, &count, &resume, nullptr))
        return fmt::format("unknown({})", GetLastError());
    const auto* services = reinterpret_cast<const ENUM_SERVICE_STATUS_PROCESSW*>(buffer.data());
    std::string names;
    for (DWORD at = 0; at < count; ++at) {
        if (services[at].ServiceStatusProcess.dwProcessId == process)
            names += (names.empty() ? "" : ",") + to_utf8_lossy(services[at].lpServiceName);
    }
    return names;
}

void print_dependants(SC_HANDLE manager, const std::string& name, std::set<std::string>& told) {
    const auto service = open_named(manager, name, SERVICE_ENUMERATE_DEPENDENTS);
    DWORD needed = 0;
    DWORD count = 0;
    if (!service || EnumDependentServicesW(service.get(), SERVICE_STATE_ALL, nullptr, 0, &needed, &count) || needed == 0) return;
    std::vector<BYTE> buffer(needed);
    auto* found = reinterpret_cast<ENUM_SERVICE_STATUSW*>(buffer.data());
    if (!EnumDependentServicesW(service.get(), SERVICE_STATE_ALL, found, needed, &needed, &count)) return;
    for (DWORD at = 0; at < count; ++at) {
        const std::string dependant = to_utf8_lossy(found[at].lpServiceName);
        if (!told.insert(dependant).second) continue;
        const auto& status = found[at].ServiceStatus;
        const auto own = open_named(manager, dependant, SERVICE_QUERY_STATUS);
        const DWORD accepted = own ? status_of(own.get()).dwControlsAccepted : status.dwControlsAccepted;
        print_line(fmt::format("dependant={} of={} state={} accepts_stop={}", dependant, name, state_word(status.dwCurrentState),
                               yes_no((accepted & SERVICE_ACCEPT_STOP) != 0)));
        print_dependants(manager, dependant, told);
    }
}

}  // namespace

/// service NAME. 0: it runs, 1: it does not, 2: there is none.
int probe_service(const Arguments& arguments) {
    if (arguments.size() != 1) throw std::runtime_error("service NAME");
    const auto manager = open_manager(SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE);
    const auto service = open_named(manager.get(), arguments[0], SERVICE_QUERY_CONFIG | SERVICE_QUERY_STATUS);
    if (!service) {
        print_line(fmt::format("state=missing({})", GetLastError()));
        return 2;
    }
    const auto status = status_of(service.get());
    print_line(fmt::format("state={}", state_word(status.dwCurrentState)));
    print_line(fmt::format("process={}", status.dwProcessId));
    print_line(fmt::format("accepts_stop={}", yes_no((status.dwControlsAccepted & SERVICE_ACCEPT_STOP) != 0)));
    print_line(fmt::format("exit_code={} service_exit_code={}", status.dwWin32ExitCode, status.dwServiceSpecificExitCode));
    if (status.dwProcessId != 0) print_line("in_process=" + neighbours(manager.get(), status.dwProcessId));
    print_configuration(service.get());
    return status.dwCurrentState == SERVICE_RUNNING ? 0 : 1;
}

int probe_dependants(const Arguments& arguments) {
    if (arguments.size() != 1) throw std::runtime_error("dependants NAME");
    const auto manager = open_manager(SC_MANAGER_CONNECT);
    std::set<std::string> told;
    print_dependants(manager.get(), arguments[0], told);
    print_line(fmt::format("count={}", told.size()));
    return 0;
}

/// watch NAME SECONDS: each change of its state, until it runs and takes a stop.
int probe_watch(const Arguments& arguments) {
    if (arguments.size() != 2) throw std::runtime_error("watch NAME SECONDS");
    const int total = number_of(arguments[1], "number of seconds");
    const auto manager = open_manager(SC_MANAGER_CONNECT);
    const auto service = open_named(manager.get(), arguments[0], SERVICE_QUERY_STATUS);
    if (!service) throw std::runtime_error(fmt::format("there is no service {} ({})", arguments[0], GetLastError()));
    const ULONGLONG began = GetTickCount64();
    const auto seconds = [&] { return static_cast<double>(GetTickCount64() - began) / 1000.0; };
    std::string last;
    double pending = -1;
    for (; seconds() < total; Sleep(20)) {
        const auto status = status_of(service.get());
        const bool stops = (status.dwControlsAccepted & SERVICE_ACCEPT_STOP) != 0;
        const std::string now =
            fmt::format("state={} checkpoint={} accepts_stop={}", state_word(status.dwCurrentState), status.dwCheckPoint, yes_no(stops));
        if (now == last) continue;
        print_line(fmt::format("at={:.2f} {}", seconds(), now));
        last = now;
        if (status.dwCurrentState == SERVICE_START_PENDING && pending < 0) pending = seconds();
        if (status.dwCurrentState != SERVICE_RUNNING) continue;
        if (pending < 0 && stops) {
            print_line("running_at_first_sight=yes");
            return 0;
        }
        if (pending < 0) continue;
        if (pending < 1e6) print_line(fmt::format("running_after={:.2f}", seconds() - pending));
        if (stops) return 0;
        pending = 1e6;   // told once
    }
    return 1;
}

/// when NAME STATE SECONDS COMMAND...
int probe_when(const Arguments& arguments) {
    if (arguments.size() < 4) throw std::runtime_error("when NAME STATE SECONDS COMMAND...");
    const int total = number_of(arguments[2], "number of seconds");
    const auto manager = open_manager(SC_MANAGER_CONNECT);
    const auto service = open_named(manager.get(), arguments[0], SERVICE_QUERY_STATUS);
    if (!service) throw std::runtime_error(fmt::format("there is no service {} ({})", arguments[0], GetLastError()));
    const ULONGLONG began = GetTickCount64();
    for (; GetTickCount64() - began < static_cast<ULONGLONG>(total) * 1000; Sleep(10)) {
        if (state_word(status_of(service.get()).dwCurrentState) != arguments[1]) continue;
        print_line(fmt::format("met_after={:.2f}", static_cast<double>(GetTickCount64() - began) / 1000.0));
        const int code = run_words(arguments, 3);
        print_line(fmt::format("command_exit={}", code));
        return code;
    }
    print_line("met_after=never");
    return 125;
}

/// hold NAME FILE SECONDS: what a Services console and Event Viewer hold open.
int probe_hold(const Arguments& arguments) {
    if (arguments.size() != 3) throw std::runtime_error("hold NAME FILE SECONDS");
    const auto manager = open_manager(SC_MANAGER_CONNECT);
    const auto service = open_named(manager.get(), arguments[0], SERVICE_QUERY_STATUS);
    const HMODULE mapped = LoadLibraryExW(to_wide_lossy(arguments[1]).c_str(), nullptr, LOAD_LIBRARY_AS_DATAFILE);
    print_line(fmt::format("service_held={} file_held={}", yes_no(static_cast<bool>(service)), yes_no(mapped != nullptr)));
    Sleep(static_cast<DWORD>(number_of(arguments[2], "number of seconds")) * 1000);
    if (mapped != nullptr) FreeLibrary(mapped);
    return service && mapped != nullptr ? 0 : 1;
}

}  // namespace sstp::kit
