#include "service/windows/scm.h"

#include "core/model/text.h"
#include "service/windows/os_error.h"
#include "service/windows/text.h"

#include <array>
#include <cstddef>

namespace sstp {
namespace {

// The SCM's own bound for both structures (Microsoft, QueryServiceConfigW, EnumDependentServicesW).
constexpr DWORD kLargestConfig = 8 * 1024;
constexpr DWORD kLargestList = 256 * 1024;

}  // namespace

Error service_error(const char* operation, const std::string& name, std::uint32_t code) { return os_error(operation, name, code); }

Result<UniqueServiceHandle> open_service(const std::string& name, DWORD access, const char* operation) {
    const auto wide = to_wide(name);
    if (!wide || wide->empty()) return own_error(ErrorKind::malformed, operation, name, "that is no name of a service");
    const UniqueServiceHandle scm{OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT)};
    if (!scm) {
        const DWORD code = GetLastError();
        return os_error("connect to the service control manager for", name, code);
    }
    UniqueServiceHandle service{OpenServiceW(scm.get(), wide->c_str(), access)};
    if (!service) {
        const DWORD code = GetLastError();
        // A name with characters that no service may have cannot be installed either.
        if (code == ERROR_INVALID_NAME) return os_error(ErrorKind::service_gone, operation, name, code);
        return service_error(operation, name, code);
    }
    return service;
}

Result<SERVICE_STATUS_PROCESS> service_status(SC_HANDLE service, const char* operation, const std::string& name) {
    SERVICE_STATUS_PROCESS status{};
    DWORD needed = 0;
    if (!QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status), sizeof status, &needed)) {
        const DWORD code = GetLastError();
        return service_error(operation, name, code);
    }
    return status;
}

Result<DWORD> service_start_type(SC_HANDLE service, const std::string& name) {
    std::vector<std::byte> buffer(kLargestConfig);
    DWORD needed = 0;
    auto* config = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(buffer.data());
    if (!QueryServiceConfigW(service, config, kLargestConfig, &needed)) {
        const DWORD code = GetLastError();
        return service_error("read the configuration of the service", name, code);
    }
    return config->dwStartType;
}

std::optional<ServiceState> to_service_state(DWORD state) noexcept {
    switch (state) {
        case SERVICE_STOPPED: return ServiceState::stopped;
        case SERVICE_START_PENDING: return ServiceState::start_pending;
        case SERVICE_STOP_PENDING: return ServiceState::stop_pending;
        case SERVICE_RUNNING: return ServiceState::running;
        case SERVICE_CONTINUE_PENDING: return ServiceState::continue_pending;
        case SERVICE_PAUSE_PENDING: return ServiceState::pause_pending;
        case SERVICE_PAUSED: return ServiceState::paused;
        default: return std::nullopt;
    }
}

namespace {

/// Every service that is in one of `states`. False when the SCM would not list them.
template <class Visit>
bool each_service(DWORD states, const Visit& visit) {
    constexpr DWORD kMostBytes = 256 * 1024;   // of one answer: Microsoft, EnumServicesStatusExW
    const UniqueServiceHandle scm{OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE)};
    if (!scm) return false;
    std::vector<std::byte> buffer(kMostBytes);
    DWORD resume = 0;
    for (;;) {
        DWORD needed = 0;
        DWORD count = 0;
        const BOOL all = EnumServicesStatusExW(scm.get(), SC_ENUM_PROCESS_INFO, SERVICE_WIN32, states,
                                               reinterpret_cast<BYTE*>(buffer.data()), kMostBytes, &needed, &count, &resume, nullptr);
        if (!all && (GetLastError() != ERROR_MORE_DATA || count == 0)) return false;
        const auto* entries = reinterpret_cast<const ENUM_SERVICE_STATUS_PROCESSW*>(buffer.data());
        for (DWORD i = 0; i < count; ++i) visit(entries[i]);
        if (all) return true;
    }
}

}  // namespace

std::string spelled_by_scm(const std::string& name) {
    // From the list: by its display name (GetServiceKeyNameW) another service may be found, and some systems then find none.
    std::string spelled = name;
    each_service(SERVICE_STATE_ALL, [&](const ENUM_SERVICE_STATUS_PROCESSW& entry) {
        const std::string one = to_utf8_lossy(entry.lpServiceName);
        if (equal_ignoring_case(one, name)) spelled = one;
    });
    return spelled;
}

std::size_t services_in_process(DWORD process) {
    std::size_t found = 0;
    const bool all = each_service(SERVICE_ACTIVE, [&](const ENUM_SERVICE_STATUS_PROCESSW& entry) {
        found += entry.ServiceStatusProcess.dwProcessId == process ? 1 : 0;
    });
    return all ? found : 0;
}

Result<std::vector<std::string>> active_dependants(SC_HANDLE service, const std::string& name) {
    constexpr const char* kOperation = "list the services that depend on";
    std::vector<std::byte> buffer(4096);
    for (;;) {
        DWORD needed = 0;
        DWORD count = 0;
        auto* entries = reinterpret_cast<ENUM_SERVICE_STATUSW*>(buffer.data());
        if (EnumDependentServicesW(service, SERVICE_ACTIVE, entries, static_cast<DWORD>(buffer.size()), &needed, &count)) {
            std::vector<std::string> names;
            for (DWORD i = 0; i < count; ++i) {
                auto dependant = to_utf8(entries[i].lpServiceName);
                if (!dependant)
                    return own_error(ErrorKind::malformed, kOperation, name, "the name of a dependant is not well-formed UTF-16");
                names.push_back(*std::move(dependant));
            }
            return names;
        }
        const DWORD code = GetLastError();
        if (code != ERROR_MORE_DATA || needed > kLargestList) return service_error(kOperation, name, code);
        // The list may have grown since: a bit more than was asked for.
        buffer.resize(static_cast<std::size_t>(needed) + 1024);
    }
}

}  // namespace sstp
