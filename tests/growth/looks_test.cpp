// What the looks of weeks leave behind in a process. A service lives from one boot to the next; what a look keeps, it keeps a hundred
// thousand times a year. Here the adapters are the simulated server's: what grows is ours.

#include "core/record/sqlite_record.h"
#include "core/watchdog/watchdog.h"
#include "tests/core/record/temporary_folder.h"
#include "tests/growth/counted_heap.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fmt/format.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <ostream>
#include <string>

namespace sstp {
namespace {

using simulated::World;

constexpr int kLooks = 500;
constexpr Duration kInterval = std::chrono::minutes{5};

std::string policy_with(int log_files) { return fmt::format(R"({{"log": {{"maximum_files": {}}}}})", log_files); }

/// The real record on a real disk, one process, and a server that does not keep what happened to it.
class Weeks {
public:
    Weeks() {
        world_.keeps_told = false;
        world_.files["policy.json"] = policy_with(5);
        options_.policy_file = "policy.json";
        options_.data_folder = "data";
        watchdog_.emplace(ports_, options_);
        watchdog_->start();
    }

    /// So many looks, one interval apart, each after `happens`.
    void pass(const std::function<void(World&, int)>& happens, Wake wake) {
        for (int i = 0; i < kLooks; ++i) {
            world_.advance(kInterval);
            happens(world_, number_++);
            healthy_ = watchdog_->cycle({wake}).healthy;
            world_.log.clear();   // it was read: what the simulated server keeps is none of ours
            world_.writes.clear();
        }
    }

    [[nodiscard]] bool healthy() const { return healthy_; }

private:
    TemporaryFolder folder_;
    World world_ = simulated::healthy_world();
    simulated::SimulatedClock record_clock_{world_};
    SqliteRecord record_{folder_.file("state.db"), record_clock_};
    simulated::ProcessPorts process_{world_, record_};
    Ports ports_ = process_;
    WatchdogOptions options_;
    std::optional<Watchdog> watchdog_;
    int number_ = 0;
    bool healthy_ = false;
};

struct Growth {
    std::size_t ours;
    std::size_t of_sqlite;
};

Growth taken() { return {test::bytes_in_use(), static_cast<std::size_t>(sqlite3_memory_used())}; }

struct Reason {
    const char* name;
    Wake wake;
    std::function<void(World&, int)> happens;
};

void PrintTo(const Reason& reason, std::ostream* out) { *out << reason.name; }

class LooksLeaveNothing : public testing::TestWithParam<Reason> {};

/// What one connection may keep of the database's pages (SQLite, PRAGMA cache_size: -2000 by default), and what it needs besides.
constexpr std::size_t kMostOfSqlite = 2'000 * 1024 + 512 * 1024;

// The first half fills what has a bound of its own, such as the habits of a week; the second may add to nothing.
TEST_P(LooksLeaveNothing, behind) {
    Weeks weeks;
    weeks.pass(GetParam().happens, GetParam().wake);
    const Growth before = taken();
    weeks.pass(GetParam().happens, GetParam().wake);
    const Growth after = taken();
    RecordProperty("ours", static_cast<int>(after.ours - before.ours));
    RecordProperty("of_sqlite", static_cast<int>(after.of_sqlite - before.of_sqlite));
    EXPECT_TRUE(weeks.healthy());
    EXPECT_LE(after.ours, before.ours + 1024) << "bytes more after " << kLooks << " looks";
    EXPECT_LE(after.of_sqlite, kMostOfSqlite);
}

const Reason kReasons[] = {
    {"of_the_timer", Wake::timer, [](World&, int) {}},
    {"for_a_registry_value_that_means_nothing", Wake::registry, [](World&, int) {}},
    {"for_the_policy", Wake::policy_change, [](World& world, int number) { world.files["policy.json"] = policy_with(5 + number % 2); }},
    {"for_an_event", Wake::event_log,
     [](World& world, int) { world.write_event("Microsoft-Windows-HttpEvent", 15300, {"192.0.2.1:443"}); }},
    {"for_a_certificate_that_comes_or_goes", Wake::certificate_store,
     [](World& world, int number) {
         const Certificate other = simulated::make_certificate(2, {"site.example.net"});
         if (number % 2 == 0)
             simulated::add_certificate(world, other);
         else
             simulated::remove_certificate(world, other.thumbprint);
     }},
};

INSTANTIATE_TEST_SUITE_P(OneReason, LooksLeaveNothing, testing::ValuesIn(kReasons),
                         [](const auto& each) { return std::string{each.param.name}; });

}  // namespace
}  // namespace sstp
