#include "tests/core/decision/deciding.h"
#include "tests/core/decision/in_short.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp::test::gates_tests {

namespace {

using namespace std::chrono_literals;

/// What the first gate that refuses says, of a server and circumstances.
struct GateCase {
    std::string name;
    ServerBuilder server;
    Around around;
    std::string decision;
};
void PrintTo(const GateCase& each, std::ostream* out) { *out << each.name; }
class Gates : public testing::TestWithParam<GateCase> {};

TEST_P(Gates, TheFirstThatRefusesAnswers) {
    const auto& [name, server, around, expected] = GetParam();
    const Outcome outcome = decide_for(server, around);
    EXPECT_EQ(in_short(outcome.decided.decision), expected);
    const auto* refused = std::get_if<Refused>(&outcome.decided.decision);
    if (!refused) return;
    EXPECT_TRUE(refused->explanation.ends_with('.') || refused->explanation.ends_with("heal") ||
                refused->explanation.ends_with("--ignore-window") || refused->explanation.ends_with("RemoteAccess."))
        << refused->explanation;
    EXPECT_TRUE(!refused->until || *refused->until > server.state.looked_at.wall);
}

constexpr char kTwo[] = "now: bind ipv4 2, bind ipv6 2, sha1 2, sha256 2, restart";
constexpr char kOneHash[] = "soon: sha1 1, sha256 1";

/// Clients are cut off, and nothing needs a restart.
ServerBuilder drifted() { return healthy().adding(certificate(3)).record(v6, certificate(3)).serving(v6, certificate(3)); }
/// Nobody is cut off: what is stored differs from what RRAS holds.
ServerBuilder stale_hash() { return healthy().hash(certificate(9)); }
ServerBuilder superseded() { return healthy().adding(two()); }
ServerBuilder silent() {
    return healthy().unreachable(v6).seen(Reason::listener_unreachable_ipv6, 3).with([](auto& s) {
        s.memory.symptoms_since = MonotonicTime{s.state.looked_at.monotonic.since_boot - 10min};
    });
}
/// RRAS took a certificate for a name below the wildcard at its start, and takes no calls; a renewed wildcard lies in the store.
ServerBuilder taken_and_dead() {
    const auto own = one().names({"*.example.com"}), other = certificate(3).names({"ras.example.com"});
    return healthy()
        .holding({other, two().names({"*.example.com"})})
        .all_naming(other)
        .flag(0U)
        .learned(own)
        .proven(own)
        .no_sstp_session_ever()
        .written(30)
        .rras_started(20)
        .held(other)
        .uri_status(503)
        .levels_before(v4, Level::crypto_binding)
        .levels_before(v6, Level::crypto_binding);
}
auto not_replaceable(const char* endpoint) {
    return [endpoint](auto& s) {
        s.memory.standing.push_back({Reason::binding_not_replaceable, Severity::warning, endpoint, "It has extended parameters."});
    };
}
ServerBuilder unreadable(ServerBuilder server) {
    return server.with([](auto& s) { s.state.shadowing = Unreadable{denied("list the records")}; });
}
ServerBuilder rras(ServerBuilder server, ServiceState state) { return server.service("RemoteAccess", state).unreachable(); }

Activity changed(Duration last, Duration first) { return {.since_last_change = last, .since_first_change = first}; }
Activity certificate_came(Duration last, Duration first) {
    return {.since_last_change = last, .since_first_change = first, .since_name_certificate_change = first};
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(OfTheServer, Gates, testing::Values(
    GateCase{"a healthy server needs nothing, whatever is forbidden", healthy(), {.permission = Permission::observe_by_kill_switch}, "nothing"},
    GateCase{"TLS is not ours: before all else", unreadable(one_has_ended().tls_offloaded()), {.permission = Permission::observe_by_policy}, "refused tls_offloaded"},
    GateCase{"SSTP is not in use", healthy().nothing_learned().without_record(v4).without_record(v6).without_hashes().unreachable(), {}, "refused sstp_not_configured"},
    GateCase{"something needed cannot be read: before target, mode and window", unreadable(one_has_ended()), {.permission = Permission::observe_by_policy}, "refused state_unreadable"},
    GateCase{"an unreadable store", one_has_ended().store_unreadable(), {}, "refused state_unreadable"},
    GateCase{"an unreadable record", one_has_ended().record_unreadable(v6), {}, "refused state_unreadable"},
    GateCase{"an unreadable hash", one_has_ended().sha1(Unreadable{denied("read")}), {}, "refused state_unreadable"},
    GateCase{"an unreadable state of RemoteAccess", one_has_ended().with([](auto& s) { s.state.services["RemoteAccess"] = Unreadable{denied("query")}; }), {}, "refused state_unreadable"},
    GateCase{"an administrator's heal does not outrank what is unreadable", unreadable(one_has_ended()), {.asked = true, .ignore_window = true}, "refused state_unreadable"},
    GateCase{"probes, sessions, listen list and start times are not needed", one_has_ended().sessions_unreadable().with([](auto& s) { s.state.listen_list = Unreadable{denied("list")}; s.state.bindings_written = s.state.settings.written = std::nullopt; }), {}, kTwo},
    GateCase{"without a target nothing is asked of mode or window", healthy().replacing(one().expired()).serving(one().expired()), {.permission = Permission::observe_by_policy}, "refused no_fit_certificate"},
    GateCase{"an administrator's heal does not choose between two", healthy().replacing(one().expired()).serving(one().expired()).nothing_learned().adding(certificate(3)).adding(certificate(4).issued_by(private_ca())), {.asked = true, .ignore_window = true}, "refused ambiguous_certificate"},
    GateCase{"a record that could not be replaced without loss four minutes ago", drifted().with(not_replaceable("[::]:443")), {.attempts = failed(one(), 1, 4min, false)}, "refused binding_not_replaceable"},
    GateCase{"after five minutes it is tried again", drifted().with(not_replaceable("[::]:443")), {.attempts = failed(one(), 1, 5min, false)}, "now: bind ipv6 1"},
    GateCase{"by the schedule, though what others put back goes on", drifted().with(not_replaceable("[::]:443")), {.attempts = failed(one(), 2, 59min, false), .does_not_last = true}, "refused binding_not_replaceable"},
    GateCase{"by an administrator at once", drifted().with(not_replaceable("[::]:443")), {.attempts = failed(one(), 2, 1min, false), .asked = true}, "now: bind ipv6 1"},
    GateCase{"another certificate has not been tried on it", drifted().with(not_replaceable("[::]:443")), {.attempts = failed(two(), 2, 1min, false)}, "now: bind ipv6 1"},
    GateCase{"what waits for another record's sake waits for the schedule alone", drifted().with(not_replaceable("0.0.0.0:443")), {.attempts = failed(one(), 1, 4min, false)}, "refused waiting_for_schedule"},
    GateCase{"RemoteAccess was stopped by somebody: before mode", rras(one_has_ended(), ServiceState::stopped), {.permission = Permission::observe_by_policy}, "refused service_stopped"},
    GateCase{"an administrator's heal does not start it either", rras(one_has_ended(), ServiceState::stopped), {.asked = true}, "refused service_stopped"},
    GateCase{"RemoteAccess is paused", rras(one_has_ended(), ServiceState::paused), {}, "refused service_stopped"},
    GateCase{"RemoteAccess is still starting", rras(one_has_ended(), ServiceState::start_pending), {}, "refused service_busy"},
    GateCase{"RemoteAccess is disabled while it runs", drifted().start_type("RemoteAccess", StartType::disabled), {}, "refused service_disabled"},
    GateCase{"which is no trouble while nothing else is", healthy().start_type("RemoteAccess", StartType::disabled), {}, "nothing"},
    GateCase{"RemoteAccess failed, but is started by hand", one_has_ended().service("RemoteAccess", ServiceState::stopped, 1168).start_type("RemoteAccess", StartType::manual).unreachable(), {}, "refused service_stopped"},
    GateCase{"RemoteAccess failed, and what it rests on is disabled", one_has_ended().service("RemoteAccess", ServiceState::stopped, 1168).start_type("SstpSvc", StartType::disabled).unreachable(), {}, "refused service_stopped"},
    GateCase{"RemoteAccess is not installed", healthy().not_installed("RemoteAccess"), {}, "refused service_missing"},
    GateCase{"RemoteAccess takes no stop just now", one_has_ended().with([](auto& s) { std::get<ServiceStatus>(s.state.services["RemoteAccess"]).accepts_stop = false; }), {}, "refused service_busy"},
    GateCase{"which is no matter where it is not restarted", drifted().with([](auto& s) { std::get<ServiceStatus>(s.state.services["RemoteAccess"]).accepts_stop = false; }), {}, "now: bind ipv6 1"},
    GateCase{"another service of the restart is disabled", one_has_ended().start_type("RasMan", StartType::disabled).with([](auto& s) { s.policy.restart.services = {"RemoteAccess", "RasMan"}; }), {}, "refused service_disabled"},
    GateCase{"another service of the restart is changing its state", one_has_ended().service("RasMan", ServiceState::stop_pending).with([](auto& s) { s.policy.restart.services = {"RemoteAccess", "RasMan"}; }), {}, "refused service_busy"}));

INSTANTIATE_TEST_SUITE_P(OfPermission, Gates, testing::Values(
    GateCase{"observe mode", one_has_ended(), {.permission = Permission::observe_by_policy}, "refused observe_mode"},
    GateCase{"the kill switch", drifted(), {.permission = Permission::observe_by_kill_switch}, "refused kill_switch"},
    GateCase{"an administrator's heal outranks neither", one_has_ended(), {.permission = Permission::observe_by_kill_switch, .asked = true, .ignore_window = true}, "refused kill_switch"},
    GateCase{"observe mode is told before the window", superseded(), {.permission = Permission::observe_by_policy}, "refused observe_mode"},
    GateCase{"a heal is open", one_has_ended(), {.open_heal = "A heal of 10:00 is not finished."}, "refused heal_open"}));

INSTANTIATE_TEST_SUITE_P(Quiet, Gates, testing::Values(
    GateCase{"cut off, and nobody is at work", one_has_ended(), {.activity = changed(1s, 1s)}, kTwo},
    GateCase{"cut off, and a certificate came 5 s ago", one_has_ended(), {.activity = certificate_came(5s, 5s)}, "refused not_quiet"},
    GateCase{"15 s without a further change", one_has_ended(), {.activity = certificate_came(15s, 15s)}, kTwo},
    GateCase{"changes go on for less than two minutes", one_has_ended(), {.activity = certificate_came(2s, 119s)}, "refused not_quiet"},
    GateCase{"a tool that brought a certificate 30 s ago has changed things for two minutes: long enough", one_has_ended(), {.activity = {.since_last_change = 2s, .since_first_change = 120s, .since_name_certificate_change = 30s}}, kTwo},
    GateCase{"and for two minutes: long enough", one_has_ended(), {.activity = certificate_came(2s, 120s)}, kTwo},
    GateCase{"a service is being stopped by somebody", drifted(), {.activity = {.since_last_change = 3s, .since_first_change = 3s, .service_being_stopped_by_others = true}}, "refused not_quiet"},
    GateCase{"RRAS has started on the changed state: whoever worked is done", one_has_ended(), {.activity = {.since_last_change = 1s, .since_first_change = 1s, .since_name_certificate_change = 1s, .rras_started_on_it = true}}, kTwo},
    GateCase{"nobody is cut off: two minutes without any change", stale_hash(), {.activity = changed(119s, 10min)}, "refused not_quiet"},
    GateCase{"two minutes have passed", stale_hash(), {.activity = changed(120s, 10min)}, kOneHash},
    GateCase{"no change was seen at all", stale_hash(), {}, kOneHash},
    GateCase{"q is the policy's", stale_hash().with([](auto& s) { s.policy.limits.quiet_period = 1s; }), {.activity = changed(8s, 8s)}, kOneHash},
    GateCase{"an administrator waits for nobody", one_has_ended(), {.activity = certificate_came(1s, 1s), .asked = true}, kTwo}));

INSTANTIATE_TEST_SUITE_P(Symptoms, Gates, testing::Values(
    GateCase{"a probe alone must be confirmed", silent().seen(Reason::listener_unreachable_ipv6, 2), {}, "refused waiting_for_confirmation"},
    GateCase{"a probe that is confirmed costs one restart", silent(), {}, "now: restart"},
    GateCase{"confirmed just now: the machine's own share of ten minutes", silent().with([](auto& s) { s.memory.symptoms_since = s.state.looked_at.monotonic; }), {.machine_key = "machine-7"}, "refused waiting_for_confirmation"},
    GateCase{"one symptom does not confirm another that is gone", silent().seen(Reason::listener_unreachable_ipv6, 1).seen(Reason::sstp_uri_unhealthy, 3), {}, "refused waiting_for_confirmation"},
    GateCase{"an administrator has looked already", silent().seen(Reason::listener_unreachable_ipv6, 1).with([](auto& s) { s.memory.symptoms_since = s.state.looked_at.monotonic; }), {.asked = true}, "now: restart"},
    GateCase{"what a restart has not cured is only reported", silent().reported_only(Reason::listener_unreachable_ipv6), {}, "refused reported_only"},
    GateCase{"an administrator may try again", silent().reported_only(Reason::listener_unreachable_ipv6), {.asked = true}, "now: restart"},
    GateCase{"another symptom beside one that is only reported", silent().reported_only(Reason::listener_unreachable_ipv6).uri_status(v4, 503).seen(Reason::sstp_uri_unhealthy, 3), {}, "now: restart"},
    GateCase{"one that is only reported confirms no other", silent().reported_only(Reason::listener_unreachable_ipv6).uri_status(v4, 503).seen(Reason::sstp_uri_unhealthy, 1), {}, "refused waiting_for_confirmation"},
    GateCase{"every listener is silent and only reported, and the certificate ends: nobody gets in, and that cure is not tried yet", healthy().replacing(one().expired()).adding(two()).unreachable().reported_only(Reason::listener_unreachable_ipv4).reported_only(Reason::listener_unreachable_ipv6), {}, kTwo},
    GateCase{"a cause needs no confirmation", healthy().unreachable(v6).without_record(v6), {}, "now: bind ipv6 1"},
    GateCase{"a restart for a symptom puts the waiting successor in force", silent().adding(two()), {}, "now: bind ipv4 2, bind ipv6 2, sha1 2, sha256 2, restart"},
    GateCase{"before the window an unconfirmed symptom is looked at again", superseded().unreachable(v6), {}, "refused waiting_for_confirmation"},
    GateCase{"one that has left the store explains no connection that nobody takes: it is looked at again", healthy().deleting(one()).adding(two()).unreachable(v6), {}, "refused waiting_for_confirmation"},
    GateCase{"of every family as little as of one: the next look tells", healthy().deleting(one()).adding(two()).unreachable(), {}, "refused outside_window"},
    GateCase{"seen twice somebody is out, whatever explains it", healthy().deleting(one()).adding(two()).unreachable().levels_before(v4, Level::nothing).levels_before(v6, Level::nothing), {}, kTwo},
    GateCase{"it explains a handshake that fails", healthy().deleting(one()).adding(two()).resetting(v4).resetting(v6), {}, kTwo},
    GateCase{"where SSTP was never seen in use it waits for the window", silent().no_sstp_session_ever().sessions(0, 40), {}, "refused outside_window"}));

INSTANTIATE_TEST_SUITE_P(Due, Gates, testing::Values(
    GateCase{"503 in two looks beside what differs: clients are out", taken_and_dead(), {}, kTwo},
    GateCase{"503 for the first time: the next look tells", taken_and_dead().levels_before(v4, Level::answers).levels_before(v6, Level::answers), {}, "refused outside_window"},
    GateCase{"503 since a restart for it: it is only reported", taken_and_dead().reported_only(Reason::sstp_uri_unhealthy), {}, "refused outside_window"},
    GateCase{"what differs, and calls are taken", taken_and_dead().uri_status(401), {}, "refused outside_window"},
    GateCase{"planned work waits for the window", superseded(), {}, "refused outside_window"},
    GateCase{"an administrator's heal waits for it as well", superseded(), {.asked = true}, "refused outside_window"},
    GateCase{"unless told otherwise", superseded(), {.asked = true, .ignore_window = true}, "planned: bind ipv4 2, bind ipv6 2, sha1 2, sha256 2, restart"},
    GateCase{"--ignore-window is the administrator's, not the service's", superseded(), {.ignore_window = true}, "refused outside_window"},
    GateCase{"L26, 11c: records that somebody moved ahead are put back without a restart", superseded().records(two()).serving(two()), {}, "now: bind ipv4 1, bind ipv6 1"},
    GateCase{"a restart that is needed anyway puts the successor in force", superseded().held(certificate(9)), {}, kTwo},
    GateCase{"11: a tool put the successor into records and hashes, one listener serves the old one from memory: whoever gets the new one is out, for RRAS holds the old hash, without the SHA-1 that it reads here", healthy().adding(two()).records(two()).hash(two()).serving(v6, two()).sha1_enabled().written(10).with([](auto& s) { s.memory.held->sha1.reset(); }), {}, "now: restart"},
    GateCase{"three free writes in the hour", stale_hash(), {.free_writes = {50, 30, 10}}, kOneHash},
    GateCase{"four", stale_hash(), {.free_writes = {50, 40, 30, 10}}, "refused waiting_for_schedule"},
    GateCase{"four, and clients are out for something else: what restarts is no free write", one_has_ended(), {.free_writes = {50, 40, 30, 10}}, kTwo},
    GateCase{"four, one of them an hour ago", stale_hash(), {.free_writes = {60, 40, 30, 10}}, kOneHash},
    GateCase{"an administrator does not count them", stale_hash(), {.free_writes = {50, 40, 30, 10}, .asked = true}, kOneHash},
    GateCase{"a heal failed: the schedule", one_has_ended(), {.attempts = failed(two(), 1, 59min)}, "refused waiting_for_schedule"},
    GateCase{"an hour has passed", one_has_ended(), {.attempts = failed(two(), 1, 60min)}, kTwo},
    GateCase{"an administrator does not wait for it", one_has_ended(), {.attempts = failed(two(), 5, 1min), .asked = true}, kTwo},
    GateCase{"a free write that itself failed waits five minutes", stale_hash(), {.attempts = failed(one(), 1, 4min, false)}, "refused waiting_for_schedule"},
    GateCase{"nor is it tried at each look because others do not last", stale_hash(), {.attempts = failed(one(), 1, 4min, false), .does_not_last = true}, "refused waiting_for_schedule"},
    GateCase{"a restart that failed keeps back no free write", stale_hash(), {.attempts = failed(one(), 3, 4min)}, kOneHash}));

INSTANTIATE_TEST_SUITE_P(Money, Gates, testing::Values(
    GateCase{"one restart in the hour", one_has_ended(), {.charges = {20}}, kTwo},
    GateCase{"two in the hour leave no room for taking back", one_has_ended(), {.charges = {40, 20}}, "refused budget_exhausted"},
    GateCase{"what restarts nothing is not budgeted", drifted(), {.charges = {50, 40, 20}}, "now: bind ipv6 1"},
    GateCase{"an administrator is not refused", one_has_ended(), {.charges = {50, 40, 20}, .asked = true}, kTwo},
    GateCase{"a damaged record leaves one heal", one_has_ended(), {.budget_unreadable = true}, kTwo},
    GateCase{"which has been used", one_has_ended(), {.charges = {30}, .budget_unreadable = true, .charges_since_unreadable = 1}, "refused budget_exhausted"},
    GateCase{"money is asked last: what waits for the window is told so", superseded(), {.charges = {50, 40, 20}}, "refused outside_window"}));
// clang-format on

TEST(Symptom, OfAListenerThatServesWhatRrasHoldsWaitsForTheWindow) {
    // IIS has put its certificate into the record, and HTTP.SYS serves ours from memory: clients come through until RRAS starts again.
    const auto taken = healthy().adding(two()).record(v4, two()).owned_by(v4, kIisAppId).serving(v4, one());
    const auto seen = [](ServerBuilder server) {
        return in_short(decide_for(server.seen(Reason::served_certificate_differs_ipv4, 3)).decided.decision);
    };
    EXPECT_EQ(seen(taken), "refused outside_window");
}

TEST(AdministratorsHeal, MovesBackAChangeOfEverythingThatIsNotAdoptedYet) {
    const Certificate ras = certificate(5).names({"ras.example.com"});
    const auto server = healthy().adding(ras).all_naming(ras).written(60 * 25).rras_started(60 * 24).held(ras).sstp_session_began(60 * 26);
    EXPECT_EQ(in_short(decide_for(server).decided.decision), "refused choice_not_confirmed");
    EXPECT_EQ(in_short(decide_for(server, {.asked = true}).decided.decision), "now: bind ipv4 1, bind ipv6 1, sha1 1, sha256 1, restart");
    EXPECT_EQ(in_short(decide_for(server, {.permission = Permission::observe_by_policy, .asked = true}).decided.decision),
              "refused observe_mode");
}

TEST(AdministratorsHeal, DoesNotDecideAnUnknownHash) {
    const auto server = healthy().nothing_learned().flag(1U).hash(certificate(9)).held(certificate(9)).sstp_session_began(60);
    EXPECT_EQ(in_short(decide_for(server, {.asked = true, .ignore_window = true}).decided.decision), "refused hash_unknown_to_this_server");
}

TEST(AdministratorsHeal, VouchesForTheClock) {
    // The cycle takes the doubt away when an administrator asks; a doubt that is left keeps back nothing that he asks for.
    EXPECT_EQ(
        in_short(decide_for(one_has_ended().with([](auto& s) { s.memory.clock_doubtful = false; }), {.asked = true}).decided.decision),
        kTwo);
}

TEST(RefusalByTheServer, ShowsNoPlan) {
    EXPECT_EQ(decide_for(rras(one_has_ended(), ServiceState::stopped)).decided.plan, std::nullopt);
    EXPECT_EQ(decide_for(unreadable(one_has_ended())).decided.plan, std::nullopt);
    EXPECT_EQ(decide_for(healthy().replacing(one().expired()).serving(one().expired())).decided.plan, std::nullopt);
}

TEST(RefusalToStartRras, SaysWhetherItEndedForACertificate) {
    const auto ended = [](std::uint32_t code, StartType type) {
        const ServerBuilder server = one_has_ended().service("RemoteAccess", ServiceState::stopped, code).start_type("RemoteAccess", type);
        return decide_for(ServerBuilder{server}.unreachable()).refused().explanation;
    };
    EXPECT_THAT(ended(1068, StartType::automatic), testing::HasSubstr("no trouble with a certificate"));
    EXPECT_THAT(ended(1168, StartType::manual), testing::HasSubstr("does not start automatically"));
}

TEST(RefusalByTimePermissionOrMoney, ShowsThePlanBesideIt) {
    const auto plan_of = [](const ServerBuilder& server, const Around& around) {
        const auto plan = decide_for(server, around).decided.plan;
        return plan ? in_short(Decision{*plan}) : std::string{"none"};
    };
    EXPECT_EQ(plan_of(one_has_ended(), {.permission = Permission::observe_by_policy}), kTwo);
    EXPECT_EQ(plan_of(one_has_ended(), {.charges = {40, 20}}), kTwo);
    EXPECT_EQ(plan_of(superseded(), {}), "planned: bind ipv4 2, bind ipv6 2, sha1 2, sha256 2, restart");
    EXPECT_EQ(plan_of(one_has_ended(), {.attempts = failed(two(), 1, 1min)}), kTwo);
}

TEST(RefusalThatAnAdministratorEnds, IsNoDeferral) {
    const auto refused = [](const ServerBuilder& server) { return decide_for(server, {}).refused(); };
    for (const Refused& each : {refused(drifted().start_type("RemoteAccess", StartType::disabled)),
                                refused(one_has_ended().service("RemoteAccess", ServiceState::stopped).unreachable())}) {
        EXPECT_FALSE(each.only_deferred) << each.explanation;
        EXPECT_EQ(std::nullopt, each.until) << each.explanation;
    }
}

TEST(RefusalThatTimeOpens, SaysUntilWhenAndHowToOverride) {
    const auto at = look_time();
    const auto refused = [](const ServerBuilder& server, const Around& around) { return decide_for(server, around).refused(); };

    const Refused budget = refused(one_has_ended(), {.charges = {50, 40, 20}});
    EXPECT_EQ(budget.until, at + 20min);
    EXPECT_THAT(budget.explanation, testing::HasSubstr("3 restarts in the last hour (limit 3)"));
    EXPECT_THAT(budget.explanation, testing::HasSubstr("Next allowed 2026-11-18 12:20 UTC. To override: sstp-watchdog heal"));
    EXPECT_FALSE(budget.only_deferred);

    const Refused schedule = refused(one_has_ended(), {.attempts = failed(two(), 2, 1h)});
    EXPECT_EQ(schedule.until, at + 3h);
    EXPECT_THAT(schedule.explanation, testing::HasSubstr("2 heals failed in a row, the last one: SSTP did not answer"));
    EXPECT_TRUE(schedule.only_deferred);

    const Refused window = refused(superseded(), {});
    ASSERT_TRUE(window.until);
    EXPECT_GE(*window.until, at + 14h);
    EXPECT_LT(*window.until, at + 17h);
    EXPECT_THAT(window.explanation, testing::HasSubstr(to_minute(*window.until)));
    EXPECT_THAT(window.explanation, testing::HasSubstr("sstp-watchdog heal --ignore-window"));
    EXPECT_TRUE(window.only_deferred);

    const Refused no_stop =
        refused(one_has_ended().with([](auto& s) { std::get<ServiceStatus>(s.state.services["RemoteAccess"]).accepts_stop = false; }), {});
    EXPECT_EQ(no_stop.until, at + 1min);
    EXPECT_TRUE(no_stop.only_deferred);

    EXPECT_EQ(refused(stale_hash(), {.activity = changed(20s, 20s)}).until, at + 100s);
    EXPECT_EQ(refused(one_has_ended(), {.activity = certificate_came(5s, 110s)}).until, at + 10s);
    EXPECT_EQ(refused(stale_hash(), {.free_writes = {50, 40, 30, 10}}).until, at + 10min);
    EXPECT_EQ(refused(silent().seen(Reason::listener_unreachable_ipv6, 1), {}).until, at + 2s);
    EXPECT_EQ(refused(healthy().replacing(one().expired()).serving(one().expired()), {}).until, std::nullopt);
}

TEST(AHungService, IsLookedAtByDoublingWaits) {
    const auto until = [](int minutes, int seconds) {
        const auto server = rras(one_has_ended(), ServiceState::stop_pending).with([&](auto& s) {
            auto& status = std::get<ServiceStatus>(s.state.services["RemoteAccess"]);
            status.pending_since = look_time() - std::chrono::minutes{minutes} - std::chrono::seconds{seconds};
        });
        return *decide_for(server).refused().until - look_time();
    };
    EXPECT_EQ(until(0, 0), 2s);
    EXPECT_EQ(until(0, 30), 30s);
    EXPECT_EQ(until(2, 0), 2min);
    EXPECT_EQ(until(180, 0), 5min);
}

}  // namespace

}  // namespace sstp::test::gates_tests
