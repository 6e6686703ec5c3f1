// The state database on a disk that is full, and under a process that dies in the middle of a commit.

#include "core/record/sqlite_record.h"
#include "tests/core/record/any_contents.h"
#include "tests/core/record/failing_disk.h"
#include "tests/core/record/manual_clock.h"
#include "tests/core/record/temporary_folder.h"

#include <gtest/gtest.h>

#include <memory>

namespace sstp {
namespace {

class OnADisk : public testing::Test {
protected:
    std::unique_ptr<SqliteRecord> open() { return std::make_unique<SqliteRecord>(folder_.file("state.db"), clock_); }
    static RecordUpdate one_event() {
        RecordUpdate update;
        update.events = {{0, EventType::heartbeat, kTestDay, std::string(300, 'x'), {{"cycle", "1"}}}};
        return update;
    }

    FailingDisk disk_;
    TemporaryFolder folder_;
    ManualClock clock_;
};

/// A heal as it is committed: intent, then each step with its event, then its end.
void heal(SqliteRecord& record, int steps) {
    OpenHeal open = AnyContents{3}.open_heal();
    open.changes.assign(5, RecordedChange{BindStep{}, ChangePhase::pending});
    open.why_back = std::string(4000, 'w');
    RecordUpdate update;
    for (int i = 0; i <= steps; ++i) {
        open.restarts = static_cast<std::uint32_t>(i);
        update.events.assign(2, {0, EventType::step_done, kTestDay, std::string(500, 's'), {{"step", std::to_string(i)}}});
        update.contents = *record.load();
        update.contents->open_heal = i < steps ? std::optional{open} : std::nullopt;
        const auto committed = record.commit(update);
        ASSERT_TRUE(committed) << "step " << i << ": " << committed.error().message();
    }
}

/// servers.md row 50, DESIGN 7.11.
TEST_F(OnADisk, disk_50_full_one_heal_has_room_and_everything_else_is_refused) {
    auto record = open();
    for (int i = 0; i < 30; ++i) ASSERT_TRUE(record->commit(one_event()));
    disk_.full = true;
    Result<std::uint64_t> ordinary = record->commit(one_event());
    for (int i = 0; ordinary && i < 5000; ++i) ordinary = record->commit(one_event());
    ASSERT_FALSE(ordinary) << "an event a commit, and the disk is never full";
    EXPECT_EQ(ErrorKind::disk_full, ordinary.error().kind);
    const std::uint64_t before = record->load()->last_sequence;
    ASSERT_NO_FATAL_FAILURE(heal(*record, 20));
    EXPECT_EQ(before + 42, record->load()->last_sequence);
    EXPECT_EQ(ErrorKind::disk_full, record->commit(one_event()).error().kind);
    disk_.full = false;
    EXPECT_TRUE(record->commit(one_event())) << "as soon as there is room again";
}

TEST_F(OnADisk, full_at_the_start_one_heal_has_the_room_that_an_earlier_process_left) {
    {
        auto record = open();
        for (int i = 0; i < 30; ++i) ASSERT_TRUE(record->commit(one_event()));
    }
    disk_.full = true;
    auto record = open();
    const auto loaded = record->load();
    ASSERT_TRUE(loaded) << loaded.error().message();
    ASSERT_NO_FATAL_FAILURE(heal(*record, 20));
    record = open();
    EXPECT_EQ(72u, record->load()->last_sequence);
}

TEST_F(OnADisk, with_room_on_it_thousands_of_events_are_taken) {
    auto record = open();
    for (int i = 0; i < 1000; ++i) ASSERT_TRUE(record->commit(one_event()));
    ASSERT_NO_FATAL_FAILURE(heal(*record, 20));
}

RecordUpdate whole(std::uint64_t seed) {
    RecordUpdate update;
    update.events.assign(3, {0, EventType::heartbeat, kTestDay, std::to_string(seed), {}});
    update.contents = AnyContents{seed}.contents();
    return update;
}

/// Promise one-unit rests on it: whatever write a process dies at, the next one finds the old contents or the new, never a part.
TEST_F(OnADisk, whatever_write_the_process_dies_at_the_next_finds_the_old_whole_or_the_new) {
    std::size_t old = 0;
    std::size_t fresh = 0;
    for (std::uint64_t at = 1;; ++at) {
        TemporaryFolder folder;
        const auto reopen = [&] { return std::make_unique<SqliteRecord>(folder.file("state.db"), clock_); };
        auto record = reopen();
        ASSERT_TRUE(record->commit(whole(1)));
        disk_.changes = 0;
        disk_.dies_at = at;
        const bool taken = record->commit(whole(2)).has_value();
        const bool died = disk_.died();
        record.reset();
        disk_.dies_at = 0;
        record = reopen();
        const auto found = record->load();
        ASSERT_TRUE(found) << "died at " << at << ": " << found.error().message();
        const bool is_new = found->last_sequence == 6;
        const RecordContents expected = *whole(is_new ? 2 : 1).contents;
        EXPECT_EQ(expected.open_heal, found->open_heal) << at;
        EXPECT_EQ(expected.charges, found->charges) << at;
        EXPECT_EQ(expected.proven, found->proven) << at;
        EXPECT_EQ(expected.destinations, found->destinations) << at;
        EXPECT_EQ(is_new ? 6u : 3u, record->journal(std::nullopt, 0)->size()) << at;
        EXPECT_TRUE(is_new || !taken) << "what was said to be durable is lost, died at " << at;
        ++(is_new ? fresh : old);
        if (!died) break;
    }
    EXPECT_GT(old, 5u);
    EXPECT_GT(fresh, 0u);
}

}  // namespace
}  // namespace sstp
