// Real threads and real time, so nothing here asserts how long something takes, only that it happens, or that one does not wait for
// another.

#include "core/siem/forwarder.h"
#include "core/record/memory_outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

namespace sstp {
namespace {

using namespace std::chrono_literals;

/// A memory outbox that several threads may use, as the one of the product.
class SharedOutbox final : public Outbox {
public:
    explicit SharedOutbox(const MemoryRecord& record) : inner_(record) {}

    std::mutex mutex;

    Result<std::optional<Position>> position(const std::string& name) override {
        return locked([&] { return inner_.position(name); });
    }
    Result<std::map<std::string, Position>> positions() override {
        return locked([&] { return inner_.positions(); });
    }
    Result<Position> open_position(const std::string& name) override {
        return locked([&] { return inner_.open_position(name); });
    }
    Result<void> store_position(const std::string& name, const Position& position) override {
        return locked([&] { return inner_.store_position(name, position); });
    }
    Result<void> told(const std::string& name, LossReason reason, std::uint64_t total) override {
        return locked([&] { return inner_.told(name, reason, total); });
    }
    Result<void> forget(const std::string& name) override {
        return locked([&] { return inner_.forget(name); });
    }
    Result<std::vector<JournalEvent>> read(std::uint64_t after, std::size_t most) override {
        return locked([&] { return inner_.read(after, most); });
    }
    Result<Waiting> waiting(std::uint64_t after) override {
        return locked([&] { return inner_.waiting(after); });
    }
    Result<std::uint64_t> first_since(std::uint64_t after, WallTime time) override {
        return locked([&] { return inner_.first_since(after, time); });
    }
    Result<std::string> installation_id() override {
        return locked([&] { return inner_.installation_id(); });
    }

private:
    template <class Work>
    auto locked(Work work) -> decltype(work()) {
        const std::lock_guard lock{mutex};
        return work();
    }

    MemoryOutbox inner_;
};

class SteadyClock final : public Clock {
public:
    WallTime wall() override { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }
    MonotonicTime monotonic() override {
        return {std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
    }
    UtcOffset local_offset(WallTime) override { return {}; }
    bool is_synchronised() override { return true; }
    bool pause(Duration) override { return true; }
    void wait(Duration how_long) override { std::this_thread::sleep_for(how_long); }
};

/// What the receivers of one test got, and how they behave.
struct Receivers {
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::string, std::vector<std::string>> received;
    std::map<std::string, int> lines;       ///< opened so far
    std::set<std::string> frozen;           ///< answer only a stop
    std::set<std::string> refusing;

    template <class Condition>
    bool wait(Condition condition) {
        std::unique_lock lock{mutex};
        return changed.wait_for(lock, 20s, condition);
    }
    bool got(const std::string& name, std::size_t count) {
        return wait([&] { return received[name].size() >= count; });
    }
};

class TestLine final : public DeliveryLine, SiemTransport {
public:
    TestLine(Receivers& receivers, std::string name) : receivers_(receivers), name_(std::move(name)) {}

    SiemTransport& transport() override { return *this; }
    Clock& clock() override { return clock_; }
    void stop() noexcept override {
        const std::lock_guard lock{receivers_.mutex};
        stopped_ = true;
        receivers_.changed.notify_all();
    }

private:
    std::size_t hosts() const override { return 1; }
    std::string host_name(std::size_t) const override { return "host"; }
    Handover hand_over(std::size_t, const Payload& payload) override {
        std::unique_lock lock{receivers_.mutex};
        Handover handover;
        if (receivers_.frozen.contains(name_)) {
            receivers_.changed.wait(lock, [&] { return stopped_; });
            handover.failure = HandoverFailure::stopped;
            return handover;
        }
        if (receivers_.refusing.contains(name_)) {
            handover.error = {ErrorKind::unexpected, "connect to", "host", 0, "nobody is there"};
            return handover;
        }
        auto& received = receivers_.received[name_];
        received.insert(received.end(), payload.messages.begin(), payload.messages.end());
        receivers_.changed.notify_all();
        handover.receipt = Receipt{{}, "TCP"};
        return handover;
    }

    Receivers& receivers_;
    std::string name_;
    SteadyClock clock_;
    bool stopped_ = false;
};

class Forwarders : public testing::Test {
protected:
    SiemPolicy policy_of(const std::vector<std::string>& names) {
        SiemPolicy policy;
        for (const auto& name : names) {
            SiemDestination destination;
            destination.name = name;
            destination.transport = SyslogTransport::tcp;
            destination.hosts = {{"siem.example.com", 514}};
            policy.destinations.push_back(destination);
        }
        return policy;
    }
    void produce(int count) {
        const std::lock_guard lock{outbox_.mutex};
        RecordUpdate update;
        for (int i = 0; i < count; ++i) update.events.push_back({0, EventType::heartbeat, SteadyClock{}.wall(), "A sign of life.", {}});
        ASSERT_TRUE(record_.commit(update));
    }
    std::unique_ptr<Forwarder> forwarder() {
        return std::make_unique<Forwarder>(
            outbox_,
            [this](const SiemDestination& destination) {
                const std::lock_guard lock{receivers_.mutex};
                ++receivers_.lines[destination.name];
                return std::make_unique<TestLine>(receivers_, destination.name);
            },
            Sender{{}, "vpn01", "1.0.0", 1}, [this] { ++changes_; });
    }
    std::uint64_t confirmed(const std::string& name) { return outbox_.position(name)->value_or(Position{}).confirmed_total; }
    bool await_confirmed(const std::string& name, std::uint64_t count) {
        for (int i = 0; i < 2000 && confirmed(name) < count; ++i) std::this_thread::sleep_for(10ms);
        return confirmed(name) == count;
    }

    MemoryRecord record_{std::string(32, 'a')};
    SharedOutbox outbox_{record_};
    Receivers receivers_;
    std::atomic<int> changes_{0};
};

TEST_F(Forwarders, what_is_committed_after_apply_is_for_every_destination_and_nothing_before_it) {
    produce(3);
    const auto forwarder = this->forwarder();
    forwarder->apply(policy_of({"one", "two"}));
    produce(2);
    forwarder->new_events();
    EXPECT_TRUE(receivers_.got("one", 2));
    EXPECT_TRUE(receivers_.got("two", 2));
    EXPECT_TRUE(await_confirmed("one", 2));
    EXPECT_TRUE(await_confirmed("two", 2));
}

TEST_F(Forwarders, a_frozen_receiver_delays_nobody_and_a_stop_ends_it) {
    receivers_.frozen = {"frozen"};
    auto forwarder = this->forwarder();
    forwarder->apply(policy_of({"frozen", "well"}));
    for (int i = 0; i < 5; ++i) {
        produce(1);
        forwarder->new_events();
    }
    EXPECT_TRUE(receivers_.got("well", 1));
    forwarder->finish(20s);
    EXPECT_TRUE(await_confirmed("well", 5)) << "an orderly end takes along what waits";
    const auto begun = std::chrono::steady_clock::now();
    forwarder.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 20s);
    EXPECT_EQ(0u, confirmed("frozen"));
}

TEST_F(Forwarders, a_changed_policy_begins_only_what_changed_anew_and_nothing_is_lost_or_doubled) {
    const auto forwarder = this->forwarder();
    SiemPolicy policy = policy_of({"same", "changed"});
    forwarder->apply(policy);
    produce(2);
    forwarder->new_events();
    EXPECT_TRUE(await_confirmed("same", 2));
    EXPECT_TRUE(await_confirmed("changed", 2));
    policy.destinations[1].facility = 17;
    forwarder->apply(policy);
    produce(3);
    forwarder->new_events();
    EXPECT_TRUE(await_confirmed("same", 5));
    EXPECT_TRUE(await_confirmed("changed", 5));
    const std::lock_guard lock{receivers_.mutex};
    EXPECT_EQ(1, receivers_.lines["same"]);
    EXPECT_EQ(2, receivers_.lines["changed"]);
    EXPECT_EQ(5u, receivers_.received["changed"].size());
}

TEST_F(Forwarders, a_frozen_destination_that_changes_goes_on_where_it_was) {
    receivers_.frozen = {"one"};
    const auto forwarder = this->forwarder();
    SiemPolicy policy = policy_of({"one"});
    forwarder->apply(policy);
    produce(4);
    forwarder->new_events();
    {
        const std::lock_guard lock{receivers_.mutex};
        receivers_.frozen.clear();
    }
    policy.destinations[0].hosts[0].port = 515;
    forwarder->apply(policy);
    EXPECT_TRUE(await_confirmed("one", 4));
}

TEST_F(Forwarders, a_destination_that_the_policy_no_longer_names_is_forgotten_and_begins_anew_later) {
    receivers_.frozen = {"gone"};
    auto forwarder = this->forwarder();
    forwarder->apply(policy_of({"gone", "stays"}));
    produce(2);
    forwarder->new_events();
    forwarder->apply(policy_of({"stays"}));
    EXPECT_TRUE(await_confirmed("stays", 2));
    forwarder.reset();
    EXPECT_FALSE(outbox_.positions()->contains("gone"));
    EXPECT_TRUE(outbox_.positions()->contains("stays"));
}

TEST_F(Forwarders, what_was_dropped_from_the_policy_while_nobody_ran_is_forgotten_at_the_start) {
    ASSERT_TRUE(outbox_.open_position("stranger"));
    const auto forwarder = this->forwarder();
    forwarder->apply(policy_of({"one"}));
    EXPECT_FALSE(outbox_.positions()->contains("stranger"));
}

TEST_F(Forwarders, states_tell_what_waits_and_who_fails) {
    receivers_.refusing = {"down"};
    const auto forwarder = this->forwarder();
    forwarder->apply(policy_of({"down", "up"}));
    produce(3);
    forwarder->new_events();
    EXPECT_TRUE(await_confirmed("up", 3));
    std::vector<DestinationState> states;
    for (int i = 0; i < 2000; ++i) {
        states = forwarder->states();
        if (states[0].position.last_attempt) break;
        std::this_thread::sleep_for(10ms);
    }
    ASSERT_EQ(2u, states.size());
    EXPECT_EQ("down", states[0].name);
    EXPECT_EQ("siem.example.com:514 (tcp)", states[0].where);
    EXPECT_EQ(3u, states[0].waiting.count);
    ASSERT_TRUE(states[0].position.last_attempt);
    EXPECT_FALSE(states[0].position.last_attempt->confirmed);
    EXPECT_EQ(0u, states[1].waiting.count);
}

TEST_F(Forwarders, one_that_keeps_failing_wakes_the_thread_that_decides_once_it_is_down) {
    receivers_.refusing = {"down"};
    const auto forwarder = this->forwarder();
    forwarder->apply(policy_of({"down"}));
    produce(1);
    forwarder->new_events();
    for (int i = 0; i < 3000 && changes_ == 0; ++i) {
        forwarder->try_now();
        std::this_thread::sleep_for(10ms);
    }
    EXPECT_GE(changes_, 1);
    EXPECT_TRUE(forwarder->states()[0].position.down_since);
}

TEST(RecordedForwardings, show_what_others_have_stored) {
    MemoryRecord record{std::string(32, 'a')};
    MemoryOutbox outbox{record};
    Position position;
    position.confirmed_total = 7;
    ASSERT_TRUE(outbox.open_position("one"));
    ASSERT_TRUE(outbox.store_position("one", position));
    RecordedForwarding forwarding{outbox};
    SiemPolicy policy;
    policy.destinations.resize(2);
    policy.destinations[0].name = "one";
    policy.destinations[1].name = "never opened";
    forwarding.apply(policy);
    const auto states = forwarding.states();
    ASSERT_EQ(2u, states.size());
    EXPECT_EQ(7u, states[0].position.confirmed_total);
    EXPECT_EQ(0u, states[1].position.confirmed_total);
}

}  // namespace
}  // namespace sstp
