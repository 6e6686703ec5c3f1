// The ladder of the event log: strict bookmark, nearest, oldest; halving; back-off without an end.

#include "core/event_log/event_reader.h"

#include <gtest/gtest.h>

#include <deque>

namespace sstp {
namespace {

/// Answers as it was told, and remembers what it was asked.
class ScriptedLog final : public EventLog {
public:
    std::deque<Result<void>> subscriptions;
    std::deque<Result<EventBatch>> reads;
    std::vector<std::pair<StartAt, std::string>> asked;
    std::vector<std::size_t> batches;

    Result<void> subscribe(const EventQuery&, StartAt where, const std::string& bookmark) override {
        asked.emplace_back(where, bookmark);
        return take(subscriptions, Result<void>{});
    }
    Result<EventBatch> read(std::size_t most) override {
        batches.push_back(most);
        return take(reads, Result<EventBatch>{EventBatch{}});
    }

private:
    template <class T>
    static T take(std::deque<T>& script, T otherwise) {
        if (script.empty()) return otherwise;
        T next = script.front();
        script.pop_front();
        return next;
    }
};

Error failure(ErrorKind kind) { return {kind, "read the event log", "", 0, ""}; }

EventBatch batch(std::uint64_t record, bool drained = true) {
    LogEvent event;
    event.record_id = record;
    return {{event}, "at " + std::to_string(record), drained};
}

using Asked = std::vector<std::pair<StartAt, std::string>>;

class EventReaders : public testing::Test {
protected:
    EventReading visit(std::optional<std::string> stored = "stored", Duration at = Duration{0}) {
        return reader.visit({{"System"}, {13}, true}, stored, {at});
    }

    ScriptedLog log;
    EventReader reader{log, 7};
};

TEST_F(EventReaders, begin_strictly_behind_the_stored_bookmark) {
    log.reads = {batch(5, false), batch(6)};
    const EventReading reading = visit();
    EXPECT_EQ((Asked{{StartAt::strict_bookmark, "stored"}}), log.asked);
    EXPECT_EQ(2u, reading.events.size());
    EXPECT_EQ("at 6", reading.bookmark);
    EXPECT_FALSE(reading.gap);
}

TEST_F(EventReaders, read_everything_when_there_was_never_a_bookmark_or_an_empty_one) {
    EXPECT_FALSE(visit(std::nullopt).gap);
    EXPECT_EQ((Asked{{StartAt::oldest, ""}}), log.asked);
    ScriptedLog other;
    EventReader second{other, 7};
    (void)second.visit({}, std::string{}, {});
    EXPECT_EQ((Asked{{StartAt::oldest, ""}}), other.asked);
}

TEST_F(EventReaders, climb_down_the_ladder_and_say_that_there_was_a_gap) {
    log.subscriptions = {failure(ErrorKind::position_lost), failure(ErrorKind::position_lost)};
    const EventReading reading = visit();
    EXPECT_EQ((Asked{{StartAt::strict_bookmark, "stored"}, {StartAt::nearest_bookmark, "stored"}, {StartAt::oldest, ""}}), log.asked);
    EXPECT_TRUE(reading.gap);
    EXPECT_FALSE(reader.trouble());
}

TEST_F(EventReaders, climb_on_when_the_rung_on_which_they_stood_does_not_hold) {
    log.subscriptions = {failure(ErrorKind::position_lost)};
    log.reads = {failure(ErrorKind::position_lost), batch(9)};
    EXPECT_TRUE(visit().gap);
    EXPECT_EQ((Asked{{StartAt::strict_bookmark, "stored"}, {StartAt::nearest_bookmark, "stored"}, {StartAt::oldest, ""}}), log.asked);
    EXPECT_FALSE(reader.trouble());
}

TEST_F(EventReaders, take_a_bookmark_that_cannot_be_understood_for_a_lost_one) {
    log.subscriptions = {failure(ErrorKind::malformed)};
    EXPECT_TRUE(visit().gap);
}

TEST_F(EventReaders, halve_a_batch_that_is_too_large_from_the_last_good_bookmark_on) {
    log.reads = {batch(5, false), failure(ErrorKind::batch_too_large), failure(ErrorKind::batch_too_large), batch(6)};
    const EventReading reading = visit();
    EXPECT_EQ((Asked{{StartAt::strict_bookmark, "stored"}, {StartAt::strict_bookmark, "at 5"}, {StartAt::strict_bookmark, "at 5"}}),
              log.asked);
    EXPECT_EQ((std::vector<std::size_t>{64, 64, 32, 16}), log.batches);
    EXPECT_EQ(2u, reading.events.size());
    EXPECT_FALSE(reading.gap) << "nothing was lost";
    EXPECT_FALSE(reader.trouble());
}

TEST_F(EventReaders, wait_longer_and_longer_but_for_ever_while_the_source_is_away) {
    Duration at{0};
    Duration longest{0};
    for (int i = 0; i < 200; ++i) {
        log.subscriptions = {failure(ErrorKind::source_unavailable)};
        (void)visit("stored", at);
        ASSERT_TRUE(reader.trouble());
        const auto attempt = reader.next_attempt({at});
        ASSERT_TRUE(attempt);
        EXPECT_GT(*attempt, Duration{0});
        EXPECT_LE(*attempt, std::chrono::minutes{5});
        longest = std::max(longest, *attempt);
        const std::size_t asked = log.asked.size();
        (void)visit("stored", at + *attempt / 2);
        EXPECT_EQ(asked, log.asked.size()) << "asked before it was due";
        at += *attempt;
    }
    EXPECT_GE(longest, std::chrono::minutes{2});
    log.subscriptions.clear();
    (void)visit("stored", at);
    EXPECT_FALSE(reader.trouble());
}

TEST_F(EventReaders, survive_a_log_that_is_lost_again_and_again_within_one_visit) {
    for (int i = 0; i < 100; ++i) log.reads.push_back(failure(ErrorKind::position_lost));
    (void)visit();
    EXPECT_TRUE(reader.trouble());
    EXPECT_LT(log.asked.size(), 20u);
}

TEST_F(EventReaders, read_a_storm_in_portions) {
    for (std::uint64_t i = 1; i <= 2000; ++i) log.reads.push_back(batch(i, i == 2000));
    const EventReading first = visit();
    EXPECT_EQ(EventReader::kMostEvents, first.events.size());
    EXPECT_TRUE(first.more);
    const EventReading second = visit();
    EXPECT_EQ(2000 - EventReader::kMostEvents, second.events.size());
    EXPECT_FALSE(second.more);
    EXPECT_EQ(1u, log.asked.size()) << "one subscription does for both";
}

TEST_F(EventReaders, subscribe_anew_from_where_they_are_when_the_policy_changes) {
    log.reads = {batch(5)};
    (void)visit();
    (void)reader.visit({{"System", "Application"}, {13}, true}, std::string{"stored"}, {});
    EXPECT_EQ((std::pair<StartAt, std::string>{StartAt::strict_bookmark, "at 5"}), log.asked.back());
}

}  // namespace
}  // namespace sstp
