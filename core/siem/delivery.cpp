#include "core/siem/delivery.h"

#include "core/siem/age_clock.h"
#include "core/siem/pace.h"
#include "core/siem/queue_bounds.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <utility>

namespace sstp {

namespace {

using namespace std::chrono_literals;

/// A transport names a handful; more would be a fault that must not fill the database.
constexpr std::size_t kMostRetryReasons = 32;
/// Failures without proof until batches get smaller.
constexpr int kPatienceWithSize = 2;
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
          pace_(limits, transport.hosts()),
          age_clock_(clock.now(), limits.maximum_age),
          batch_(limits.largest_batch) {}

    Step step();
    /// Something that cannot be helped here went wrong: wait, ever longer.
    Step wait_for_storage();
    void try_now() { hurry_ = true; }

private:
    struct Batch {
        std::vector<JournalEvent> events;
        bool more = false;                 ///< there is more than this batch takes
    };

    bool prepare(Step& step, Waiting& waiting);
    bool enforce_bounds(Step& step, Waiting& waiting);
    bool enforce_age(Position& position, const Waiting& waiting);
    bool store(Step& step, Position position);
    std::optional<Batch> next_batch(Step& step, const Waiting& waiting);
    void hand_over(Step& step, const Batch& batch);
    bool accept(Step& step, const Batch& batch, std::size_t host, const Handover& handover);
    bool reject(Step& step, const Batch& batch, std::size_t host, const Handover& handover);
    void refuse_content(Position& position, const Batch& batch);
    [[nodiscard]] LastAttempt attempt_of(const Batch& batch, std::size_t host, const Handover& handover, WallTime at) const;

    SiemDestination destination_;
    DeliveryLimits limits_;
    Outbox& outbox_;
    SiemTransport& transport_;
    Clock& clock_;
    std::function<double()> random_;
    Sender sender_;
    Pace pace_;
    AgeClock age_clock_;
    std::atomic<bool> hurry_{false};

    std::optional<Position> position_;     ///< as it is, or will be as soon as the outbox takes it
    bool unsaved_ = false;
    bool unreported_ = false;              ///< the deciding thread will want to know, as soon as it can read it
    std::uint64_t known_last_ = 0;         ///< newest number of the journal that was ever seen
    std::size_t batch_;                    ///< largest batch at the moment
    std::uint64_t alone_ = 0;              ///< the event that was refused alone
    int refusals_alone_ = 0;
    int storage_failures_ = 0;
    std::optional<MonotonicTime> gathering_until_;
};

Delivery::Step Delivery::Implementation::wait_for_storage() {
    const int doublings = std::min(storage_failures_, 10);
    ++storage_failures_;
    return {.next = std::min(kLongestTroubleWait, kShortestTroubleWait * (1 << doublings))};
}

/// Makes `position` what is true from now on. False: the outbox has not taken it yet; until it has, nothing else is done.
bool Delivery::Implementation::store(Step& step, Position position) {
    const bool notable = position.down_since.has_value() != position_->down_since.has_value() || position.losses != position_->losses;
    unreported_ = unreported_ || notable;
    position_ = std::move(position);
    unsaved_ = !outbox_.store_position(destination_.name, *position_);
    if (unsaved_) return false;
    step.changed = std::exchange(unreported_, false) || step.changed;
    return true;
}

bool Delivery::Implementation::enforce_age(Position& position, const Waiting& waiting) {
    const auto judged_at = age_clock_.look(clock_.now());
    if (!judged_at || !waiting.oldest || *waiting.oldest >= *judged_at - limits_.maximum_age) return true;
    const auto first_young = outbox_.first_since(position.cursor, *judged_at - limits_.maximum_age);
    if (!first_young) return false;
    // Not behind the look that was taken: numbers given since are the next step's.
    lose(position, LossReason::too_old, std::min(*first_young - 1, waiting.last_sequence), waiting);
    return true;
}

/// Counts what is gone, lets fall out what is too much or too old, and stores both before anything is sent.
bool Delivery::Implementation::enforce_bounds(Step& step, Waiting& waiting) {
    Position position = *position_;
    if (waiting.last_sequence < position.cursor) {
        const auto whole = outbox_.waiting(0);
        if (!whole) return false;
        move_to_new_journal(position, *whole, known_last_);
        waiting = *whole;
    }
    count_gone(position, waiting, known_last_);
    enforce_number(position, waiting, limits_.maximum_queued);
    if (!enforce_age(position, waiting)) return false;
    known_last_ = waiting.last_sequence;   // what it took along is in the position by now
    return position == *position_ || store(step, std::move(position));
}

/// True: position and waiting are known, stored and within bounds.
bool Delivery::Implementation::prepare(Step& step, Waiting& waiting) {
    if (!position_) {
        auto opened = outbox_.open_position(destination_.name);
        if (!opened) return false;
        position_ = std::move(*opened);
        known_last_ = std::max(position_->cursor, position_->last_attempt ? position_->last_attempt->up_to_sequence : 0);
    }
    if (sender_.installation_id.empty()) {   // made with the database, which may be later than we
        auto id = outbox_.installation_id();
        if (!id) return false;
        sender_.installation_id = std::move(*id);
    }
    if (unsaved_ && !store(step, *position_)) return false;
    auto looked = outbox_.waiting(position_->cursor);
    if (!looked) return false;
    waiting = *looked;
    return enforce_bounds(step, waiting);
}

/// Nothing: the outbox did not answer. An empty batch: what stood there can no longer be read, and is counted.
std::optional<Delivery::Implementation::Batch> Delivery::Implementation::next_batch(Step& step, const Waiting& waiting) {
    auto events = outbox_.read(position_->cursor, batch_);
    if (!events) return std::nullopt;
    const std::uint64_t first = events->empty() ? waiting.last_sequence + 1 : events->front().sequence;
    if (first != position_->cursor + 1) {
        Position position = *position_;
        lose(position, LossReason::gone, first - 1, waiting);
        if (!store(step, std::move(position))) return std::nullopt;
    }
    Batch batch;
    for (JournalEvent& event : *events) {   // up to a number that is missing: the next batch begins by counting it
        if (event.sequence != first + batch.events.size()) break;
        batch.events.push_back(std::move(event));
    }
    batch.more = !batch.events.empty() && batch.events.back().sequence < waiting.last_sequence;
    return batch;
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

bool Delivery::Implementation::accept(Step& step, const Batch& batch, std::size_t host, const Handover& handover) {
    const Moment now = clock_.now();
    Position position = *position_;
    position.cursor = batch.events.back().sequence;
    position.confirmed_total += batch.events.size();
    position.last_attempt = attempt_of(batch, host, handover, now.wall);
    position.down_since.reset();
    pace_.confirmed(now.monotonic);
    batch_ = std::min(limits_.largest_batch, batch_ * 2);
    refusals_alone_ = 0;
    gathering_until_.reset();
    step.confirmed = true;
    if (batch.more) {
        step.next = Duration{0};
    } else {
        gathering_until_ = now.monotonic + limits_.gather;
    }
    return store(step, std::move(position));
}

/// A batch shrinks until the event that is refused is alone; alone it has three tries, with the usual pauses, and then
/// holds up nothing any more.
void Delivery::Implementation::refuse_content(Position& position, const Batch& batch) {
    if (batch.events.size() > 1) {
        batch_ = std::max<std::size_t>(1, batch.events.size() / 2);
        return;
    }
    const std::uint64_t sequence = batch.events.front().sequence;
    if (std::exchange(alone_, sequence) != sequence) refusals_alone_ = 0;
    if (++refusals_alone_ >= limits_.tries_before_refused) {
        refusals_alone_ = 0;
        lose(position, LossReason::refused, sequence, {});
        return;
    }
    pace_.failed_everywhere(std::nullopt, false, position.down_since.has_value(), clock_.monotonic(), random_());
}

bool Delivery::Implementation::reject(Step& step, const Batch& batch, std::size_t host, const Handover& handover) {
    const Moment now = clock_.now();
    Position position = *position_;
    position.last_attempt = attempt_of(batch, host, handover, now.wall);
    const std::string reason = reason_of(handover);
    const bool counted = position.retries_total.contains(reason) || position.retries_total.size() < kMostRetryReasons;
    ++position.retries_total[counted ? reason : "other"];
    const bool down = position.down_since.has_value();
    switch (handover.failure) {
        case HandoverFailure::refused_content: refuse_content(position, batch); break;
        case HandoverFailure::refused_us: pace_.failed_everywhere(handover.retry_after, true, down, now.monotonic, random_()); break;
        default: pace_.failed(handover.failure, handover.retry_after, down, now.monotonic, random_()); break;
    }
    if (handover.failure == HandoverFailure::not_confirmed && pace_.failures() >= kPatienceWithSize) {
        batch_ = std::max<std::size_t>(1, batch.events.size() / 2);
    }
    if (!position.down_since && pace_.is_down(now.monotonic)) position.down_since = now.wall - pace_.failing_for(now.monotonic);
    step.next = pace_.wait(now.monotonic);
    return store(step, std::move(position));
}

void Delivery::Implementation::hand_over(Step& step, const Batch& batch) {
    const Payload payload = render_payload(destination_, batch.events, sender_);
    const std::size_t host = pace_.host(clock_.monotonic());
    const Handover handover = transport_.hand_over(host, payload);
    step.attempted = true;
    if (!handover.receipt && handover.failure == HandoverFailure::stopped) {
        step.next = kShortestTroubleWait;
        return;
    }
    const bool stored = handover.receipt ? accept(step, batch, host, handover) : reject(step, batch, host, handover);
    if (!stored) step.next = std::max(step.next.value_or(Duration{0}), *wait_for_storage().next);
}

Delivery::Step Delivery::Implementation::step() {
    Step step;
    if (hurry_.exchange(false)) {
        pace_.try_now();
        gathering_until_.reset();
    }
    const MonotonicTime now = clock_.monotonic();
    if (const Duration wait = pace_.wait(now); wait > Duration{0}) {
        step.next = wait;
        return step;
    }
    Waiting waiting;
    const auto trouble = [&] {
        Step waits = wait_for_storage();
        waits.changed = step.changed;
        return waits;
    };
    if (!prepare(step, waiting)) return trouble();
    const std::uint64_t count = numbers_between(position_->cursor, waiting.last_sequence, waiting);
    if (count == 0) {
        storage_failures_ = 0;
        return step;
    }
    if (gathering_until_ && count < limits_.largest_batch && now < *gathering_until_) {
        step.next = *gathering_until_ - now;
        return step;
    }
    const auto batch = next_batch(step, waiting);
    if (!batch) return trouble();
    storage_failures_ = 0;
    if (batch->events.empty()) {
        step.next = Duration{0};   // look again behind what was counted
        return step;
    }
    hand_over(step, *batch);
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
