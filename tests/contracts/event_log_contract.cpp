#include "tests/contracts/event_log_contract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kRasSstp[] = "Microsoft-Windows-RasSstp";
constexpr char kHttpEvent[] = "Microsoft-Windows-HttpEvent";
const EventQuery kQuery{{"System", "Application"}};

class EventLogContract : public testing::Test {
protected:
    void write(std::vector<std::uint32_t> ids) {
        for (const auto id : ids) world_->write("System", kRasSstp, id, {"because", "CN=vpn.example.com"});
    }
    static void subscribe(EventLog& log, StartAt where, const std::string& bookmark = {}) {
        const auto subscribed = log.subscribe(kQuery, where, bookmark);
        ASSERT_TRUE(subscribed.has_value()) << subscribed.error().message();
    }
    /// Reads until drained; `bookmark_` is then the position behind the last event.
    std::vector<LogEvent> drain(EventLog& log, std::size_t most = 10) {
        std::vector<LogEvent> all;
        for (int batches = 0; batches < 1000; ++batches) {
            auto batch = log.read(most);
            if (!batch) {
                ADD_FAILURE() << batch.error().message();
                return all;
            }
            EXPECT_LE(batch->events.size(), most);
            EXPECT_EQ(batch->bookmark.empty(), batch->events.empty());
            if (!batch->events.empty()) bookmark_ = batch->bookmark;
            all.insert(all.end(), batch->events.begin(), batch->events.end());
            if (batch->drained) return all;
        }
        ADD_FAILURE() << "the log is never drained";
        return all;
    }
    std::vector<std::uint32_t> ids(EventLog& log, std::size_t most = 10) {
        std::vector<std::uint32_t> found;
        for (const auto& event : drain(log, most)) found.push_back(event.id);
        return found;
    }

    std::unique_ptr<EventLogWorld> world_ = make_event_log_world();
    EventLog& log_ = world_->log();
    std::string bookmark_;
};

TEST_F(EventLogContract, FromTheOldestEverythingThatIsThereIsRead) {
    write({11, 12, 13});
    subscribe(log_, StartAt::oldest);
    EXPECT_THAT(ids(log_), ElementsAre(11, 12, 13));
    EXPECT_THAT(ids(log_), IsEmpty());
}

TEST_F(EventLogContract, ARecordIsGivenAsItIs) {
    write({13});
    subscribe(log_, StartAt::oldest);
    const auto events = drain(log_);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].channel, "System");
    EXPECT_EQ(events[0].provider, kRasSstp);
    EXPECT_TRUE(events[0].from_rassstp());
    EXPECT_THAT(events[0].strings, ElementsAre("because", "CN=vpn.example.com"));
    EXPECT_GT(events[0].record_id, 0u);
    EXPECT_GT(events[0].time, WallTime{});
}

TEST_F(EventLogContract, OnlyWhatTheQueryAsksForIsRead) {
    write({13, 14, 23, 32});
    world_->write("System", "SomebodyElse", 13, {});
    for (const std::uint32_t id : {15021U, 15299U, 15300U, 15301U, 15302U, 15303U}) world_->write("System", kHttpEvent, id, {"[::]:443"});
    world_->write("Application", kRasSstp, 12, {});
    subscribe(log_, StartAt::oldest);
    auto found = ids(log_);
    std::ranges::sort(found);
    EXPECT_THAT(found, ElementsAre(12, 13, 32, 15021, 15300, 15301, 15302));
}

TEST_F(EventLogContract, SmallBatchesMissNothing) {
    const std::vector<std::uint32_t> written{11, 12, 13, 18, 19, 21, 22};
    write(written);
    for (const std::size_t most : {1u, 2u, 3u, 7u, 100u}) {
        subscribe(log_, StartAt::oldest);
        EXPECT_EQ(ids(log_, most), written) << most;
    }
}

TEST_F(EventLogContract, WhatIsWrittenLaterIsReadLater) {
    subscribe(log_, StartAt::oldest);
    EXPECT_THAT(ids(log_), IsEmpty());
    write({13});
    EXPECT_THAT(ids(log_), ElementsAre(13));
    write({32, 11});
    EXPECT_THAT(ids(log_), ElementsAre(32, 11));
}

TEST_F(EventLogContract, ABookmarkGoesOnBehindWhatWasRead) {
    write({11, 12});
    subscribe(log_, StartAt::oldest);
    ids(log_);
    write({13, 18});
    for (const auto where : {StartAt::strict_bookmark, StartAt::nearest_bookmark}) {
        const auto reader = world_->another_reader();
        subscribe(*reader, where, bookmark_);
        std::vector<std::uint32_t> found;
        const auto batch = reader->read(10);
        ASSERT_TRUE(batch.has_value());
        for (const auto& event : batch->events) found.push_back(event.id);
        EXPECT_THAT(found, ElementsAre(13, 18));
    }
}

TEST_F(EventLogContract, ABookmarkInTheMiddleOfABatchOfOneIsExact) {
    write({11, 12, 13});
    subscribe(log_, StartAt::oldest);
    const auto first = log_.read(1);
    ASSERT_TRUE(first.has_value());
    ASSERT_EQ(first->events.size(), 1u);
    EXPECT_FALSE(first->drained);
    const auto reader = world_->another_reader();
    subscribe(*reader, StartAt::strict_bookmark, first->bookmark);
    EXPECT_THAT(ids(*reader), ElementsAre(12, 13));
}

TEST_F(EventLogContract, ALostPositionIsToldAndTheLadderLeadsOn) {
    write({11, 12});
    subscribe(log_, StartAt::oldest);
    ids(log_);
    write({13, 18, 19});
    world_->wrap(2);
    const auto reader = world_->another_reader();
    const auto strict = reader->subscribe(kQuery, StartAt::strict_bookmark, bookmark_);
    ASSERT_FALSE(strict.has_value());
    EXPECT_EQ(strict.error().kind, ErrorKind::position_lost);
    subscribe(*reader, StartAt::nearest_bookmark, bookmark_);
    EXPECT_THAT(ids(*reader), ElementsAre(18, 19));
    subscribe(*reader, StartAt::oldest);
    EXPECT_THAT(ids(*reader), ElementsAre(18, 19));
}

TEST_F(EventLogContract, RecordsLostUnderALiveSubscriptionAreTold) {
    write({11});
    subscribe(log_, StartAt::oldest);
    EXPECT_THAT(ids(log_), ElementsAre(11));
    write({12, 13, 18});
    world_->wrap(1);
    const auto batch = log_.read(10);
    ASSERT_FALSE(batch.has_value());
    EXPECT_EQ(batch.error().kind, ErrorKind::position_lost);
    EXPECT_EQ(log_.read(10).error().kind, ErrorKind::source_unavailable) << "subscribe again";
    subscribe(log_, StartAt::nearest_bookmark, bookmark_);
    EXPECT_THAT(ids(log_), ElementsAre(18));
}

TEST_F(EventLogContract, WhatIsNoBookmarkIsMalformed) {
    for (const char* text : {"", "nonsense", "<BookmarkList><Bookmark"}) {
        for (const auto where : {StartAt::strict_bookmark, StartAt::nearest_bookmark}) {
            const auto subscribed = log_.subscribe(kQuery, where, text);
            ASSERT_FALSE(subscribed.has_value()) << text;
            EXPECT_EQ(subscribed.error().kind, ErrorKind::malformed) << text;
        }
    }
}

TEST_F(EventLogContract, HowFarBackAChannelGoesIsToldWhoeverWroteItsOldestRecord) {   // 51
    world_->write("System", "SomebodyElse", 7, {});
    write({13});
    const auto before = log_.oldest_record("System");
    ASSERT_TRUE(before.has_value()) << before.error().message();
    ASSERT_TRUE(*before);
    EXPECT_TRUE(log_.cleared_at("System") == Result<std::optional<WallTime>>{std::nullopt});
    subscribe(log_, StartAt::oldest);
    const auto events = drain(log_);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_LE(**before, events[0].time);
    world_->wrap(1);
    EXPECT_TRUE(log_.oldest_record("System") == Result<std::optional<WallTime>>{events[0].time});
}

TEST_F(EventLogContract, AChannelThatWasClearedIsToldAsSuchAndNoOther) {   // 51
    write({13});
    world_->clear("Application");
    const auto cleared = log_.cleared_at("Application");
    ASSERT_TRUE(cleared.has_value()) << cleared.error().message();
    EXPECT_TRUE(*cleared);
    EXPECT_TRUE(log_.cleared_at("System") == Result<std::optional<WallTime>>{std::nullopt});
    world_->clear("System");
    EXPECT_TRUE(log_.cleared_at("System").value());
}

TEST_F(EventLogContract, AChannelThatDoesNotExistHasNoOldestRecord) {
    const auto oldest = log_.oldest_record("Microsoft-Windows-NoSuchChannel/Operational");
    ASSERT_FALSE(oldest.has_value());
    EXPECT_EQ(oldest.error().kind, ErrorKind::source_unavailable) << oldest.error().message();
}

TEST_F(EventLogContract, ABookmarkAtTheEndLeavesEverythingBehindIt) {
    write({11, 12});
    world_->write("Application", kRasSstp, 13, {});
    world_->write("System", "SomebodyElse", 7, {});
    const auto end = log_.bookmark_at_end(kQuery);
    ASSERT_TRUE(end.has_value()) << end.error().message();
    ASSERT_FALSE(end->empty());
    write({18});
    world_->write("Application", kRasSstp, 19, {});
    subscribe(log_, StartAt::strict_bookmark, *end);
    auto found = ids(log_);
    std::ranges::sort(found);
    EXPECT_THAT(found, ElementsAre(18, 19));
}

TEST_F(EventLogContract, WithoutASubscriptionThereIsNothingToReadFrom) {
    const auto batch = log_.read(10);
    ASSERT_FALSE(batch.has_value());
    EXPECT_EQ(batch.error().kind, ErrorKind::source_unavailable);
}

}  // namespace
}  // namespace sstp::contract
