#pragma once

#include "core/watchdog/wake_inbox.h"
#include "service/host/assembly.h"
#include "service/host/log.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

namespace sstp {

/// How watching ended; the value is the service-specific exit code (service/host/README.md).
enum class WatchEnd : std::uint32_t {
    stopped = 0,
    data_folder_refused = 1,
    not_assembled = 2,
    died = 3,              ///< an error that no code foresaw; the SCM starts us again
};

/// What a shell (SCM or console) gives to the deciding thread.
struct WatchContext {
    Places places;
    std::string computer;
    std::string hardening;                                 ///< which measures the process took, for the log
    Assemble assemble;
    bool is_service = false;                               ///< configures its own service; heals after a boot
    std::function<void(const std::string&)> tell;          ///< a line for a person at the console; may be empty
    std::function<void()> progressed;                      ///< after each step of starting and winding up
    std::function<void()> ready;                           ///< everything is put together; the first look is about to begin
};

/// Our stop, as both kinds of waits see it: those of the loop and those of the adapters.
class StopRequest {
public:
    WakeInbox inbox;
    StopSignal signal;

    void request() {
        signal.request();
        inbox.stop();
    }
    /// The machine goes down: no service can be started any more (Microsoft, StartService, ERROR_SHUTDOWN_IN_PROGRESS).
    void request_for_shutdown() {
        shutting_down_ = true;
        request();
    }
    [[nodiscard]] bool shutting_down() const noexcept { return shutting_down_; }

private:
    std::atomic<bool> shutting_down_{false};
};

/// Everything from an empty process to the last line of the log. Runs on the one thread that decides; never throws.
WatchEnd watch(const WatchContext& context, StopRequest& stopping) noexcept;

}  // namespace sstp
