// Cycles over time: what is told, when the next look is, and what is remembered.

#include "core/watchdog/cycle.h"
#include "core/record/notes.h"
#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

#include <set>

namespace sstp {
namespace {

using namespace simulated;
using namespace std::chrono_literals;

RawValue text(const char* ascii) {
    RawValue value{RawValue::kText, {}};
    for (const char* c = ascii; *c != 0; ++c) value.data.insert(value.data.end(), {static_cast<std::uint8_t>(*c), 0});
    return value;
}

class Cycles : public testing::Test {
protected:
    void SetUp() override { begin(); }
    void begin() {
        watchdog.reset();
        ports = std::make_unique<ProcessPorts>(server.world, server.record);
        watchdog = std::make_unique<Watchdog>(*ports, Server::options());
        watchdog->start();
    }
    CycleReport cycle(const Wakes& wakes = {Wake::timer}) { return watchdog->cycle(wakes); }
    void policy(const char* content) { server.world.files[kPolicyFile] = content; }
    static std::string why(const CycleReport& report) {
        const auto* refused = std::get_if<Refused>(&report.decision);
        return refused ? refused->why : std::holds_alternative<HealPlan>(report.decision) ? "heal" : "nothing";
    }
    void expire(Certificate successor = make_certificate(2)) {
        add_certificate(server.world, successor);
        stored(server.world, make_certificate(1).thumbprint)->certificate.not_after = server.world.wall - 1h;
    }
    std::size_t told(EventType type) const { return server.told(type); }

    Server server;
    std::unique_ptr<ProcessPorts> ports;
    std::unique_ptr<Watchdog> watchdog;
};

TEST_F(Cycles, over_a_healthy_server_write_nothing_and_store_nothing_after_the_first) {
    EXPECT_TRUE(cycle().healthy);
    const std::uint64_t sequence = server.record.contents().last_sequence;
    const RecordContents stored_once = server.record.contents();
    for (int i = 0; i < 50; ++i) {
        server.world.advance(watchdog->next_look());
        EXPECT_TRUE(cycle().healthy);
    }
    EXPECT_TRUE(server.world.writes.empty());
    EXPECT_EQ(sequence, server.record.contents().last_sequence);
    EXPECT_EQ(stored_once, server.record.contents());
    EXPECT_EQ(make_certificate(1).hash, server.record.contents().known_good->certificate);
    EXPECT_EQ(5min, watchdog->next_look());
}

TEST_F(Cycles, tell_a_problem_when_it_comes_at_a_falling_rate_while_it_stays_and_when_it_goes) {
    (void)cycle();
    stored(server.world, make_certificate(1).thumbprint)->certificate.not_after = server.world.wall + 24h * 365;
    stored(server.world, make_certificate(1).thumbprint)->certificate.key = KeyState::absent;   // and no other: nothing to be done
    std::vector<std::int64_t> told_at;
    const MonotonicTime from = server.world.monotonic;
    std::size_t before = told(EventType::heal_refused);
    while (server.world.monotonic - from < 100h) {
        EXPECT_FALSE(cycle().healthy);
        const std::size_t now = told(EventType::heal_refused);
        if (now > before) told_at.push_back(std::chrono::floor<std::chrono::hours>(server.world.monotonic - from).count());
        before = now;
        server.world.advance(10min);
    }
    EXPECT_EQ((std::vector<std::int64_t>{0, 1, 5, 29, 53, 77}), told_at);
    EXPECT_TRUE(server.world.writes.empty());
    stored(server.world, make_certificate(1).thumbprint)->certificate.key = KeyState::usable;
    EXPECT_TRUE(cycle().healthy);
    EXPECT_GE(told(EventType::finding_cleared), 1u);
    EXPECT_TRUE(server.record.contents().open_findings.empty());
}

TEST_F(Cycles, an_invalid_policy_leaves_the_last_good_one_in_force_loudly_across_a_restart_too) {
    policy(R"({"verify": {"uri_status": [401, 405]}})");
    (void)cycle();
    policy(R"({"mode": "heel"})");
    const CycleReport report = cycle();
    ASSERT_TRUE(report.policy_problem);
    EXPECT_TRUE(has(report.findings, Reason::policy_invalid));
    EXPECT_EQ(1u, told(EventType::policy_rejected));
    EXPECT_EQ((std::vector<int>{401, 405}), watchdog->policy().verify.uri_status);
    begin();
    EXPECT_EQ((std::vector<int>{401, 405}), watchdog->policy().verify.uri_status);
    EXPECT_EQ(Mode::heal, watchdog->policy().mode);
    EXPECT_LE(watchdog->next_look(), 5min);
    policy("{}");
    EXPECT_TRUE(cycle().healthy);
}

TEST_F(Cycles, without_any_valid_policy_defaults_observe) {
    server = Server{};
    server.world.files.clear();
    expire();
    begin();
    EXPECT_EQ("observe_mode", why(cycle()));
    EXPECT_TRUE(server.world.writes.empty());
}

TEST_F(Cycles, the_kill_switch_is_told_when_it_comes_and_goes_and_nonsense_in_it_counts_as_observe) {
    expire();
    server.world.kill_switch = text("observe");
    EXPECT_EQ("kill_switch", why(cycle()));
    server.world.kill_switch = text("HEAL!");
    const CycleReport report = cycle();
    EXPECT_EQ("kill_switch", why(report));
    EXPECT_TRUE(has(report.findings, Reason::policy_invalid));
    EXPECT_EQ(1u, told(EventType::kill_switch_set));
    EXPECT_TRUE(server.world.writes.empty());
    server.world.kill_switch = text("Heal");
    EXPECT_EQ("heal", why(cycle()));
    EXPECT_EQ(1u, told(EventType::kill_switch_cleared));
    EXPECT_TRUE(clients_connect(server.world));
}

TEST_F(Cycles, what_only_a_probe_says_counts_after_three_looks_seconds_apart_gets_one_restart_and_is_then_reported) {
    (void)cycle();
    server.world.uri_status = 503;
    for (int look = 1; look <= 2; ++look) {
        EXPECT_EQ("waiting_for_confirmation", why(cycle())) << look;
        EXPECT_LE(watchdog->next_look(), 10s);
        EXPECT_GE(watchdog->next_look(), 1s);
        server.world.advance(watchdog->next_look());
    }
    const CycleReport healed = cycle();
    ASSERT_TRUE(healed.heal);
    EXPECT_EQ(HealResult::undone, healed.heal->result);
    const std::uint64_t restarts = server.world.restarts_of_rras;
    for (int i = 0; i < 30; ++i) {
        server.world.advance(1h);
        EXPECT_EQ("reported_only", why(cycle()));
    }
    EXPECT_EQ(restarts, server.world.restarts_of_rras);
    server.world.uri_status = 401;
    EXPECT_TRUE(cycle().healthy);
    EXPECT_FALSE(server.record.contents().notes.contains(kNoteReportedOnly));
    server.world.uri_status = 503;
    for (int i = 0; i < 3; ++i) {
        (void)cycle();
        server.world.advance(5s);
    }
    EXPECT_GT(server.world.restarts_of_rras, restarts) << "it was clear once: a restart may be tried again";
}

TEST_F(Cycles, a_jump_of_the_clock_never_triggers_a_heal_that_rests_on_dates) {
    Certificate later = make_certificate(2);
    later.not_before += 24h;
    later.not_after += 24h * 365;
    add_certificate(server.world, later);
    (void)cycle();
    server.world.advance(5min);
    server.world.wall += 24h * 61;   // the certificate in force looks expired, and a successor is there
    EXPECT_EQ("waiting_for_confirmation", why(cycle()));
    EXPECT_TRUE(server.world.writes.empty());
    server.world.wall -= 24h * 61;   // it was a mistake
    server.world.advance(10s);
    (void)cycle();
    EXPECT_TRUE(server.world.writes.empty());
    server.world.wall += 24h * 61;   // it was none
    (void)cycle();
    for (int i = 0; i < 3; ++i) {
        EXPECT_LE(watchdog->next_look(), 5min);
        server.world.advance(watchdog->next_look());
        (void)cycle();
    }
    EXPECT_EQ(later.hash, server.record.contents().known_good->certificate);
}

TEST_F(Cycles, a_watched_event_is_told_with_its_raw_data_and_its_bookmark_moves_with_it) {
    server.world.advance(1h);
    server.world.write_event("Microsoft-Windows-RasSstp", 13, {"error text", "CN=vpn"});
    (void)cycle({Wake::event_log});
    ASSERT_EQ(1u, told(EventType::rassstp_event_seen));
    const RecordContents& contents = server.record.contents();
    EXPECT_EQ("<b record=\"1\"/>", contents.bookmark);
    EXPECT_TRUE(contents.trouble_at);
    EXPECT_TRUE(server.world.writes.empty()) << "an event without a finding is no reason";
    begin();
    (void)cycle();
    EXPECT_EQ(1u, told(EventType::rassstp_event_seen)) << "told once, whatever restarts";
    server.world.advance(1h);
    restart_rras(server.world);   // an administrator restarts RRAS: it has read everything anew
    (void)cycle();
    EXPECT_FALSE(server.record.contents().trouble_at);
}

TEST_F(Cycles, what_rras_complains_of_after_the_log_was_read_is_heard_before_the_heal_which_then_restarts_it) {
    (void)cycle();
    server.world.advance(1h);
    drop_binding(server.world, AddressFamily::ipv6);
    AtKind rras{PortCall::bindings_all, 1, [](World& world) {
                    world.write_event("Microsoft-Windows-RasSstp", 13, {"The system cannot find the file specified.", ""});
                }};
    server.world.adversary = &rras;
    const CycleReport report = cycle();
    ASSERT_TRUE(rras.acted());
    ASSERT_TRUE(report.heal);
    EXPECT_EQ(HealResult::succeeded, report.heal->result) << report.heal->explanation;
    EXPECT_EQ(1u, server.world.restarts_of_rras);
}

TEST_F(Cycles, where_rras_cannot_be_heard_before_a_heal_it_is_restarted_to_be_sure) {
    (void)cycle();
    server.world.advance(1h);
    drop_binding(server.world, AddressFamily::ipv6);
    EveryCall deaf{PortCall::event_log_read, {Effect::fails, ErrorKind::source_unavailable, 1818, Duration{1}}, 1'000};
    server.world.adversary = &deaf;
    (void)cycle();
    EXPECT_EQ(1u, server.world.restarts_of_rras);
}

TEST_F(Cycles, a_binding_that_is_put_back_while_rras_has_nothing_to_complain_of_costs_no_session) {
    (void)cycle();
    server.world.advance(1h);
    drop_binding(server.world, AddressFamily::ipv6);
    const CycleReport report = cycle();
    ASSERT_TRUE(report.heal);
    EXPECT_EQ(HealResult::succeeded, report.heal->result) << report.heal->explanation;
    EXPECT_EQ(0u, server.world.restarts_of_rras);
}

TEST_F(Cycles, a_log_that_wrapped_is_a_gap_that_is_told_and_counted) {
    for (int i = 0; i < 3; ++i) server.world.write_event("Microsoft-Windows-RasSstp", 13, {"first " + std::to_string(i)});
    (void)cycle();
    for (int i = 0; i < 3; ++i) server.world.write_event("Microsoft-Windows-RasSstp", 13, {"second " + std::to_string(i)});
    server.world.wrap_log(2);
    begin();
    (void)cycle();
    EXPECT_EQ(1u, told(EventType::event_source_gap));
    EXPECT_EQ("1", server.record.contents().notes.at(kNoteEventLogGaps));
    EXPECT_EQ(5u, told(EventType::rassstp_event_seen));
}

TEST_F(Cycles, the_budget_ends_heals_until_it_frees_and_both_are_told) {
    policy(R"({"limits": {"heals_per_hour": 1, "cooldown": "0s"}, "restart": {"attempts": 1}})");
    expire();
    (void)cycle();
    EXPECT_EQ(1u, server.world.restarts_of_rras);
    bind(server.world, AddressFamily::ipv4, make_certificate(1));   // somebody fights us
    const CycleReport report = cycle();
    EXPECT_EQ("budget_exhausted", why(report));
    EXPECT_TRUE(has(report.findings, Reason::budget_exhausted));
    EXPECT_EQ(1u, told(EventType::budget_exhausted));
    const CycleReport asked = cycle({Wake::administrator_heal});
    ASSERT_TRUE(asked.heal);
    EXPECT_EQ(HealResult::succeeded, asked.heal->result) << "an administrator is not refused";
    EXPECT_EQ(2u, server.record.contents().charges.size()) << "but charged";
    EXPECT_EQ(1u, told(EventType::budget_restored));
}

TEST_F(Cycles, a_heartbeat_comes_after_its_interval_and_the_stop_is_told) {
    policy(R"({"siem": {"heartbeat": "1h"}})");
    for (int i = 0; i < 13; ++i) {
        (void)cycle();
        server.world.advance(10min);
    }
    EXPECT_EQ(2u, told(EventType::heartbeat));
    watchdog->stop("the service control manager asked");
    EXPECT_EQ(1u, told(EventType::service_stopped));
}

TEST_F(Cycles, an_open_heal_is_recovered_in_the_start_that_could_not_read_the_unsaved_updates_at_first) {
    AtCall dies{60, {Effect::crashes_after}};
    expire();
    server.world.adversary = &dies;
    EXPECT_THROW(cycle(), Crash);
    ASSERT_TRUE(server.record.contents().open_heal);
    EveryCall busy{PortCall::files_read, {Effect::fails, ErrorKind::busy, 32}, 1};
    server.world.adversary = &busy;
    begin();
    EXPECT_FALSE(server.record.contents().open_heal);
    EXPECT_EQ(1u, told(EventType::recovered_after_crash));
}

TEST_F(Cycles, heals_whose_number_nobody_knows_have_names_of_their_own_all_the_same) {
    EveryCall unreadable{PortCall::record_load, {Effect::fails, ErrorKind::busy, 5}, 1'000};
    server.world.adversary = &unreadable;
    std::set<std::string> names;
    for (int life = 0; life < 2; ++life) {
        server.world.files.erase("data/unsaved.json");   // what it held is in the database by now, which cannot be read again
        begin();
        drop_binding(server.world, AddressFamily::ipv6);
        (void)cycle();
        server.world.advance(1h);   // what was spent is not known, but it is over
        for (int look = 0; look < 3; ++look) {
            const CycleReport report = cycle();
            if (report.heal) names.insert(report.heal->heal_id);
        }
    }
    EXPECT_EQ(2u, names.size());
}

TEST_F(Cycles, looking_only_changes_and_stores_nothing_at_all) {
    server = Server{};
    expire();
    const RecordContents before = server.record.contents();
    const auto files = server.world.files;
    ports = std::make_unique<ProcessPorts>(server.world, server.record);
    watchdog = std::make_unique<Watchdog>(*ports, Server::options());
    const CycleReport report = watchdog->look();
    EXPECT_EQ("heal", why(report));
    EXPECT_TRUE(report.plan);
    EXPECT_EQ(before, server.record.contents());
    EXPECT_EQ(files, server.world.files);
    EXPECT_TRUE(server.world.writes.empty());
}

TEST_F(Cycles, status_and_metrics_are_written_and_events_reach_the_windows_event_log) {
    expire();
    (void)cycle();
    EXPECT_TRUE(server.world.files.contains("data/status.json"));
    EXPECT_TRUE(server.world.files.contains("data/sstp_watchdog.prom"));
    EXPECT_EQ(server.record.events().size(), server.world.event_sink.size());
    EXPECT_EQ(1u, told(EventType::certificate_changed));
}

TEST_F(Cycles, an_event_source_that_is_away_is_a_finding_until_it_is_back) {
    class Away final : public Adversary {
    public:
        Verdict on_call(PortCall call, std::uint64_t) override {
            if (call != PortCall::event_log_subscribe && call != PortCall::event_log_read) return {};
            return {Effect::fails, ErrorKind::source_unavailable, 1722};
        }
    } away;
    server.world.adversary = &away;
    const CycleReport report = cycle();
    EXPECT_TRUE(has(report.findings, Reason::event_source_degraded));
    EXPECT_EQ(1u, told(EventType::event_source_degraded));
    EXPECT_LE(watchdog->next_look(), 2s);
    server.world.adversary = nullptr;
    server.world.advance(5min);
    EXPECT_TRUE(cycle().healthy);
    EXPECT_EQ(1u, told(EventType::event_source_restored));
}

TEST_F(Cycles, a_watch_of_changes_that_does_not_work_is_a_finding_of_its_own_until_it_does) {
    std::vector<DegradedWatch> degraded;
    WatchdogOptions options = Server::options();
    options.degraded_watches = [&] { return degraded; };
    watchdog = std::make_unique<Watchdog>(*ports, options);
    watchdog->start();
    EXPECT_TRUE(cycle().healthy);
    for (const char* source : {"LocalMachine\\MY", "policy.json"})
        degraded.push_back({source, {ErrorKind::access_denied, "watch", source, 5, "Access is denied"}});
    const CycleReport report = cycle();
    EXPECT_FALSE(report.healthy);
    EXPECT_EQ("nothing", why(report)) << "being slow is no reason to change the server";
    EXPECT_EQ(2u, told(EventType::event_source_degraded));
    degraded.pop_back();
    (void)cycle();
    EXPECT_EQ(1u, told(EventType::event_source_restored));
    degraded.clear();
    EXPECT_TRUE(cycle().healthy);
    EXPECT_EQ(2u, told(EventType::event_source_restored));
}

TEST_F(Cycles, whose_list_of_certificates_our_own_stop_ended_tell_nothing) {
    (void)cycle();
    const RecordContents before = server.record.contents();
    EveryCall stop{PortCall::certificates_list, {Effect::fails, ErrorKind::stopped, 0, Duration{1}}, 1'000};
    server.world.adversary = &stop;
    server.world.stop_requested = true;
    (void)cycle();
    EXPECT_EQ(0u, told(EventType::finding_raised)) << "what a stop hides is no trouble";
    EXPECT_EQ(before, server.record.contents());
}

TEST_F(Cycles, whose_probes_our_own_stop_ended_do_not_call_a_dead_listener_well) {
    (void)cycle();
    EveryCall dead{PortCall::probe, {Effect::fails, ErrorKind::timed_out, 0, Duration{1}}, 1'000};
    server.world.adversary = &dead;
    (void)cycle();
    const Findings open = server.record.contents().open_findings;
    ASSERT_TRUE(has(open, Reason::listener_unreachable_ipv4));
    EveryCall stop{PortCall::probe, {Effect::fails, ErrorKind::stopped, 0, Duration{1}}, 1'000};
    server.world.adversary = &stop;
    server.world.stop_requested = true;
    (void)cycle();
    EXPECT_EQ(0u, told(EventType::finding_cleared));
    EXPECT_EQ(open, server.record.contents().open_findings);
}

}  // namespace
}  // namespace sstp
