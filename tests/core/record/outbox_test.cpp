// One suite for every outbox, and what the one over the state database must survive.

#include "core/record/memory_outbox.h"
#include "core/record/sqlite_outbox.h"
#include "tests/core/record/manual_clock.h"
#include "tests/core/record/temporary_folder.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

namespace sstp {
namespace {

using namespace std::chrono_literals;

RecordUpdate some_events(int count, Duration later = {}) {
    RecordUpdate update;
    for (int i = 0; i < count; ++i) {
        update.events.push_back({0, EventType::heartbeat, kTestDay + later, "event", {{"cycle", std::to_string(i)}}});
    }
    return update;
}

/// With every field set, so that a forgotten one shows.
Position full_position() {
    Position position;
    position.cursor = 3;
    position.confirmed_total = 2;
    position.retries_total = {{"connect", 4}, {"http_503", 1}};
    position.losses[LossReason::queue_full] = {.total = 1, .first_sequence = 1, .last_sequence = 1, .told = 0};
    position.last_attempt = LastAttempt{kTestDay, true, "[::1]:6514", "CN=\"siem\" \xC3\xA4", "TLS 1.3", "none", 3, "connect"};
    position.down_since = kTestDay + 1h;
    return position;
}

class AnyOutbox : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        if (std::string{GetParam()} == "memory") {
            auto record = std::make_unique<MemoryRecord>("0123");
            outbox_ = std::make_unique<MemoryOutbox>(*record);
            record_ = std::move(record);
        } else {
            auto record = std::make_unique<SqliteRecord>(folder_.file("state.db"), clock_);
            outbox_ = std::make_unique<SqliteOutbox>(*record);
            record_ = std::move(record);
        }
        ASSERT_TRUE(record_->load());
    }
    void commit(int events, Duration later = {}) { ASSERT_TRUE(record_->commit(some_events(events, later))); }
    std::vector<std::uint64_t> numbers(std::uint64_t after, std::size_t most) {
        std::vector<std::uint64_t> found;
        for (const JournalEvent& event : outbox_->read(after, most).value()) found.push_back(event.sequence);
        return found;
    }

    TemporaryFolder folder_;
    ManualClock clock_;
    std::unique_ptr<Record> record_;
    std::unique_ptr<Outbox> outbox_;
};

TEST_P(AnyOutbox, a_new_destination_starts_behind_the_newest_event_and_a_known_one_stays) {
    commit(5);
    EXPECT_EQ(std::nullopt, outbox_->position("soc").value());
    EXPECT_EQ(5u, outbox_->open_position("soc").value().cursor);
    commit(2);
    EXPECT_EQ(5u, outbox_->open_position("soc").value().cursor);
    EXPECT_EQ(7u, outbox_->open_position("other").value().cursor);
    EXPECT_EQ(2u, outbox_->positions().value().size());
}

TEST_P(AnyOutbox, keeps_every_member_of_a_position) {
    commit(5);
    ASSERT_TRUE(outbox_->store_position("soc", full_position()));
    EXPECT_EQ(full_position(), outbox_->position("soc").value());
    ASSERT_TRUE(outbox_->store_position("soc", {}));
    EXPECT_EQ(full_position().losses, outbox_->position("soc").value()->losses) << "a total never shrinks";
    EXPECT_EQ(std::nullopt, outbox_->position("soc").value()->last_attempt);
}

TEST_P(AnyOutbox, reads_in_order_behind_a_number_and_no_more_than_asked_for) {
    commit(5);
    EXPECT_EQ((std::vector<std::uint64_t>{3, 4}), numbers(2, 2));
    EXPECT_EQ((std::vector<std::uint64_t>{5}), numbers(4, 10));
    EXPECT_EQ(std::vector<std::uint64_t>{}, numbers(5, 10));
    EXPECT_EQ(std::vector<std::uint64_t>{}, numbers(0, 0));
    EXPECT_EQ("4", outbox_->read(4, 1).value().front().fields.at("cycle"));
}

TEST_P(AnyOutbox, says_what_waits) {
    EXPECT_EQ(Waiting{}, outbox_->waiting(0).value());
    commit(5);
    commit(2, 1h);
    const Waiting all = outbox_->waiting(0).value();
    EXPECT_EQ(7u, all.count);
    EXPECT_EQ(1u, all.first_sequence);
    EXPECT_EQ(kTestDay, all.oldest);
    const Waiting some = outbox_->waiting(5).value();
    EXPECT_EQ(2u, some.count);
    EXPECT_EQ(kTestDay + 1h, some.oldest);
    const Waiting none = outbox_->waiting(7).value();
    EXPECT_EQ(0u, none.count);
    EXPECT_EQ(std::nullopt, none.oldest);
    EXPECT_EQ(7u, none.last_sequence);
}

TEST_P(AnyOutbox, finds_the_first_event_that_is_not_too_old) {
    commit(5);
    commit(2, 1h);
    EXPECT_EQ(1u, outbox_->first_since(0, kTestDay).value());
    EXPECT_EQ(6u, outbox_->first_since(0, kTestDay + 1min).value());
    EXPECT_EQ(7u, outbox_->first_since(6, kTestDay + 1min).value());
    EXPECT_EQ(8u, outbox_->first_since(0, kTestDay + 2h).value()) << "all are older";
}

TEST_P(AnyOutbox, what_is_told_of_losses_stays_told_whatever_is_stored_meanwhile) {
    commit(9);
    Position position = outbox_->open_position("soc").value();
    const auto loss = [&] { return outbox_->position("soc").value()->losses.at(LossReason::too_old); };
    ASSERT_TRUE(outbox_->told("soc", LossReason::too_old, 1)) << "nothing is lost: nothing to tell";
    position.losses[LossReason::too_old] = {.total = 4, .first_sequence = 1, .last_sequence = 4, .told = 0};
    ASSERT_TRUE(outbox_->store_position("soc", position));
    ASSERT_TRUE(outbox_->told("soc", LossReason::too_old, 4));
    EXPECT_EQ((Loss{4, 0, 4, 4}), loss());
    position.losses[LossReason::too_old] = {.total = 6, .first_sequence = 1, .last_sequence = 6, .told = 0};
    ASSERT_TRUE(outbox_->store_position("soc", position)) << "by one who does not know that some were told";
    EXPECT_EQ((Loss{6, 5, 6, 4}), loss());
    position.losses[LossReason::too_old] = {.total = 8, .first_sequence = 1, .last_sequence = 8, .told = 0};
    ASSERT_TRUE(outbox_->store_position("soc", position));
    EXPECT_EQ((Loss{8, 5, 8, 4}), loss());
    ASSERT_TRUE(outbox_->told("soc", LossReason::too_old, 6));
    EXPECT_EQ(6u, loss().told);
    ASSERT_TRUE(outbox_->told("soc", LossReason::too_old, 2)) << "an older telling arrives late";
    EXPECT_EQ(6u, loss().told);
    ASSERT_TRUE(outbox_->told("soc", LossReason::too_old, 8));
    EXPECT_EQ((Loss{8, 0, 8, 8}), loss());
}

TEST_P(AnyOutbox, a_forgotten_destination_begins_anew_when_it_comes_back) {
    commit(5);
    ASSERT_TRUE(outbox_->store_position("soc", full_position()));
    ASSERT_TRUE(outbox_->forget("soc"));
    EXPECT_EQ(std::nullopt, outbox_->position("soc").value());
    const Position again = outbox_->open_position("soc").value();
    EXPECT_EQ(5u, again.cursor);
    EXPECT_TRUE(again.losses.empty());
    EXPECT_TRUE(outbox_->forget("never known"));
}

TEST_P(AnyOutbox, a_destination_whose_position_was_lost_gets_everything_that_is_still_there) {
    RecordUpdate update = some_events(3);
    update.contents = *record_->load();
    update.contents->destinations["soc"].known = true;
    ASSERT_TRUE(record_->commit(update));
    EXPECT_EQ(0u, outbox_->open_position("soc").value().cursor);
    EXPECT_EQ(3u, outbox_->open_position("new").value().cursor);
}

TEST_P(AnyOutbox, names_the_installation) { EXPECT_EQ(record_->load()->installation_id, outbox_->installation_id().value()); }

INSTANTIATE_TEST_SUITE_P(Outboxes, AnyOutbox, testing::Values("memory", "sqlite"),
                         [](const auto& each) { return std::string{each.param}; });

class SqliteOutboxes : public testing::Test {
protected:
    void sql(const char* text) const {
        sqlite3* database = nullptr;
        ASSERT_EQ(SQLITE_OK, sqlite3_open(path_.c_str(), &database));
        EXPECT_EQ(SQLITE_OK, sqlite3_exec(database, text, nullptr, nullptr, nullptr)) << sqlite3_errmsg(database);
        sqlite3_close(database);
    }
    void overwrite_all_but(std::uintmax_t bytes) const {
        const auto size = std::filesystem::file_size(path_);
        std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(bytes));
        const std::string rubbish(size - bytes, '\xEE');
        file.write(rubbish.data(), static_cast<std::streamsize>(rubbish.size()));
    }

    TemporaryFolder folder_;
    std::string path_ = folder_.file("state.db");
    ManualClock clock_;
};

TEST_F(SqliteOutboxes, one_who_only_looks_changes_nothing_and_makes_nothing) {
    SqliteOutbox reader = SqliteOutbox::for_reading(path_);
    EXPECT_TRUE(reader.positions().value().empty());
    EXPECT_EQ(ErrorKind::not_found, reader.waiting(0).error().kind);
    EXPECT_EQ(ErrorKind::access_denied, reader.open_position("soc").error().kind);
    EXPECT_FALSE(std::filesystem::exists(path_));
    SqliteRecord record{path_, clock_};
    ASSERT_TRUE(record.commit(some_events(2)));
    SqliteOutbox outbox{record};
    EXPECT_EQ(2u, outbox.open_position("soc").value().cursor);
    EXPECT_EQ(1u, reader.positions().value().size());
    EXPECT_EQ(2u, reader.waiting(0).value().count);
    EXPECT_EQ(ErrorKind::access_denied, reader.store_position("soc", {}).error().kind);
}

TEST_F(SqliteOutboxes, what_may_wait_for_a_destination_is_not_pruned_whatever_the_clock_says) {
    SqliteRecord record{path_, clock_, {.busy_timeout = Duration{0}, .most_events = 20, .maximum_age = 24h, .events_of_any_age = 5}};
    record.keep_newest(50);
    ASSERT_TRUE(record.commit(some_events(60)));
    EXPECT_EQ(50u, record.journal(std::nullopt, 0)->size());
    clock_.wall_now += 24h * 3650;
    ASSERT_TRUE(record.commit(some_events(1, 24h * 3650)));
    EXPECT_EQ(50u, record.journal(std::nullopt, 0)->size());
    record.keep_newest(0);
    ASSERT_TRUE(record.commit(some_events(1, 24h * 3650)));
    EXPECT_EQ(5u, record.journal(std::nullopt, 0)->size());
}

TEST_F(SqliteOutboxes, threads_of_destinations_and_the_deciding_one_do_not_hinder_each_other) {
    SqliteRecord record{path_, clock_};
    ASSERT_TRUE(record.load());
    SqliteOutbox outbox{record};
    constexpr int kDestinations = 3;
    constexpr std::uint64_t kEvents = 60;
    for (int i = 0; i < kDestinations; ++i) ASSERT_TRUE(outbox.open_position(std::to_string(i)));
    std::atomic<int> failures{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < kDestinations; ++i) {
        threads.emplace_back([&, name = std::to_string(i)] {
            Position position = outbox.position(name).value().value();
            for (int looks = 0; position.cursor < kEvents && looks < 100'000; ++looks) {
                const auto events = outbox.read(position.cursor, 7);
                if (!events || (!events->empty() && events->front().sequence != position.cursor + 1)) ++failures;
                if (!events || events->empty()) continue;
                position.cursor = events->back().sequence;
                if (!outbox.store_position(name, position)) ++failures;
            }
        });
    }
    for (std::uint64_t i = 0; i < kEvents; ++i) {
        if (!record.commit(some_events(1))) ++failures;
    }
    for (std::thread& each : threads) each.join();
    EXPECT_EQ(0, failures);
    for (const auto& [name, position] : outbox.positions().value()) EXPECT_EQ(kEvents, position.cursor) << name;
}

TEST_F(SqliteOutboxes, a_damaged_database_is_set_aside_with_an_outbox_in_use_and_positions_are_kept) {
    SqliteRecord record{path_, clock_};
    ASSERT_TRUE(record.commit(some_events(5)));
    SqliteOutbox outbox{record};
    Position position = outbox.open_position("soc").value();
    position.cursor = 3;
    position.losses[LossReason::refused] = {.total = 1, .first_sequence = 2, .last_sequence = 2, .told = 0};
    ASSERT_TRUE(outbox.store_position("soc", position));
    sql("PRAGMA wal_checkpoint(TRUNCATE); INSERT INTO journal VALUES(99, 'heartbeat', 'no number', x'00', '');"
        "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql='CREATE TABLE state(nonsense' WHERE name='state'");
    record.doubt();
    const auto found = record.load();
    ASSERT_FALSE(found) << "the damage was not found";
    ASSERT_EQ(ErrorKind::corrupt, found.error().kind) << found.error().message();
    ASSERT_TRUE(record.load());
    EXPECT_FALSE(std::filesystem::is_empty(folder_.path()));
    EXPECT_GE(outbox.open_position("soc").value().cursor, 3u);
}

TEST_F(SqliteOutboxes, after_a_database_that_could_not_be_read_nothing_that_is_there_is_missed) {
    {
        SqliteRecord record{path_, clock_};
        ASSERT_TRUE(record.commit(some_events(500)));
        ASSERT_TRUE(SqliteOutbox{record}.open_position("soc"));
    }
    sql("PRAGMA wal_checkpoint(TRUNCATE)");   // as the last one there, it takes the log along
    overwrite_all_but(100);   // the header alone
    SqliteRecord record{path_, clock_};
    ASSERT_EQ(ErrorKind::corrupt, record.load().error().kind);
    ASSERT_TRUE(record.load());
    ASSERT_TRUE(record.commit(some_events(2)));
    SqliteOutbox outbox{record};
    EXPECT_EQ(record.load()->last_sequence, outbox.waiting(0).value().last_sequence);
    EXPECT_EQ(2u, outbox.waiting(0).value().count) << "numbers that were never given do not wait";
}

TEST_F(SqliteOutboxes, numbers_begin_far_behind_when_their_counter_is_lost_and_the_gap_is_no_loss) {
    std::string id;
    {
        SqliteRecord record{path_, clock_};
        ASSERT_TRUE(record.commit(some_events(6)));
        id = record.load()->installation_id;
        SqliteOutbox outbox{record};
        Position position = outbox.open_position("soc").value();
        position.cursor = 4;
        ASSERT_TRUE(outbox.store_position("soc", position));
    }
    sql("DELETE FROM meta WHERE name='last_sequence'; INSERT OR REPLACE INTO state VALUES('learned', '{')");
    SqliteRecord record{path_, clock_};
    ASSERT_EQ(ErrorKind::corrupt, record.load().error().kind);
    ASSERT_TRUE(record.load());
    EXPECT_EQ(id, record.load()->installation_id);
    ASSERT_TRUE(record.commit(some_events(2)));
    SqliteOutbox outbox{record};
    const Position position = outbox.open_position("soc").value();
    EXPECT_EQ(4u, position.cursor);
    const Waiting waiting = outbox.waiting(position.cursor).value();
    EXPECT_GT(waiting.last_sequence, 1'000'000'000'000u);
    EXPECT_EQ(4u, waiting.count) << "two that were rescued and two that are new";
    EXPECT_EQ(6u, waiting.skipped_from);
}

}  // namespace
}  // namespace sstp
