#pragma once

#include "core/ports/services.h"
#include "service/windows/service_notices.h"
#include "service/windows/stop_signal.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sstp {

/// The service control manager of this machine. `timeout` is the only bound on a wait: dwWaitHint and dwCheckPoint, which
/// RRAS and its friends fill in carelessly, decide how often to look and whether a service that ran out of time was
/// hung or merely slow.
class ScmServices final : public Services {
public:
    /// With `on_change` the services that are asked about are watched from then on: their starts are seen, and each that stops or
    /// runs calls it, from a thread of ours. Without it (a command that looks once) nothing is watched.
    explicit ScmServices(const StopSignal& stop, std::function<void()> on_change = {});

    Observed<ServiceStatus> query(const std::string& name) override;
    Result<std::vector<std::string>> running_dependants(const std::string& name) override;
    Result<StoppedBy> stop(const std::string& name, Duration timeout) override;
    Result<void> start(const std::string& name, Duration timeout) override;
    Result<void> ask_to_start(const std::string& name) override;

    /// Services that are to be watched and cannot be at present, with the reason.
    [[nodiscard]] std::vector<std::pair<std::string, Error>> degraded() const;

private:
    /// The SCM's spelling, asked once for each name.
    const std::string& spelled(const std::string& name);
    [[nodiscard]] ServiceHistory::Told told(const std::string& name, const ServiceLook& found);

    const StopSignal& stop_;
    std::map<std::string, std::string> spellings_;
    std::map<std::string, ServiceHistory> histories_;   ///< where nothing is watched
    std::unique_ptr<ServiceNotices> notices_;
};

}  // namespace sstp
