#pragma once

#include "core/model/result.h"
#include "core/model/service_status.h"
#include "service/windows/portable/service_history.h"
#include "service/windows/stop_signal.h"
#include "service/windows/unique_handle.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sstp {

/// Hears from the SCM when a service changes its state, and keeps what follows from it. The start of a service that shares its
/// process with others (RemoteAccess, in netsvcs) can be known in no other way. One thread of its own, which waits alertably, as
/// the notices demand. Source: Microsoft, NotifyServiceStatusChangeW.
class ServiceNotices {
public:
    /// `on_change` is called from that thread when a service has stopped or runs. It may only post a wake.
    explicit ServiceNotices(std::function<void()> on_change);
    /// Ends the thread; nothing is called after this has returned.
    ~ServiceNotices();
    ServiceNotices(const ServiceNotices&) = delete;
    ServiceNotices& operator=(const ServiceNotices&) = delete;

    /// Begins to watch the service, if it is not watched yet, and waits until that is so or has failed. Give the SCM's own spelling.
    void watch(const std::string& service);
    /// What a look that found this comes to, with everything that was noticed. `found.watched` is filled in.
    ServiceHistory::Told look(const std::string& service, ServiceLook found);
    /// What is to be watched and cannot be at present, with the reason.
    [[nodiscard]] std::vector<std::pair<std::string, Error>> degraded() const;

private:
    struct Watched;

    void run() noexcept;
    void arm(Watched& watched);
    void handle(Watched& watched);
    void note(Watched& watched, ServiceState state);
    [[nodiscard]] Watched* find(const std::string& service) const;

    std::function<void()> on_change_;
    UniqueKernelHandle quit_;
    UniqueKernelHandle more_;                         ///< there is a service to begin with
    mutable std::mutex mutex_;                        ///< guards the list, and history, armed and why of each
    std::vector<std::unique_ptr<Watched>> watched_;   ///< never shrinks: a notice may be on its way to each
    std::thread thread_;
};

}  // namespace sstp
