#include "model/event_query.h"

#include <gtest/gtest.h>

namespace sstp::rras_host {

namespace {

EventRecord sample() {
    EventRecord event;
    event.provider = kHttpEventProvider;
    event.id = 15301;
    event.level = 3;
    event.record_id = 77;
    event.channel = "System";
    event.time_created = parse_system_time("2026-11-22T12:00:00.0000000Z");
    event.data = {{"DeviceObject", "\\Device\\Http\\ReqQueue"}, {"Endpoint", "[::]:443"}};
    return event;
}

bool takes(const std::string& expression, const std::string& now = "2026-11-22T12:00:10.0000000Z") {
    std::string error;
    const auto filter = EventFilter::parse(expression, error);
    EXPECT_NE(filter, nullptr) << expression << ": " << error;
    return filter && filter->matches(to_element(sample()), parse_system_time(now));
}

TEST(EventFilter, decides_as_the_event_log_service_does) {
    struct Case {
        const char* expression;
        bool taken;
    };

    const Case cases[] = {
        {"*", true},
        {"*[System]", true},
        {"*[System[EventID=15301]]", true},
        {"*[System[EventID=15300]]", false},
        {"*[System/EventID=15301]", true},
        {"Event/System[EventID=15301]", true},
        {"*[System[(EventID >= 15300 and EventID <= 15301)]]", true},
        {"*[System[(EventID > 15301) or (Level < 3)]]", false},
        {"*[System[Provider[@Name='Microsoft-Windows-HttpEvent'] and (Level=2 or Level=3)]]", true},
        {"*[System[Provider[@Name='microsoft-windows-httpevent']]]", false},
        {"*[System[Provider[@Name=\"Microsoft-Windows-HttpEvent\" or @Name='Other']]]", true},
        {"*[System[band(Keywords,36028797018963968)]]", true},
        {"*[System[band(Keywords,1)]]", false},
        {"*[System[TimeCreated[timediff(@SystemTime) <= 10000]]]", true},
        {"*[System[TimeCreated[timediff(@SystemTime) < 10000]]]", false},
        {"*[EventData[Data[@Name='Endpoint']='[::]:443']]", true},
        {"*[EventData[Data='0.0.0.0:443']]", false},
        {"*[EventData[Data[@Name='Endpoint'] and Data='nothing']]", false},
        {"*[UserData]", false},
        {"*[System[EventRecordID > 76 and EventID != 1]]", true},
    };
    for (const auto& [expression, taken] : cases) EXPECT_EQ(takes(expression), taken) << expression;
}

TEST(EventFilter, refuses_what_the_service_does_not_parse) {
    for (const char* expression : {"*[System[EventID=]]", "*[System", "*[System[EventID=1]]]", "*[contains(Data,'x')]", "//EventID",
                                   "*[System[EventID=1 or]]", "*[System[Level='2]]"}) {
        std::string error;
        EXPECT_EQ(EventFilter::parse(expression, error), nullptr) << expression;
        EXPECT_FALSE(error.empty()) << expression;
    }
}

TEST(EventQuery, a_suppress_takes_back_what_a_select_took) {
    const EventQuery query = parse_event_query(
        "", "<QueryList><Query Id='0' Path='System'><Select>*</Select><Suppress>*[System[EventID=15301]]</Suppress></Query></QueryList>");
    ASSERT_EQ(query.error, 0U);
    ASSERT_EQ(query.channels.size(), 1U);
    EXPECT_FALSE(query.channels[0].takes(to_element(sample()), 0));
    EventRecord other = sample();
    other.id = 15300;
    EXPECT_TRUE(query.channels[0].takes(to_element(other), 0));
}

TEST(EventQuery, a_part_that_cannot_be_used_is_told_apart_from_those_that_can) {
    const EventQuery query = parse_event_query(
        "", "<QueryList><Query Id='0'><Select Path='System'>*</Select><Select Path='Application'>*[[</Select></Query></QueryList>");
    EXPECT_EQ(query.error, kInvalidQuery);
    ASSERT_EQ(query.channels.size(), 2U);
    EXPECT_EQ(query.channels[0].status, 0U);
    EXPECT_EQ(query.channels[1].status, kInvalidQuery);
}

TEST(Bookmark, remembers_one_position_per_channel_and_which_was_last) {
    Bookmark bookmark;
    bookmark.move_to("System", 5);
    bookmark.move_to("Application", 9);
    bookmark.move_to("System", 6);
    Bookmark read;
    std::string error;
    ASSERT_TRUE(parse_bookmark(bookmark.xml(), read, error)) << error;
    EXPECT_EQ(read.find("system")->record_id, 6U);
    EXPECT_TRUE(read.find("System")->current);
    EXPECT_FALSE(read.find("Application")->current);
    EXPECT_FALSE(parse_bookmark("<BookmarkList><Bookmark Channel='System' RecordId='-1'/></BookmarkList>", read, error));
}

TEST(SystemTime, survives_text_and_back) {
    for (std::uint64_t ticks : {133'766'111'221'234'567ULL, 116'444'736'000'000'000ULL, 134'000'000'000'000'001ULL})
        EXPECT_EQ(parse_system_time(system_time_text(ticks)), ticks);
}

}  // namespace

}  // namespace sstp::rras_host
