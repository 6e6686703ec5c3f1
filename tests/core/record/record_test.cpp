// One suite for every record: what a commit means must not depend on where it is kept.

#include "core/record/apply.h"
#include "core/record/durable_record.h"
#include "core/record/memory_record.h"
#include "core/record/sqlite_record.h"
#include "core/record/state_members.h"
#include "tests/core/record/any_contents.h"
#include "tests/core/record/manual_clock.h"
#include "tests/core/record/one_file.h"
#include "tests/core/record/temporary_folder.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <memory>

namespace sstp {
namespace {

using namespace std::chrono_literals;

JournalEvent event(const char* text, EventType type = EventType::finding_raised) {
    return {0, type, kTestDay, text, {{"reason", "certificate_expired"}, {"subject", "[::]:443"}}};
}

/// Two events, and contents that are made of nothing but `seed`.
RecordUpdate anything(std::uint64_t seed) {
    RecordUpdate update;
    update.events = {event("one"), event("two", EventType::heal_started)};
    update.contents = AnyContents{seed}.contents();
    return update;
}

RecordUpdate with_heal(const char* id) {
    RecordUpdate update;
    update.events = {event("begun", EventType::heal_started)};
    update.contents = RecordContents{};
    update.contents->installation_id = "0123";
    update.contents->open_heal = AnyContents{7}.open_heal();
    update.contents->open_heal->id = id;
    return update;
}

/// What differs, for people.
std::string differing(const RecordContents& one, const RecordContents& other) {
    std::string names;
    for (const StateMember& member : state_members()) {
        if (!member.same(one, other)) names += member.name + (": " + member.to_json(one) + " / " + member.to_json(other) + "\n");
    }
    return names;
}

/// Without what the record moves on by itself.
RecordContents given(RecordContents contents) {
    contents.running = {};
    contents.written_at.reset();
    contents.written = 0;
    contents.last_sequence = 0;
    return contents;
}

RecordContents given_whole(const RecordUpdate& update) { return given(*update.contents); }

class AnyRecord : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override { open(); }
    /// A new process: memory lives on by itself, the others read again what is durable.
    void open() {
        const std::string kind = GetParam();
        if (kind == "memory") {
            if (!memory_) memory_ = std::make_unique<MemoryRecord>("0123", &clock_);
        } else {
            durable_.reset();
            sqlite_.reset();
            sqlite_ = std::make_unique<SqliteRecord>(folder_.file("state.db"), clock_);
            if (kind == "durable") durable_ = std::make_unique<DurableRecord>(*sqlite_, files_, sink_, clock_, "unsaved.json");
        }
    }
    Record& record() { return durable_ ? static_cast<Record&>(*durable_) : sqlite_ ? static_cast<Record&>(*sqlite_) : *memory_; }

    TemporaryFolder folder_;
    ManualClock clock_;
    OneFile files_;
    ToldEvents sink_;
    std::unique_ptr<MemoryRecord> memory_;
    std::unique_ptr<SqliteRecord> sqlite_;
    std::unique_ptr<DurableRecord> durable_;
};

TEST_P(AnyRecord, begins_with_an_installation_id_and_nothing_else) {
    const auto contents = record().load();
    ASSERT_TRUE(contents);
    EXPECT_FALSE(contents->installation_id.empty());
    EXPECT_EQ(0u, contents->last_sequence);
    EXPECT_FALSE(contents->open_heal || contents->bookmark || contents->budget_unreadable);
}

TEST_P(AnyRecord, keeps_whatever_contents_across_a_restart_of_the_process) {
    ASSERT_TRUE(record().load());
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const RecordUpdate update = anything(seed);
        ASSERT_EQ(2u * seed, *record().commit(update)) << seed;
        open();
        const RecordContents contents = *record().load();
        RecordContents expected = given_whole(update);
        expected.heal_count = contents.heal_count;   // has a test of its own
        ASSERT_EQ(expected, given(contents)) << seed << '\n' << differing(expected, given(contents));
    }
}

TEST(Rebasing, puts_what_a_draft_changed_on_top_of_what_somebody_else_committed) {
    const RecordContents base = AnyContents{1}.contents();
    RecordContents draft = base;
    draft.kill_switch_told = !base.kill_switch_told;
    draft.names_ever = {"of the draft"};
    RecordContents now = base;
    now.names_ever = {"of the heal"};
    now.heal_count = base.heal_count + 1;
    now.last_sequence = 77;
    const RecordContents result = rebased(draft, base, now);
    EXPECT_EQ(draft.kill_switch_told, result.kill_switch_told);
    EXPECT_EQ(draft.names_ever, result.names_ever);
    EXPECT_EQ(base.heal_count + 1, result.heal_count);
    EXPECT_EQ(77u, result.last_sequence);
}

TEST(Rebasing, only_what_would_be_stored_makes_a_difference) {
    RecordContents one = AnyContents{1}.contents();
    RecordContents other = one;
    other.sessions.now = Sessions{};
    other.running = {{Duration{5}}, {Duration{5}}};
    ++other.written;
    EXPECT_TRUE(same_when_stored(one, other));
    other.sessions.newest_sstp_began = kTestDay + 1h;
    EXPECT_FALSE(same_when_stored(one, other));
}

TEST_P(AnyRecord, an_update_of_events_alone_leaves_the_contents) {
    ASSERT_TRUE(record().commit(anything(3)));
    RecordUpdate update;
    update.events = {event("three")};
    ASSERT_EQ(3u, *record().commit(update));
    open();
    EXPECT_EQ(given_whole(anything(3)).learned, record().load()->learned);
    EXPECT_EQ(3u, record().load()->last_sequence);
}

TEST_P(AnyRecord, counts_a_heal_when_one_begins_and_not_when_it_goes_on_or_ends) {
    ASSERT_TRUE(record().commit(with_heal("h1")));
    EXPECT_EQ(1u, record().load()->heal_count);
    RecordUpdate on;
    on.contents = *record().load();
    on.contents->open_heal->restarts = 1;
    ASSERT_TRUE(record().commit(on));
    EXPECT_EQ(1u, record().load()->heal_count);
    on.contents->open_heal.reset();
    ASSERT_TRUE(record().commit(on));
    ASSERT_TRUE(record().commit(with_heal("h2")));
    open();
    EXPECT_EQ(2u, record().load()->heal_count);
}

TEST_P(AnyRecord, running_time_goes_on_with_every_commit_and_over_boots) {
    ASSERT_TRUE(record().commit({}));
    const RunningTime began = record().load()->running.reached;
    clock_.advance(5h);
    ASSERT_TRUE(record().commit({}));
    EXPECT_EQ(began + 5h, record().load()->running.reached);
    clock_.monotonic_now = {3h};   // a boot: nobody knows how long the machine was off
    open();
    ASSERT_TRUE(record().commit({}));
    EXPECT_EQ(began + 8h, record().load()->running.reached);
}

TEST_P(AnyRecord, the_latest_wall_clock_stays_until_an_update_says_otherwise) {
    ASSERT_TRUE(record().commit({}));
    EXPECT_EQ(kTestDay, record().load()->written_at);
    clock_.wall_now -= 60 * 24h;
    open();
    ASSERT_TRUE(record().commit({}));
    EXPECT_EQ(kTestDay, record().load()->written_at) << "the clock is behind what was written";
    RecordUpdate believed;
    believed.contents = *record().load();
    believed.contents->written_at.reset();
    ASSERT_TRUE(record().commit(believed));
    EXPECT_EQ(clock_.wall_now, record().load()->written_at);
}

TEST_P(AnyRecord, numbers_updates_and_takes_a_number_that_is_given) {
    ASSERT_TRUE(record().load());
    const std::uint64_t before = record().load()->written;
    ASSERT_TRUE(record().commit({}));
    ASSERT_TRUE(record().commit({}));
    EXPECT_EQ(before + 2, record().load()->written);
}

TEST_P(AnyRecord, gives_a_new_installation_id_when_it_is_asked_for_one) {
    const std::string id = record().load()->installation_id;
    RecordUpdate update;
    update.contents = RecordContents{};
    ASSERT_TRUE(record().commit(update));
    const std::string other = record().load()->installation_id;
    EXPECT_EQ(32u, other.size());
    EXPECT_NE(id, other);
    open();
    EXPECT_EQ(other, record().load()->installation_id);
}

TEST_P(AnyRecord, numbers_events_without_a_gap_and_gives_them_back_in_order) {
    ASSERT_TRUE(record().commit(anything(1)));
    RecordUpdate update;
    update.events = {event("three")};
    update.events[0].time = kTestDay + 1h;
    ASSERT_EQ(3u, *record().commit(update));
    const auto all = record().journal(std::nullopt, 0);
    ASSERT_TRUE(all);
    ASSERT_EQ(3u, all->size());
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(i + 1, (*all)[i].sequence);
    EXPECT_EQ(EventType::heal_started, (*all)[1].type);
    EXPECT_EQ("[::]:443", (*all)[0].fields.at("subject"));
    EXPECT_EQ(2u, record().journal(std::nullopt, 2)->size());
    ASSERT_EQ(1u, record().journal(kTestDay + 1min, 0)->size());
}

TEST_P(AnyRecord, keeps_a_thousand_charges_and_no_more) {
    RecordUpdate update = with_heal("h1");
    for (int i = 0; i < 1200; ++i) update.contents->charges.push_back({{Duration{i}}, {}, "h", ChargeKind::restart});
    ASSERT_TRUE(record().commit(update));
    ASSERT_EQ(1000u, record().load()->charges.size());
    EXPECT_EQ(Duration{200}, record().load()->charges.front().at.total) << "the oldest fall out";
}

INSTANTIATE_TEST_SUITE_P(Records, AnyRecord, testing::Values("memory", "sqlite", "durable"),
                         [](const auto& each) { return std::string{each.param}; });

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
