#include "service/windows/stop_signal.h"

#include <algorithm>
#include <cstdint>
#include <system_error>

namespace sstp {

StopSignal::StopSignal() : event_(CreateEventW(nullptr, TRUE, FALSE, nullptr)) {
    if (!event_) throw std::system_error(static_cast<int>(GetLastError()), std::system_category(), "create the stop event");
}

void StopSignal::request() noexcept { SetEvent(event_.get()); }

bool StopSignal::requested() const noexcept { return wait(Duration::zero()); }

bool StopSignal::wait(Duration how_long) const noexcept {
    return WaitForSingleObject(event_.get(), wait_milliseconds(how_long)) == WAIT_OBJECT_0;
}

DWORD wait_milliseconds(Duration duration) noexcept {
    return static_cast<DWORD>(std::clamp<std::int64_t>(duration.count(), 0, INFINITE - 1));
}

}  // namespace sstp
