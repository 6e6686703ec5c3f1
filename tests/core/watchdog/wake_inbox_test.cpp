#include "core/watchdog/wake_inbox.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace sstp {
namespace {

constexpr Duration kForever = std::chrono::hours{24 * 365 * 100};

TEST(WakeInbox, a_storm_of_wakes_is_one_cycle) {
    WakeInbox inbox;
    for (int i = 0; i < 1000; ++i) {
        inbox.post(Wake::event_log);
        inbox.post(Wake::registry);
    }
    EXPECT_EQ(inbox.wait(kForever), (Wakes{Wake::event_log, Wake::registry}));
    EXPECT_EQ(inbox.wait(Duration{0}), Wakes{Wake::timer});
}

TEST(WakeInbox, when_the_time_runs_out_it_is_the_timer_that_wakes) {
    WakeInbox inbox;
    EXPECT_EQ(inbox.wait(Duration{1}), Wakes{Wake::timer});
    EXPECT_EQ(inbox.wait(Duration{-5}), Wakes{Wake::timer});
}

TEST(WakeInbox, a_wake_that_comes_during_a_cycle_is_kept_for_the_next) {
    WakeInbox inbox;
    inbox.post(Wake::service_start);
    EXPECT_EQ(inbox.wait(kForever), Wakes{Wake::service_start});
    inbox.post(Wake::policy_change);
    EXPECT_EQ(inbox.wait(kForever), Wakes{Wake::policy_change});
}

TEST(WakeInbox, a_stop_outranks_wakes_that_wait_and_is_final) {
    WakeInbox inbox;
    inbox.post(Wake::administrator_heal);
    EXPECT_FALSE(inbox.stopped());
    inbox.stop();
    EXPECT_TRUE(inbox.stopped());
    EXPECT_EQ(inbox.wait(kForever), std::nullopt);
    inbox.post(Wake::timer);
    EXPECT_EQ(inbox.wait(kForever), std::nullopt);
    EXPECT_FALSE(inbox.pause(kForever));
}

TEST(WakeInbox, a_pause_is_not_cut_short_by_wakes) {
    WakeInbox inbox;
    inbox.post(Wake::event_log);
    EXPECT_TRUE(inbox.pause(Duration{1}));
    EXPECT_EQ(inbox.wait(kForever), Wakes{Wake::event_log});
}

TEST(WakeInbox, a_stop_ends_a_wait_and_a_pause_of_another_thread) {
    WakeInbox inbox;
    std::atomic<int> ended{0};
    std::thread waiting{[&] {
        EXPECT_EQ(inbox.wait(kForever), std::nullopt);
        ++ended;
    }};
    std::thread pausing{[&] {
        EXPECT_FALSE(inbox.pause(kForever));
        ++ended;
    }};
    inbox.stop();
    waiting.join();
    pausing.join();
    EXPECT_EQ(ended, 2);
}

TEST(WakeInbox, no_wake_is_lost_between_threads) {
    // Each poster posts its own wake once more whenever it was seen, so every round must come through to the end.
    WakeInbox inbox;
    constexpr int kRounds = 500;
    const std::vector<Wake> kinds{Wake::event_log, Wake::certificate_store, Wake::registry, Wake::policy_change};
    std::vector<std::atomic<int>> seen(kinds.size());
    std::vector<std::thread> posters;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        posters.emplace_back([&, i] {
            for (int round = 0; round < kRounds; ++round) {
                inbox.post(kinds[i]);
                while (seen[i] <= round) std::this_thread::yield();
            }
        });
    }
    const auto done = [&] {
        for (const auto& each : seen) {
            if (each < kRounds) return false;
        }
        return true;
    };
    while (!done()) {
        const auto wakes = inbox.wait(kForever);
        ASSERT_TRUE(wakes);
        for (std::size_t i = 0; i < kinds.size(); ++i) {
            if (wakes->contains(kinds[i])) ++seen[i];
        }
    }
    for (std::thread& poster : posters) poster.join();
}

TEST(Wake, every_word_reads_back) {
    for (int i = 0; i <= static_cast<int>(Wake::confirmation); ++i) {
        const auto wake = static_cast<Wake>(i);
        EXPECT_EQ(wake_from_word(word(wake)), wake) << word(wake);
    }
    EXPECT_EQ(wake_from_word("nonsense"), std::nullopt);
}

}  // namespace
}  // namespace sstp
