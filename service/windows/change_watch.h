#pragma once

#include "core/model/result.h"
#include "core/model/time.h"
#include "core/report/wake.h"
#include "core/watchdog/own_findings.h"
#include "service/windows/watch_source.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sstp {

/// What of the machine to watch, besides what is always watched: LocalMachine\MY, SSTP's parameters, HTTP.SYS's records and listen
/// list, and Group Policy's values.
struct ChangeWatchOptions {
    std::string policy_file;        ///< UTF-8 path; empty: none
};

/// Turns changes of the machine into wakes. One thread waits; it only calls `on_wake` (from that thread, never two at a time) and reads
/// nothing. A burst of changes becomes a few wakes. A watch that fails is armed again with back-off, without end, and
/// wakes when it works again, since what happened meanwhile was not seen.
class ChangeWatch {
public:
    using OnWake = std::function<void(Wake)>;

    /// Returns when every source has been armed once, or has failed and is listed in `degraded`: look at the machine after
    /// this, and nothing is missed. The error is that of a process without threads or events to spare.
    static Result<std::unique_ptr<ChangeWatch>> start(const ChangeWatchOptions& options, OnWake on_wake);
    /// The same for any sources.
    static Result<std::unique_ptr<ChangeWatch>> start(std::vector<std::unique_ptr<WatchSource>> sources, OnWake on_wake);

    /// Ends the thread; no wake comes after this has returned.
    ~ChangeWatch();
    ChangeWatch(const ChangeWatch&) = delete;
    ChangeWatch& operator=(const ChangeWatch&) = delete;

    /// What does not work at present. From any thread.
    [[nodiscard]] std::vector<DegradedWatch> degraded() const;

private:
    struct Watched {
        std::unique_ptr<WatchSource> source;
        bool armed = false;
        Duration back_off{};
        MonotonicTime retry_at{};
        Error why;
    };

    ChangeWatch(std::vector<std::unique_ptr<WatchSource>> sources, OnWake on_wake);
    void run() noexcept;
    /// Arms one source. True when a wake is due.
    bool arm(Watched& watched);
    void arm_those_that_failed();
    void handle_signals(DWORD signalled, const std::vector<Watched*>& waited_for);
    [[nodiscard]] DWORD until_next_retry() const;
    void wake(Wake wake) noexcept;

    OnWake on_wake_;
    UniqueKernelHandle quit_;
    UniqueKernelHandle armed_once_;
    mutable std::mutex mutex_;  ///< guards armed and why of each, which `degraded` reads
    std::vector<Watched> watched_;
    std::thread thread_;
};

}  // namespace sstp
