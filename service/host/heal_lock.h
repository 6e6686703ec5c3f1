#pragma once

#include "service/windows/stop_signal.h"
#include "service/windows/unique_handle.h"

#include <cstdint>

namespace sstp {

/// `Global\SstpWatchdog-heal`: at most one process changes this server. A mutex belongs to a thread, and the system
/// releases it when its owner dies, so a crash leaves nothing locked.
class HealLock {
public:
    HealLock();
    ~HealLock() { release(); }
    HealLock(const HealLock&) = delete;
    HealLock& operator=(const HealLock&) = delete;

    enum class Answer : std::uint8_t { held, busy, stopped };
    /// Waits at most `how_long` for another process to let go. Already held: `held`.
    Answer acquire(const StopSignal& stop, Duration how_long);
    void release() noexcept;

    /// Somebody without administrators' rights made a mutex of this name before us: it means nothing, and must not keep
    /// a server from being healed. `acquire` then always answers `held`.
    [[nodiscard]] bool squatted() const noexcept { return squatted_; }

private:
    UniqueKernelHandle mutex_;
    bool held_ = false;
    bool squatted_ = false;
};

}  // namespace sstp
