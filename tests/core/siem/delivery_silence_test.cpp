// A receiver that neither confirms nor refuses: copies are bounded, and what is new is offered all the same (DESIGN 5.1).

#include "tests/core/siem/delivery_stage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace sstp {
namespace {

using namespace std::chrono_literals;
using namespace delivery_stage;

class SilentReceivers : public testing::Test, public Stage {};

TEST_F(SilentReceivers, a_receiver_that_stays_silent_gets_every_new_event_at_once_and_few_copies) {
    std::map<std::uint64_t, int> copies;
    transport.answer_ = [&](std::size_t, const Numbers& batch) {
        clock.pass(10s);   // as long as a proof is waited for
        for (const std::uint64_t each : batch) ++copies[each];
        return failed(HandoverFailure::silent, "confirm");
    };
    produce(700);
    run(1min);
    EXPECT_EQ(700u, copies.size()) << "more than a batch too";
    for (int i = 0; i < 12; ++i) {
        produce(1);
        run(5min);
        EXPECT_TRUE(copies.contains(record.contents().last_sequence)) << "new events are not kept away";
    }
    run(24h * 25);
    EXPECT_EQ(712u, copies.size());
    const auto most = std::max_element(copies.begin(), copies.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    EXPECT_LE(most->second, 45) << "in 25 days";
    EXPECT_EQ(0u, position().cursor) << "and none of it counts as delivered";
    EXPECT_TRUE(position().down_since);
    answer_well();
    delivery().try_now();
    run(1min);
    EXPECT_EQ(712u, position().cursor);
    EXPECT_EQ(numbers(1, 712), transport.received);
}

TEST_F(SilentReceivers, what_alone_meets_with_silence_keeps_nothing_newer_away_and_is_not_sent_for_ever) {
    std::map<std::uint64_t, int> copies;
    transport.answer_ = [&](std::size_t, const Numbers& batch) {
        for (const std::uint64_t each : batch) ++copies[each];
        const bool hangs = std::find(batch.begin(), batch.end(), 1u) != batch.end();
        if (hangs) clock.pass(10s);
        return hangs ? failed(HandoverFailure::silent, "confirm") : confirmed();
    };
    produce(1200);
    run(24h);
    EXPECT_EQ(1200u, copies.size()) << "everything was offered";
    EXPECT_LE(copies[1], 16) << "at a falling rate";
    EXPECT_LE(copies[501], 3);
    EXPECT_LE(copies[1200], 3);
    for (int i = 0; i < 12; ++i) {
        produce(1);
        run(1h);
        EXPECT_TRUE(copies.contains(record.contents().last_sequence));
    }
    EXPECT_LE(copies[1], 18) << "what is new does not bring the old once more";
    EXPECT_EQ(0u, position().cursor) << "none of it counts as delivered";
}

TEST_F(SilentReceivers, a_receiver_that_speaks_again_gets_what_waits_in_order) {
    bool silent = true;
    transport.answer_ = [&](std::size_t, const Numbers&) { return silent ? failed(HandoverFailure::silent, "confirm") : confirmed(); };
    produce(3);
    run(1h);
    silent = false;
    produce(1);
    run(10s);
    EXPECT_EQ((Numbers{4, 1, 2, 3, 4}), transport.received) << "the new one was offered first, and goes again in its turn";
    EXPECT_EQ(4u, position().cursor);
    EXPECT_EQ(4u, position().confirmed_total);
}

}  // namespace
}  // namespace sstp
