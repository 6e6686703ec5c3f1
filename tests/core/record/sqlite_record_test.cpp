// What only the database does: damage, locks, later versions, bounds.

#include "core/record/sqlite_record.h"
#include "tests/core/record/any_contents.h"
#include "tests/core/record/manual_clock.h"
#include "tests/core/record/temporary_folder.h"
#include "tests/core/record/updates.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <memory>

namespace sstp {
namespace {

using namespace std::chrono_literals;

class Sqlite : public testing::Test {
protected:
    std::unique_ptr<SqliteRecord> open(SqliteLimits limits = {.busy_timeout = Duration{0}}) {
        return std::make_unique<SqliteRecord>(path_, clock_, limits);
    }
    void sql(const char* text) const {
        sqlite3* database = nullptr;
        ASSERT_EQ(SQLITE_OK, sqlite3_open(path_.c_str(), &database));
        EXPECT_EQ(SQLITE_OK, sqlite3_exec(database, text, nullptr, nullptr, nullptr)) << sqlite3_errmsg(database);
        sqlite3_close(database);
    }
    void overwrite(std::size_t from, std::size_t count, char with) const {
        std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(from));
        const std::string bytes(count, with);
        file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
    std::size_t set_aside() const {
        std::size_t count = 0;
        for (const auto& each : std::filesystem::directory_iterator(folder_.path())) {
            const std::string name = each.path().filename().string();
            count += name.starts_with("state.db.corrupt-") && !name.ends_with("-wal") && !name.ends_with("-shm") ? 1 : 0;
        }
        return count;
    }

    TemporaryFolder folder_;
    std::string path_ = folder_.file("state.db");
    ManualClock clock_;
};

TEST_F(Sqlite, an_empty_or_zeroed_file_is_damage_and_no_new_database) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{20480}}) {
        std::filesystem::remove(path_);
        {
            std::ofstream file(path_, std::ios::binary);
            file << std::string(size, '\0');
        }
        auto record = open();
        const auto first = record->load();
        ASSERT_FALSE(first) << size;
        EXPECT_EQ(ErrorKind::corrupt, first.error().kind);
        const auto second = record->load();
        ASSERT_TRUE(second) << size << second.error().message();
        EXPECT_TRUE(second->budget_unreadable) << "charges may be lost: the budget counts as spent";
        EXPECT_FALSE(second->installation_id.empty());
        record.reset();
        clock_.advance(1s);
    }
    EXPECT_EQ(2u, set_aside());
}

TEST_F(Sqlite, what_can_be_read_of_a_damaged_file_is_kept) {
    std::string id;
    {
        auto record = open();
        ASSERT_TRUE(record->commit(anything(5)));
        id = record->load()->installation_id;
        for (int i = 0; i < 400; ++i) {   // many pages of journal
            RecordUpdate update;
            update.events = {event(std::string(500, 'x').c_str())};
            ASSERT_TRUE(record->commit(update));
        }
    }
    sql("DROP TABLE room; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
    const auto size = std::filesystem::file_size(path_);
    overwrite(size - 3 * 4096, 3 * 4096, '\xEE');   // the newest pages of the journal
    auto record = open();
    const auto first = record->load();
    ASSERT_FALSE(first);
    EXPECT_EQ(ErrorKind::corrupt, first.error().kind) << first.error().message();
    const auto contents = record->load();
    ASSERT_TRUE(contents) << contents.error().message();
    EXPECT_EQ(id, contents->installation_id);
    EXPECT_EQ(anything(5).contents->open_heal, contents->open_heal);
    EXPECT_EQ(anything(5).contents->charges, contents->charges);
    EXPECT_GE(contents->last_sequence, 402u) << "an id told before must not be used again";
    EXPECT_TRUE(contents->budget_unreadable);
    EXPECT_GT(record->journal(std::nullopt, 0)->size(), 100u);
}

/// servers.md row 89: told, made anew, and the budget counts as spent for an hour; whatever else the file held is kept.
TEST_F(Sqlite, a_member_that_is_no_json_of_ours_is_lost_alone_and_told_as_damage) {
    RecordUpdate update = anything(11);
    update.contents->learned = Learned{{"vpn.example.com"}, "vpn.example.com", {}, {}, kTestDay};
    for (const char* value : {"", "{", "null and void", "[1,2]", "{\"names\":7}", "{\"names\":[\"a\"]}"}) {
        std::filesystem::remove(path_);
        ASSERT_TRUE(open()->commit(update));
        sql(("UPDATE state SET value='" + std::string{value} + "' WHERE name='learned'").c_str());
        auto record = open();
        const auto first = record->load();
        ASSERT_FALSE(first) << value;
        EXPECT_EQ(ErrorKind::corrupt, first.error().kind);
        const auto contents = record->load();
        ASSERT_TRUE(contents);
        EXPECT_EQ(std::nullopt, contents->learned) << value;
        EXPECT_EQ(update.contents->proven, contents->proven);
        EXPECT_EQ(update.contents->charges, contents->charges);
        EXPECT_TRUE(contents->budget_unreadable);
        EXPECT_EQ(2u, record->journal(std::nullopt, 0)->size());
        record.reset();
        clock_.advance(1s);
    }
}

TEST_F(Sqlite, what_a_later_version_added_is_passed_over) {
    RecordUpdate update = with_heal("h1");
    update.contents->open_findings = {{Reason::weak_key, Severity::warning, "8C10", "1024 bits"}};
    update.contents->reported_only = {Reason::sstp_uri_unhealthy};
    ASSERT_TRUE(open()->commit(update));
    sql("INSERT INTO state VALUES('later', '{\"a\":1}');"
        "UPDATE state SET value=json_insert(value, '$.later', 7, '$.target.later', 'x') WHERE name='open_heal';"
        "UPDATE state SET value=json_insert(value, '$[#]', json('{\"reason\":\"later\"}'), '$[#]', json('{\"reason\":\"port_taken\"}')) "
        "WHERE name='open_findings';"
        "UPDATE state SET value=json_insert(value, '$[#]', 'later') WHERE name='reported_only';"
        "UPDATE journal SET type='later' WHERE sequence=1");
    const auto contents = open()->load();
    ASSERT_TRUE(contents) << contents.error().message();
    EXPECT_EQ(update.contents->open_heal, contents->open_heal);
    ASSERT_EQ(2u, contents->open_findings.size());
    EXPECT_EQ(Reason::port_taken, contents->open_findings[1].reason);
    EXPECT_EQ(update.contents->reported_only, contents->reported_only);
    EXPECT_TRUE(open()->journal(std::nullopt, 0)->empty());
}

TEST_F(Sqlite, what_an_earlier_version_stored_otherwise_loads) {
    RecordUpdate update = with_heal("h1");
    update.contents->planned = PlannedSuccession{{}, kTestDay, "p"};
    update.contents->cures = {Cure{"[::]:443", "aa", RunningTime{1h}, "bb"}};
    ASSERT_TRUE(open()->commit(update));
    // A refusal without a time is none any more; what was counted by hours holds until the first session.
    sql("INSERT INTO state VALUES('refused_by_http_sys', '{\"8C10\":\"HTTP.SYS refused it.\"}');"
        "INSERT OR REPLACE INTO state VALUES('sessions', '{\"days_with_a_start\":\"000000000000000A05000000000000000000000000000000\"}');"
        "UPDATE state SET value=json_remove(value, '$.policy') WHERE name='planned';"
        "UPDATE state SET value=json_remove(value, '$[0].before') WHERE name='cures'");
    const auto contents = open()->load();
    ASSERT_TRUE(contents) << contents.error().message();
    EXPECT_TRUE(contents->refused_keys.empty());
    EXPECT_EQ(10, contents->sessions.days_with_a_start[7]);
    EXPECT_EQ("", contents->planned->policy);
    EXPECT_EQ(std::nullopt, contents->cures.at(0).before);
}

TEST_F(Sqlite, an_intent_with_a_word_that_nobody_knows_is_damage) {
    RecordUpdate update = with_heal("h1");
    update.contents->open_heal->changes = {{RestartStep{{"RemoteAccess"}}, ChangePhase::intended}};
    ASSERT_TRUE(open()->commit(update));
    sql("UPDATE state SET value=json_set(value, '$.changes[0].phase', 'later') WHERE name='open_heal'");
    EXPECT_EQ(ErrorKind::corrupt, open()->load().error().kind);
}

TEST_F(Sqlite, only_rows_that_changed_are_written) {
    auto record = open();
    ASSERT_TRUE(record->commit(anything(4)));
    sql("CREATE TRIGGER of_state BEFORE INSERT ON state WHEN NEW.name NOT IN ('running', 'written', 'written_at', 'event_log_gaps') "
        "BEGIN SELECT RAISE(ABORT, 'not changed'); END");
    RecordUpdate update;
    update.contents = *record->load();
    ++update.contents->event_log_gaps;
    clock_.advance(1s);
    const auto committed = record->commit(update);
    EXPECT_TRUE(committed) << committed.error().message();
}

TEST_F(Sqlite, a_lock_of_another_process_is_busy_and_nothing_of_the_commit_is_kept) {
    auto record = open();
    ASSERT_TRUE(record->commit(with_heal("h1")));
    sqlite3* other = nullptr;
    ASSERT_EQ(SQLITE_OK, sqlite3_open(path_.c_str(), &other));
    ASSERT_EQ(SQLITE_OK, sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr));
    RecordUpdate update;
    update.events = {event("three")};
    update.contents = *record->load();
    update.contents->open_heal.reset();
    const auto refused = record->commit(update);
    ASSERT_FALSE(refused);
    EXPECT_EQ(ErrorKind::busy, refused.error().kind);
    EXPECT_TRUE(record->load()->open_heal);
    EXPECT_EQ(1u, record->load()->last_sequence);
    sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
    sqlite3_close(other);
    EXPECT_EQ(2u, *record->commit(update));
}

TEST_F(Sqlite, a_commit_that_fails_in_the_middle_keeps_nothing) {
    auto record = open();
    ASSERT_TRUE(record->load());
    sqlite3* other = nullptr;   // the journal is written last: by then everything else is in the transaction
    ASSERT_EQ(SQLITE_OK, sqlite3_open(path_.c_str(), &other));
    ASSERT_EQ(SQLITE_OK, sqlite3_exec(other, "CREATE TRIGGER full BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'full'); END", nullptr,
                                      nullptr, nullptr));
    RecordUpdate update = with_heal("h1");
    ASSERT_FALSE(record->commit(update)) << "the journal refused, so nothing else may be stored";
    EXPECT_FALSE(record->load()->open_heal);
    sqlite3_exec(other, "DROP TRIGGER full", nullptr, nullptr, nullptr);
    sqlite3_close(other);
    EXPECT_TRUE(record->commit(update));
    record = open();
    EXPECT_TRUE(record->load()->open_heal);
}

TEST_F(Sqlite, a_file_of_a_later_version_is_left_alone) {
    {
        ASSERT_TRUE(open()->load());
    }
    sqlite3* other = nullptr;
    ASSERT_EQ(SQLITE_OK, sqlite3_open(path_.c_str(), &other));
    sqlite3_exec(other, "PRAGMA user_version=99", nullptr, nullptr, nullptr);
    sqlite3_close(other);
    const auto loaded = open()->load();
    ASSERT_FALSE(loaded);
    EXPECT_EQ(ErrorKind::malformed, loaded.error().kind);
    EXPECT_EQ(0u, set_aside());
}

TEST_F(Sqlite, the_journal_is_bounded_by_number_and_by_age_but_a_clock_that_jumps_does_not_empty_it) {
    auto record = open({.busy_timeout = Duration{0}, .most_events = 50, .maximum_age = std::chrono::hours{24}, .events_of_any_age = 20});
    for (int i = 0; i < 70; ++i) {
        RecordUpdate update;
        update.events = {event("old")};
        ASSERT_TRUE(record->commit(update));
    }
    EXPECT_EQ(50u, record->journal(std::nullopt, 0)->size());
    clock_.wall_now += std::chrono::hours{24 * 3650};
    RecordUpdate update;
    update.events = {event("new")};
    ASSERT_TRUE(record->commit(update));
    EXPECT_EQ(20u, record->journal(std::nullopt, 0)->size());
}

TEST_F(Sqlite, a_second_process_reads_while_the_first_has_it_open_and_writes_nothing) {
    ReadOnlySqliteRecord reader{path_};
    EXPECT_TRUE(reader.load()->installation_id.empty()) << "no database yet is no error";
    EXPECT_FALSE(std::filesystem::exists(path_)) << "and none is made by looking";
    auto record = open();
    ASSERT_TRUE(record->commit(with_heal("h1")));
    EXPECT_EQ(record->load()->installation_id, reader.load()->installation_id);
    EXPECT_EQ(1u, reader.journal(std::nullopt, 0)->size());
    EXPECT_EQ(ErrorKind::access_denied, reader.commit({}).error().kind);
}

}  // namespace
}  // namespace sstp
