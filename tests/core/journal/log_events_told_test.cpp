// What RRAS and HTTP.SYS log: all data once, repetitions counted, names kept.

#include "core/event_log/event_xml.h"
#include "core/journal/event_data.h"
#include "core/journal/told.h"
#include "tests/core/journal/told_in_short.h"
#include "tests/core/policy/repository_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

const WallTime kEventDay = *from_rfc3339("2026-11-21T02:14:00Z");

LogEvent rassstp(std::uint32_t id, Duration at, std::vector<std::string> strings = {"Because.", ""}) {
    LogEvent event;
    event.channel = "System";
    event.provider = "Microsoft-Windows-RasSstp";
    event.id = id;
    event.time = kEventDay + at;
    event.strings = std::move(strings);
    event.xml = "<Event/>";
    return event;
}

LogEvent golden(const char* file) {
    return parse_event_xml(read_repository_file(std::string{"tests/golden/events/input/System/"} + file)).value();
}

class ToldLogEvents : public testing::Test {
protected:
    const JournalEvent& last() const { return draft.events.back(); }
    JournalDraft draft;
};

TEST_F(ToldLogEvents, the_first_is_told_at_once_with_all_its_data_and_both_times) {
    tell_log_event(draft, golden("13-named.xml"), kEventDay + 5min);
    ASSERT_EQ("rassstp_event_seen", in_short(draft.events));
    EXPECT_EQ("ErrorMessage=Cannot create a file when that file already exists.\nCertificateName=", last().fields.at("strings"));
    EXPECT_EQ("2026-11-21T02:14:07.000Z", last().fields.at("event_time"));
    EXPECT_EQ(kEventDay + 5min, last().time);
    EXPECT_EQ(*from_rfc3339("2026-11-21T02:14:07Z"), happened_at(last()));
    EXPECT_THAT(last().text, HasSubstr("event 13 at 2026-11-21 02:14 UTC: Cannot create a file"));
    EXPECT_THAT(last().fields.at("xml"), HasSubstr("<EventID Qualifiers=\"0\">13</EventID>"));
}

TEST_F(ToldLogEvents, one_of_http_sys_names_the_endpoint_and_15021_the_cause) {
    tell_log_event(draft, golden("15021.xml"), kEventDay);
    ASSERT_EQ("http_event_seen", in_short(draft.events));
    EXPECT_EQ("[::]:443", last().fields.at("endpoint"));
    EXPECT_EQ("0xC000005F", last().fields.at("status"));
    EXPECT_THAT(last().text, HasSubstr("the TLS settings of [::]:443 could not be used (0xC000005F, no usable private key)"));
    EXPECT_EQ("DeviceObject=\\Device\\Http\\ReqQueue\nEndpoint=[::]:443", last().fields.at("strings"));
    tell_log_event(draft, golden("15302.xml"), kEventDay);
    EXPECT_THAT(last().text, HasSubstr(": 0.0.0.0:443"));
}

TEST_F(ToldLogEvents, repetitions_are_counted_and_told_when_the_minute_is_over_with_the_number_of_the_first) {
    draft.contents.last_sequence = 100;
    for (int i = 0; i < 5; ++i) tell_log_event(draft, rassstp(13, i * 10s), kEventDay + i * 10s);
    EXPECT_EQ(1U, draft.events.size());
    EXPECT_EQ(10s, tell_repetitions(draft, kEventDay + 50s));
    EXPECT_EQ(1U, draft.events.size());
    EXPECT_EQ(std::nullopt, tell_repetitions(draft, kEventDay + 61s));
    ASSERT_EQ("rassstp_event_seen, rassstp_event_seen", in_short(draft.events));
    EXPECT_EQ("4", last().fields.at("count"));
    EXPECT_EQ("101", last().fields.at("first_sequence"));
    EXPECT_EQ("2026-11-21T02:14:40.000Z", last().fields.at("last_event_time"));
    EXPECT_FALSE(last().fields.contains("xml")) << "the first told it";
    EXPECT_EQ(1U, draft.contents.repeated.size()) << "the last was less than a minute ago";
    EXPECT_EQ(std::nullopt, tell_repetitions(draft, kEventDay + 3min));
    EXPECT_TRUE(draft.contents.repeated.empty());
    EXPECT_EQ(2U, draft.events.size());
}

TEST_F(ToldLogEvents, what_goes_on_and_on_is_told_once_a_minute) {
    for (int i = 0; i < 600; ++i) {
        tell_log_event(draft, rassstp(13, i * 1s), kEventDay + i * 1s);
        (void)tell_repetitions(draft, kEventDay + i * 1s);
    }
    EXPECT_LE(draft.events.size(), 12U);
    EXPECT_GE(draft.events.size(), 10U);
}

TEST_F(ToldLogEvents, others_are_told_by_themselves) {
    tell_log_event(draft, rassstp(13, 0s), kEventDay);
    tell_log_event(draft, rassstp(12, 1s), kEventDay);
    tell_log_event(draft, rassstp(13, 2s, {"Other.", ""}), kEventDay);
    tell_log_event(draft, rassstp(13, 2min), kEventDay + 2min);
    EXPECT_EQ(4U, draft.events.size());
}

TEST_F(ToldLogEvents, a_storm_of_different_ones_is_remembered_within_a_bound) {
    for (int i = 0; i < 500; ++i) tell_log_event(draft, rassstp(13, 0s, {std::to_string(i)}), kEventDay);
    EXPECT_EQ(500U, draft.events.size());
    EXPECT_LE(draft.contents.repeated.size(), 32U);
}

TEST_F(ToldLogEvents, a_gap_is_counted_for_ever) {
    tell_gap(draft, kEventDay);
    tell_gap(draft, kEventDay);
    ASSERT_EQ("event_source_gap, event_source_gap", in_short(draft.events));
    EXPECT_EQ("2", last().fields.at("gaps"));
    EXPECT_EQ(2U, draft.contents.event_log_gaps);
}

/// Found live: a line break in a text that a client controls shifted the fields behind it.
TEST(EventData, line_breaks_shift_nothing_and_names_are_kept) {
    LogEvent event;
    event.strings = {"line one\nline two\n", "\n", "name=value", " blank first", "vpn.example.test"};
    event.names = {"", "Second", "Third.one", "Second"};
    const std::string text = event_data_text(event);
    EXPECT_EQ("param1=line one\n line two\n \nSecond=\n \nThird_one=name=value\nparam4= blank first\nparam5=vpn.example.test", text);
    EXPECT_THAT(event_data_from(text),
                ElementsAre(Pair("param1", "line one\nline two\n"), Pair("Second", "\n"), Pair("Third_one", "name=value"),
                            Pair("param4", " blank first"), Pair("param5", "vpn.example.test")));
}

TEST(EventData, text_that_is_none_has_no_names) {
    EXPECT_THAT(event_data_from("one line\nand = another\na=1\na=2"),
                ElementsAre(Pair("param1", "one line"), Pair("param2", "and = another"), Pair("a", "1"), Pair("param4", "2")));
    EXPECT_TRUE(event_data_from("").empty());
}

}  // namespace
}  // namespace sstp
