#include "core/siem/delivery.h"

#include "core/siem/pace.h"
#include "core/siem/queue.h"
#include "core/siem/queue_bounds.h"
#include "core/siem/refusals.h"
#include "core/siem/silence.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <utility>

namespace sstp {

namespace {

using namespace std::chrono_literals;

/// A transport names a handful; more would be a fault that must not fill the database.
constexpr std::size_t kMostRetryReasons = 32;
constexpr Duration kShortestTroubleWait = 1s;
constexpr Duration kLongestTroubleWait = 60s;

std::string reason_of(const Handover& handover) { return handover.reason.empty() ? word(handover.failure) : handover.reason; }

}  // namespace

DeliveryLimits limits_from(const SiemPolicy& policy) {
    DeliveryLimits limits;
    limits.maximum_queued = policy.maximum_queued;
    limits.maximum_age = policy.maximum_age;
    return limits;
}

class Delivery::Implementation {
public:
    Implementation(SiemDestination destination, DeliveryLimits limits, Outbox& outbox, SiemTransport& transport, Clock& clock,
                   std::function<double()> random, Sender sender)
        : destination_(std::move(destination)),
          limits_(limits),
          outbox_(outbox),
          transport_(transport),
          clock_(clock),
          random_(std::move(random)),
          sender_(std::move(sender)),
          queue_(destination_.name, limits, outbox, clock.now()),
          pace_(limits, transport.hosts()),
          refusals_(limits.tries_before_refused),
          batch_(limits.largest_batch) {
        sender_.local_offset = [&clock](WallTime at) { return clock.local_offset(at); };
    }

    Step step();
    /// Something that cannot be helped here went wrong: wait, ever longer.
    Step wait_for_storage();
    void try_now() { hurry_ = true; }

private:
    /// Which events the next attempt takes: those behind `after`, at most `most`. At the front `after` is the cursor.
    struct Turn {
        enum class Why : std::uint8_t { front, neighbour, news };

        Why why = Why::front;
        std::uint64_t after = 0;
        std::size_t most = 1;
    };

    bool knows_installation();
    std::optional<Turn> next_turn(Step& step, const Waiting& waiting, MonotonicTime now);
    void hand_over(Step& step, const Turn& turn, Batch batch);
    bool accept(Step& step, const Turn& turn, const Batch& batch, std::size_t host, const Handover& handover);
    bool reject(Step& step, const Turn& turn, const Batch& batch, std::size_t host, const Handover& handover);
    void refuse_content(Position& position, const Turn& turn, const Batch& batch);
    void stay_silent(const Turn& turn, const Batch& batch, const Position& position, Moment now);
    [[nodiscard]] LastAttempt attempt_of(const Batch& batch, std::size_t host, const Handover& handover, WallTime at) const;

    SiemDestination destination_;
    DeliveryLimits limits_;
    Outbox& outbox_;
    SiemTransport& transport_;
    Clock& clock_;
    std::function<double()> random_;
    Sender sender_;
    Queue queue_;
    Pace pace_;
    Refusals refusals_;
    Silence silence_;
    std::atomic<bool> hurry_{false};

    std::size_t batch_;                    ///< largest batch at the moment
    int storage_failures_ = 0;
    std::optional<MonotonicTime> gathering_until_;
    std::optional<MonotonicTime> again_at_;   ///< what met with silence
};

Delivery::Step Delivery::Implementation::wait_for_storage() {
    const int doublings = std::min(storage_failures_, 10);
    ++storage_failures_;
    return {.next = std::min(kLongestTroubleWait, kShortestTroubleWait * (1 << doublings)), .changed = queue_.take_news()};
}

/// Made with the database, which may be later than we.
bool Delivery::Implementation::knows_installation() {
    if (!sender_.installation_id.empty()) return true;
    auto id = outbox_.installation_id();
    if (id) sender_.installation_id = std::move(*id);
    return id.has_value();
}

LastAttempt Delivery::Implementation::attempt_of(const Batch& batch, std::size_t host, const Handover& handover, WallTime at) const {
    return {.at = at,
            .confirmed = handover.receipt.has_value(),
            .host = transport_.host_name(host),
            .peer = handover.receipt ? handover.receipt->peer : handover.peer,
            .protocol = handover.receipt ? handover.receipt->protocol : handover.protocol,
            .problem = handover.receipt ? std::string{} : handover.error.message(),
            .up_to_sequence = batch.events.back().sequence,
            .reason = handover.receipt ? std::string{} : reason_of(handover)};
}

bool Delivery::Implementation::accept(Step& step, const Turn& turn, const Batch& batch, std::size_t host, const Handover& handover) {
    const Moment now = clock_.now();
    Position position = queue_.position();
    position.last_attempt = attempt_of(batch, host, handover, now.wall);
    const bool news = turn.why == Turn::Why::news;
    if (!news) silence_.ended();
    if (!news || silence_.newer_taken(batch.events.back().sequence)) {
        position.down_since.reset();
        again_at_.reset();
    }
    pace_.confirmed(now.monotonic);
    gathering_until_.reset();
    step.confirmed = true;
    if (turn.why != Turn::Why::front) {
        // It was taken out of its turn and goes again in its turn: a copy, which receivers know by its id.
        refusals_.neighbour_taken();
        step.next = Duration{0};
        return queue_.store(std::move(position));
    }
    position.cursor = batch.events.back().sequence;
    position.confirmed_total += batch.events.size();
    batch_ = std::min(limits_.largest_batch, batch_ * 2);
    refusals_.passed(position.cursor);
    if (batch.more) {
        step.next = Duration{0};
    } else {
        gathering_until_ = now.monotonic + limits_.gather;
    }
    return queue_.store(std::move(position));
}

/// A batch shrinks until the event that is refused is alone. What becomes of that the refusals say.
void Delivery::Implementation::refuse_content(Position& position, const Turn& turn, const Batch& batch) {
    const std::uint64_t last = batch.events.back().sequence;
    const bool front = turn.why == Turn::Why::front;
    if (batch.events.size() > 1) {
        batch_ = std::max<std::size_t>(1, batch.events.size() / 2);
        if (front) refusals_.refused_together(last);
        return;
    }
    if (front && refusals_.refused_alone(last)) {
        refusals_.passed(last);
        return lose(position, LossReason::refused, last, {});
    }
    if (turn.why == Turn::Why::neighbour) refusals_.neighbour_refused();
    if (turn.why == Turn::Why::news) silence_.met(last);   // its turn comes; what is behind it is offered meanwhile
    pace_.failed_everywhere(std::nullopt, false, position.down_since.has_value(), clock_.monotonic(), random_());
}

void Delivery::Implementation::stay_silent(const Turn& turn, const Batch& batch, const Position& position, Moment now) {
    silence_.met(batch.events.back().sequence);
    if (turn.why != Turn::Why::front) return;
    if (!pace_.failed(HandoverFailure::silent, {}, position.down_since.has_value(), now.monotonic, random_())) return;
    // The pause is that of these events alone: what is new does not wait with them.
    again_at_ = now.monotonic + std::max(pace_.wait(now.monotonic), silence_.until_again());
    pace_.try_now();
}

bool Delivery::Implementation::reject(Step& step, const Turn& turn, const Batch& batch, std::size_t host, const Handover& handover) {
    const Moment now = clock_.now();
    Position position = queue_.position();
    position.last_attempt = attempt_of(batch, host, handover, now.wall);
    const std::string reason = reason_of(handover);
    const bool counted = position.retries_total.contains(reason) || position.retries_total.size() < kMostRetryReasons;
    ++position.retries_total[counted ? reason : "other"];
    const bool down = position.down_since.has_value();
    switch (handover.failure) {
        case HandoverFailure::refused_content: refuse_content(position, turn, batch); break;
        case HandoverFailure::silent: stay_silent(turn, batch, position, now); break;
        case HandoverFailure::refused_us: pace_.failed_everywhere(handover.retry_after, true, down, now.monotonic, random_()); break;
        default: pace_.failed(handover.failure, handover.retry_after, down, now.monotonic, random_()); break;
    }
    if (!position.down_since && pace_.is_down(now.monotonic)) position.down_since = now.wall - pace_.failing_for(now.monotonic);
    gathering_until_ = handover.failure == HandoverFailure::silent ? std::optional{now.monotonic + limits_.gather} : std::nullopt;
    step.next = Duration{0};   // the next step says how long the pause is
    return queue_.store(std::move(position));
}

void Delivery::Implementation::hand_over(Step& step, const Turn& turn, Batch batch) {
    const Payload payload = render_payload(destination_, batch.events, sender_);
    if (payload.messages.size() < batch.events.size()) {
        batch.events.resize(payload.messages.size());
        batch.more = true;
    }
    const std::size_t host = pace_.host(clock_.monotonic());
    const Handover handover = transport_.hand_over(host, payload);
    step.attempted = true;
    if (!handover.receipt && handover.failure == HandoverFailure::stopped) {
        step.next = kShortestTroubleWait;
        return;
    }
    const bool stored = handover.receipt ? accept(step, turn, batch, host, handover) : reject(step, turn, batch, host, handover);
    if (!stored) step.next = std::max(step.next.value_or(Duration{0}), *wait_for_storage().next);
}

/// Nothing: not yet, or not until something new is there; `step` says when.
std::optional<Delivery::Implementation::Turn> Delivery::Implementation::next_turn(Step& step, const Waiting& waiting, MonotonicTime now) {
    const std::uint64_t cursor = queue_.position().cursor;
    const std::uint64_t count = numbers_between(cursor, waiting.last_sequence, waiting);
    if (count == 0) return std::nullopt;
    const auto gathers = [&](std::uint64_t new_ones) {
        const bool waits = gathering_until_ && new_ones < limits_.largest_batch && now < *gathering_until_;
        if (waits) step.next = std::min(step.next.value_or(Duration::max()), *gathering_until_ - now);
        return waits;
    };
    if (again_at_ && now < *again_at_) {
        step.next = *again_at_ - now;
        const std::uint64_t offered = std::max(silence_.offered(), cursor);
        const std::uint64_t news = numbers_between(offered, waiting.last_sequence, waiting);
        if (news == 0 || gathers(news)) return std::nullopt;
        return Turn{Turn::Why::news, offered, batch_};
    }
    if (!again_at_ && gathers(count)) return std::nullopt;
    const std::uint64_t distance = refusals_.next_distance(cursor + 1, count);
    if (distance > 0) return Turn{Turn::Why::neighbour, cursor + distance, 1};
    return Turn{Turn::Why::front, cursor, batch_};
}

Delivery::Step Delivery::Implementation::step() {
    if (hurry_.exchange(false)) {
        pace_.try_now();
        gathering_until_.reset();
        again_at_.reset();
    }
    const MonotonicTime now = clock_.monotonic();
    if (const Duration wait = pace_.wait(now); wait > Duration{0}) return {.next = wait, .changed = queue_.take_news()};
    if (!knows_installation()) return wait_for_storage();
    const auto waiting = queue_.look(clock_.now());
    if (!waiting) return wait_for_storage();
    Step step;
    const auto turn = next_turn(step, *waiting, now);
    std::optional<Batch> batch;
    if (turn) {
        batch = queue_.read(turn->after, turn->most, *waiting);
        if (!batch) return wait_for_storage();
    }
    storage_failures_ = 0;
    if (batch) step.next = Duration{0};   // an empty batch: look again behind what was counted
    if (batch && !batch->events.empty()) hand_over(step, *turn, std::move(*batch));
    step.changed = queue_.take_news();
    return step;
}

Delivery::Delivery(SiemDestination destination, DeliveryLimits limits, Outbox& outbox, SiemTransport& transport, Clock& clock,
                   std::function<double()> random, Sender sender)
    : implementation_(std::make_shared<Implementation>(std::move(destination), limits, outbox, transport, clock, std::move(random),
                                                       std::move(sender))) {}

Delivery::Step Delivery::step() noexcept {
    try {
        return implementation_->step();
    } catch (const std::exception&) {
        return implementation_->wait_for_storage();   // no memory, say: nothing was counted, so it comes again
    }
}

void Delivery::try_now() { implementation_->try_now(); }

}  // namespace sstp
