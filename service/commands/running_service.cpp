#include "service/commands/running_service.h"

#include "service/windows/scm.h"

namespace sstp {

ServiceCondition service_condition() {
    const auto service = open_service(kServiceNameText, SERVICE_QUERY_STATUS, "ask for the state of the service");
    if (!service) return service.error().kind == ErrorKind::service_gone ? ServiceCondition::not_installed : ServiceCondition::unknown;
    const auto status = service_status(service->get(), "ask for the state of the service", kServiceNameText);
    if (!status) return ServiceCondition::unknown;
    switch (status->dwCurrentState) {
        case SERVICE_STOPPED: return ServiceCondition::stopped;
        case SERVICE_START_PENDING: return ServiceCondition::starting;
        case SERVICE_RUNNING: return ServiceCondition::running;
        case SERVICE_STOP_PENDING: return ServiceCondition::stopping;
        default: return ServiceCondition::unknown;
    }
}

std::string why_service_does_not_heal() {
    switch (service_condition()) {
        case ServiceCondition::not_installed: return "The service SstpWatchdog is not installed. To heal once: sstp-watchdog heal";
        case ServiceCondition::stopped:
        case ServiceCondition::stopping:
            return "The service SstpWatchdog is stopped. Start it: sc start SstpWatchdog. To heal once: sstp-watchdog heal";
        case ServiceCondition::starting:
        case ServiceCondition::running:
        case ServiceCondition::unknown: break;
    }
    return {};
}

Result<void> send_to_service(ServiceControl control) {
    const char* const operation = control == ServiceControl::siem_test ? "ask for a test event" : "ask the service to heal";
    const auto service = open_service(kServiceNameText, SERVICE_USER_DEFINED_CONTROL, operation);
    if (!service) return service.error();
    SERVICE_STATUS status{};
    if (ControlService(service->get(), static_cast<DWORD>(control), &status)) return {};
    const DWORD code = GetLastError();
    return service_error(operation, kServiceNameText, code);
}

}  // namespace sstp
