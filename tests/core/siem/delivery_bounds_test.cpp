// What falls out of a queue, and what must not, whatever clocks and databases do.

#include "core/siem/queue_bounds.h"
#include "tests/core/siem/delivery_stage.h"

#include <gtest/gtest.h>

namespace sstp {
namespace {

using namespace std::chrono_literals;
using namespace delivery_stage;

constexpr Duration kDay = 24h;

class Bounds : public testing::Test, public Stage {};

TEST_F(Bounds, more_than_may_wait_falls_out_oldest_first_and_is_counted_with_the_move) {
    limits.maximum_queued = 100;
    answer(failed(HandoverFailure::unreachable));
    produce(250);
    run(1s);
    EXPECT_EQ(150u, position().cursor);
    EXPECT_EQ((Loss{150, 1, 150, 0}), position().losses.at(LossReason::queue_full));
    EXPECT_GE(changes, 1);
    answer_well();
    run(10min);
    EXPECT_EQ(numbers(151, 250), transport.received);
}

TEST_F(Bounds, what_waited_too_long_falls_out) {
    answer(failed(HandoverFailure::unreachable));
    produce(10);
    run(kDay * 20);
    produce(10);
    run(kDay * 11);
    EXPECT_EQ((Loss{10, 1, 10, 0}), position().losses.at(LossReason::too_old));
    answer_well();
    run(10min);
    EXPECT_EQ(numbers(11, 20), transport.received);
}

TEST_F(Bounds, a_clock_that_jumps_years_ahead_drops_nothing) {
    answer(failed(HandoverFailure::unreachable));
    produce(10);
    run(2h);
    clock.jump(kDay * 3650);
    run(kDay * 2);
    EXPECT_TRUE(position().losses.empty());
    answer_well();
    run(10min);
    EXPECT_EQ(numbers(1, 10), transport.received);
}

TEST_F(Bounds, a_machine_that_boots_with_a_date_years_ahead_drops_nothing_before_it_is_set_right) {
    answer(failed(HandoverFailure::unreachable));
    produce(10);
    run(1min);
    restart();
    clock.jump(kDay * 3650);
    run(10min);
    clock.jump(-kDay * 3650);
    run(kDay * 2);
    EXPECT_TRUE(position().losses.empty());
}

TEST_F(Bounds, numbers_that_the_journal_no_longer_has_are_counted_as_gone) {
    produce(20);
    run(1min);
    RecordUpdate update;
    const Numbers before = transport.received;
    Position moved = position();
    moved.cursor = 0;
    ASSERT_TRUE(outbox.store_position(kDestination, moved));
    // Behind the cursor 1 to 4 are missing, and in the middle 8 to 10.
    struct WithHoles final : Outbox {
        explicit WithHoles(Outbox& inner) : inner_(inner) {}
        static bool is_there(std::uint64_t number) { return number > 4 && (number < 8 || number > 10); }
        Result<std::optional<Position>> position(const std::string& d) override { return inner_.position(d); }
        Result<std::map<std::string, Position>> positions() override { return inner_.positions(); }
        Result<Position> open_position(const std::string& d) override { return inner_.open_position(d); }
        Result<void> store_position(const std::string& d, const Position& p) override { return inner_.store_position(d, p); }
        Result<void> told(const std::string& d, LossReason r, std::uint64_t t) override { return inner_.told(d, r, t); }
        Result<void> forget(const std::string& d) override { return inner_.forget(d); }
        Result<std::vector<JournalEvent>> read(std::uint64_t after, std::size_t most) override {
            auto events = inner_.read(after, most);
            std::erase_if(*events, [](const JournalEvent& each) { return !is_there(each.sequence); });
            return events;
        }
        Result<Waiting> waiting(std::uint64_t after) override {
            auto found = inner_.waiting(after);
            while (found->first_sequence != 0 && !is_there(found->first_sequence)) found = inner_.waiting(found->first_sequence);
            return found;
        }
        Result<std::uint64_t> first_since(std::uint64_t after, WallTime t) override { return inner_.first_since(after, t); }
        Result<std::string> installation_id() override { return inner_.installation_id(); }
        Outbox& inner_;
    };
    WithHoles holes{outbox};
    Delivery delivery{destination, limits, holes, transport, clock, [] { return 0.5; }, Sender{kInstallation, "vpn01", "1", 1}};
    transport.received.clear();
    for (int i = 0; i < 10; ++i) (void)delivery.step();
    EXPECT_EQ((Numbers{5, 6, 7, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}), transport.received);
    EXPECT_EQ((Loss{7, 1, 10, 0}), position().losses.at(LossReason::gone));
}

TEST_F(Bounds, a_journal_that_was_begun_anew_is_delivered_whole_and_what_is_known_of_the_old_is_counted) {
    Position position;
    position.cursor = 40;
    Waiting whole;
    whole.last_sequence = 3;
    whole.first_sequence = 1;
    move_to_new_journal(position, whole, 45);
    EXPECT_EQ(0u, position.cursor);
    EXPECT_EQ((Loss{5, 41, 45, 0}), position.losses.at(LossReason::gone));
}

TEST_F(Bounds, numbers_that_were_never_given_are_no_loss) {
    const Waiting waiting{
        .count = 4, .first_sequence = 5, .oldest = {}, .last_sequence = 1'000'002, .skipped_from = 6, .skipped_to = 1'000'000};
    Position position;
    position.cursor = 4;
    count_gone(position, waiting, 0);
    enforce_number(position, waiting, 4);
    EXPECT_TRUE(position.losses.empty());
    enforce_number(position, waiting, 3);
    EXPECT_EQ(5u, position.cursor);
    EXPECT_EQ((Loss{1, 5, 5, 0}), position.losses.at(LossReason::queue_full));
    enforce_number(position, waiting, 1);
    EXPECT_EQ(1'000'001u, position.cursor);
    EXPECT_EQ(3u, position.losses.at(LossReason::queue_full).total);

    Position behind;
    behind.cursor = 6;
    const Waiting only_new{
        .count = 2, .first_sequence = 1'000'001, .oldest = {}, .last_sequence = 1'000'002, .skipped_from = 6, .skipped_to = 1'000'000};
    count_gone(behind, only_new, 9);
    EXPECT_EQ(1'000'000u, behind.cursor);
    EXPECT_EQ(3u, behind.losses.at(LossReason::gone).total) << "7 to 9 were known and went with the old database";
}

TEST_F(Bounds, a_week_without_the_receiver_stays_within_bounds_and_everything_within_bounds_arrives) {
    limits.maximum_queued = 5000;
    limits.maximum_age = kDay * 5;
    answer(failed(HandoverFailure::unreachable));
    for (int hour = 0; hour < 7 * 24; ++hour) {
        produce(40);   // 6720 in a week
        run(1h);
        ASSERT_LE(outbox.waiting(position().cursor).value().count, 5000u + 40u);
    }
    EXPECT_LT(attempts, 7 * 24 * 60) << "a receiver that is away is not hammered";
    answer_well();
    run(10min);
    const std::uint64_t fell_out = lost(LossReason::queue_full) + lost(LossReason::too_old);
    EXPECT_EQ(numbers(fell_out + 1, 6720), transport.received);
    EXPECT_EQ(6720u, fell_out + position().confirmed_total);
    EXPECT_GE(position().confirmed_total, 4700u);
}

}  // namespace
}  // namespace sstp
