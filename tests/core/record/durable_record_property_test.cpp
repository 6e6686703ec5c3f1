#include "core/record/durable_record.h"
#include "tests/core/record/any_contents.h"
#include "tests/core/record/manual_clock.h"
#include "tests/core/record/one_file.h"
#include "tests/core/record/stubborn.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace sstp {
namespace {

using namespace std::chrono_literals;

/// A machine of random faults: what a commit said to be durable is there in the end once, in order and with its charge.
class FaultyStorage {
public:
    explicit FaultyStorage(std::uint64_t seed) : random_(seed) { next_process(); }

    void run(int operations) {
        for (int i = 0; i < operations; ++i) one_operation();
        database.commit_fails.reset();
        database.load_fails.reset();
        file.read_fails.reset();
        file.replace_fails.reset();
        next_process();
        record_->catch_up();
    }
    void expect_kept() {
        std::vector<int> found;
        for (const JournalEvent& each : database.inner.events()) found.push_back(std::stoi(each.text));
        EXPECT_TRUE(std::is_sorted(found.begin(), found.end())) << "out of order";
        EXPECT_EQ(found.end(), std::adjacent_find(found.begin(), found.end())) << "stored twice";
        for (const int each : durable_)
            EXPECT_TRUE(std::binary_search(found.begin(), found.end(), each)) << each << " was durable and is lost";
        std::vector<int> charged;
        for (const BudgetCharge& each : database.inner.contents().charges) charged.push_back(std::stoi(each.heal_id));
        for (const int each : durable_) EXPECT_EQ(1, std::count(charged.begin(), charged.end(), each)) << each;
        EXPECT_EQ(database.inner.contents(), record_->contents());
        if (durable_.empty()) return;
        EXPECT_GE(database.inner.contents().event_log_gaps, static_cast<std::uint64_t>(durable_.back()));
    }

private:
    void next_process() { record_.emplace(database, file, sink_, clock_, "unsaved.json"); }
    std::optional<ErrorKind> perhaps() { return random_() % 2 == 0 ? std::optional{ErrorKind::busy} : std::nullopt; }
    void one_operation() {
        clock_.advance(1s);
        switch (random_() % 9) {
            case 0: database.commit_fails = perhaps(); break;
            case 1: database.commits_all_the_same = random_() % 2 == 0; break;
            case 2: database.load_fails = perhaps(); break;
            case 3: file.replace_fails = random_() % 4 == 0 ? perhaps() : std::nullopt; break;
            case 4: record_->catch_up(); break;
            case 5: next_process(); break;
            default: commit(); break;
        }
    }
    void commit() {
        ++number_;
        RecordUpdate update;
        update.events = {{0, EventType::heartbeat, {}, std::to_string(number_), {}}};
        if (!record_->open()) return;
        update.contents = record_->contents();
        update.contents->event_log_gaps = static_cast<std::uint64_t>(number_);
        update.contents->charges.push_back({update.contents->running.reached, kTestDay, std::to_string(number_), ChargeKind::restart});
        if (record_->commit(update)) durable_.push_back(number_);
    }

    ManualClock clock_;
    ToldEvents sink_;

public:
    Stubborn database{clock_};
    OneFile file;

private:
    std::mt19937_64 random_;
    std::optional<DurableRecord> record_;
    int number_ = 0;
    std::vector<int> durable_;
};

TEST(DurableRecordProperty, whatever_refuses_lies_or_dies_what_was_durable_is_there_once_and_in_order) {
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
        SCOPED_TRACE(seed);
        FaultyStorage storage{seed};
        storage.run(30);
        storage.expect_kept();
        if (testing::Test::HasFailure()) return;
    }
}

}  // namespace
}  // namespace sstp
