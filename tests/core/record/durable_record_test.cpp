// The database may refuse, lie or be away; an intent is durable somewhere, or the commit fails.

#include "core/record/durable_record.h"

#include "core/record/memory_record.h"
#include "tests/core/record/any_contents.h"
#include "tests/core/record/manual_clock.h"
#include "tests/core/record/one_file.h"
#include "tests/core/record/stubborn.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>

namespace sstp {
namespace {

using namespace std::chrono_literals;

class DurableRecords : public testing::Test {
protected:
    DurableRecord next_process() { return {database, file, sink, clock, "unsaved.json"}; }
    /// A heal begins on what the record holds, with its charge.
    static RecordUpdate charge(DurableRecord& record, const char* id) {
        (void)record.open();
        RecordUpdate update;
        update.events = {{0, EventType::heal_started, {}, id, {}}};
        update.contents = record.contents();
        update.contents->charges.push_back({update.contents->running.reached, kTestDay, id, ChargeKind::restart});
        update.contents->open_heal = OpenHeal{};
        update.contents->open_heal->id = id;
        return update;
    }
    static RecordUpdate over(DurableRecord& record) {
        RecordUpdate update;
        update.contents = record.contents();
        update.contents->open_heal.reset();
        return update;
    }

    ManualClock clock;
    Stubborn database{clock};
    OneFile file;
    ToldEvents sink;
};

TEST_F(DurableRecords, a_refused_commit_is_durable_in_the_file_and_goes_to_the_database_later) {
    DurableRecord record = next_process();
    ASSERT_TRUE(record.load());
    database.commit_fails = ErrorKind::busy;
    ASSERT_TRUE(record.commit(charge(record, "h1")));
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

TEST_F(DurableRecords, where_nothing_ever_waited_there_is_no_file) {
    DurableRecord record = next_process();
    record.catch_up();   // the first thing that a service asks
    ASSERT_TRUE(record.commit(charge(record, "h1")));
    EXPECT_FALSE(file.content);
}

TEST_F(DurableRecords, a_file_that_is_torn_is_made_anew_once_and_costs_the_next_process_nothing) {
    file.content = "{";
    DurableRecord record = next_process();
    EXPECT_TRUE(record.load()->budget_unreadable);   // read before anything is asked to be caught up
    record.catch_up();
    DurableRecord later = next_process();
    EXPECT_FALSE(later.load()->budget_unreadable);
}

TEST_F(DurableRecords, what_the_database_took_although_it_reported_an_error_is_not_stored_twice) {
    DurableRecord record = next_process();
    ASSERT_TRUE(record.load());
    database.commit_fails = ErrorKind::unexpected;
    database.commits_all_the_same = true;
    ASSERT_TRUE(record.commit(charge(record, "h1")));
    database.commit_fails.reset();
    ASSERT_TRUE(record.commit(charge(record, "h2"))) << "it waits behind the first";
    record.catch_up();
    EXPECT_EQ(2u, database.inner.events().size());
    EXPECT_EQ(2u, database.inner.contents().charges.size());
    EXPECT_EQ(database.inner.contents().charges, record.load()->charges);
}

TEST_F(DurableRecords, a_crash_between_database_and_emptied_file_stores_nothing_twice) {
    DurableRecord record = next_process();
    ASSERT_TRUE(record.load());
    database.commit_fails = ErrorKind::busy;
    ASSERT_TRUE(record.commit(charge(record, "h1")));
    ASSERT_TRUE(record.commit(charge(record, "h2")));
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
        ASSERT_TRUE(record.commit(charge(record, "old")));
        database.load_fails.reset();
        database.commit_fails.reset();
        file.replace_fails = ErrorKind::disk_full;
        record.catch_up();
        ASSERT_TRUE(record.commit(over(record)));
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
    const auto refused = record.commit(charge(record, "h1"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(ErrorKind::disk_full, refused.error().kind);
    EXPECT_FALSE(record.load()->open_heal);
    database.commit_fails.reset();
    EXPECT_TRUE(record.commit(charge(record, "h2")));
    EXPECT_EQ(1u, database.inner.contents().charges.size());
}

TEST_F(DurableRecords, a_database_that_cannot_be_opened_counts_as_a_spent_budget_until_it_can) {
    RecordUpdate earlier;
    earlier.contents = database.inner.contents();
    earlier.contents->open_heal = OpenHeal{};
    earlier.contents->open_heal->id = "before";
    earlier.contents->learned = Learned{};
    ASSERT_TRUE(database.inner.commit(earlier));
    database.load_fails = ErrorKind::busy;
    DurableRecord record = next_process();
    ASSERT_TRUE(record.load());
    EXPECT_TRUE(record.load()->budget_unreadable);
    ASSERT_TRUE(record.trouble());
    RecordUpdate update;
    update.contents = record.contents();
    update.contents->event_log_gaps = 1;
    ASSERT_TRUE(record.commit(update));
    database.load_fails.reset();
    record.catch_up();
    const RecordContents contents = *record.load();
    EXPECT_FALSE(contents.budget_unreadable);
    EXPECT_EQ("before", contents.open_heal->id) << "an open heal that was out of sight comes back";
    EXPECT_TRUE(contents.learned) << "what nobody could see is not wiped out by one who did not know it";
    EXPECT_EQ(1u, contents.event_log_gaps);
}

TEST_F(DurableRecords, a_file_that_cannot_be_read_could_hide_an_open_heal) {
    file.content = "{}";
    file.read_fails = ErrorKind::busy;
    DurableRecord record = next_process();
    EXPECT_FALSE(record.load());
    EXPECT_TRUE(record.contents().budget_unreadable) << "whatever was spent, it is not known yet";
    EXPECT_FALSE(record.commit(charge(record, "h1")));
    file.read_fails.reset();
    file.content.reset();
    EXPECT_TRUE(record.commit(charge(record, "h1")));
}

TEST_F(DurableRecords, what_was_made_while_the_file_could_not_be_read_wipes_out_nothing_of_what_is_read_with_it) {
    DurableRecord died = next_process();
    RecordUpdate began = charge(died, "h1");
    began.contents->learned = Learned{};
    ASSERT_TRUE(died.commit(began));
    file.read_fails = ErrorKind::busy;
    DurableRecord record = next_process();
    ASSERT_FALSE(record.open());
    RecordUpdate started;
    started.events = {{0, EventType::service_started, {}, "started", {}}};
    started.contents = record.contents();
    started.contents->event_log_gaps = 1;
    file.read_fails.reset();   // whoever held it let go between our look at it and our commit
    ASSERT_TRUE(record.commit(started));
    const RecordContents contents = *database.inner.load();
    ASSERT_TRUE(contents.open_heal);
    EXPECT_EQ("h1", contents.open_heal->id);
    EXPECT_TRUE(contents.learned);
    EXPECT_EQ(1u, contents.charges.size());
    EXPECT_EQ(1u, contents.event_log_gaps) << "what it changed itself is in it";
    EXPECT_FALSE(contents.budget_unreadable);
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
    ASSERT_TRUE(died.commit(charge(died, "h1")));   // open when we died
    database.load_fails = ErrorKind::busy;
    DurableRecord record = next_process();
    ASSERT_TRUE(record.commit(charge(record, "h2"))) << "the budget has freed, and nothing is known of h1";
    ASSERT_TRUE(record.commit(over(record)));
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
    ASSERT_TRUE(record.commit(charge(record, "h1")));
    database.commit_fails = ErrorKind::busy;
    ASSERT_TRUE(record.commit(over(record)));
    ASSERT_TRUE(record.commit(charge(record, "h2")));
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
    ASSERT_TRUE(record.commit(charge(record, "h1")));
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

TEST_F(DurableRecords, charges_made_unseen_come_on_top_of_those_that_are_stored_on_its_running_time) {
    {
        DurableRecord record = next_process();
        ASSERT_TRUE(record.commit({}));
        ASSERT_TRUE(record.commit(charge(record, "h1")));
    }
    clock.advance(2h);
    database.load_fails = ErrorKind::busy;
    DurableRecord record = next_process();
    ASSERT_TRUE(record.commit({}));   // running time of a record that nobody could read counts from the boot
    ASSERT_TRUE(record.commit(charge(record, "h2")));
    database.load_fails.reset();
    record.catch_up();
    const RecordContents& contents = database.inner.contents();
    ASSERT_EQ(2u, contents.charges.size());
    EXPECT_EQ("h1", contents.charges[0].heal_id);
    EXPECT_EQ(2h, contents.charges[1].at - contents.charges[0].at);
    EXPECT_EQ(2u, contents.heal_count);
    EXPECT_EQ(contents, record.contents());
}

TEST_F(DurableRecords, on_a_full_disk_a_heal_goes_to_the_database_with_all_that_waits) {
    DurableRecord record = next_process();
    ASSERT_TRUE(record.load());
    database.commit_fails = ErrorKind::disk_full;
    RecordUpdate update;
    update.events = {{0, EventType::heartbeat, {}, "waits", {}}};
    ASSERT_TRUE(record.commit(update)) << "it just fits into the file";
    file.replace_fails = ErrorKind::disk_full;
    database.commit_fails.reset();   // as a record that keeps room for a heal alone
    ASSERT_TRUE(record.commit(charge(record, "h1")));
    const auto journal = *database.inner.journal(std::nullopt, 0);
    ASSERT_EQ(2u, journal.size());
    EXPECT_EQ("waits", journal[0].text);
    DurableRecord next = next_process();
    next.catch_up();
    EXPECT_EQ(2u, database.inner.events().size()) << "the file still tells of the first";
}

TEST_F(DurableRecords, events_reach_the_windows_event_log_once_they_are_durable_and_only_when_wanted) {
    DurableRecord record = next_process();
    ASSERT_TRUE(record.commit(charge(record, "h1")));
    EXPECT_TRUE(sink.events.empty());
    record.report_to_event_log(true);
    database.commit_fails = ErrorKind::busy;
    ASSERT_TRUE(record.commit(charge(record, "h2")));
    file.replace_fails = ErrorKind::busy;
    ASSERT_FALSE(record.commit(charge(record, "h3")));
    ASSERT_EQ(1u, sink.events.size());
    EXPECT_EQ("h2", sink.events[0].text);
    EXPECT_EQ(2u, sink.events[0].sequence);
    EXPECT_EQ("0123-2", sink.ids[0]);
}

}  // namespace
}  // namespace sstp
