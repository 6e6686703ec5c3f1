#include "tests/contracts/files_contract.h"

#include <gmock/gmock.h>

namespace sstp::contracts {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FilesContract);

constexpr std::size_t kMuch = 1 << 20;

TEST_P(FilesContract, a_missing_file_is_not_found) {
    const auto read = world->files().read(world->path("policy.json"), kMuch);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::not_found) << read.error().message();
}

TEST_P(FilesContract, a_replaced_file_reads_back_byte_for_byte) {
    std::string bytes(200'000, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31);
    for (const std::string& content : {std::string{"{}\r\n"}, std::string{}, bytes, std::string{"shorter again"}}) {
        const auto replaced = world->files().replace(world->path("status.json"), content);
        ASSERT_TRUE(replaced) << replaced.error().message();
        const auto read = world->files().read(world->path("status.json"), kMuch);
        ASSERT_TRUE(read) << read.error().message();
        EXPECT_EQ(*read, content);
    }
}

TEST_P(FilesContract, nothing_but_the_file_is_left_in_the_folder) {
    EXPECT_THAT(world->listing(), IsEmpty());
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(world->files().replace(world->path("status.json"), std::to_string(i)));
    EXPECT_THAT(world->listing(), ElementsAre("status.json"));
}

TEST_P(FilesContract, a_file_larger_than_allowed_is_malformed_not_cut) {
    ASSERT_TRUE(world->files().replace(world->path("policy.json"), "12345"));
    EXPECT_EQ(*world->files().read(world->path("policy.json"), 5), "12345");
    const auto read = world->files().read(world->path("policy.json"), 4);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::malformed) << read.error().message();
}

TEST_P(FilesContract, names_outside_ascii_are_names) {
    ASSERT_TRUE(world->files().replace(world->path("Prüfung 試験.json"), "{}"));
    EXPECT_EQ(*world->files().read(world->path("Prüfung 試験.json"), kMuch), "{}");
    EXPECT_THAT(world->listing(), ElementsAre("Prüfung 試験.json"));
}

}  // namespace
}  // namespace sstp::contracts
