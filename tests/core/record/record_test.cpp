// One suite for every record: what a commit means must not depend on where it is kept.

#include "core/record/apply.h"
#include "core/record/durable_record.h"
#include "core/record/memory_record.h"
#include "core/record/sqlite_record.h"
#include "tests/core/record/any_contents.h"
#include "tests/core/record/manual_clock.h"
#include "tests/core/record/one_file.h"
#include "tests/core/record/temporary_folder.h"
#include "tests/core/record/updates.h"

#include <gtest/gtest.h>

#include <memory>

namespace sstp {
namespace {

using namespace std::chrono_literals;

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
    const auto charge = [](const char* id) { return BudgetCharge{{Duration{1}}, kTestDay, id, ChargeKind::restart}; };
    draft.charges.assign(1, charge("of the draft"));   // and those of the base pruned
    now.charges.push_back(charge("of the heal"));
    const RecordContents result = rebased(draft, base, now);
    EXPECT_EQ(draft.kill_switch_told, result.kill_switch_told);
    EXPECT_EQ(draft.names_ever, result.names_ever);
    EXPECT_EQ(base.heal_count + 1, result.heal_count);
    EXPECT_EQ(77u, result.last_sequence);
    EXPECT_EQ((std::vector<BudgetCharge>{charge("of the heal"), charge("of the draft")}), result.charges);
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

}  // namespace
}  // namespace sstp
