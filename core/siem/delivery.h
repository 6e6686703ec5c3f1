#pragma once

#include "core/model/policy.h"
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
    Duration gather = std::chrono::seconds{2};                ///< after a batch, for the next one to become worth a connection
    Duration first_back_off = std::chrono::seconds{1};        ///< doubling, with full jitter
    Duration longest_back_off = std::chrono::minutes{5};
    Duration configuration_back_off = std::chrono::minutes{5};///< for trouble that only an administrator can end
    Duration longest_retry_after = std::chrono::hours{1};     ///< that a receiver may ask for
    Duration back_to_first_host = std::chrono::minutes{5};    ///< until a host that failed is preferred again
    int tries_before_refused = 3;                             ///< of one event alone
    int failures_before_down = 3;                             ///< of all hosts, one after the other; and at least
    Duration shortest_before_down = std::chrono::seconds{5};  ///< so long: a receiver that restarts is not down
    Duration longest_before_down = std::chrono::minutes{1};
};
DeliveryLimits limits_from(const SiemPolicy& policy);

/// Brings the journal to one destination: in order, each event until it is confirmed or counted as lost. No thread and no
/// wait of its own: `step` makes one attempt, and says when the next is due. Used from one thread, `try_now` from any.
///
/// - The cursor moves with a receipt, or with a loss that is counted in the same transaction; never else.
/// - What the bounds drop is dropped before an attempt. Numbers that the journal no longer has are counted as `gone`.
/// - Age is measured by a clock that no jump of the wall clock can hurry (AgeClock): a wrong date drops nothing at once.
/// - With several hosts the next is tried at once, and the one that confirms is kept for a while; only when all have failed
///   is there a back-off, and only a confirmed batch resets it.
/// - A batch that is refused for its content is halved until the event is alone; after three tries it is counted as refused, but only
///   if the receiver has taken another one (Refusals): else it is the destination's configuration, and nothing is dropped.
/// - What met with silence is sent again at a falling rate and never halved; what is new is offered meanwhile (Silence).
/// - An outbox that does not work is waited for. What it could not store is stored before anything else is sent.
class Delivery {
public:
    /// `random`: uniform in [0, 1), for the jitter.
    Delivery(SiemDestination destination, DeliveryLimits limits, Outbox& outbox, SiemTransport& transport, Clock& clock,
             std::function<double()> random, Sender sender);

    struct Step {
        bool attempted = false;                 ///< something was handed to the transport
        bool confirmed = false;
        std::optional<Duration> next;           ///< until `step` is worth another call; nothing: when there are new events
        bool changed = false;  ///< destination went down, came back, or lost events: worth a look by the deciding thread
    };
    /// May be called at any time: before the next attempt is due it only says how long that is. Never throws.
    Step step() noexcept;
    /// Ends a back-off: a changed policy, or an administrator's test. Thread-safe; whoever runs `step` must be woken too.
    void try_now();

private:
    class Implementation;
    std::shared_ptr<Implementation> implementation_;
};

}  // namespace sstp
