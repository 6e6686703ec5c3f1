#include "service/host/watch_loop.h"

#include <utility>

namespace sstp {

void watch_loop(Watchdog& watchdog, WakeInbox& inbox, const std::function<bool(const Wakes&)>& enter,
                const std::function<void(const CycleReport&)>& leave) {
    std::optional<Wakes> wakes = Wakes{Wake::service_start};
    while (wakes && enter(*wakes)) {
        leave(watchdog.cycle(*wakes));
        wakes = inbox.wait(watchdog.next_look());
    }
}

}  // namespace sstp
