// Promise 7, told: whatever dies meanwhile, every event of the journal reaches the destination at least once and in order, or
// is counted and told as dropped, once.

#include "core/record/memory_outbox.h"
#include "tests/core/healing/one_server.h"
#include "tests/core/watchdog/server_with_record.h"
#include "tests/simulated_windows/simulated_forwarding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace sstp {
namespace {

using namespace simulated;
using healing_test::AtCall;
using test::kPolicyFile;
using test::ServerWithRecord;
using namespace std::chrono_literals;

/// A server that tells a receiver, and processes of ours that die.
struct Teller {
    ServerWithRecord server;
    MemoryOutbox stored{server.record};
    MortalOutbox outbox{stored};
    std::map<std::string, Receiver> receivers;
    std::uint64_t starts_at = 0;           ///< the destination is told what comes behind this number

    explicit Teller(const char* policy) {
        server.world.files[kPolicyFile] = policy;
        stored_old_events();
    }

    /// A destination starts behind what was before it.
    void stored_old_events() {
        RecordUpdate old;
        old.events.push_back({0, EventType::service_started, server.world.wall, "long ago", {}});
        EXPECT_TRUE(server.record.commit(old));
        EXPECT_TRUE(stored.open_position("soc"));
        starts_at = server.record.contents().last_sequence;
    }

    /// False when it died.
    bool process(int cycles) {
        outbox.dead = false;
        SimulatedForwarding forwarding{server.world, outbox, receivers};
        ProcessPorts ports{server.world, server.record, &forwarding};
        try {
            Watchdog watchdog{ports, ServerWithRecord::options()};
            watchdog.start();
            for (int i = 0; i < cycles; ++i) {
                (void)watchdog.cycle({Wake::timer});
                server.world.advance(watchdog.next_look());
                forwarding.pump();
            }
        } catch (const Crash&) {
            return false;
        }
        return true;
    }

    [[nodiscard]] std::uint64_t lost() const {
        const auto position = const_cast<MemoryOutbox&>(stored).position("soc").value();
        if (!position) return 0;
        return std::accumulate(position->losses.begin(), position->losses.end(), std::uint64_t{0},
                               [](std::uint64_t sum, const auto& each) { return sum + each.second.total; });
    }
    [[nodiscard]] std::uint64_t told_as_lost() const {
        std::uint64_t sum = 0;
        for (const JournalEvent& event : server.record.events()) {
            if (event.type == EventType::events_dropped) sum += std::stoull(event.fields.at("count"));
        }
        return sum;
    }

    void expect_kept(const std::string& where) {
        const std::vector<std::uint64_t>& received = receivers["soc"].received;
        std::set<std::uint64_t> seen;
        std::vector<std::uint64_t> first_seen;
        for (const std::uint64_t number : received) {
            if (seen.insert(number).second) first_seen.push_back(number);
        }
        EXPECT_TRUE(std::is_sorted(first_seen.begin(), first_seen.end())) << where << ": out of order";
        const std::uint64_t last = server.record.contents().last_sequence;
        EXPECT_EQ(stored.position("soc").value()->cursor, last) << where << ": something still waits";
        if (lost() == 0) {
            EXPECT_EQ(first_seen.size(), last - starts_at) << where << ": an event neither arrived nor was counted";
        } else {
            EXPECT_GE(first_seen.size() + lost(), last - starts_at) << where << ": an event neither arrived nor was counted";
        }
        EXPECT_EQ(lost(), told_as_lost()) << where << ": what fell out is to be told once";
    }
};

constexpr char kPolicy[] = R"({"siem": {"destinations": [{"name": "soc", "hosts": ["siem.example.com"]}]}})";
constexpr char kSmallQueue[] = R"({"siem": {"destinations": [{"name": "soc", "hosts": ["siem.example.com"]}], "maximum_queued": 4}})";

void expire(World& world) {
    add_certificate(world, newer_certificate(2));
    stored(world, make_certificate(1).thumbprint)->certificate.not_after = world.wall - 1h;
}

TEST(PromiseTold, a_heal_is_told_whole_and_in_order) {
    Teller teller{kPolicy};
    expire(teller.server.world);
    ASSERT_TRUE(teller.process(3));
    EXPECT_GT(teller.receivers["soc"].received.size(), 10u);
    teller.expect_kept("without a fault");
    EXPECT_EQ(1u, teller.server.told(EventType::heal_succeeded));
}

TEST(PromiseTold, the_process_may_die_at_any_call_of_the_outbox) {
    for (const bool after : {false, true}) {
        for (std::uint64_t n = 1;; ++n) {
            Teller teller{kPolicy};
            expire(teller.server.world);
            teller.outbox.dies_at = n;
            teller.outbox.after = after;
            const bool lived = teller.process(3);
            if (lived && teller.outbox.calls < n) break;
            const std::string where = "outbox call " + std::to_string(n) + (after ? ", done" : ", not done");
            ASSERT_FALSE(lived) << where;
            teller.outbox.dies_at = 0;
            ASSERT_TRUE(teller.process(6)) << where;
            teller.expect_kept(where);
            if (testing::Test::HasFailure()) return;
        }
    }
}

TEST(PromiseTold, the_process_may_die_at_any_call_of_the_world_commits_above_all) {
    for (const Effect effect : {Effect::crashes_before, Effect::crashes_after}) {
        for (std::uint64_t n = 1;; ++n) {
            Teller teller{kPolicy};
            expire(teller.server.world);
            AtCall fault{n, {effect}};
            teller.server.world.adversary = &fault;
            (void)teller.process(2);
            if (!fault.met()) break;
            teller.server.world.adversary = nullptr;
            const std::string where = std::string{word(*fault.met())} + " at call " + std::to_string(n);
            ASSERT_TRUE(teller.process(6)) << where;
            teller.expect_kept(where);
            if (testing::Test::HasFailure()) return;
        }
    }
}

TEST(PromiseTold, what_falls_out_is_told_once_wherever_the_process_dies) {
    for (const bool after : {false, true}) {
        for (std::uint64_t n = 1;; ++n) {
            Teller teller{kSmallQueue};
            teller.receivers["soc"].answers = false;
            expire(teller.server.world);
            ASSERT_TRUE(teller.process(3));   // a heal is more than four events
            ASSERT_GT(teller.lost(), 0u);
            const std::uint64_t before = teller.outbox.calls;
            teller.receivers["soc"].answers = true;
            teller.outbox.dies_at = before + n;
            teller.outbox.after = after;
            const bool lived = teller.process(8);
            if (lived && teller.outbox.calls < before + n) {
                teller.expect_kept("without a fault");
                break;
            }
            const std::string where = "outbox call " + std::to_string(n) + (after ? ", done" : ", not done");
            ASSERT_FALSE(lived) << where;
            teller.outbox.dies_at = 0;
            ASSERT_TRUE(teller.process(20)) << where;
            teller.expect_kept(where);
            if (testing::Test::HasFailure()) return;
        }
    }
}

}  // namespace
}  // namespace sstp
