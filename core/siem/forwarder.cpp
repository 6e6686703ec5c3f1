#include "core/siem/forwarder.h"

#include "core/policy/policy_words.h"
#include "core/policy/spelling.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

namespace sstp {

namespace {

std::function<double()> jitter() {
    return [engine = std::mt19937_64{std::random_device{}()}]() mutable { return std::uniform_real_distribution<>{0.0, 1.0}(engine); };
}

}  // namespace

std::string where_in_words(const SiemDestination& destination) {
    if (destination.type == DestinationType::https) return shown_url(destination.url);
    std::string text;
    for (const HostAndPort& host : destination.hosts) text += (text.empty() ? "" : ", ") + host_to_text(host);
    return text + " (" + std::string(word_of(destination.transport)) + ")";
}

std::vector<DestinationState> read_states(const SiemPolicy& policy, Outbox& outbox) {
    std::vector<DestinationState> states;
    if (policy.destinations.empty()) return states;
    const auto positions = outbox.positions();
    for (const SiemDestination& destination : policy.destinations) {
        DestinationState state;
        state.name = destination.name;
        state.where = where_in_words(destination);
        if (!positions) {
            state.trouble = positions.error();
        } else if (const auto found = positions->find(destination.name); found != positions->end()) {
            state.position = found->second;
            auto waiting = outbox.waiting(state.position.cursor);
            if (waiting) {
                state.waiting = *std::move(waiting);
            } else {
                state.trouble = waiting.error();
            }
        } else {
            state.trouble = Error{ErrorKind::not_found, "find the position of", destination.name, 0, "delivery has not begun yet"};
        }
        states.push_back(std::move(state));
    }
    return states;
}

/// One destination, its thread, and what both sides say to each other.
class Forwarder::Lane {
public:
    Lane(SiemDestination destination, DeliveryLimits limits, Outbox& outbox, const OpenLine& open, const Sender& sender,
         std::function<void()> changed, std::shared_ptr<Lane> predecessor)
        : destination_(std::move(destination)),
          limits_(limits),
          outbox_(outbox),
          changed_(std::move(changed)),
          predecessor_(std::move(predecessor)),
          line_(open(destination_)),
          delivery_(destination_, limits_, outbox_, line_->transport(), line_->clock(), jitter(), sender) {}

    ~Lane() { join(); }
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    [[nodiscard]] const std::string& name() const { return destination_.name; }
    [[nodiscard]] bool serves(const SiemDestination& destination, const DeliveryLimits& limits) const {
        return destination_ == destination && limits_.maximum_age == limits.maximum_age && limits_.maximum_queued == limits.maximum_queued;
    }

    /// Also again, where no thread could be had before.
    void start() noexcept {
        const std::lock_guard lock{mutex_};
        if (started_) return;
        try {
            thread_ = std::thread([this] { run(); });
            started_ = true;
        } catch (const std::exception&) {   // too many threads, or no memory: the next event tries again
        }
    }
    void wake() {
        {
            const std::lock_guard lock{mutex_};
            news_ = true;
        }
        woken_.notify_all();
    }
    void try_now() {
        delivery_.try_now();
        wake();
    }
    /// Ends the thread; `forget`: its position too. Does not wait.
    void retire(bool forget) {
        {
            const std::lock_guard lock{mutex_};
            stopping_ = true;
            forget_ = forget;
        }
        line_->stop();
        woken_.notify_all();
    }
    /// The policy names the destination again before it was forgotten.
    void remember() {
        const std::lock_guard lock{mutex_};
        forget_ = false;
    }
    /// By its successor and by whoever drops it, at the same time perhaps.
    void join() noexcept {
        const std::lock_guard one{joining_};
        if (thread_.joinable()) thread_.join();
    }
    [[nodiscard]] bool ended() {
        const std::lock_guard lock{mutex_};
        return ended_ || !started_;
    }
    /// Everything that waits is confirmed, or the destination fails, or `until` has come.
    void await_rest(std::chrono::steady_clock::time_point until) {
        std::unique_lock lock{mutex_};
        if (!started_) return;
        rested_.wait_until(lock, until, [this] { return ended_ || (!news_ && !working_ && (resting_ || failing_)); });
    }
    [[nodiscard]] bool failing() {
        const std::lock_guard lock{mutex_};
        return failing_;
    }

private:
    void run() {
        // Two threads with one position would take each other's steps back.
        if (const auto before = std::exchange(predecessor_, nullptr)) before->join();
        std::unique_lock lock{mutex_};
        while (!stopping_) {
            news_ = false;
            working_ = true;
            lock.unlock();
            const Delivery::Step step = delivery_.step();
            if (step.changed) tell();
            lock.lock();
            working_ = false;
            resting_ = !step.next;
            if (step.attempted) failing_ = !step.confirmed;
            rested_.notify_all();
            const auto stirred = [this] { return stopping_ || news_; };
            if (step.next) {
                woken_.wait_for(lock, *step.next, stirred);
            } else {
                woken_.wait(lock, stirred);
            }
        }
        const bool forget = std::exchange(forget_, false);
        // Under the lock: whoever names the destination again meanwhile opens it after this.
        if (forget) (void)outbox_.forget(destination_.name);   // what is left behind is forgotten at the next start
        ended_ = true;
        rested_.notify_all();
    }

    void tell() noexcept {
        try {
            changed_();
        } catch (const std::exception&) {   // no memory: the timer's look shows it too
        }
    }

    SiemDestination destination_;
    DeliveryLimits limits_;
    Outbox& outbox_;
    std::function<void()> changed_;
    std::shared_ptr<Lane> predecessor_;
    std::unique_ptr<DeliveryLine> line_;
    Delivery delivery_;

    std::mutex joining_;
    std::mutex mutex_;
    std::condition_variable woken_;
    std::condition_variable rested_;
    bool started_ = false;
    bool news_ = true;
    bool working_ = false;
    bool resting_ = false;   ///< nothing waits
    bool failing_ = false;   ///< the last attempt was not confirmed
    bool stopping_ = false;
    bool forget_ = false;
    bool ended_ = false;
    std::thread thread_;     // last: it uses all of the above
};

Forwarder::Forwarder(Outbox& outbox, OpenLine open, Sender sender, std::function<void()> changed)
    : outbox_(outbox), open_(std::move(open)), sender_(std::move(sender)), changed_(std::move(changed)) {}

Forwarder::~Forwarder() {
    for (const auto& lane : lanes_) lane->retire(false);   // all of them first: they wind up side by side
}

std::shared_ptr<Forwarder::Lane> Forwarder::take_lane(const std::string& name) {
    const auto found = std::ranges::find(lanes_, name, [](const auto& lane) { return lane->name(); });
    if (found == lanes_.end()) return nullptr;
    auto lane = *found;
    lanes_.erase(found);
    return lane;
}

void Forwarder::apply(const SiemPolicy& policy) {
    reap();
    policy_ = policy;
    const DeliveryLimits limits = limits_from(policy);
    std::vector<std::shared_ptr<Lane>> kept;
    for (const SiemDestination& destination : policy.destinations) {
        auto lane = take_lane(destination.name);
        if (lane && lane->serves(destination, limits)) {
            lane->try_now();
            kept.push_back(std::move(lane));
            continue;
        }
        if (lane) {
            lane->retire(false);
        } else {
            const auto found = std::ranges::find(retired_, destination.name, [](const auto& each) { return each->name(); });
            if (found != retired_.end()) {
                lane = *found;
                lane->remember();
            }
        }
        // Here and now, and not when the thread comes to it: what is committed from now on is for this destination.
        (void)outbox_.open_position(destination.name);
        kept.push_back(std::make_shared<Lane>(destination, limits, outbox_, open_, sender_, changed_, std::move(lane)));
        kept.back()->start();
    }
    for (auto& lane : lanes_) {
        lane->retire(true);
        retired_.push_back(std::move(lane));
    }
    lanes_ = std::move(kept);
    forget_strangers();
}

/// Destinations that the policy stopped naming while nobody ran.
void Forwarder::forget_strangers() {
    const auto positions = outbox_.positions();
    if (!positions) return;
    for (const auto& known : *positions) {
        const std::string& name = known.first;
        const auto is_it = [&name](const auto& lane) { return lane->name() == name; };
        if (std::ranges::none_of(lanes_, is_it) && std::ranges::none_of(retired_, is_it)) (void)outbox_.forget(name);
    }
}

void Forwarder::reap() {
    std::erase_if(retired_, [](const auto& lane) { return lane->ended(); });
}

void Forwarder::new_events() {
    for (const auto& lane : lanes_) {
        lane->start();
        lane->wake();
    }
}

void Forwarder::try_now() {
    for (const auto& lane : lanes_) {
        lane->start();
        lane->try_now();
    }
}

std::vector<DestinationState> Forwarder::states() { return read_states(policy_, outbox_); }

void Forwarder::told(const std::string& destination, LossReason reason, std::uint64_t total) {
    (void)outbox_.told(destination, reason, total);   // one that the database did not take is told once more
}

void Forwarder::finish(Duration longest) {
    const auto until = std::chrono::steady_clock::now() + longest;
    std::vector<Lane*> working;
    for (const auto& lane : lanes_) {
        if (lane->failing()) continue;
        lane->try_now();   // without gathering more
        working.push_back(lane.get());
    }
    for (Lane* lane : working) lane->await_rest(until);
}

}  // namespace sstp
