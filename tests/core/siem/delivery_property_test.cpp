// Random receivers and a process that may die between any two calls of the outbox: whatever happens, each event that was
// produced reaches the receiver or is counted, in order, and nothing is told twice.

#include "tests/core/siem/delivery_stage.h"
#include "tests/simulation/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace sstp {
namespace {

using namespace std::chrono_literals;
using namespace delivery_stage;
using simulation::Random;

std::uint64_t all_losses(const Position& position) {
    return std::accumulate(position.losses.begin(), position.losses.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const auto& each) { return sum + each.second.total; });
}

class AnyRun : public testing::TestWithParam<std::uint64_t>, public Stage {
protected:
    AnyRun() {
        limits.maximum_queued = 30 + random_.below(200);
        limits.maximum_age = Duration{1h} * (1 + random_.below(100));
        limits.largest_batch = 1 + random_.below(40);
        transport.hosts_ = 1 + random_.below(3);
        transport.answer_ = [this](std::size_t, const Numbers& batch) { return receive(batch); };
        failing.before = [this](const char* call) { return interfere(call); };
    }

    /// The receiver's mood changes now and then.
    Handover receive(const Numbers& batch) {
        if (dead_) return failed(HandoverFailure::stopped);
        if (!calm_ && random_.one_in(4)) mood_ = random_.below(9);
        clock.pass(Duration{static_cast<std::int64_t>(random_.below(20'000))});
        if (std::any_of(batch.begin(), batch.end(), [this](std::uint64_t each) { return poison_.contains(each); })) {
            return failed(HandoverFailure::refused_content, "http_400");
        }
        const auto take = [&](std::size_t count) {
            transport.received.insert(transport.received.end(), batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(count));
        };
        switch (calm_ ? 0 : mood_) {
            case 1: return failed(HandoverFailure::unreachable);
            case 2: take(batch.size()); return failed(HandoverFailure::not_confirmed, "confirm");  // it has it, and does not say so
            case 3: take(random_.below(batch.size() + 1)); return failed(HandoverFailure::not_confirmed, "reset");  // dies in the middle
            case 4: clock.pass(30s); return failed(HandoverFailure::unreachable, "timeout");
            case 5: return failed(HandoverFailure::untrusted, "certificate");
            case 6: {
                Handover busy = failed(HandoverFailure::overloaded, "http_503");
                busy.retry_after = Duration{static_cast<std::int64_t>(random_.below(100'000))};
                return busy;
            }
            case 7: return failed(HandoverFailure::refused_us, "http_403");
            case 8: take(batch.size()); return failed(HandoverFailure::silent, "confirm");
            default: return confirmed();
        }
    }

    /// Before a call: the process dies (it sees nothing but errors from here on), or the database does not answer.
    Result<void> interfere(const char* call) {
        const Error error{ErrorKind::busy, call, "state.db", 5, "database is locked"};
        if (!dead_ && !calm_ && random_.one_in(40)) dead_ = true;
        if (dead_ || (!calm_ && random_.one_in(30))) return error;
        return {};
    }

    /// After each step: what the position says is true.
    void check(const Position& before) {
        const Position now = position();
        ASSERT_GE(now.cursor, before.cursor);
        ASSERT_GE(now.confirmed_total, before.confirmed_total);
        ASSERT_EQ(now.cursor - before.cursor, now.confirmed_total - before.confirmed_total + all_losses(now) - all_losses(before));
        for (const auto& [reason, loss] : now.losses) {
            ASSERT_LE(loss.told, loss.total);
            ASSERT_EQ(loss.told == loss.total, loss.first_sequence == 0) << word(reason);
        }
    }

    /// As the deciding thread tells: the event and the note of what is told in one commit, then `told`. It may die in between.
    void tell() {
        const auto positions = failing.positions();
        if (!positions || !positions->contains(kDestination)) return;
        for (const auto& [reason, loss] : positions->at(kDestination).losses) {
            RecordContents contents = record.contents();
            std::uint64_t& told = contents.destinations[kDestination].losses_told[word(reason)];
            if (loss.total > told) {
                RecordUpdate update;
                update.events.push_back({0, EventType::events_dropped, clock.wall(), "dropped", {}});
                told_ += loss.total - told;
                told = loss.total;
                update.contents = contents;
                ASSERT_TRUE(record.commit(update));
            }
            (void)failing.told(kDestination, reason, loss.total);
        }
    }

    void one_step() {
        const Position before = position();
        const Delivery::Step step = delivery().step();
        check(before);
        if (dead_) {
            dead_ = false;
            restart();
        }
        if (step.next) clock.pass(std::min<Duration>(*step.next, 10min));
    }

    Random random_{GetParam() * 7919 + 1};
    std::set<std::uint64_t> poison_;
    std::uint64_t mood_ = 0;
    std::uint64_t told_ = 0;
    bool calm_ = false;
    bool dead_ = false;
};

TEST_P(AnyRun, every_event_is_confirmed_or_counted_in_order_and_losses_are_told_once) {
    for (int round = 0; round < 150; ++round) {
        if (random_.one_in(2)) {
            const int count = static_cast<int>(random_.below(random_.one_in(20) ? 300 : 15));
            produce(count);
            if (count > 0 && random_.one_in(8))
                poison_.insert(record.contents().last_sequence - random_.below(static_cast<std::uint64_t>(count)));
        }
        random = static_cast<double>(random_.below(1000)) / 1000;
        if (random_.one_in(30)) clock.pass(Duration{1h} * random_.below(50));
        if (random_.one_in(50)) clock.jump(Duration{1h} * (static_cast<std::int64_t>(random_.below(20'000)) - 10'000));
        if (random_.one_in(20)) delivery().try_now();
        if (random_.one_in(10)) {
            ASSERT_NO_FATAL_FAILURE(tell());
        }
        ASSERT_NO_FATAL_FAILURE(one_step());
    }
    calm_ = true;
    restart();
    produce(1);   // one that nobody refuses: only then can the others be told to be at fault
    for (int i = 0; i < 3000; ++i) {
        ASSERT_NO_FATAL_FAILURE(one_step());
        ASSERT_NO_FATAL_FAILURE(tell());
        const Position now = position();
        if (now.cursor == record.contents().last_sequence && told_ == all_losses(now)) break;
    }
    const Position end = position();
    ASSERT_EQ(record.contents().last_sequence, end.cursor) << "what waits arrives when all is calm";
    EXPECT_EQ(all_losses(end), told_) << "each loss is told once";
    for (const auto& [reason, loss] : end.losses) EXPECT_EQ(loss.total, loss.told) << word(reason);

    const std::set<std::uint64_t> have(transport.received.begin(), transport.received.end());
    EXPECT_GE(have.size() + all_losses(end), end.cursor) << "an event neither arrived nor was counted";
    EXPECT_GE(have.size(), end.confirmed_total) << "confirmed, and the receiver does not have it";
    Numbers first_seen;
    std::set<std::uint64_t> seen;
    for (const std::uint64_t number : transport.received) {
        if (seen.insert(number).second) first_seen.push_back(number);
    }
    EXPECT_TRUE(std::is_sorted(first_seen.begin(), first_seen.end())) << "without repetitions the order is kept";
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyRun, testing::Range<std::uint64_t>(0, 300));

}  // namespace
}  // namespace sstp
