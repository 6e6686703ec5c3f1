// The database may refuse, lie or be away; an intent is durable somewhere, or the commit fails.

#include "core/record/durable_record.h"

#include "core/record/memory_record.h"
#include "core/record/notes.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

#include <gtest/gtest.h>

#include <optional>

namespace sstp {
namespace {

/// A database that can be told to refuse, or to do it and report an error all the same.
class Stubborn final : public Record {
public:
    MemoryRecord inner{"0123"};
    std::optional<ErrorKind> load_fails, commit_fails;
    bool commits_all_the_same = false;

    Result<RecordContents> load() override {
        if (load_fails) return Error{*load_fails, "open", "state.db", 0, "no"};
        return inner.load();
    }
    Result<std::uint64_t> commit(const RecordUpdate& update) override {
        if (commit_fails && commits_all_the_same) (void)inner.commit(update);
        if (commit_fails) return Error{*commit_fails, "write to", "state.db", 0, "no"};
        return inner.commit(update);
    }
    Result<std::vector<JournalEvent>> journal(std::optional<WallTime> since, std::size_t most) override {
        return inner.journal(since, most);
    }
};

class OneFile final : public Files {
public:
    std::optional<std::string> content;
    std::optional<ErrorKind> read_fails, replace_fails;

    Result<std::string> read(const std::string&, std::size_t) override {
        if (read_fails) return Error{*read_fails, "read", "unsaved.json", 0, "no"};
        if (!content) return Error{ErrorKind::not_found, "read", "unsaved.json", 2, "not found"};
        return *content;
    }
    Result<void> replace(const std::string&, const std::string& text) override {
        if (replace_fails) return Error{*replace_fails, "replace", "unsaved.json", 0, "no"};
        content = text;
        return {};
    }
};

class Told final : public EventSink {
public:
    std::vector<JournalEvent> events;
    std::vector<std::string> ids;
    Result<void> report(const JournalEvent& event, const std::string& id) override {
        events.push_back(event);
        ids.push_back(id);
        return {};
    }
};

RecordUpdate charge(const char* id) {
    RecordUpdate update;
    update.charges = {{{}, id, "heal"}};
    update.events = {{0, EventType::heal_started, {}, id, {}}};
    update.open_heal = OpenHeal{};
    update.open_heal->id = id;
    return update;
}

class DurableRecords : public testing::Test {
protected:
    DurableRecord next_process() { return {database, file, sink, clock, "unsaved.json"}; }

    Stubborn database;
    OneFile file;
    Told sink;
    simulated::World world = simulated::healthy_world();
    simulated::SimulatedClock clock{world};
};

TEST_F(DurableRecords, a_refused_commit_is_durable_in_the_file_and_goes_to_the_database_later) {
    DurableRecord record = next_process();
    ASSERT_TRUE(record.load());
    database.commit_fails = ErrorKind::busy;
    ASSERT_TRUE(record.commit(charge("h1")));
    ASSERT_TRUE(record.trouble());
    EXPECT_EQ("h1", record.load()->open_heal->id);
    EXPECT_FALSE(database.inner.contents().open_heal);

    DurableRecord after_crash = next_process();
    EXPECT_EQ("h1", after_crash.load()->open_heal->id) << "the file alone must do";
    EXPECT_EQ(1u, after_crash.load()->charges.size());
    database.commit_fails.reset();
    after_crash.catch_up();
    EXPECT_EQ("h1", database.inner.contents().open_heal->id);
    EXPECT_FALSE(after_crash.trouble());
    EXPECT_EQ(1u, database.inner.events().size());
}

TEST_F(DurableRecords, what_the_database_took_although_it_reported_an_error_is_not_stored_twice) {
    DurableRecord record = next_process();
    ASSERT_TRUE(record.load());
    database.commit_fails = ErrorKind::unexpected;
    database.commits_all_the_same = true;
    ASSERT_TRUE(record.commit(charge("h1")));
    database.commit_fails.reset();
    ASSERT_TRUE(record.commit(charge("h2"))) << "it waits behind the first";
    record.catch_up();
    EXPECT_EQ(2u, database.inner.events().size());
    EXPECT_EQ(2u, database.inner.contents().charges.size());
    EXPECT_EQ(database.inner.contents().charges, record.load()->charges);
}

TEST_F(DurableRecords, a_crash_between_database_and_emptied_file_stores_nothing_twice) {
    DurableRecord record = next_process();
    ASSERT_TRUE(record.load());
    database.commit_fails = ErrorKind::busy;
    ASSERT_TRUE(record.commit(charge("h1")));
    ASSERT_TRUE(record.commit(charge("h2")));
    database.commit_fails.reset();
    file.replace_fails = ErrorKind::busy;   // the file still tells of both
    record.catch_up();
    file.replace_fails.reset();
    DurableRecord next = next_process();
    EXPECT_EQ(2u, next.load()->charges.size());
    next.catch_up();
    EXPECT_EQ(2u, database.inner.events().size());
}

TEST_F(DurableRecords, a_file_that_could_not_be_emptied_brings_nothing_back_however_much_was_stored_since) {
    for (const bool database_unread : {false, true}) {
        SCOPED_TRACE(database_unread);
        DurableRecord record = next_process();
        if (database_unread) database.load_fails = ErrorKind::busy;
        ASSERT_TRUE(record.load());
        database.commit_fails = ErrorKind::busy;
        ASSERT_TRUE(record.commit(charge("old")));
        database.load_fails.reset();
        database.commit_fails.reset();
        file.replace_fails = ErrorKind::disk_full;
        record.catch_up();
        RecordUpdate close;
        close.close_heal = true;
        ASSERT_TRUE(record.commit(close));
        ASSERT_TRUE(record.commit(RecordUpdate{}));
        const std::size_t charges = database.inner.contents().charges.size();
        DurableRecord next = next_process();
        EXPECT_FALSE(next.load()->open_heal) << "the heal is over; undoing it now would break the server";
        EXPECT_EQ(charges, next.load()->charges.size());
        file.replace_fails.reset();
        next.catch_up();
    }
}

TEST_F(DurableRecords, without_database_and_file_the_commit_fails_and_nothing_of_it_is_kept) {
    DurableRecord record = next_process();
    ASSERT_TRUE(record.load());
    database.commit_fails = ErrorKind::disk_full;
    file.replace_fails = ErrorKind::disk_full;
    const auto refused = record.commit(charge("h1"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(ErrorKind::disk_full, refused.error().kind);
    EXPECT_FALSE(record.load()->open_heal);
    database.commit_fails.reset();
    EXPECT_TRUE(record.commit(charge("h2")));
    EXPECT_EQ(1u, database.inner.contents().charges.size());
}

TEST_F(DurableRecords, a_database_that_cannot_be_opened_counts_as_a_spent_budget_until_it_can) {
    database.inner.commit(charge("before"));
    database.load_fails = ErrorKind::busy;
    DurableRecord record = next_process();
    ASSERT_TRUE(record.load());
    EXPECT_TRUE(record.load()->budget_unreadable);
    ASSERT_TRUE(record.trouble());
    RecordUpdate update;
    update.notes["seen"] = "1";
    ASSERT_TRUE(record.commit(update));
    database.load_fails.reset();
    record.catch_up();
    const RecordContents contents = *record.load();
    EXPECT_FALSE(contents.budget_unreadable);
    EXPECT_EQ("before", contents.open_heal->id) << "an open heal that was out of sight comes back";
    EXPECT_EQ("1", contents.notes.at("seen"));
}

TEST_F(DurableRecords, a_file_that_cannot_be_read_could_hide_an_open_heal) {
    file.content = "{}";
    file.read_fails = ErrorKind::busy;
    DurableRecord record = next_process();
    EXPECT_FALSE(record.load());
    EXPECT_TRUE(record.contents().budget_unreadable) << "whatever was spent, it is not known yet";
    EXPECT_FALSE(record.commit(charge("h1")));
    file.read_fails.reset();
    file.content.reset();
    EXPECT_TRUE(record.commit(charge("h1")));
}

TEST_F(DurableRecords, the_budget_counts_as_spent_whichever_call_found_out_that_the_database_cannot_be_read) {
    database.load_fails = ErrorKind::busy;
    file.read_fails = ErrorKind::busy;
    DurableRecord record = next_process();
    ASSERT_FALSE(record.load());
    file.read_fails.reset();
    record.catch_up();   // the next cycle: the file can be read now, the database still cannot
    ASSERT_TRUE(record.load());
    EXPECT_TRUE(record.load()->budget_unreadable);
    database.load_fails.reset();
    record.catch_up();
    EXPECT_FALSE(record.load()->budget_unreadable);
}

TEST_F(DurableRecords, a_heal_that_was_open_out_of_sight_while_another_was_begun_is_told_as_overtaken_once) {
    DurableRecord died = next_process();
    ASSERT_TRUE(died.commit(charge("h1")));   // open when we died
    database.load_fails = ErrorKind::busy;
    DurableRecord record = next_process();
    ASSERT_TRUE(record.commit(charge("h2"))) << "the budget has freed, and nothing is known of h1";
    RecordUpdate over;
    over.close_heal = true;
    ASSERT_TRUE(record.commit(over));
    database.load_fails.reset();
    database.commit_fails = ErrorKind::disk_full;
    record.catch_up();
    DurableRecord next = next_process();   // what is told must survive, and is not told again
    database.commit_fails.reset();
    next.report_to_event_log(true);
    next.catch_up();
    next.catch_up();
    EXPECT_FALSE(next.load()->open_heal);
    const auto journal = *database.journal(std::nullopt, 0);
    const auto tells = [](const JournalEvent& each) {
        return each.type == EventType::recovered_after_crash && each.fields.at("heal_id") == "h1" &&
               each.fields.at("outcome") == "overtaken";
    };
    EXPECT_EQ(1, std::count_if(journal.begin(), journal.end(), tells));
    EXPECT_EQ(1, std::count_if(sink.events.begin(), sink.events.end(), tells));
    EXPECT_EQ(journal.size(), next.load()->last_sequence);
}

TEST_F(DurableRecords, a_heal_that_what_waits_has_closed_itself_is_not_told_as_overtaken) {
    DurableRecord record = next_process();
    ASSERT_TRUE(record.commit(charge("h1")));
    database.commit_fails = ErrorKind::busy;
    RecordUpdate over;
    over.close_heal = true;
    ASSERT_TRUE(record.commit(over));
    ASSERT_TRUE(record.commit(charge("h2")));
    database.commit_fails.reset();
    record.catch_up();
    for (const JournalEvent& each : *database.journal(std::nullopt, 0)) EXPECT_NE(EventType::recovered_after_crash, each.type);
}

TEST_F(DurableRecords, a_file_of_zeros_is_told_and_counts_as_a_spent_budget) {
    file.content = std::string(512, '\0');
    DurableRecord record = next_process();
    ASSERT_TRUE(record.load());
    EXPECT_TRUE(record.load()->budget_unreadable);
    EXPECT_TRUE(record.was_replaced());
    EXPECT_FALSE(record.was_replaced());
}

TEST_F(DurableRecords, events_wait_within_bounds_and_what_falls_out_is_counted_but_no_intent_or_charge_does) {
    DurableRecord record = next_process();
    ASSERT_TRUE(record.load());
    database.commit_fails = ErrorKind::disk_full;
    ASSERT_TRUE(record.commit(charge("h1")));
    for (std::size_t i = 0; i < 20; ++i) {
        RecordUpdate update;
        update.events.assign(100, {0, EventType::http_event_seen, {}, "noise", {}});
        ASSERT_TRUE(record.commit(update));
    }
    EXPECT_EQ(2001 - kMostWaitingEvents, record.were_dropped());
    EXPECT_EQ(0u, record.were_dropped());
    database.commit_fails.reset();
    record.catch_up();
    EXPECT_EQ(kMostWaitingEvents, database.inner.events().size());
    EXPECT_EQ("h1", database.inner.contents().open_heal->id);
    EXPECT_EQ(1u, database.inner.contents().charges.size());
}

TEST_F(DurableRecords, events_reach_the_windows_event_log_once_they_are_durable_and_only_when_wanted) {
    DurableRecord record = next_process();
    ASSERT_TRUE(record.commit(charge("h1")));
    EXPECT_TRUE(sink.events.empty());
    record.report_to_event_log(true);
    database.commit_fails = ErrorKind::busy;
    ASSERT_TRUE(record.commit(charge("h2")));
    file.replace_fails = ErrorKind::busy;
    ASSERT_FALSE(record.commit(charge("h3")));
    ASSERT_EQ(1u, sink.events.size());
    EXPECT_EQ("h2", sink.events[0].text);
    EXPECT_EQ(2u, sink.events[0].sequence);
    EXPECT_EQ("0123-2", sink.ids[0]);
}

}  // namespace
}  // namespace sstp
