#include "core/siem/event_log_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace sstp {
namespace {

using testing::EndsWith;

JournalEvent event(EventType type, std::string text, std::map<std::string, std::string> fields = {}) {
    return {7, type, {}, std::move(text), std::move(fields)};
}

TEST(EventLogRecord, sentence_fields_and_id_come_in_that_order) {
    const auto record = event_log_record(event(EventType::heal_undone, "Put back.", {{"reason", "x"}, {"heal_id", "a-h1"}}), "a-7");
    EXPECT_EQ(record.id, 1016U);
    EXPECT_EQ(record.type, EventLogType::error);
    EXPECT_THAT(record.strings, testing::ElementsAre("Put back.", "heal_id=a-h1\nreason=x", "a-7"));
}

TEST(EventLogRecord, a_finding_that_only_warns_is_a_warning) {
    EXPECT_EQ(event_log_record(event(EventType::finding_raised, "", {{"severity", "warning"}}), "").type, EventLogType::warning);
    EXPECT_EQ(event_log_record(event(EventType::finding_raised, "", {{"severity", "critical"}}), "").type, EventLogType::error);
}

TEST(EventLogRecord, no_insertion_hides_inside_an_insertion) {
    const auto record = event_log_record(event(EventType::heartbeat, "fe80::1%4 %%1 %n 100%", {{"version", "%1"}}), "%3");
    EXPECT_THAT(record.strings, testing::ElementsAre("fe80::1% 4 % % 1 % n 100% ", "version=% 1", "% 3"));
}

TEST(EventLogRecord, a_value_cannot_begin_a_line_that_looks_like_a_field) {
    const auto record = event_log_record(event(EventType::heartbeat, "One.\nTwo.\x1B[2J", {{"version", "1\nhealthy=true\r\n\t"}}), "");
    EXPECT_THAT(record.strings, testing::ElementsAre("One.\nTwo. [2J", "version=1 healthy=true   ", ""));
}

TEST(EventLogRecord, what_is_too_long_is_cut_between_characters_and_marked) {
    std::string euros;
    while (euros.size() <= 100'000) euros += "\xE2\x82\xAC";
    const auto record = event_log_record(
        event(EventType::rassstp_event_seen, euros, {{"strings", euros}, {"xml", euros}, {"level", "2"}, {"channel", euros}}), "id");
    EXPECT_LE(record.strings[0].size(), kMostEventLogText);
    EXPECT_LE(record.strings[1].size(), kMostEventLogFields);
    EXPECT_THAT(record.strings[0], EndsWith("\xE2\x82\xAC [cut]"));
    EXPECT_THAT(record.strings[1], EndsWith("\xE2\x82\xAC [cut]"));
    EXPECT_THAT(record.strings[1], testing::HasSubstr("\xE2\x82\xAC [cut]\nlevel=2\nstrings="));
}

}  // namespace
}  // namespace sstp
