#pragma once

#include "core/model/time.h"
#include "service/windows/unique_handle.h"

namespace sstp {

/// Our own stop, as every wait in the adapters sees it. Set once by whoever hears of it first (the SCM's handler, Ctrl+C);
/// never taken back.
class StopSignal {
public:
    /// Without the event nothing could ever be stopped: std::system_error, at start, is the honest answer.
    StopSignal();

    void request() noexcept;
    [[nodiscard]] bool requested() const noexcept;
    /// True when the stop was requested, before or within `how_long`.
    [[nodiscard]] bool wait(Duration how_long) const noexcept;

    /// Manual-reset event, for waits on several objects. Owned by this.
    [[nodiscard]] HANDLE event() const noexcept { return event_.get(); }

private:
    UniqueKernelHandle event_;
};

/// `duration` as Windows' waits take it: never negative, never INFINITE.
DWORD wait_milliseconds(Duration duration) noexcept;

}  // namespace sstp
