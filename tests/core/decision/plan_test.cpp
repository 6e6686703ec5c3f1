#include "tests/core/decision/deciding.h"
#include "tests/core/decision/in_short.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp::test::plan_tests {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

const std::vector<std::string> kThen = {"RemoteAccess", "RasMan", "SstpSvc"};

ServerBuilder moved_hash() { return healthy().adding(certificate(3)).hash(certificate(3)).held(certificate(3)); }

HealPlan plan_for(const ServerBuilder& server, const Around& around = {}) { return decide_for(server, around).decided.plan.value(); }

TEST(Plan, NamesTargetAndWhatItReplaces) {
    EXPECT_EQ(plan_for(one_has_ended()).target, two().certificate);
    EXPECT_EQ(plan_for(one_has_ended()).replaced, one().expired().certificate);
    EXPECT_EQ(plan_for(moved_hash()).replaced, std::nullopt);
}

TEST(Plan, RestartsTheServicesOfThePolicyInTheirOrder) {
    const auto server = one_has_ended().with([](auto& s) { s.policy.restart.services = {"RemoteAccess", "SstpSvc"}; });
    EXPECT_THAT(std::get<RestartStep>(plan_for(server).steps.back()).services, ElementsAre("RemoteAccess", "SstpSvc"));
}

TEST(Plan, PromisesOnlyWhatItCures) {
    EXPECT_THAT(plan_for(one_has_ended()).cures, ElementsAre(Reason::certificate_expired, Reason::binding_mismatch,
                                                             Reason::hash_sha1_mismatch, Reason::hash_sha256_mismatch));
    EXPECT_THAT(plan_for(healthy().without_record(v6).unreachable(v6)).cures, ElementsAre(Reason::binding_missing_ipv6));
    EXPECT_THAT(plan_for(healthy().held(certificate(9))).cures, ElementsAre(Reason::hash_newer_than_service));
    EXPECT_THAT(plan_for(healthy().service("RemoteAccess", ServiceState::stopped, 1312).unreachable()).cures,
                testing::Contains(Reason::service_stopped));
    EXPECT_THAT(plan_for(at_night(healthy().adding(two()))).cures, ElementsAre(Reason::certificate_superseded));
    EXPECT_THAT(plan_for(at_night(healthy().replacing(one().key(KeyAlgorithm::rsa, 1024)).adding(two()))).cures,
                ElementsAre(Reason::certificate_superseded, Reason::weak_key));
    EXPECT_THAT(plan_for(healthy().uri_status(404).seen(Reason::sstp_uri_unhealthy, 3)).cures, ElementsAre(Reason::sstp_uri_unhealthy));
    // That no client came since an earlier heal is for the second rung, not for what is put right beside it.
    const auto nobody_came = [](auto& s) {
        s.memory.standing.push_back({Reason::no_client_since_heal, Severity::warning, "heal", "Nobody."});
    };
    EXPECT_THAT(plan_for(healthy().without_record(v6).unreachable(v6).with(nobody_came)).cures, ElementsAre(Reason::binding_missing_ipv6));
    // Another's record on an address of its own is never touched: what it does to clients stays.
    const auto shadowed =
        healthy().adding(certificate(7)).shadowed_by_address("203.0.113.5", certificate(7)).serving_at("203.0.113.5", certificate(7));
    EXPECT_THAT(plan_for(ServerBuilder{shadowed}.without_record(v6).unreachable(v6)).cures, ElementsAre(Reason::binding_missing_ipv6));
}

TEST(Plan, DoesNotPromiseWhatARestartHasNotCured) {
    const auto server = one_has_ended().uri_status(404).seen(Reason::sstp_uri_unhealthy, 5).reported_only(Reason::sstp_uri_unhealthy);
    EXPECT_THAT(plan_for(server).cures, testing::Not(testing::Contains(Reason::sstp_uri_unhealthy)));
}

// Where SstpSvc has kept the old hash through a restart of RemoteAccess before, it is restarted at once when the hash changes.
std::vector<std::string> restarted_at_once(const ServerBuilder& server, Around around = {}) {
    around.then_at_once = true;
    return std::get<RestartStep>(plan_for(server, around).steps.back()).services;
}

TEST(ThenAtOnce, IsForAHashThatChanges) {
    EXPECT_EQ(kThen, restarted_at_once(one_has_ended()));
    EXPECT_EQ(kThen, restarted_at_once(at_night(healthy().adding(two()))));
    EXPECT_THAT(restarted_at_once(healthy().held(certificate(9))), ElementsAre("RemoteAccess")) << "both hashes stand as they should";
    const auto symptom = healthy().uri_status(404).seen(Reason::sstp_uri_unhealthy, 3);
    EXPECT_THAT(restarted_at_once(symptom), ElementsAre("RemoteAccess"));
}

TEST(ThenAtOnce, LeavesNothingForASecondRung) {
    EXPECT_THAT(plan_for(one_has_ended(), {.then_at_once = true}).then, ElementsAre());
    EXPECT_EQ(plan_for(one_has_ended().service("RasMan", ServiceState::paused), {.then_at_once = true}).then, kThen);
}

TEST(ThenAtOnce, GoesByLessAfterATryThatFailed) {
    EXPECT_THAT(restarted_at_once(one_has_ended(), {.attempts = failed(two(), 1, 2h, false)}), ElementsAre("RemoteAccess"));
}

TEST(ThenAtOnce, LeavesAloneWhatCouldNotBeRestarted) {
    EXPECT_EQ(kThen, restarted_at_once(one_has_ended().service("RasMan", ServiceState::running)));
    EXPECT_THAT(restarted_at_once(one_has_ended().service("RasMan", ServiceState::paused)), ElementsAre("RemoteAccess"));
    const auto disabled = one_has_ended().service("SstpSvc", ServiceState::running).with([](auto& s) {
        std::get<ServiceStatus>(s.state.services.at("SstpSvc")).start_type = StartType::disabled;
    });
    EXPECT_THAT(restarted_at_once(disabled), ElementsAre("RemoteAccess"));
}

TEST(ThenAtOnce, KeepsThePolicysOwnServicesAndOrder) {
    const auto server = one_has_ended().with([](auto& s) { s.policy.restart.services = {"SstpSvc", "remoteaccess"}; });
    EXPECT_THAT(restarted_at_once(server), ElementsAre("SstpSvc", "remoteaccess", "RasMan"));
}

TEST(SecondRung, BelongsToTheFirstTryAndToWhatAHealChanges) {
    EXPECT_EQ(plan_for(one_has_ended()).then, kThen);
    const auto linked_client_only = healthy().adding(two()).linking(one(), two()).serving(two());
    EXPECT_EQ(plan_for(linked_client_only).then, kThen);
    EXPECT_THAT(plan_for(linked_client_only, {.attempts = failed(two(), 1, 2h)}).then, ElementsAre()) << "the second try";
    EXPECT_EQ(plan_for(one_has_ended(), {.attempts = failed(two(), 1, 2h, false)}).then, kThen) << "the first that restarts anything";
    EXPECT_EQ(plan_for(one_has_ended(), {.attempts = failed(two(), 1, 2h), .policy = "another"}).then, kThen)
        << "another policy starts afresh";
    EXPECT_THAT(plan_for(healthy().without_record(v6).unreachable(v6)).then, ElementsAre()) << "nothing is restarted";
    const auto symptom = healthy().uri_status(404).seen(Reason::sstp_uri_unhealthy, 3);
    EXPECT_THAT(plan_for(symptom).then, ElementsAre()) << "H8: a symptom alone gets one restart";
}

TEST(SecondRung, BelongsToARestartByWhichRrasMayReadAnotherHash) {
    const auto stale =
        healthy().held_unknown().written(60).rras_started(120).serving(v6, two()).seen(Reason::served_certificate_differs_ipv6, 3);
    EXPECT_EQ(plan_for(stale).then, kThen) << "somebody wrote since RRAS started: SstpSvc may keep what it holds";
}

TEST(SecondRung, BelongsToTheSecondTryTooOfWhatCannotBePutBack) {
    EXPECT_FALSE(plan_for(one_has_ended()).cannot_return.empty());
    EXPECT_EQ(plan_for(one_has_ended(), {.attempts = failed(two(), 1, 2h)}).then, kThen);
    EXPECT_THAT(plan_for(one_has_ended(), {.attempts = failed(two(), 2, 5h)}).then, ElementsAre()) << "the third";
    Attempts one_of_three = failed(two(), 3, 5h);
    one_of_three.with_stop = 1;
    EXPECT_EQ(plan_for(one_has_ended(), {.attempts = one_of_three}).then, kThen) << "two had not come to a restart";
}

TEST(SecondRung, NeedsRoomInTheBudget) {
    EXPECT_THAT(plan_for(one_has_ended(), {.charges = {30}}).then, ElementsAre()) << "two are left, which taking back may need";
    EXPECT_EQ(plan_for(one_has_ended(), {.charges = {30}, .asked = true}).then, kThen);
    EXPECT_THAT(plan_for(one_has_ended(), {.budget_unreadable = true}).then, ElementsAre());
}

TEST(Price, IsCountedBeforehand) {
    const auto plan = plan_for(one_has_ended().sessions(3, 40), {.outages = {30s, 12s, 14s}});
    ASSERT_TRUE(plan.price.sessions);
    EXPECT_EQ(plan.price.sessions->all(), 43U);
    EXPECT_EQ(plan.price.without_sstp, 14s) << "the middle one";
    EXPECT_EQ(plan_for(one_has_ended().sessions_unreadable()).price.sessions, std::nullopt);
    EXPECT_EQ(plan_for(one_has_ended()).price.without_sstp, std::nullopt);
    EXPECT_EQ(plan_for(healthy().without_record(v6).unreachable(v6), {.outages = {30s}}).price, Price{}) << "it costs nobody a session";
}

struct ReturnCase {
    std::string name;
    ServerBuilder server;
    std::string why;   ///< a part of it; empty: it can return
};
void PrintTo(const ReturnCase& each, std::ostream* out) { *out << each.name; }
class TakingBack : public testing::TestWithParam<ReturnCase> {};

TEST_P(TakingBack, IsPossibleOrNotAsIsKnownWhenThePlanIsMade) {
    const auto plan = plan_for(GetParam().server, {.asked = true, .ignore_window = true});
    if (GetParam().why.empty()) {
        EXPECT_EQ(plan.cannot_return, "");
    } else {
        EXPECT_THAT(plan.cannot_return, testing::HasSubstr(GetParam().why));
    }
}

Malformed malformed() { return {text_value("x"), "REG_SZ instead of REG_BINARY"}; }

// clang-format off
INSTANTIATE_TEST_SUITE_P(OldValues, TakingBack, testing::Values(
    ReturnCase{"a fit certificate in the store may come back", healthy().adding(two()), ""},
    ReturnCase{"a record that was not there is removed again", healthy().without_record(v6).unreachable(v6), ""},
    ReturnCase{"36, C3: the old one is deleted", healthy().deleting(one()).adding(two()), "is no longer in LocalMachine\\MY"},
    ReturnCase{"36: the old one has ended", one_has_ended(), "ended"},
    ReturnCase{"the old one is archived and still fit", healthy().linking(one(), two()).archiving(one()).adding(two()), ""},
    ReturnCase{"a weak one that clients were served with may come back", healthy().replacing(one().key(KeyAlgorithm::rsa, 1024)).adding(two()), ""},
    ReturnCase{"86a: a hash of a weak one that is not in force", healthy().adding(certificate(3).key(KeyAlgorithm::rsa, 1024)).hash(certificate(3)).held(certificate(3)), "has a key of 1024 bits"},
    ReturnCase{"86a: a hash of nothing", healthy().hash(certificate(9)).held(certificate(9)), "is no longer in LocalMachine\\MY"},
    ReturnCase{"86: a hash that RRAS cannot read", healthy().sha256(malformed()).parameters_written(5), "cannot read the old Sha256CertificateHash"},
    ReturnCase{"86c: flag 1 without a hash", healthy().flag(1U).without_hashes(), "isHashConfiguredByAdmin"},
    ReturnCase{"without a hash in automatic mode RRAS starts", healthy().without_hashes(), ""},
    ReturnCase{"half a pair is completed from the same certificate", healthy().flag(1U).sha256(Absent{}), ""},
    ReturnCase{"a malformed flag may come back", healthy().flag(malformed()), ""},
    ReturnCase{"RRAS did not start with what stands", healthy().service("RemoteAccess", ServiceState::stopped, 1168).unreachable().adding(certificate(3)).record(v6, certificate(3)), "RRAS did not start with what stands now"},
    ReturnCase{"two records that differ are not put back for RRAS to read", healthy().adding(two()).record(v6, two()).held_unknown().written(5), "event 24"},
    ReturnCase{"a restart alone has nothing to take back", healthy().held(certificate(9)), ""}));
// clang-format on

TEST(PlannedFor, IsWhenASuccessorMayBePutInForce) {
    const auto decided = decide_for(healthy().adding(two())).decided;
    ASSERT_TRUE(decided.planned_for);
    EXPECT_EQ(decided.planned_for, std::get<Refused>(decided.decision).until);
    EXPECT_EQ(decide_for(healthy()).decided.planned_for, std::nullopt);
    EXPECT_EQ(decide_for(at_night(healthy().adding(two()))).decided.planned_for, days_from_look(1) - 7h - 17min) << "now: 04:43";
    const auto observed = decide_for(healthy().adding(two()), {.permission = Permission::observe_by_policy}).decided;
    EXPECT_EQ(observed.planned_for, decided.planned_for) << "what the window would allow, also where the mode does not";
}

TEST(Step, IsDescribedForAPerson) {
    const auto plan = plan_for(one_has_ended().without_record(v6).sha1(malformed()).flag(malformed()));
    std::vector<std::string> lines;
    for (const sstp::Step& step : plan.steps) lines.push_back(word(step) + std::string{": "} + describe(step));
    EXPECT_THAT(
        lines,
        ElementsAre("bind: bind 0200..11 on 0.0.0.0:443 (was 0100..11)", "bind: bind 0200..11 on [::]:443 (no record before)",
                    "write_value: write Sha1CertificateHash = 0200..11 (was 4 bytes of REG_SZ)",
                    "write_value: write Sha256CertificateHash = 0200..22 (was 0100..22)",
                    "write_value: write isHashConfiguredByAdmin = 0 (was 4 bytes of REG_SZ)", "restart_services: restart RemoteAccess"));
}

/// 48: 500 servers, one certificate, one template. Planned work and restarts for symptoms alone are spread; what cuts users off is not.
TEST(AFleet, DoesNotRestartTogether) {
    const auto symptom = healthy().uri_status(404).seen(Reason::sstp_uri_unhealthy, 3);
    std::map<WallTime, int> planned;
    std::map<WallTime, int> symptoms;
    for (int machine = 0; machine < 500; ++machine) {
        const std::string key = "RAS-" + std::to_string(machine) + "|corp.example|0fdc6b3a";
        ++planned[std::chrono::floor<std::chrono::minutes>(*decide_for(healthy().adding(two()), {.machine_key = key}).decided.planned_for)];
        const auto decided = decide_for(symptom, {.machine_key = key}).decided;
        const auto* refused = std::get_if<Refused>(&decided.decision);
        ++symptoms[std::chrono::floor<std::chrono::minutes>(refused ? *refused->until : look_time())];
        EXPECT_EQ(in_short(decide_for(one_has_ended(), {.machine_key = key}).decided.decision),
                  "now: bind ipv4 2, bind ipv6 2, sha1 2, sha256 2, restart");
    }
    const auto most = [](const std::map<WallTime, int>& minutes) {
        int found = 0;
        for (const auto& [minute, servers] : minutes) found = std::max(found, servers);
        return found;
    };
    EXPECT_LE(most(planned), 15) << "three in each of 164 minutes are expected";
    EXPECT_LE(most(symptoms), 80) << "fifty in each of ten minutes are expected";
    EXPECT_GE(symptoms.size(), 10U);
}

}  // namespace

}  // namespace sstp::test::plan_tests
