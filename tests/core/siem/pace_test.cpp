#include "core/siem/pace.h"

#include <gtest/gtest.h>

#include <vector>

namespace sstp {
namespace {

using namespace std::chrono_literals;

TEST(Paces, back_off_doubles_from_one_second_to_five_minutes_and_only_a_confirmation_resets_it) {
    Pace pace{DeliveryLimits{}, 1};
    MonotonicTime now{1h};
    std::vector<std::int64_t> seconds;
    for (int i = 0; i < 11; ++i) {
        EXPECT_TRUE(pace.failed(HandoverFailure::unreachable, std::nullopt, true, now, 1.0));
        seconds.push_back(pace.wait(now).count() / 1000);
        now = now + pace.wait(now);
        pace.try_now();
    }
    EXPECT_EQ((std::vector<std::int64_t>{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}), seconds);
    EXPECT_TRUE(pace.failed(HandoverFailure::unreachable, std::nullopt, true, now, 0.5));
    EXPECT_EQ(150s, pace.wait(now)) << "full jitter";
    EXPECT_TRUE(pace.failed(HandoverFailure::unreachable, std::nullopt, true, now, 0.0));
    EXPECT_EQ(100ms, pace.wait(now)) << "but never at once";
    pace.confirmed(now);
    EXPECT_TRUE(pace.failed(HandoverFailure::unreachable, std::nullopt, true, now, 1.0));
    EXPECT_EQ(1s, pace.wait(now));
}

TEST(Paces, down_is_three_failures_and_five_seconds_or_one_minute) {
    Pace pace{DeliveryLimits{}, 2};
    const MonotonicTime start{1h};
    const auto round = [&](Duration after) {
        EXPECT_FALSE(pace.failed(HandoverFailure::unreachable, std::nullopt, false, start + after, 1.0)) << "there is another host";
        EXPECT_TRUE(pace.failed(HandoverFailure::unreachable, std::nullopt, false, start + after, 1.0));
        return pace.is_down(start + after);
    };
    EXPECT_FALSE(round(0s));
    EXPECT_FALSE(round(1s));
    EXPECT_FALSE(round(3s)) << "three, but within five seconds";
    EXPECT_TRUE(round(7s));
    pace.confirmed(start + 8s);
    EXPECT_FALSE(pace.is_down(start + 8s));
    EXPECT_FALSE(round(10s));
    EXPECT_TRUE(round(71s)) << "two, but for a minute";
}

}  // namespace
}  // namespace sstp
