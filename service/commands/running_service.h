#pragma once

#include "core/model/result.h"
#include "service/host/places.h"

#include <string>

namespace sstp {

/// What the SCM says of SstpWatchdog.
enum class ServiceCondition : std::uint8_t { not_installed, stopped, starting, running, stopping, unknown };
ServiceCondition service_condition();

/// A sentence, or empty when the service runs.
std::string why_service_does_not_heal();

/// Sends a user-defined control code to the running service. Errors: access_denied, service_gone, and those of ControlService.
Result<void> send_to_service(ServiceControl control);

}  // namespace sstp
