// Other actors, the kill switch, our own stop and stubborn services in the middle of a heal.

#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

namespace sstp {
namespace {

using namespace simulated;

class Heal : public testing::Test {
protected:
    /// An expired certificate with a fit successor: bindings, hashes and a restart are needed.
    void expire() {
        add_certificate(server.world, make_certificate(2));
        stored(server.world, make_certificate(1).thumbprint)->certificate.not_after = server.world.wall - std::chrono::hours{1};
    }
    CycleReport cycle(const char* policy = "{}", const Wakes& wakes = {Wake::service_start}) {
        server.world.files[kPolicyFile] = policy;
        std::vector<CycleReport> reports;
        EXPECT_TRUE(server.process(1, wakes, &reports));
        return reports.front();
    }
    void expect_result(HealResult expected, const CycleReport& report) {
        ASSERT_TRUE(report.heal) << (std::holds_alternative<Refused>(report.decision) ? std::get<Refused>(report.decision).explanation
                                                                                      : "nothing to do");
        EXPECT_STREQ(word(expected), word(report.heal->result)) << report.heal->explanation;
    }
    std::size_t writes(PortCall call) const {
        std::size_t count = 0;
        for (const Write& each : server.world.writes) count += each.call == call ? 1 : 0;
        return count;
    }

    Server server;
};

TEST_F(Heal, every_intent_is_told_before_its_outcome_and_all_carry_the_heal_s_id) {
    expire();
    const CycleReport report = cycle();
    expect_result(HealResult::succeeded, report);
    std::size_t begun = 0, done = 0;
    for (const JournalEvent& event : server.record.events()) {
        begun += event.type == EventType::step_begun ? 1 : 0;
        done += event.type == EventType::step_done ? 1 : 0;
        EXPECT_LE(done, begun);
        if (event.type == EventType::step_begun || event.type == EventType::step_done || event.type == EventType::heal_succeeded) {
            EXPECT_EQ(report.heal->heal_id, event.fields.at("heal_id"));
            EXPECT_EQ(make_certificate(2).hash.to_string(), event.fields.at("certificate_sha256"));
        }
    }
    EXPECT_EQ(5u, begun);   // two bindings, two hashes, one restart
    EXPECT_EQ(5u, done);
    EXPECT_EQ(1u, server.told(EventType::heal_planned));
    EXPECT_EQ(1u, server.told(EventType::heal_started));
    EXPECT_EQ(1u, server.told(EventType::heal_succeeded));
    EXPECT_EQ(1u, server.record.contents().charges.size());
    EXPECT_EQ("1", server.record.contents().notes.at("heals_total.succeeded"));
    EXPECT_EQ(make_certificate(2).hash, server.record.contents().known_good->certificate);
}

TEST_F(Heal, what_somebody_else_changes_before_our_write_is_theirs_and_ends_the_heal) {
    expire();
    ListenerBinding theirs{Endpoint::wildcard(AddressFamily::ipv6, 443), make_certificate(1).thumbprint.to_vector(), kIisAppId, "MY", {}};
    AtKind actor{PortCall::bindings_put, 1, [&](World& world) { bind(world, AddressFamily::ipv6, make_certificate(1), kIisAppId); }};
    server.world.adversary = &actor;
    const CycleReport report = cycle();
    expect_result(HealResult::undone, report);
    EXPECT_EQ(theirs, *server.world.binding_at(theirs.endpoint));
    EXPECT_EQ(make_certificate(1).thumbprint, server.world.binding_at(Endpoint::wildcard(AddressFamily::ipv4, 443))->thumbprint());
    EXPECT_EQ(0u, server.world.restarts_of_rras);
}

TEST_F(Heal, an_undo_leaves_what_somebody_else_made_of_our_change) {
    expire();
    add_certificate(server.world, make_certificate(3));
    server.world.uri_status = 503;   // no proof will hold
    AtKind actor{PortCall::services_start, 1, [](World& world) { bind(world, AddressFamily::ipv4, make_certificate(3)); }};
    server.world.adversary = &actor;
    const CycleReport report = cycle();
    expect_result(HealResult::undone, report);
    EXPECT_EQ(make_certificate(3).thumbprint, server.world.binding_at(Endpoint::wildcard(AddressFamily::ipv4, 443))->thumbprint());
    EXPECT_EQ(make_certificate(1).thumbprint, server.world.binding_at(Endpoint::wildcard(AddressFamily::ipv6, 443))->thumbprint());
    EXPECT_NE(std::string::npos, report.heal->explanation.find("somebody else"));
}

TEST_F(Heal, a_record_that_another_takes_over_at_any_moment_is_never_overwritten) {
    const ListenerBinding theirs{
        Endpoint::wildcard(AddressFamily::ipv4, 443), make_certificate(1).thumbprint.to_vector(), kIisAppId, "MY", {}};
    // Only right behind our last comparison is there no defence: HTTP.SYS knows no compare-and-swap (README.md).
    for (const PortCall moment :
         {PortCall::record_commit, PortCall::bindings_all, PortCall::bindings_put, PortCall::kill_switch_read, PortCall::probe}) {
        for (int nth = 1; nth <= 12; ++nth) {
            server = Server{};
            expire();
            AtKind actor{moment, nth, [](World& world) { bind(world, AddressFamily::ipv4, make_certificate(1), kIisAppId); }};
            server.world.adversary = &actor;
            (void)cycle();
            if (!actor.acted()) break;
            EXPECT_EQ(theirs, *server.world.binding_at(theirs.endpoint)) << word(moment) << " number " << nth;
            for (const Write& each : server.world.writes) {
                EXPECT_FALSE(each.binding_before && each.binding_before->app_id == kIisAppId) << word(moment) << " number " << nth;
            }
        }
    }
}

TEST_F(Heal, the_kill_switch_stops_new_changes_at_once_and_what_was_changed_is_undone) {
    expire();
    AtKind counting{PortCall::kill_switch_read, 1'000'000, [](World&) {}};
    server.world.adversary = &counting;
    expect_result(HealResult::succeeded, cycle());
    const int reads = counting.seen();
    ASSERT_GE(reads, 8) << "one for each change, at least";
    for (int nth = 1; nth < reads; ++nth) {
        server = Server{};
        expire();
        const Footprint found = Footprint::of(server.world);
        AtKind group_policy{PortCall::kill_switch_read, nth, [](World& world) {
                                world.kill_switch = RawValue{RawValue::kText, {'o', 0, 'b', 0, 's', 0, 'e', 0, 'r', 0, 'v', 0, 'e', 0}};
                            }};
        server.world.adversary = &group_policy;
        (void)cycle();
        EXPECT_EQ(found, Footprint::of(server.world))
            << "behind the read number " << nth << ":" << difference(found, Footprint::of(server.world));
        EXPECT_EQ(0u, server.told(EventType::heal_succeeded)) << nth;
        EXPECT_FALSE(server.record.contents().open_heal) << nth;
    }
}

TEST_F(Heal, our_own_stop_at_any_call_leaves_a_state_that_the_next_start_proves_or_undoes) {
    for (std::uint64_t n = 1;; ++n) {
        server = Server{};
        expire();
        const Footprint found = Footprint::of(server.world);
        class StopAt final : public Adversary {
        public:
            explicit StopAt(std::uint64_t number) : number_(number) {}
            Verdict on_call(PortCall, std::uint64_t number) override {
                due_ = number == number_;
                met_ = met_ || due_;
                return {};
            }
            void between_calls(World& world) override {
                if (due_) world.stop_requested = true;
                // As the SCM has it: what was asked to stop goes on stopping, whether we wait or not.
                for (auto& [name, service] : world.services) {
                    if (service.status.state == ServiceState::stop_pending) service.status.state = ServiceState::stopped;
                }
            }
            bool due_ = false, met_ = false;

        private:
            std::uint64_t number_;
        } stop{n};
        server.world.adversary = &stop;
        (void)cycle();
        if (!stop.met_) break;
        server.world.stop_requested = false;
        ProcessPorts ports{server.world, server.record};
        Watchdog next{ports, Server::options()};
        next.start();
        const Footprint now = Footprint::of(server.world);
        EXPECT_TRUE(clients_connect(server.world) || now == found) << "stopped at call " << n << difference(found, now);
        EXPECT_FALSE(server.record.contents().open_heal) << n;
        if (HasFailure()) return;
    }
}

TEST_F(Heal, a_service_that_hangs_in_its_stop_is_waited_for_no_longer_than_the_policy_says_and_retried) {
    expire();
    server.world.services["RasMan"].stop_hangs = true;
    const CycleReport report = cycle(R"({"restart": {"timeout": "30s"}})");
    expect_result(HealResult::undo_incomplete, report);
    ASSERT_TRUE(server.record.contents().open_heal);
    EXPECT_EQ(make_certificate(1).thumbprint, server.world.binding_at(Endpoint::wildcard(AddressFamily::ipv4, 443))->thumbprint());
    auto& hung = server.world.services["RasMan"];   // at last it ends
    hung.stop_hangs = false;
    hung.status.state = ServiceState::stopped;
    ASSERT_TRUE(server.process(1));
    EXPECT_FALSE(server.record.contents().open_heal);
    for (const char* name : {"SstpSvc", "RasMan", "RemoteAccess"}) EXPECT_TRUE(server.world.running(name)) << name;
}

TEST_F(Heal, a_service_that_an_administrator_disabled_while_it_runs_is_not_stopped) {
    server.world.services["Thirdparty"] = server.world.services["RemoteAccess"];
    server.world.services["Thirdparty"].status.name = "Thirdparty";
    server.world.services["Thirdparty"].status.start_type = StartType::disabled;
    server.world.services["Thirdparty"].depends_on = {"RemoteAccess"};
    expire();
    const Footprint found = Footprint::of(server.world);
    expect_result(HealResult::undone, cycle());
    EXPECT_EQ(found, Footprint::of(server.world));
    EXPECT_EQ(0u, writes(PortCall::services_stop));
}

TEST_F(Heal, dependants_that_ran_run_again_and_those_that_did_not_stay_as_they_were) {
    for (const char* name : {"Runs", "Rests"}) {
        server.world.services[name] = server.world.services["RemoteAccess"];
        server.world.services[name].status.name = name;
        server.world.services[name].depends_on = {"RemoteAccess"};
    }
    server.world.services["Rests"].status.state = ServiceState::stopped;
    expire();
    expect_result(HealResult::succeeded, cycle());
    EXPECT_TRUE(server.world.running("Runs"));
    EXPECT_FALSE(server.world.running("Rests"));
}

TEST_F(Heal, a_hash_that_somebody_deletes_meanwhile_keeps_the_heal_from_counting) {
    server.world.parameters[SstpValue::sha256_certificate_hash] = RawValue::binary({1, 2, 3});
    AtKind actor{PortCall::services_start, 1, [](World& world) { world.parameters.erase(SstpValue::sha1_certificate_hash); }};
    server.world.adversary = &actor;
    expect_result(HealResult::undone, cycle());
    EXPECT_EQ(0u, server.told(EventType::heal_succeeded));
}

TEST_F(Heal, a_certificate_whose_time_runs_out_meanwhile_does_not_count_as_healed) {
    drop_binding(server.world, AddressFamily::ipv6);
    AtKind nature{PortCall::bindings_put, 1, [](World& world) {
                      stored(world, make_certificate(1).thumbprint)->certificate.not_after = world.wall - std::chrono::hours{1};
                  }};
    server.world.adversary = &nature;
    expect_result(HealResult::undone, cycle());
}

TEST_F(Heal, remote_access_that_an_administrator_stops_before_we_come_to_it_stays_stopped) {
    expire();
    AtKind administrator{PortCall::services_dependants, 3, [](World& world) {
                             world.services["RemoteAccess"].status.state = ServiceState::stopped;
                             world.rras_stops();
                         }};
    server.world.adversary = &administrator;
    expect_result(HealResult::undone, cycle());
    EXPECT_FALSE(server.world.running("RemoteAccess"));
}

TEST_F(Heal, an_error_1058_of_a_service_that_is_not_disabled_is_tried_again) {
    expire();
    EveryCall disabled{PortCall::services_start, {Effect::fails, ErrorKind::service_disabled, 1058, Duration{1}}, 12};
    server.world.adversary = &disabled;
    const CycleReport first = cycle();
    expect_result(HealResult::undo_incomplete, first);
    server.world.adversary = nullptr;
    server.world.advance(std::chrono::hours{1});
    (void)cycle();
    EXPECT_TRUE(server.world.running("RemoteAccess"));
}

TEST_F(Heal, an_hour_s_limit_counts_from_the_restart_on_not_from_the_start_of_the_heal) {
    expire();
    const MonotonicTime began = server.world.monotonic;
    expect_result(HealResult::succeeded, cycle());
    const auto& charges = server.record.contents().charges;
    ASSERT_EQ(1u, charges.size());
    EXPECT_GT(charges.front().at.monotonic - began, std::chrono::seconds{4}) << "five steps, each with its settling time, lie before";
}

TEST_F(Heal, a_charge_is_no_older_than_the_stop_of_rras_however_long_the_commit_before_it_took) {
    expire();
    EveryCall slow{PortCall::record_commit, {Effect::honest, ErrorKind::unexpected, 0, std::chrono::minutes{10}}, 100};
    server.world.adversary = &slow;
    const Duration up = server.world.monotonic.since_boot - server.world.elapsed;
    expect_result(HealResult::succeeded, cycle());
    const auto& all = server.world.writes;
    const auto stop = std::find_if(all.begin(), all.end(), [](const Write& each) { return each.call == PortCall::services_stop; });
    ASSERT_NE(all.end(), stop);
    ASSERT_EQ(1u, server.record.contents().charges.size());
    EXPECT_GE(server.record.contents().charges.front().at.monotonic.since_boot, up + stop->at);
}

TEST_F(Heal, a_proof_that_fails_is_tried_with_one_more_restart_then_undone_with_rras_on_the_old_values) {
    expire();
    server.world.uri_status = 503;
    const Footprint found = Footprint::of(server.world);
    const CycleReport report = cycle();
    expect_result(HealResult::undone, report);
    EXPECT_EQ(found, Footprint::of(server.world)) << difference(found, Footprint::of(server.world));
    EXPECT_EQ(3u, server.world.restarts_of_rras) << "two attempts, and one to read the old values again";
    std::vector<std::string> charged;
    for (const BudgetCharge& each : server.record.contents().charges) charged.push_back(each.what);
    EXPECT_EQ((std::vector<std::string>{"heal", "restart", "undo"}), charged);
}

TEST_F(Heal, a_further_restart_needs_room_in_the_budget) {
    expire();
    server.world.uri_status = 503;
    expect_result(HealResult::undone, cycle(R"({"limits": {"heals_per_hour": 1}})"));
    EXPECT_EQ(2u, server.world.restarts_of_rras) << "the first, and the one of the undo, which is charged but never refused";
}

TEST_F(Heal, a_record_whose_certificate_is_gone_cannot_be_had_back_and_that_is_said) {
    add_certificate(server.world, make_certificate(2));
    remove_certificate(server.world, make_certificate(1).thumbprint);
    server.world.uri_status = 503;
    const CycleReport report = cycle();
    expect_result(HealResult::undone, report);
    EXPECT_EQ(make_certificate(2).thumbprint, server.world.binding_at(Endpoint::wildcard(AddressFamily::ipv4, 443))->thumbprint());
    EXPECT_NE(std::string::npos, report.heal->explanation.find("cannot be put back"));
    EXPECT_FALSE(server.record.contents().open_heal);
    server.world.uri_status = 401;
    server.world.advance(std::chrono::hours{2});
    expect_result(HealResult::succeeded, cycle());
}

TEST_F(Heal, the_old_certificate_is_retired_only_when_the_policy_says_so_and_nothing_names_it) {
    const Thumbprint old = make_certificate(1).thumbprint;
    expire();
    expect_result(HealResult::succeeded, cycle());
    EXPECT_FALSE(stored(server.world, old)->archived);

    for (const bool in_use : {false, true}) {
        server = Server{};
        expire();
        if (in_use) server.world.bindings.push_back({Endpoint::wildcard(AddressFamily::ipv4, 8443), old.to_vector(), kIisAppId, "MY", {}});
        expect_result(HealResult::succeeded, cycle(R"({"certificate": {"retire_old": "archive"}})"));
        EXPECT_EQ(!in_use, stored(server.world, old)->archived);
    }
    server = Server{};
    expire();
    expect_result(HealResult::succeeded, cycle(R"({"certificate": {"retire_old": "delete"}})"));
    EXPECT_EQ(nullptr, stored(server.world, old));
    EXPECT_EQ(2u, server.told(EventType::certificate_retired));
}

TEST_F(Heal, without_a_durable_intent_nothing_is_changed) {
    class NothingIsStored final : public Adversary {
    public:
        Verdict on_call(PortCall call, std::uint64_t) override {
            if (call != PortCall::record_commit && call != PortCall::files_replace) return {};
            return {Effect::fails, ErrorKind::disk_full, 112};
        }
    } full;
    expire();
    const Footprint found = Footprint::of(server.world);
    server.world.adversary = &full;
    expect_result(HealResult::not_begun, cycle());
    EXPECT_EQ(found, Footprint::of(server.world));
    EXPECT_TRUE(server.world.writes.empty());
}

TEST_F(Heal, a_database_that_takes_nothing_does_not_stop_a_heal_while_the_file_beside_it_does) {
    class DatabaseIsLocked final : public Adversary {
    public:
        Verdict on_call(PortCall call, std::uint64_t) override {
            if (call != PortCall::record_commit) return {};
            return {Effect::fails, ErrorKind::busy, 5};
        }
    } locked;
    expire();
    server.world.adversary = &locked;
    expect_result(HealResult::succeeded, cycle());
    EXPECT_TRUE(clients_connect(server.world));
    server.world.adversary = nullptr;
    ASSERT_TRUE(server.process(1));
    EXPECT_EQ(1u, server.told(EventType::heal_succeeded)) << "told late, but told";
    EXPECT_EQ(1u, server.record.contents().charges.size());
}

}  // namespace
}  // namespace sstp
