#include "core/report/render_history.h"
#include "tests/core/report/example_reports.h"

#include <gmock/gmock.h>

namespace sstp {
namespace {

TEST(RenderHistory, since_takes_a_time_a_date_or_an_age) {
    const WallTime now = from_rfc3339("2026-11-21T02:00:00Z").value();
    EXPECT_EQ(read_since("2026-11-20T23:30:00+01:00", now), from_rfc3339("2026-11-20T22:30:00Z"));
    EXPECT_EQ(read_since("2026-11-20", now), from_rfc3339("2026-11-20T00:00:00Z"));
    EXPECT_EQ(read_since("90m", now), now - std::chrono::minutes{90});
    EXPECT_EQ(read_since("7d", now), now - std::chrono::days{7});
    for (const char* text : {"", "soon", "d", "7", "-7d", "7w", "7dd", "99999999999d"})
        EXPECT_EQ(read_since(text, now), std::nullopt) << text;
}

TEST(RenderHistory, has_one_line_for_each_event_whatever_it_quotes) {
    std::vector<JournalEvent> events = example::events();
    events.front().text = "one\ntwo\x1B[2J";
    const std::string text = render_history_text(events);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), static_cast<std::ptrdiff_t>(events.size()));
    EXPECT_THAT(text, testing::HasSubstr("one\\x0Atwo\\x1B[2J"));
    EXPECT_THAT(text, testing::HasSubstr("heal_confirmed_by_client   The first SSTP session since the heal began at 2026-11-21 02:21 UTC"));
}

TEST(RenderHistory, of_a_quiet_time_says_so) { EXPECT_EQ(render_history_text({}), "Nothing has happened in that time.\n"); }

}  // namespace
}  // namespace sstp
