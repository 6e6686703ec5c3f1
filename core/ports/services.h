#pragma once

#include "core/model/observed.h"
#include "core/model/service_status.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sstp {

/// Who stopped a service that is stopped now.
enum class StoppedBy : std::uint8_t { us, somebody_else };

/// The service control manager. Every wait is bounded by `timeout` and ends early, with `stopped`, when our own stop
/// is requested. Source: Microsoft, "Stopping a Service", "Starting a Service".
class Services {
public:
    virtual ~Services() = default;

    /// Absent when no such service is installed. Names ignore case, here and below; the answer has the SCM's spelling. `started`: a
    /// moment where the transition to RUNNING was seen (NotifyServiceStatusChange, for as long as this process lives), else bounds.
    virtual Observed<ServiceStatus> query(const std::string& name) = 0;
    /// Names of services that depend on `name` and are not stopped, those to be stopped first in front.
    virtual Result<std::vector<std::string>> running_dependants(const std::string& name) = 0;
    /// Asks it to stop and waits until it has. One that was stopped, or stopped before it could be asked, is success too,
    /// and somebody else's doing: an administrator may not want it back. Dependants are the caller's affair.
    /// Errors: dependents_running, service_hung (did not answer, or its checkpoint stands still), timed_out,
    /// access_denied, service_gone, stopped.
    virtual Result<StoppedBy> stop(const std::string& name, Duration timeout) = 0;
    /// Starts it and waits until it runs. A running one is success.
    /// Errors: service_disabled, service_hung, timed_out, service_gone, access_denied, stopped, unexpected (it
    /// started and ended at once: `code` is its exit code).
    virtual Result<void> start(const std::string& name, Duration timeout) = 0;
    /// Asks it to start and does not wait for RUNNING; works while our own stop is requested. A running or starting one is success.
    /// Errors: service_disabled, service_gone, access_denied, busy (still stopping: ask again), unexpected (shutdown).
    virtual Result<void> ask_to_start(const std::string& name) = 0;
};

}  // namespace sstp
