// Whose heal it is that the service was asked for.

#include "core/watchdog/asked_by.h"
#include "tests/core/record/one_file.h"

#include <gtest/gtest.h>

namespace sstp {
namespace {

using namespace std::chrono_literals;

const WallTime kNow = *from_rfc3339("2026-11-21T02:00:00.250Z");

class AskedByTest : public testing::Test {
protected:
    std::string account(WallTime now) { return asking.account(files, "heal-asked.txt", now); }
    OneFile files;
    Asking asking;
};

TEST_F(AskedByTest, the_account_that_was_left_is_told_once) {
    files.content = to_text({kNow, "EXAMPLE\\admin"});
    EXPECT_EQ("EXAMPLE\\admin", account(kNow + 2s));
    EXPECT_EQ("", account(kNow + 4s)) << "a control that somebody else sent by other means";
    files.content = to_text({kNow + 5s, "EXAMPLE\\other"});
    EXPECT_EQ("EXAMPLE\\other", account(kNow + 5s));
}

TEST_F(AskedByTest, an_account_of_long_ago_or_of_a_time_to_come_is_nobodys) {
    files.content = to_text({kNow, "EXAMPLE\\admin"});
    EXPECT_EQ("", account(kNow + 61s));
    EXPECT_EQ("", account(kNow - 61s));
    EXPECT_EQ("EXAMPLE\\admin", account(kNow + 60s));
}

TEST_F(AskedByTest, what_we_did_not_write_names_nobody) {
    EXPECT_EQ("", account(kNow)) << "no file";
    for (const char* text :
         {"", "\n", "2026-11-21T02:00:00Z", "2026-11-21T02:00:00Z\n", "2026-11-21T02:00:00Z\n\n", "yesterday\nEXAMPLE\\admin\n",
          "2026-11-21T02:00:00Z\nEXAMPLE\\admin", "2026-11-21T02:00:00Z\nEXAMPLE\\admin\nforged\n"}) {
        files.content = text;
        EXPECT_EQ("", account(kNow)) << text;
    }
}

}  // namespace
}  // namespace sstp
