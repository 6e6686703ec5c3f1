#include "tests/core/siem/delivery_stage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace sstp {
namespace {

using namespace std::chrono_literals;
using namespace delivery_stage;

bool contains(const Numbers& numbers, std::uint64_t wanted) { return std::find(numbers.begin(), numbers.end(), wanted) != numbers.end(); }

class Deliveries : public testing::Test, public Stage {};

TEST_F(Deliveries, the_cursor_moves_with_a_receipt_and_never_without) {
    produce(3);
    answer(failed(HandoverFailure::not_confirmed, "confirm"));
    run(1ms);
    EXPECT_EQ(0u, position().cursor);
    EXPECT_EQ(1u, position().retries_total.at("confirm"));
    EXPECT_FALSE(position().last_attempt->confirmed);
    EXPECT_EQ("could not send to host: not_confirmed", position().last_attempt->problem);
    answer_well();
    run(1min);
    EXPECT_EQ(3u, position().cursor);
    EXPECT_EQ(3u, position().confirmed_total);
    EXPECT_EQ(numbers(1, 3), transport.received);
    EXPECT_TRUE(position().last_attempt->confirmed);
    EXPECT_EQ("TLS 1.3", position().last_attempt->protocol);
    EXPECT_EQ("", position().last_attempt->problem);
}

TEST_F(Deliveries, a_batch_holds_at_most_500_events_and_a_backlog_goes_without_pauses) {
    produce(1200);
    run(1ms);
    ASSERT_EQ(3u, transport.batches.size());
    EXPECT_EQ(500u, transport.batches[0].size());
    EXPECT_EQ(200u, transport.batches[2].size());
    EXPECT_EQ(numbers(1, 1200), transport.received);
}

TEST_F(Deliveries, the_first_event_goes_at_once_and_those_behind_it_are_gathered_for_two_seconds) {
    produce(1);
    run(1ms);
    ASSERT_EQ(1u, transport.batches.size());
    for (int i = 0; i < 5; ++i) {
        produce(1);
        run(100ms);
    }
    EXPECT_EQ(1u, transport.batches.size());
    run(2s);
    ASSERT_EQ(2u, transport.batches.size());
    EXPECT_EQ(numbers(2, 6), transport.batches[1]);
    produce(500);
    run(1ms);
    EXPECT_EQ(3u, transport.batches.size()) << "a full batch waits for nothing";
    produce(1);
    delivery().try_now();
    run(1ms);
    EXPECT_EQ(4u, transport.batches.size()) << "nor does an administrator's test";
}

TEST_F(Deliveries, with_several_hosts_the_next_is_tried_at_once_and_the_one_that_works_is_kept_for_a_while) {
    transport.hosts_ = 3;
    bool first_is_down = true;
    transport.answer_ = [&](std::size_t host, const Numbers&) {
        return host == 0 && first_is_down ? failed(HandoverFailure::unreachable) : confirmed();
    };
    produce(1);
    run(1ms);
    EXPECT_EQ((std::vector<std::size_t>{0, 1}), transport.asked);
    EXPECT_FALSE(position().down_since);
    produce(1);
    run(1min);
    EXPECT_EQ((std::vector<std::size_t>{0, 1, 1}), transport.asked);
    first_is_down = false;
    clock.pass(5min);
    produce(1);
    run(1min);
    EXPECT_EQ((std::vector<std::size_t>{0, 1, 1, 0}), transport.asked) << "the policy's order is preferred again";
    answer(failed(HandoverFailure::untrusted, "certificate"));
    produce(1);
    run(1ms);
    EXPECT_EQ((std::vector<std::size_t>{0, 1, 1, 0, 0, 1, 2}), transport.asked) << "then a pause";
}

TEST_F(Deliveries, an_event_that_is_refused_alone_three_times_is_counted_and_holds_up_nothing) {
    transport.answer_ = [](std::size_t, const Numbers& batch) {
        return contains(batch, 137) ? failed(HandoverFailure::refused_content, "http_400") : confirmed();
    };
    produce(500);
    run(1min);
    Numbers expected = numbers(1, 500);
    std::erase(expected, 137u);
    EXPECT_EQ(expected, transport.received) << "in order, all but one";
    EXPECT_EQ((Loss{1, 137, 137, 0}), position().losses.at(LossReason::refused));
    EXPECT_EQ(3, std::count(transport.batches.begin(), transport.batches.end(), Numbers{137}));
    EXPECT_LT(transport.batches.size(), 40u);
    EXPECT_EQ(500u, position().cursor);
    EXPECT_FALSE(position().down_since);
}

TEST_F(Deliveries, a_receiver_that_takes_only_small_batches_gets_small_batches_and_nothing_is_lost) {
    transport.answer_ = [](std::size_t, const Numbers& batch) {
        return batch.size() > 100 ? failed(HandoverFailure::refused_content, "http_413") : confirmed();
    };
    produce(2000);
    run(1min);
    EXPECT_EQ(numbers(1, 2000), transport.received);
    EXPECT_TRUE(position().losses.empty());
}

TEST_F(Deliveries, a_receiver_that_refuses_everything_is_misconfigured_and_nothing_is_dropped) {
    answer(failed(HandoverFailure::refused_content, "http_400"));
    produce(500);
    run(24h * 3);
    EXPECT_EQ(0u, lost(LossReason::refused)) << "a wrong index refuses every event";
    EXPECT_TRUE(position().down_since);
    EXPECT_LT(attempts, 3 * 24 * 31) << "one in two minutes at most";
    answer_well();
    run(1h);
    Numbers once = transport.received;
    std::sort(once.begin(), once.end());
    once.erase(std::unique(once.begin(), once.end()), once.end());
    EXPECT_EQ(numbers(1, 500), once) << "mended, it gets all of them";
    EXPECT_LE(transport.received.size(), 501u);
    EXPECT_TRUE(position().losses.empty());
}

TEST_F(Deliveries, a_single_event_that_is_refused_waits_until_another_one_was_taken) {
    transport.answer_ = [](std::size_t, const Numbers& batch) {
        return contains(batch, 1) ? failed(HandoverFailure::refused_content, "http_400") : confirmed();
    };
    produce(1);
    run(24h);
    EXPECT_EQ(0u, lost(LossReason::refused)) << "nobody can tell whether it is the event";
    produce(1);
    run(10min);
    EXPECT_EQ((Loss{1, 1, 1, 0}), position().losses.at(LossReason::refused));
    EXPECT_EQ(2u, position().cursor);
    EXPECT_FALSE(position().down_since);
}

TEST_F(Deliveries, several_events_that_are_refused_in_a_row_are_given_up_and_the_ones_behind_them_arrive) {
    transport.answer_ = [](std::size_t, const Numbers& batch) {
        const bool bad = std::any_of(batch.begin(), batch.end(), [](std::uint64_t each) { return each <= 7; });
        return bad ? failed(HandoverFailure::refused_content, "http_400") : confirmed();
    };
    produce(50);
    run(6h);
    EXPECT_EQ((Loss{7, 1, 7, 0}), position().losses.at(LossReason::refused));
    EXPECT_EQ(50u, position().cursor);
    EXPECT_TRUE(std::is_sorted(transport.received.begin() + 7, transport.received.end()));
}

TEST_F(Deliveries, a_batch_that_waits_for_a_confirmation_is_never_halved) {
    answer(failed(HandoverFailure::not_confirmed, "confirm"));
    produce(300);
    run(1h);
    for (const Numbers& each : transport.batches) EXPECT_EQ(numbers(1, 300), each);
}

TEST_F(Deliveries, what_is_new_waits_with_what_was_never_sent) {
    answer(failed(HandoverFailure::unreachable));
    produce(1);
    run(1h);
    produce(1);
    run(10min);
    EXPECT_EQ(numbers(1, 2), transport.batches.back()) << "order is kept where nothing was sent";
}

TEST_F(Deliveries, a_receiver_that_restarts_is_not_down_one_that_stays_away_is_and_both_are_told_once) {
    produce(1);
    answer(failed(HandoverFailure::unreachable));
    run(3s);
    EXPECT_FALSE(position().down_since);
    EXPECT_EQ(0, changes);
    const WallTime about = clock.wall();
    run(1h);
    ASSERT_TRUE(position().down_since);
    EXPECT_LT(*position().down_since, about) << "since the first failure";
    EXPECT_EQ(1, changes);
    restart();
    run(1h);
    EXPECT_TRUE(position().down_since) << "a new process knows it still";
    EXPECT_EQ(1, changes);
    answer_well();
    run(10min);
    EXPECT_FALSE(position().down_since);
    EXPECT_EQ(2, changes);
}

TEST_F(Deliveries, trouble_that_only_an_administrator_ends_is_tried_every_few_minutes_and_at_once_when_asked) {
    produce(1);
    answer(failed(HandoverFailure::refused_us, "http_401"));
    run(1h);
    EXPECT_TRUE(position().down_since);
    EXPECT_LE(attempts, 30);
    EXPECT_GE(attempts, 12);
    const std::size_t before = transport.batches.size();
    delivery().try_now();
    run(1ms);
    EXPECT_EQ(before + 1, transport.batches.size());
    answer_well();
    delivery().try_now();
    run(1ms);
    EXPECT_EQ(1u, position().cursor);
    EXPECT_FALSE(position().down_since);
}

TEST_F(Deliveries, an_overloaded_receiver_is_left_alone_as_long_as_it_asks_but_not_for_ever) {
    produce(1);
    Handover overloaded = failed(HandoverFailure::overloaded, "http_503");
    overloaded.retry_after = 2min;
    answer(overloaded);
    run(1min);
    EXPECT_EQ(1u, transport.batches.size());
    run(90s);
    EXPECT_EQ(2u, transport.batches.size());
    overloaded.retry_after = 24h * 10'000;
    answer(overloaded);
    run(3min);
    const std::size_t before = transport.batches.size();
    answer_well();
    run(62min);
    EXPECT_EQ(before + 1, transport.batches.size());
    EXPECT_EQ(1u, position().cursor);
}

TEST_F(Deliveries, our_own_stop_is_no_failure) {
    produce(1);
    answer(failed(HandoverFailure::stopped));
    run(1h);
    EXPECT_EQ(std::nullopt, position().last_attempt);
    EXPECT_TRUE(position().retries_total.empty());
    EXPECT_FALSE(position().down_since);
}

TEST_F(Deliveries, an_outbox_that_does_not_work_is_waited_for_and_what_was_confirmed_is_not_sent_again) {
    produce(3);
    bool works = false;
    failing.before = [&](const char* call) -> Result<void> {
        if (works || std::string{call} != "store_position") return {};
        return Error{ErrorKind::busy, "write to", "state.db", 5, "database is locked"};
    };
    run(1h);
    EXPECT_EQ(1u, transport.batches.size());
    EXPECT_EQ(0u, position().cursor);
    works = true;
    run(2min);
    EXPECT_EQ(1u, transport.batches.size()) << "it is stored, not sent again";
    EXPECT_EQ(3u, position().cursor);
    failing.before = [](const char*) -> Result<void> { return Error{ErrorKind::corrupt, "read", "state.db", 11, "malformed"}; };
    produce(1);
    run(1h);
    EXPECT_EQ(1u, transport.batches.size());
    failing.before = nullptr;
    run(2min);
    EXPECT_EQ(numbers(1, 4), transport.received);
    EXPECT_TRUE(position().losses.empty());
}

TEST_F(Deliveries, what_is_worth_a_look_is_reported_when_it_can_be_read) {
    limits.maximum_queued = 1;
    produce(3);
    bool works = false;
    failing.before = [&](const char* call) -> Result<void> {
        if (works || std::string{call} != "store_position") return {};
        return Error{ErrorKind::disk_full, "write to", "state.db", 13, "database or disk is full"};
    };
    run(10min);
    EXPECT_EQ(0, changes);
    works = true;
    run(2min);
    EXPECT_EQ(1, changes);
    EXPECT_EQ(2u, lost(LossReason::queue_full));
}

TEST_F(Deliveries, reasons_of_failures_are_bounded) {
    produce(1);
    int count = 0;
    transport.answer_ = [&](std::size_t, const Numbers&) {
        return failed(HandoverFailure::unreachable, ("reason" + std::to_string(count++)).c_str());
    };
    for (int i = 0; i < 100; ++i) {
        delivery().try_now();
        run(1ms);
    }
    EXPECT_EQ(33u, position().retries_total.size());
    EXPECT_EQ(68u, position().retries_total.at("other"));
}

}  // namespace
}  // namespace sstp
