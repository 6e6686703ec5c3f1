// Whether the Event Log keeps what it is given is Windows' part, and Wine's is a sink: here it shows when it is asked at all.
#include "service/commands/event_source.h"
#include "service/windows/windows_event_log.h"

#include <gtest/gtest.h>

namespace sstp::contracts {
namespace {

class WindowsEventLogs : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(remove_event_source()); }

    void TearDown() override { EXPECT_TRUE(remove_event_source()); }

    Result<void> report() {
        return log.report({1, EventType::heal_succeeded, {}, "Healthy: \xE2\x82\xAC, fe80::1%4.", {{"heal_id", "0123-h1"}}}, "0123-1");
    }

    WindowsEventLog log;
};

TEST_F(WindowsEventLogs, nothing_is_written_under_a_name_that_nobody_registered) {
    const auto reported = report();
    ASSERT_FALSE(reported);
    EXPECT_EQ(reported.error().kind, ErrorKind::not_found);
    EXPECT_EQ(reported.error().message(),
              "could not open the event source SstpWatchdog in Application: it is not registered; the MSI and "
              "`sstp-watchdog install` register it");
}

TEST_F(WindowsEventLogs, events_are_written_from_the_moment_the_source_is_registered) {
    ASSERT_FALSE(report());
    ASSERT_TRUE(register_event_source("C:\\Program Files\\SSTP Watchdog\\sstp-watchdog.exe"));
    for (int i = 0; i < 3; ++i) {
        const auto reported = report();
        EXPECT_TRUE(reported) << reported.error().message();
    }
}

}  // namespace
}  // namespace sstp::contracts
