#include "service/host/log.h"
#include "tests/contracts/scratch_folder.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace sstp::contracts {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

class LogFile : public testing::Test {
protected:
    [[nodiscard]] std::filesystem::path logs() const { return std::filesystem::path{folder_.wide()} / L"logs"; }
    [[nodiscard]] std::vector<std::string> lines() const {
        std::ifstream file{logs() / L"sstp-watchdog.log"};
        std::vector<std::string> read;
        for (std::string line; std::getline(file, line);) read.push_back(line);
        return read;
    }
    bool open(LogLevel level, std::uint64_t maximum_size = 1'000'000) {
        LogPolicy policy;
        policy.level = level;
        policy.maximum_size = maximum_size;
        policy.maximum_files = 3;
        return log_.open(folder_.path("."), policy);
    }

    ScratchFolder folder_;
    Log log_;
};

TEST_F(LogFile, ALineHasTimeLevelAndText) {
    ASSERT_TRUE(open(LogLevel::info));
    log_.write(LogLevel::warning, "Something {} happened.");
    ASSERT_EQ(lines().size(), 1U);
    EXPECT_THAT(lines()[0], MatchesRegex("....-..-..T..:..:.....*Z warning  Something \\{\\} happened\\."))
        << "nothing outside is a format";
}

TEST_F(LogFile, NoOutsideStringMakesALineOfItsOwn) {
    ASSERT_TRUE(open(LogLevel::info));
    log_.write(LogLevel::info, "said \"a\r\n2026-01-01T00:00:00.000Z error    all is lost\x1b[2J\"");
    ASSERT_EQ(lines().size(), 1U);
    EXPECT_THAT(lines()[0], HasSubstr("all is lost"));
    EXPECT_THAT(lines()[0], Not(HasSubstr("\x1b")));
}

TEST_F(LogFile, WhatIsBelowTheLevelIsNotWritten) {
    ASSERT_TRUE(open(LogLevel::warning));
    log_.write(LogLevel::info, "quiet");
    log_.write(LogLevel::error, "loud");
    ASSERT_TRUE(open(LogLevel::debug)) << "a change of the policy takes effect at once";
    log_.write(LogLevel::debug, "talkative");
    log_.write(LogLevel::error, "the end");   // what is less than that may wait in memory
    ASSERT_EQ(lines().size(), 3U);
    EXPECT_THAT(lines()[0], EndsWith("loud"));
    EXPECT_THAT(lines()[1], EndsWith("talkative"));
}

TEST_F(LogFile, ItNeverTakesMoreThanThePolicyAllows) {
    ASSERT_TRUE(open(LogLevel::info, 10'000));
    for (int i = 0; i < 1000; ++i) log_.write(LogLevel::info, std::string(100, 'x'));
    std::uintmax_t bytes = 0;
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator{logs()}) {
        bytes += entry.file_size();
        ++files;
    }
    EXPECT_EQ(files, 3U);
    EXPECT_LE(bytes, 30'000U);
}

TEST_F(LogFile, AFolderThatIsNoneIsToldAndStopsNothing) {
    EXPECT_FALSE(log_.open("\\\\?\\Q:\\nowhere", LogPolicy{}));
    log_.write(LogLevel::error, "dropped");
    ASSERT_TRUE(open(LogLevel::info));
    log_.write(LogLevel::info, "written");
    EXPECT_EQ(lines().size(), 1U);
}

}  // namespace
}  // namespace sstp::contracts
