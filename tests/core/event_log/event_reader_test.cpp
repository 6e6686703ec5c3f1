// The ladder of the event log: strict bookmark, nearest, oldest; what is a gap and what is not; halving; back-off without an end.

#include "core/event_log/event_reader.h"

#include "core/model/schedule.h"
#include "tests/core/record/manual_clock.h"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>

namespace sstp {
namespace {

using namespace std::chrono_literals;

/// Answers as it was told, and remembers what it was asked.
class ScriptedLog final : public EventLog {
public:
    std::deque<Result<void>> subscriptions;
    std::deque<Result<EventBatch>> reads;
    std::vector<std::pair<StartAt, std::string>> asked;
    std::vector<std::size_t> batches;
    struct Reach {
        std::optional<WallTime> oldest_record, cleared_at;
    };
    std::map<std::string, Reach> channels;   ///< one that is not here cannot be asked
    bool is_stopping = false;
    std::vector<std::string> searched;   ///< channels whose clearing was looked for
    std::string end = "the end";

    Result<void> subscribe(const EventQuery&, StartAt where, const std::string& bookmark) override {
        asked.emplace_back(where, bookmark);
        return take(subscriptions, Result<void>{});
    }
    std::function<void()> meanwhile;   ///< with each batch

    Result<EventBatch> read(std::size_t most) override {
        batches.push_back(most);
        if (meanwhile) meanwhile();
        return take(reads, Result<EventBatch>{EventBatch{}});
    }
    Result<std::optional<WallTime>> oldest_record(const std::string& channel) override {
        if (is_stopping) return Error{ErrorKind::stopped, "read the oldest record", channel, 0, ""};
        const auto found = channels.find(channel);
        if (found == channels.end()) return Error{ErrorKind::source_unavailable, "read the oldest record", channel, 1722, ""};
        return found->second.oldest_record;
    }
    Result<std::optional<WallTime>> cleared_at(const std::string& channel) override {
        searched.push_back(channel);
        return channels.at(channel).cleared_at;
    }
    Result<std::string> bookmark_at_end(const EventQuery&) override { return end; }

private:
    template <class T>
    static T take(std::deque<T>& script, T otherwise) {
        if (script.empty()) return otherwise;
        T next = script.front();
        script.pop_front();
        return next;
    }
};

constexpr WallTime kToday{Duration{1'795'227'245'678}};   // 2026-11-21

Error failure(ErrorKind kind) { return {kind, "read the event log", "", 0, ""}; }

EventBatch batch(std::uint64_t record, bool drained = true) {
    LogEvent event;
    event.record_id = record;
    return {{event}, "at " + std::to_string(record), drained};
}

using Asked = std::vector<std::pair<StartAt, std::string>>;
const Asked kWholeLadder{{StartAt::strict_bookmark, "stored"}, {StartAt::nearest_bookmark, "stored"}, {StartAt::oldest, ""}};

class EventReaders : public testing::Test {
protected:
    EventReaders() { log.channels = {{"System", {kToday - 30 * 24h, {}}}, {"Application", {kToday - 30 * 24h, {}}}}; }
    EventReading visit(std::optional<std::string> stored = "stored", Duration at = Duration{0}) {
        return reader.visit({{"System"}}, {std::move(stored), kToday - 1h}, {kToday + at, {at}});
    }

    ScriptedLog log;
    ManualClock clock;
    EventReader reader{log, clock};
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
    EventReader second{other, clock};
    (void)second.visit({}, {std::string{}, {}}, {});
    EXPECT_EQ((Asked{{StartAt::oldest, ""}}), other.asked);
}

TEST_F(EventReaders, climb_down_the_ladder_to_the_oldest_record) {
    log.subscriptions = {failure(ErrorKind::position_lost), failure(ErrorKind::position_lost)};
    (void)visit();
    EXPECT_EQ(kWholeLadder, log.asked);
    EXPECT_FALSE(reader.trouble());
}

TEST_F(EventReaders, climb_on_when_the_rung_on_which_they_stood_does_not_hold) {
    log.subscriptions = {failure(ErrorKind::position_lost)};
    log.reads = {failure(ErrorKind::position_lost), batch(9)};
    (void)visit();
    EXPECT_EQ(kWholeLadder, log.asked);
    EXPECT_FALSE(reader.trouble());
}

/// servers.md row 51, facts: event-log. The position was lost in every row; what matters is what the channels still hold.
struct LostPosition {
    const char* name;
    ErrorKind bookmark;
    std::optional<WallTime> drained_until;
    std::map<std::string, ScriptedLog::Reach> channels;
    bool gap;
};
void PrintTo(const LostPosition& row, std::ostream* out) { *out << row.name; }

class LostPositions : public testing::TestWithParam<LostPosition> {};

TEST_P(LostPositions, are_a_gap_only_where_records_can_be_missing) {
    const LostPosition& row = GetParam();
    ScriptedLog log;
    ManualClock clock;
    log.channels = row.channels;
    log.subscriptions = {failure(row.bookmark)};
    EventReader reader{log, clock};
    const EventReading first = reader.visit({{"System"}}, {"stored", row.drained_until}, {kToday, {}});
    EXPECT_EQ(row.gap, first.gap);
    EXPECT_EQ("the end", first.bookmark) << "a new bookmark is put down at once";
    EXPECT_EQ(kToday, first.drained_until);
    EXPECT_FALSE(reader.visit({{"System"}}, {first.bookmark, first.drained_until}, {kToday + 5min, {5min}}).gap);
}

const WallTime kYesterday = kToday - 24h;
INSTANTIATE_TEST_SUITE_P(
    EventReaders, LostPositions,
    testing::Values(LostPosition{"51: System wrapped since the bookmark, and still holds what came before the last visit",
                                 ErrorKind::position_lost,
                                 kYesterday,
                                 {{"System", {kYesterday - 1h, {}}}},
                                 false},
                    LostPosition{"the oldest record is younger than the last visit",
                                 ErrorKind::position_lost,
                                 kYesterday,
                                 {{"System", {kYesterday + 1h, {}}}},
                                 true},
                    LostPosition{"the log was cleared since the last visit",
                                 ErrorKind::position_lost,
                                 kYesterday,
                                 {{"System", {kYesterday - 1h, kYesterday + 1h}}},
                                 true},
                    LostPosition{"the log was cleared before the last visit",
                                 ErrorKind::position_lost,
                                 kYesterday,
                                 {{"System", {kYesterday - 2h, kYesterday - 1h}}},
                                 false},
                    LostPosition{"a bookmark that cannot be understood says no more than a lost one",
                                 ErrorKind::malformed,
                                 kYesterday,
                                 {{"System", {kYesterday - 1h, {}}}},
                                 false},
                    LostPosition{
                        "the log was never read to its end", ErrorKind::position_lost, std::nullopt, {{"System", {kYesterday, {}}}}, true},
                    LostPosition{"nobody can say what the channel holds", ErrorKind::position_lost, kYesterday, {}, true}),
    [](const auto& each) {
        std::string name = each.param.name;
        for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
        return name;
    });

TEST_F(EventReaders, keep_the_position_of_what_came_over_a_bookmark_at_the_end) {
    log.subscriptions = {failure(ErrorKind::position_lost)};
    log.reads = {batch(9)};
    EXPECT_EQ("at 9", visit().bookmark) << "the end was asked for before reading";
}

TEST_F(EventReaders, notice_a_loss_although_no_record_was_ever_selected) {
    log.channels["System"].oldest_record = kToday - 30min;
    EXPECT_TRUE(visit(std::nullopt).gap) << "read up to an hour ago, and the log begins half an hour ago";
}

TEST_F(EventReaders, store_how_far_they_read_with_each_bookmark_and_else_once_an_hour) {
    const auto visited = [&](Duration at, WallTime drained) {
        return reader.visit({{"System"}}, {"stored", drained}, {kToday + at, {at}}).drained_until;
    };
    EXPECT_EQ(std::nullopt, visited(0s, kToday - 59min)) << "a quiet look writes nothing";
    log.reads = {batch(5)};
    EXPECT_EQ(kToday + 1min, visited(1min, kToday - 59min));
    EXPECT_EQ(kToday + 61min, visited(61min, kToday + 1min));
    EXPECT_EQ(kToday + 62min, visited(62min, kToday + 24h)) << "the clock was set back: no loss may hide behind tomorrow";
}

TEST_F(EventReaders, leave_the_rest_of_a_storm_to_the_next_look_where_reading_is_slow) {
    for (std::uint64_t i = 1; i <= 10; ++i) log.reads.push_back(batch(i, false));
    log.meanwhile = [this] { clock.advance(400ms); };
    const EventReading reading = visit();
    EXPECT_EQ(3U, reading.events.size());
    EXPECT_TRUE(reading.more);
    EXPECT_EQ("at 3", reading.bookmark);
    EXPECT_FALSE(reader.trouble());
}

TEST_F(EventReaders, do_not_hold_up_a_look_where_the_log_wraps_faster_than_they_can_read) {
    log.reads.assign(10, failure(ErrorKind::position_lost));
    log.meanwhile = [this] { clock.advance(400ms); };
    EXPECT_TRUE(visit().more) << "the next look goes on";
    EXPECT_EQ(3U, log.asked.size());
    EXPECT_FALSE(reader.trouble());
}

TEST_F(EventReaders, leave_the_position_where_it_is_when_our_own_stop_ends_the_search_for_what_was_lost) {
    log.subscriptions = {failure(ErrorKind::position_lost)};
    log.is_stopping = true;
    log.reads = {batch(9)};
    const EventReading reading = visit();
    EXPECT_EQ(std::nullopt, reading.bookmark);
    EXPECT_EQ(std::nullopt, reading.drained_until);
    EXPECT_FALSE(reading.gap);
    EXPECT_FALSE(reader.trouble());
}

TEST_F(EventReaders, do_not_search_for_what_was_cleared_where_the_oldest_record_tells_of_the_loss) {
    log.channels["System"].oldest_record = kToday - 30min;
    log.subscriptions = {failure(ErrorKind::position_lost)};
    EXPECT_TRUE(visit().gap);
    EXPECT_TRUE(log.searched.empty()) << "all of System may have to be read for it";
}

TEST_F(EventReaders, call_it_first_until_the_log_was_read_to_its_end) {
    for (std::uint64_t i = 1; i <= 2000; ++i) log.reads.push_back(batch(i, i == 2000));
    EventReading reading = reader.visit({{"System"}}, {}, {kToday, {}});
    EXPECT_TRUE(reading.first && reading.more);
    EXPECT_EQ(std::nullopt, reading.drained_until);
    reading = reader.visit({{"System"}}, {reading.bookmark, {}}, {kToday, {}});
    EXPECT_TRUE(reading.first);
    EXPECT_EQ(kToday, reading.drained_until);
    EXPECT_FALSE(reader.visit({{"System"}}, {reading.bookmark, reading.drained_until}, {kToday, {}}).first);
}

/// DESIGN 5.1: at a first start only RasSstp events since RRAS last started are told.
TEST(FirstReading, keeps_what_rras_said_since_its_start) {
    EventReading reading;
    const auto add = [&](const char* provider, std::uint32_t id, WallTime time) {
        LogEvent event;
        event.provider = provider;
        event.id = id;
        event.time = time;
        reading.events.push_back(event);
    };
    add("RasSstp", 12, kToday - 2h);
    add("RasSstp", 13, kToday - 1h);
    add("Microsoft-Windows-HttpEvent", 15301, kToday);
    add("Microsoft-Windows-RasSstp", 25, kToday);
    keep_since(reading, kToday - 1h);
    ASSERT_EQ(2U, reading.events.size());
    EXPECT_EQ(13U, reading.events[0].id);
    EXPECT_EQ(25U, reading.events[1].id);
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
        EXPECT_EQ(*attempt, kReconnectSchedule.after(static_cast<std::uint32_t>(i + 1)));
        longest = std::max(longest, *attempt);
        const std::size_t asked = log.asked.size();
        (void)visit("stored", at + *attempt / 2);
        EXPECT_EQ(asked, log.asked.size()) << "asked before it was due";
        at += *attempt;
    }
    EXPECT_EQ(longest, 5min);
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
    (void)reader.visit({{"System", "Application"}}, {"stored", kToday}, {kToday, {}});
    EXPECT_EQ((std::pair<StartAt, std::string>{StartAt::strict_bookmark, "at 5"}), log.asked.back());
}

}  // namespace
}  // namespace sstp
