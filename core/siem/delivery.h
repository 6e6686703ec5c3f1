#pragma once

#include "core/policy/policy.h"
#include "core/ports/clock.h"
#include "core/ports/outbox.h"
#include "core/ports/siem_transport.h"
#include "core/siem/message.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace sstp {

/// Bounds and manners of delivery. Source: facts of SIEM forwarding, section 3.
struct DeliveryLimits {
    std::uint64_t maximum_queued = 100'000;
    Duration maximum_age = std::chrono::hours{24 * 30};
    std::size_t largest_batch = 500;                          ///< events
    Duration first_back_off = std::chrono::seconds{1};        ///< doubling, with full jitter
    Duration longest_back_off = std::chrono::minutes{5};
    Duration configuration_back_off = std::chrono::minutes{5};///< for trouble that only an administrator can end
    int tries_before_refused = 3;                             ///< of one event alone
};

/// Brings the journal to one destination: in order, each event until it is confirmed or counted as lost. No thread and no
/// wait of its own: `step` makes one attempt, and says when the next is due.
class Delivery {
public:
    /// `random`: uniform in [0, 1), for the jitter.
    Delivery(SiemDestination destination, DeliveryLimits limits, Outbox& outbox, SiemTransport& transport, Clock& clock,
             std::function<double()> random, Sender sender);

    struct Step {
        bool attempted = false;                 ///< something was handed to the transport
        bool confirmed = false;
        std::optional<Duration> next;           ///< until the next attempt; nothing: when there are new events
        bool changed = false;  ///< destination went down, came back, or lost events: worth a look by the deciding thread
    };
    Step step();
    /// Ends a back-off: a changed policy, or an administrator's test.
    void try_now();

private:
    class Implementation;
    std::shared_ptr<Implementation> implementation_;
};

}  // namespace sstp
