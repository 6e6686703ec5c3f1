#include "core/model/time.h"

#include <gtest/gtest.h>

namespace sstp::test {

namespace {

using namespace std::chrono_literals;

TEST(Rfc3339, IsWrittenInUtcWithMilliseconds) {
    const WallTime time = std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + 2h + 14min + 7s + 5ms;
    EXPECT_EQ(to_rfc3339(time), "2026-11-21T02:14:07.005Z");
    EXPECT_EQ(to_minute(time), "2026-11-21 02:14 UTC");
    EXPECT_EQ(to_date(time), "2026-11-21");
}

TEST(Rfc3339, IsRightBeforeTheEpoch) {
    EXPECT_EQ(to_rfc3339(WallTime{-1ms}), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(from_rfc3339("1969-12-31T23:59:59.999Z"), WallTime{-1ms});
    EXPECT_EQ(from_rfc3339("1601-01-01T00:00:00Z"), std::chrono::sys_days{std::chrono::year{1601} / 1 / 1}) << "where FILETIME begins";
}

TEST(Rfc3339, ReadsFractionsAndOffsets) {
    const WallTime time = from_rfc3339("2026-11-21T02:14:07Z").value();
    EXPECT_EQ(from_rfc3339("2026-11-21T02:14:07.5Z"), time + 500ms);
    EXPECT_EQ(from_rfc3339("2026-11-21T02:14:07.1234567Z"), time + 123ms) << "FILETIME has seven digits";
    EXPECT_EQ(from_rfc3339("2026-11-21T02:14:07.123456789Z"), time + 123ms);
    EXPECT_EQ(from_rfc3339("2026-11-21T03:14:07+01:00"), time);
    EXPECT_EQ(from_rfc3339("2026-11-20T20:44:07-05:30"), time);
    EXPECT_EQ(from_rfc3339("2028-02-29T00:00:00Z").has_value(), true);
    EXPECT_EQ(from_rfc3339("2026-12-31T23:59:60Z"), from_rfc3339("2027-01-01T00:00:00Z")) << "a leap second";
}

TEST(Rfc3339, RefusesWhatIsMalformed) {
    for (const char* text : {"", "2026", "2026-11-21", "2026-11-21T02:14:07", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
                             "2026-11-21T24:00:00Z", "2026-11-21T02:60:00Z", "2026-11-21T02:14:61Z", "2026-11-21T02:14:07.Z",
                             "2026-11-21T02:14:07.1234567890Z", "2026-11-21T02:14:07Zx", "2026-11-21 02:14:07Z", "26-11-21T02:14:07Z",
                             "2026-11-21T02:14:07+0100", "2026-11-21T02:14:07+24:00", "-026-11-21T02:14:07Z", "2026-11-21T+2:14:07Z"}) {
        EXPECT_EQ(from_rfc3339(text), std::nullopt) << text;
    }
}

TEST(Duration, IsWrittenAsThePolicyFileTakesIt) {
    EXPECT_EQ(to_string(Duration{0}), "0s");
    EXPECT_EQ(to_string(Duration{1500ms}), "1500ms");
    EXPECT_EQ(to_string(Duration{2s}), "2s");
    EXPECT_EQ(to_string(Duration{300s}), "5m");
    EXPECT_EQ(to_string(Duration{90min}), "90m");
    EXPECT_EQ(to_string(Duration{6h}), "6h");
    EXPECT_EQ(to_string(Duration{24h * 21}), "21d");
    EXPECT_EQ(to_string(Duration{36h}), "36h");
    EXPECT_EQ(to_string(Duration{-1500ms}), "-1500ms");
}

}  // namespace

}  // namespace sstp::test
