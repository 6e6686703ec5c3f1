#include "service/host/self_configuration.h"

#include "service/host/places.h"
#include "service/windows/os_error.h"
#include "service/windows/scm.h"
#include "service/windows/text.h"

#include <fmt/format.h>

#include <array>
#include <vector>

namespace sstp {

namespace {

using Lines = std::vector<LogLine>;

void set(SC_HANDLE service, Lines& lines, DWORD level, void* information, const char* what) {
    if (ChangeServiceConfig2W(service, level, information)) {
        lines.push_back({LogLevel::debug, fmt::format("own service: {} set", what)});
        return;
    }
    const DWORD code = GetLastError();
    lines.push_back({LogLevel::info, os_error(fmt::format("set the own service's {}", what), kServiceNameText, code).message()});
}

/// The last action repeats for ever (Microsoft, SERVICE_FAILURE_ACTIONS): "none" keeps a service that cannot live from
/// being started until the end of days.
void set_failure_actions(SC_HANDLE service, Lines& lines) {
    std::array<SC_ACTION, 4> actions{
        {{SC_ACTION_RESTART, 10'000}, {SC_ACTION_RESTART, 60'000}, {SC_ACTION_RESTART, 300'000}, {SC_ACTION_NONE, 0}}};
    SERVICE_FAILURE_ACTIONSW failure{};
    failure.dwResetPeriod = 24 * 60 * 60;   // seconds
    failure.cActions = static_cast<DWORD>(actions.size());
    failure.lpsaActions = actions.data();
    set(service, lines, SERVICE_CONFIG_FAILURE_ACTIONS, &failure, "recovery actions");
    SERVICE_FAILURE_ACTIONS_FLAG also_on_error{TRUE};   // a service-specific exit code counts as a failure too
    set(service, lines, SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &also_on_error, "recovery after errors");
}

/// All that we do is allowed by SIDs: SeChangeNotifyPrivilege is what every process needs to walk paths.
void set_rights(SC_HANDLE service, Lines& lines) {
    SERVICE_SID_INFO sid{SERVICE_SID_TYPE_UNRESTRICTED};
    set(service, lines, SERVICE_CONFIG_SERVICE_SID_INFO, &sid, "SID type");
    std::wstring list = L"SeChangeNotifyPrivilege";
    list.push_back(L'\0');   // a multi-string: each name and the whole end with NUL
    SERVICE_REQUIRED_PRIVILEGES_INFOW privileges{list.data()};
    set(service, lines, SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, &privileges, "required privileges");
}

/// To store what is known and end. No service can be started any more once a shutdown has begun, so there is nothing to undo, and a
/// look that hangs must not hold the shutdown up (Microsoft, SERVICE_PRESHUTDOWN_INFO: "only if absolutely necessary").
void set_preshutdown(SC_HANDLE service, Lines& lines) {
    SERVICE_PRESHUTDOWN_INFO preshutdown{30'000};   // ms
    set(service, lines, SERVICE_CONFIG_PRESHUTDOWN_INFO, &preshutdown, "preshutdown time");
}

void check_path(SC_HANDLE service, Lines& lines) {
    DWORD size = 0;
    QueryServiceConfigW(service, nullptr, 0, &size);
    std::vector<unsigned char> buffer(size);
    auto* configuration = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(buffer.data());
    if (size == 0 || !QueryServiceConfigW(service, configuration, size, &size)) return;
    const std::wstring_view path = configuration->lpBinaryPathName;
    if (path.starts_with(L'"') || path.find(L' ') == std::wstring_view::npos) return;
    lines.push_back({LogLevel::warning,
                     fmt::format("the path of the own service is not quoted, so Windows may start another program that somebody put at "
                                 "C:\\Program.exe: {}. To mend it, install again.",
                                 to_utf8_lossy(path))});
}

}  // namespace

std::vector<LogLine> configure_own_service() {
    Lines lines;
    // SERVICE_START is what setting a restart action demands.
    const auto service =
        open_service(kServiceNameText, SERVICE_CHANGE_CONFIG | SERVICE_QUERY_CONFIG | SERVICE_START, "configure the own service");
    if (!service) {
        lines.push_back({LogLevel::warning, service.error().message()});
        return lines;
    }
    set_failure_actions(service->get(), lines);
    set_rights(service->get(), lines);
    set_preshutdown(service->get(), lines);
    check_path(service->get(), lines);
    return lines;
}

}  // namespace sstp
