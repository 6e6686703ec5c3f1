#include "service/host/watch_loop.h"

#include <utility>

namespace sstp {

void watch_loop(Watchdog& watchdog, WakeInbox& inbox, const std::function<bool(const Wakes&)>& enter,
                const std::function<void(const CycleReport&)>& leave) {
    // What was asked while we started is answered by the first cycle: whoever asked waits for the next one that begins.
    std::optional<Wakes> wakes = inbox.wait(Duration{0});
    if (wakes) wakes->insert(Wake::service_start);
    while (wakes && enter(*wakes)) {
        leave(watchdog.cycle(*wakes));
        wakes = inbox.wait(watchdog.next_look());
    }
}

}  // namespace sstp
