// One suite for every record: what a commit means must not depend on where it is kept.

#include "core/record/durable_record.h"
#include "core/record/memory_record.h"
#include "core/record/notes.h"
#include "core/record/record_json.h"
#include "core/record/sqlite_record.h"
#include "tests/core/record/temporary_folder.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <memory>

namespace sstp {
namespace {

using simulated::first_day;
using simulated::make_certificate;
using simulated::World;

JournalEvent event(const char* text, EventType type = EventType::finding_raised) {
    return {0, type, first_day(), text, {{"reason", "certificate_expired"}, {"subject", "[::]:443"}}};
}

/// A heal with every kind of step and every field set, so that a forgotten one shows.
OpenHeal full_heal() {
    ListenerBinding before{Endpoint::wildcard(AddressFamily::ipv6, 443), Bytes(20, 7), kIisAppId, std::nullopt, {}};
    before.options = {1, 2, 3, std::string{}, "ctl store", 1};
    before.endpoint.scope = 4;
    ListenerBinding after = before;
    after.certificate = Bytes(20, 9);
    after.store = "MY";
    after.options.ctl_identifier.reset();
    OpenHeal heal;
    heal.id = "abc-h1";
    heal.began = {first_day(), {Duration{12345}}};
    heal.target = make_certificate(1).hash;
    heal.rras_started = first_day() - std::chrono::hours{9};
    heal.cures = {Reason::binding_mismatch, Reason::hash_sha1_missing};
    heal.steps = {{BindStep{before, after}, StepPhase::done, {}},
                  {BindStep{std::nullopt, after}, StepPhase::intended, {}},
                  {WriteValueStep{SstpValue::sha1_certificate_hash, RawValue{RawValue::kText, Bytes{1, 2}}, RawValue::binary(Bytes(20, 9))},
                   StepPhase::undone,
                   {}},
                  {WriteValueStep{SstpValue::is_hash_configured_by_admin, std::nullopt, RawValue::dword(0)}, StepPhase::pending, {}},
                  {RestartStep{{"RemoteAccess", "SstpSvc"}}, StepPhase::intended, {"SstpSvc", "RemoteAccess"}}};
    heal.undoing = true;
    heal.why_undone = "because \"quotes\" and \xC3\xA4";
    return heal;
}

RecordUpdate everything() {
    RecordUpdate update;
    update.events = {event("one"), event("two", EventType::heal_started)};
    update.bookmark = "<BookmarkList/>";
    update.open_heal = full_heal();
    update.charges = {{{first_day(), {Duration{5}}}, "abc-h1", "heal"}};
    update.budget_unreadable = true;
    update.known_good = KnownGood{make_certificate(2).hash, {"vpn.example.com", "*.example.com"}, first_day()};
    update.last_good_policy = "{ \"mode\": \"heal\" } // with a comment";
    update.trouble_at = std::optional{first_day()};
    update.open_findings = Findings{{Reason::weak_key, Severity::warning, "8C10", "1024 bits"}};
    update.notes = {{"a", "1"}, {"b", "2"}};
    return update;
}

class AnyRecord : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override { open(); }
    /// A new process: memory lives on by itself, the others read again what is durable.
    void open() {
        const std::string kind = GetParam();
        if (kind == "memory") {
            if (!memory_) memory_ = std::make_unique<MemoryRecord>("0123");
        } else {
            durable_.reset();
            sqlite_ = std::make_unique<SqliteRecord>(folder_.file("state.db"), clock_);
            if (kind == "durable") durable_ = std::make_unique<DurableRecord>(*sqlite_, files_, sink_, clock_, "unsaved.json");
        }
    }
    Record& record() { return durable_ ? static_cast<Record&>(*durable_) : sqlite_ ? static_cast<Record&>(*sqlite_) : *memory_; }

    TemporaryFolder folder_;
    World world_ = simulated::healthy_world();
    simulated::SimulatedClock clock_{world_};
    simulated::SimulatedFiles files_{world_};
    simulated::SimulatedEventSink sink_{world_};
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

TEST_P(AnyRecord, keeps_every_member_of_an_update_across_a_restart_of_the_process) {
    const std::string id = record().load()->installation_id;
    ASSERT_EQ(2u, *record().commit(everything()));
    open();
    RecordContents contents = *record().load();
    contents.notes.erase(kNoteWritten);
    contents.notes.erase(kNoteWrittenUnseen);
    RecordContents expected;
    expected.installation_id = id;
    expected.last_sequence = 2;
    expected.heal_count = 1;
    expected.bookmark = everything().bookmark;
    expected.open_heal = full_heal();
    expected.charges = everything().charges;
    expected.budget_unreadable = true;
    expected.known_good = everything().known_good;
    expected.last_good_policy = everything().last_good_policy;
    expected.trouble_at = first_day();
    expected.open_findings = *everything().open_findings;
    expected.notes = {{"a", "1"}, {"b", "2"}};
    EXPECT_EQ(expected, contents);
}

TEST_P(AnyRecord, an_update_changes_only_what_it_names_and_can_delete) {
    ASSERT_TRUE(record().commit(everything()));
    RecordUpdate update;
    update.close_heal = true;
    update.trouble_at = std::optional<WallTime>{};
    update.kept_charges = std::vector<BudgetCharge>{};
    update.open_findings = Findings{};
    update.notes["a"] = std::nullopt;
    ASSERT_TRUE(record().commit(update));
    open();
    const RecordContents contents = *record().load();
    EXPECT_FALSE(contents.open_heal);
    EXPECT_FALSE(contents.trouble_at);
    EXPECT_TRUE(contents.charges.empty());
    EXPECT_TRUE(contents.open_findings.empty());
    EXPECT_FALSE(contents.notes.contains("a"));
    EXPECT_EQ("2", contents.notes.at("b"));
    EXPECT_EQ(everything().known_good, contents.known_good);
    EXPECT_EQ(1u, contents.heal_count);
}

TEST_P(AnyRecord, numbers_events_without_a_gap_and_gives_them_back_in_order) {
    ASSERT_TRUE(record().commit(everything()));
    RecordUpdate update;
    update.events = {event("three")};
    update.events[0].time = first_day() + std::chrono::hours{1};
    ASSERT_EQ(3u, *record().commit(update));
    const auto all = record().journal(std::nullopt, 0);
    ASSERT_TRUE(all);
    ASSERT_EQ(3u, all->size());
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(i + 1, (*all)[i].sequence);
    EXPECT_EQ(EventType::heal_started, (*all)[1].type);
    EXPECT_EQ("[::]:443", (*all)[0].fields.at("subject"));
    EXPECT_EQ(2u, record().journal(std::nullopt, 2)->size());
    ASSERT_EQ(1u, record().journal(first_day() + std::chrono::minutes{1}, 0)->size());
}

TEST_P(AnyRecord, a_contradictory_update_is_refused_whole) {
    RecordUpdate update = everything();
    update.close_heal = true;
    EXPECT_FALSE(record().commit(update));
    EXPECT_FALSE(record().load()->open_heal);
}

INSTANTIATE_TEST_SUITE_P(Records, AnyRecord, testing::Values("memory", "sqlite", "durable"),
                         [](const auto& each) { return std::string{each.param}; });

class Sqlite : public testing::Test {
protected:
    std::unique_ptr<SqliteRecord> open(SqliteLimits limits = {.busy_timeout = Duration{0}}) {
        return std::make_unique<SqliteRecord>(path_, clock_, limits);
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
    World world_ = simulated::healthy_world();
    simulated::SimulatedClock clock_{world_};
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
        world_.advance(std::chrono::seconds{1});
    }
    EXPECT_EQ(2u, set_aside());
}

TEST_F(Sqlite, what_can_be_read_of_a_damaged_file_is_kept) {
    std::string id;
    {
        auto record = open();
        id = record->load()->installation_id;
        ASSERT_TRUE(record->commit(everything()));
        for (int i = 0; i < 400; ++i) {   // many pages of journal
            RecordUpdate update;
            update.events = {event(std::string(500, 'x').c_str())};
            ASSERT_TRUE(record->commit(update));
        }
    }
    const auto size = std::filesystem::file_size(path_);
    overwrite(size - 3 * 4096, 3 * 4096, '\xEE');   // the newest pages of the journal
    auto record = open();
    const auto first = record->load();
    ASSERT_FALSE(first);
    EXPECT_EQ(ErrorKind::corrupt, first.error().kind) << first.error().message();
    const auto contents = record->load();
    ASSERT_TRUE(contents) << contents.error().message();
    EXPECT_EQ(id, contents->installation_id);
    EXPECT_EQ(full_heal(), contents->open_heal);
    EXPECT_EQ(everything().charges, contents->charges);
    EXPECT_GE(contents->last_sequence, 402u) << "an id told before must not be used again";
    EXPECT_TRUE(contents->budget_unreadable);
    EXPECT_GT(record->journal(std::nullopt, 0)->size(), 100u);
}

TEST_F(Sqlite, a_lock_of_another_process_is_busy_and_nothing_of_the_commit_is_kept) {
    auto record = open();
    ASSERT_TRUE(record->commit(everything()));
    sqlite3* other = nullptr;
    ASSERT_EQ(SQLITE_OK, sqlite3_open(path_.c_str(), &other));
    ASSERT_EQ(SQLITE_OK, sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr));
    RecordUpdate update;
    update.events = {event("three")};
    update.close_heal = true;
    const auto refused = record->commit(update);
    ASSERT_FALSE(refused);
    EXPECT_EQ(ErrorKind::busy, refused.error().kind);
    EXPECT_TRUE(record->load()->open_heal);
    EXPECT_EQ(2u, record->load()->last_sequence);
    sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
    sqlite3_close(other);
    EXPECT_EQ(3u, *record->commit(update));
}

TEST_F(Sqlite, a_commit_that_fails_in_the_middle_keeps_nothing) {
    auto record = open();
    ASSERT_TRUE(record->load());
    sqlite3* other = nullptr;   // the journal is written last: by then everything else is in the transaction
    ASSERT_EQ(SQLITE_OK, sqlite3_open(path_.c_str(), &other));
    ASSERT_EQ(SQLITE_OK, sqlite3_exec(other, "CREATE TRIGGER full BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'full'); END", nullptr,
                                      nullptr, nullptr));
    RecordUpdate update = everything();
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
    world_.wall += std::chrono::hours{24 * 3650};
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
    ASSERT_TRUE(record->commit(everything()));
    EXPECT_EQ(record->load()->installation_id, reader.load()->installation_id);
    EXPECT_EQ(2u, reader.journal(std::nullopt, 0)->size());
    EXPECT_EQ(ErrorKind::access_denied, reader.commit({}).error().kind);
}

}  // namespace
}  // namespace sstp
