#pragma once

#include "core/ports/services.h"
#include "service/windows/stop_signal.h"

namespace sstp {

/// The service control manager of this machine. `timeout` is the only bound on a wait: dwWaitHint and dwCheckPoint, which
/// RRAS and its friends fill in carelessly, decide how often to look and whether a service that ran out of time was
/// hung or merely slow.
class ScmServices final : public Services {
public:
    explicit ScmServices(const StopSignal& stop) : stop_(stop) {}

    Observed<ServiceStatus> query(const std::string& name) override;
    Result<std::vector<std::string>> running_dependants(const std::string& name) override;
    Result<StoppedBy> stop(const std::string& name, Duration timeout) override;
    Result<void> start(const std::string& name, Duration timeout) override;

private:
    const StopSignal& stop_;
};

}  // namespace sstp
