#include "service/windows/data_folder.h"
#include "service/windows/ntfs_files.h"
#include "tests/contracts/files_contract.h"
#include "tests/contracts/scratch_folder.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace sstp::contracts {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class NtfsFolder final : public FilesWorld {
public:
    Files& files() override { return files_; }

    std::string path(const std::string& name) override { return folder_.path(name); }

    std::vector<std::string> listing() override { return folder_.listing(); }

private:
    ScratchFolder folder_;
    NtfsFiles files_;
};

INSTANTIATE_TEST_SUITE_P(Windows, FilesContract,
                         testing::Values(MakeWorld<FilesWorld>{
                             "ntfs", []() -> std::unique_ptr<FilesWorld> { return std::make_unique<NtfsFolder>(); }}),
                         name_of<FilesWorld>);

constexpr std::size_t kMuch = 1 << 20;

UniqueKernelHandle hold(const std::string& path, DWORD share) {
    return UniqueKernelHandle{CreateFileW(to_wide_lossy(path).c_str(), GENERIC_READ, share, nullptr, OPEN_EXISTING, 0, nullptr)};
}

TEST(NtfsFilesOnWindows, a_folder_where_a_file_should_be_is_malformed) {
    const ScratchFolder folder;
    ASSERT_TRUE(CreateDirectoryW((folder.wide() + L"\\policy.json").c_str(), nullptr));
    NtfsFiles files;
    EXPECT_EQ(files.read(folder.path("policy.json"), kMuch).error().kind, ErrorKind::malformed);
    EXPECT_EQ(files.replace(folder.path("policy.json"), "{}").error().kind, ErrorKind::malformed);
    EXPECT_THAT(folder.listing(), ElementsAre("policy.json"));
}

TEST(NtfsFilesOnWindows, a_folder_that_is_missing_is_not_found_and_not_made) {
    const ScratchFolder folder;
    const auto replaced = NtfsFiles{}.replace(folder.path("gone\\status.json"), "{}");
    ASSERT_FALSE(replaced);
    EXPECT_EQ(replaced.error().kind, ErrorKind::not_found) << replaced.error().message();
    EXPECT_THAT(folder.listing(), IsEmpty());
}

TEST(NtfsFilesOnWindows, a_file_that_stays_held_is_told_as_such_the_old_one_stays_and_no_temporary_one) {
    const ScratchFolder folder;
    NtfsFiles files;
    ASSERT_TRUE(files.replace(folder.path("status.json"), "old"));
    {
        const auto held = hold(folder.path("status.json"), 0);
        ASSERT_TRUE(held);
        const auto read = files.read(folder.path("status.json"), kMuch);
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().kind, ErrorKind::busy) << read.error().message();
        const auto replaced = files.replace(folder.path("status.json"), "new");
        ASSERT_FALSE(replaced);
        EXPECT_TRUE(replaced.error().kind == ErrorKind::busy || replaced.error().kind == ErrorKind::access_denied)
            << replaced.error().message();
    }
    EXPECT_EQ(*files.read(folder.path("status.json"), kMuch), "old");
    EXPECT_THAT(folder.listing(), ElementsAre("status.json"));
}

TEST(NtfsFilesOnWindows, a_scanner_that_lets_go_in_time_costs_a_retry_and_nothing_else) {
    const ScratchFolder folder;
    NtfsFiles files;
    ASSERT_TRUE(files.replace(folder.path("status.json"), "old"));
    auto held = hold(folder.path("status.json"), 0);
    ASSERT_TRUE(held);
    std::thread scanner([&held] {
        Sleep(100);
        held.reset();
    });
    const auto replaced = files.replace(folder.path("status.json"), "new");
    scanner.join();
    ASSERT_TRUE(replaced) << replaced.error().message();
    EXPECT_EQ(*files.read(folder.path("status.json"), kMuch), "new");
}

TEST(NtfsFilesOnWindows, a_reader_sees_the_old_or_the_new_and_never_a_part) {
    const ScratchFolder folder;
    NtfsFiles files;
    const std::string one(50'000, '1');
    const std::string two(90'000, '2');
    ASSERT_TRUE(files.replace(folder.path("status.json"), one));
    std::atomic<bool> done{false};
    std::atomic<int> torn{0};
    std::thread reader([&] {
        NtfsFiles mine;
        while (!done) {
            const auto read = mine.read(folder.path("status.json"), kMuch);
            // Between two names there may be none, or one that cannot be opened: that is no torn file.
            if (read && *read != one && *read != two) ++torn;
            Sleep(3);
        }
    });
    int replaced = 0;
    for (int i = 0; i < 30; ++i) {
        // On a busy machine the reader can hold the file at every attempt: then it says so and leaves the old one.
        const auto outcome = files.replace(folder.path("status.json"), i % 2 == 0 ? two : one);
        replaced += outcome ? 1 : 0;
        EXPECT_TRUE(outcome || outcome.error().code == ERROR_ACCESS_DENIED || outcome.error().code == ERROR_SHARING_VIOLATION);
    }
    EXPECT_GT(replaced, 0);
    done = true;
    reader.join();
    EXPECT_EQ(torn, 0);
}

TEST(NtfsFilesOnWindows, what_is_no_path_is_malformed) {
    EXPECT_EQ(NtfsFiles{}.read("", kMuch).error().kind, ErrorKind::malformed);
    EXPECT_EQ(NtfsFiles{}.read("C:\\a\xFF", kMuch).error().kind, ErrorKind::malformed);
    EXPECT_EQ(NtfsFiles{}.replace(std::string{"C:\\a\0b", 6}, "").error().kind, ErrorKind::malformed);
}

TEST(DataFolder, it_is_made_once_and_taken_over_afterwards) {
    const ScratchFolder folder;
    const auto made = prepare_data_folder(folder.path("SSTP Watchdog"));
    ASSERT_TRUE(made) << made.error().message();
    ASSERT_TRUE(NtfsFiles{}.replace(folder.path("SSTP Watchdog\\policy.json"), "{}"));
    const auto again = prepare_data_folder(folder.path("SSTP Watchdog"));
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(*NtfsFiles{}.read(folder.path("SSTP Watchdog\\policy.json"), kMuch), "{}");
}

TEST(DataFolder, a_file_in_its_place_is_refused) {
    const ScratchFolder folder;
    ASSERT_TRUE(NtfsFiles{}.replace(folder.path("SSTP Watchdog"), "not a folder"));
    const auto made = prepare_data_folder(folder.path("SSTP Watchdog"));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::malformed) << made.error().message();
}

TEST(DataFolder, left_overs_of_a_dead_process_go_when_they_are_old_and_stay_while_young) {
    const ScratchFolder folder;
    const std::string data = folder.path("SSTP Watchdog");
    ASSERT_TRUE(prepare_data_folder(data));
    NtfsFiles files;
    ASSERT_TRUE(files.replace(data + "\\old.new", ""));
    ASSERT_TRUE(files.replace(data + "\\young.new", ""));
    {
        const std::wstring path = to_wide_lossy(data + "\\old.new");
        const UniqueKernelHandle old{CreateFileW(path.c_str(), FILE_WRITE_ATTRIBUTES, 0, nullptr, OPEN_EXISTING, 0, nullptr)};
        const FILETIME in_2010{0, 30'000'000};
        ASSERT_TRUE(SetFileTime(old.get(), nullptr, nullptr, &in_2010));
    }
    ASSERT_TRUE(prepare_data_folder(data));
    EXPECT_EQ(files.read(data + "\\old.new", kMuch).error().kind, ErrorKind::not_found);
    EXPECT_TRUE(files.read(data + "\\young.new", kMuch));
}

TEST(DataFolder, the_default_one_lies_in_program_data) {
    const auto folder = default_data_folder();
    ASSERT_TRUE(folder) << folder.error().message();
    EXPECT_THAT(*folder, testing::EndsWith("\\ProgramData\\SSTP Watchdog"));
}

}  // namespace
}  // namespace sstp::contracts
