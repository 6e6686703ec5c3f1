#pragma once

#include "core/model/result.h"
#include "core/model/service_status.h"
#include "service/windows/unique_handle.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// Opens the service with `access`. The error is service_gone (1060) when it is not installed.
Result<UniqueServiceHandle> open_service(const std::string& name, DWORD access, const char* operation);

/// What a failure code of the SCM means: Microsoft, "Service Functions", return values of StartService and ControlService.
Error service_error(const char* operation, const std::string& name, std::uint32_t code);

Result<SERVICE_STATUS_PROCESS> service_status(SC_HANDLE service, const char* operation, const std::string& name);

/// QUERY_SERVICE_CONFIGW::dwStartType.
Result<DWORD> service_start_type(SC_HANDLE service, const std::string& name);

/// dwCurrentState; nothing for a state that nobody has documented.
std::optional<ServiceState> to_service_state(DWORD state) noexcept;

/// The name as the SCM spells it, whatever the case of `name`; `name` itself when the SCM does not say.
std::string spelled_by_scm(const std::string& name);

/// How many services live in the process now. 0 when it cannot be told.
std::size_t services_in_process(DWORD process);

/// Direct dependants that are not stopped, in the order in which EnumDependentServices says they are to be stopped.
Result<std::vector<std::string>> active_dependants(SC_HANDLE service, const std::string& name);

}  // namespace sstp
