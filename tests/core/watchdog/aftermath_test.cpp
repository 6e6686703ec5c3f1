#include "core/watchdog/aftermath.h"
#include "tests/core/server_builder.h"

#include <gtest/gtest.h>

namespace sstp::test {
namespace {

using namespace std::chrono_literals;

const Certificate kOne = one();
const Certificate kTwo = two();

HealPlan plan_to(const Certificate& target) {
    HealPlan plan;
    plan.target = target;
    plan.steps = {WriteValueStep{SstpValue::sha256_certificate_hash, RawValue::binary(kOne.hash.to_vector()),
                                 RawValue::binary(target.hash.to_vector())},
                  RestartStep{{kRemoteAccess}}};
    return plan;
}

HealOutcome ended(HealResult result, std::uint32_t restarts) {
    HealOutcome outcome;
    outcome.result = result;
    outcome.heal_id = "h1";
    outcome.restarts = restarts;
    outcome.restart_was_timed = restarts > 0;
    outcome.service_was_asked_to_stop = restarts > 0;
    outcome.times = {1s, 2s, 3s, 4s};
    return outcome;
}

TEST(Aftermath, AFailedHealCountsInTheScheduleOfItsTarget) {
    RecordContents contents;
    remember_heal(contents, plan_to(kTwo), ended(HealResult::undone, 2), "p", {}, RunningTime{1h});
    remember_heal(contents, plan_to(kTwo), ended(HealResult::incomplete, 1), "p", {}, RunningTime{2h});
    ASSERT_EQ(1U, contents.attempts.size());
    EXPECT_EQ(2U, contents.attempts.front().failures);
    EXPECT_EQ(RunningTime{2h}, contents.attempts.front().last);
    remember_heal(contents, plan_to(kTwo), ended(HealResult::undone, 2), "another policy", {}, RunningTime{3h});
    EXPECT_EQ(1U, contents.attempts.front().failures) << "another policy starts afresh";
    remember_heal(contents, plan_to(kOne), ended(HealResult::undone, 2), "another policy", {}, RunningTime{3h});
    EXPECT_EQ(1U, contents.attempts.back().failures) << "another certificate starts afresh";
    remember_heal(contents, plan_to(kTwo), ended(HealResult::undone, 2), "another policy", {}, RunningTime{4h});
    EXPECT_EQ(2U, contents.attempts.back().failures) << "and takes nothing from the schedule of the first";
    remember_heal(contents, plan_to(kOne), ended(HealResult::succeeded, 1), "another policy", {}, RunningTime{4h});
    remember_heal(contents, plan_to(kTwo), ended(HealResult::succeeded, 1), "another policy", {}, RunningTime{4h});
    EXPECT_TRUE(contents.attempts.empty());
}

TEST(Aftermath, OfFailedHealsThoseAreCountedByThemselvesThatAskedAServiceToStop) {
    RecordContents contents;
    for (const std::uint32_t restarts : {0U, 1U, 0U})
        remember_heal(contents, plan_to(kTwo), ended(HealResult::undone, restarts), "p", {}, RunningTime{1h});
    ASSERT_EQ(1U, contents.attempts.size());
    EXPECT_EQ(3U, contents.attempts.front().failures);
    EXPECT_EQ(1U, contents.attempts.front().with_stop);
}

TEST(Aftermath, AWriteThatGoesThroughEndsNoScheduleOfRestarts) {
    RecordContents contents;
    remember_heal(contents, plan_to(kTwo), ended(HealResult::undone, 2), "p", {}, RunningTime{1h});
    remember_heal(contents, plan_to(kOne), ended(HealResult::succeeded, 0), "p", {}, RunningTime{2h});
    remember_heal(contents, plan_to(kTwo), ended(HealResult::succeeded, 0), "p", {}, RunningTime{2h});
    ASSERT_EQ(1U, contents.attempts.size()) << "neither of the other certificate nor of the same";
    remember_heal(contents, plan_to(kOne), ended(HealResult::undone, 0), "p", {}, RunningTime{3h});
    EXPECT_EQ(2U, contents.attempts.size());
    remember_heal(contents, plan_to(kOne), ended(HealResult::succeeded, 0), "p", {}, RunningTime{4h});
    EXPECT_EQ(1U, contents.attempts.size()) << "a write that was refused and goes through now is over";
}

TEST(Aftermath, WhatDidNotBeginCountsNowhere) {
    RecordContents contents;
    remember_heal(contents, plan_to(kTwo), ended(HealResult::not_begun, 0), "p", {}, RunningTime{1h});
    EXPECT_EQ(RecordContents{}, contents);
}

TEST(Aftermath, ASuccessIsExperienceAndAwaitsItsFirstClient) {
    RecordContents contents;
    remember_heal(contents, plan_to(kTwo), ended(HealResult::succeeded, 1), "p", {look_time(), {}}, RunningTime{1h});
    EXPECT_EQ(std::vector<Duration>{9s}, contents.heals.outages);
    ASSERT_TRUE(contents.awaited_client);
    EXPECT_TRUE(contents.awaited_client->changed_a_hash);
    EXPECT_TRUE(contents.awaited_client->only_services_restarted);
    EXPECT_EQ(1U, contents.cures.size());
}

TEST(Aftermath, ARestartOfSstpSvcLeavesNoSecondRungForClients) {
    RecordContents contents;
    HealPlan plan = plan_to(kTwo);
    plan.steps.back() = RestartStep{{"RemoteAccess", "RasMan", "sstpsvc"}};
    remember_heal(contents, plan, ended(HealResult::succeeded, 1), "p", {look_time(), {}}, RunningTime{1h});
    EXPECT_FALSE(contents.awaited_client->only_services_restarted);
    EXPECT_FALSE(contents.awaited_client->after_then);
    plan.cures = {Reason::no_client_since_heal};
    remember_heal(contents, plan, ended(HealResult::succeeded, 1), "p", {look_time(), {}}, RunningTime{2h});
    EXPECT_TRUE(contents.awaited_client->after_then);
    HealOutcome cut_off = ended(HealResult::succeeded, 1);
    cut_off.sessions_ended = Sessions{.sstp = {.open = 1}};
    remember_heal(contents, plan, cut_off, "p", {look_time(), {}}, RunningTime{3h});
    EXPECT_FALSE(contents.awaited_client->after_then) << "somebody was connected: clients came without it";
}

// A dependant of RasMan that takes no stop must not keep every certificate from coming into force.
TEST(Aftermath, WhatCouldNotBeBegunWithSstpSvcIsTriedWithoutIt) {
    RecordContents contents;
    contents.then_brought_clients = 2;
    HealPlan plan = plan_to(kTwo);
    remember_heal(contents, plan, ended(HealResult::not_begun, 0), "p", {}, RunningTime{1h});
    EXPECT_EQ(2U, contents.then_brought_clients);
    plan.steps.back() = RestartStep{{"RemoteAccess", "RasMan", "SstpSvc"}};
    remember_heal(contents, plan, ended(HealResult::not_begun, 0), "p", {}, RunningTime{1h});
    EXPECT_EQ(0U, contents.then_brought_clients);
}

TEST(Aftermath, ARestartOfAProcessThatDiedCountsForItsClientsButNotAsExperience) {
    RecordContents contents;
    HealOutcome recovered = ended(HealResult::succeeded, 1);
    recovered.restart_was_timed = false;
    remember_heal(contents, plan_to(kTwo), recovered, "p", {look_time(), {}}, RunningTime{1h});
    EXPECT_TRUE(contents.heals.outages.empty());
    ASSERT_TRUE(contents.awaited_client);
    EXPECT_TRUE(contents.awaited_client->only_services_restarted);
}

TEST(Aftermath, Row28_ACureThatSomebodyPutsBackIsCountedOnceAndSaid) {
    RecordContents contents;
    const ServerBuilder healed = healthy().adding(kTwo).all_naming(kTwo);
    remember_heal(contents, plan_to(kTwo), ended(HealResult::succeeded, 1), "p", {}, RunningTime{1h});
    EXPECT_TRUE(find_put_backs(contents, healed.state, RunningTime{2h}).empty());
    const ServerBuilder put_back = healthy().adding(kTwo).all_naming(kTwo).hash(kOne);
    EXPECT_EQ(1U, find_put_backs(contents, put_back.state, RunningTime{3h}).size());
    EXPECT_TRUE(find_put_backs(contents, put_back.state, RunningTime{4h}).empty()) << "once";
    const auto finding = does_not_last(contents, RunningTime{4h});
    ASSERT_TRUE(finding);
    EXPECT_NE(std::string::npos, finding->explanation.find("Sha256CertificateHash"));
    // A heal that succeeds again does not end the schedule while somebody puts it back.
    remember_heal(contents, plan_to(kTwo), ended(HealResult::succeeded, 1), "p", {}, RunningTime{5h});
    ASSERT_EQ(1U, contents.attempts.size());
    EXPECT_EQ(1U, contents.attempts.front().failures);
    EXPECT_FALSE(does_not_last(contents, RunningTime{28h})) << "a day without a put-back ends it";
}

TEST(Aftermath, AKeyThatHttpSysRefusedIsHeldAgainstItForADayAndNoLongerThanItLooksTheSame) {
    const ServerBuilder server = healthy().adding(kTwo);
    RecordContents contents;
    contents.refused_keys[kTwo.hash] = {"HTTP.SYS refused it.", RunningTime{1h}, KeyState::usable};
    const auto forgiven = [&](const ServerBuilder& at, RunningTime when, bool anew) {
        RecordContents after = contents;
        forgive_refused_keys(after, at.state, when, anew);
        return after.refused_keys.empty();
    };
    EXPECT_FALSE(forgiven(server, RunningTime{24h}, false));
    EXPECT_TRUE(forgiven(server, RunningTime{25h}, false));
    EXPECT_TRUE(forgiven(healthy().adding(two().key(KeyState::unknown)), RunningTime{2h}, false)) << "its provider is at work on it";
    EXPECT_TRUE(forgiven(server, RunningTime{2h}, true)) << "the store changed, or an administrator wants it now";
    EXPECT_FALSE(forgiven(healthy(), RunningTime{2h}, false)) << "it has left the store: nothing is known of its key";
    contents.open_heal = OpenHeal{};
    contents.open_heal->target = kTwo;
    EXPECT_FALSE(forgiven(server, RunningTime{48h}, true)) << "a heal towards it is open";
}

TEST(Aftermath, ALaterChoiceOfSomebodysPutsNothingBack) {
    RecordContents contents;
    remember_heal(contents, plan_to(kTwo), ended(HealResult::succeeded, 1), "p", {}, RunningTime{1h});
    const Certificate three = certificate(3);
    const ServerBuilder chosen = healthy().adding(kTwo).adding(three).all_naming(three);
    EXPECT_TRUE(find_put_backs(contents, chosen.state, RunningTime{2h}).empty());
    EXPECT_FALSE(does_not_last(contents, RunningTime{2h}));
    const ServerBuilder back = healthy().adding(kTwo).all_naming(kTwo).hash(kOne);
    EXPECT_TRUE(find_put_backs(contents, back.state, RunningTime{3h}).empty()) << "that cure is over";
}

TEST(Aftermath, ACureThatSomebodyTakesAwayAltogetherIsPutBackToo) {
    RecordContents contents;
    remember_heal(contents, plan_to(kTwo), ended(HealResult::succeeded, 1), "p", {}, RunningTime{1h});
    const ServerBuilder deleted = healthy().adding(kTwo).all_naming(kTwo).sha256(Absent{});
    EXPECT_EQ(1U, find_put_backs(contents, deleted.state, RunningTime{2h}).size());
}

TEST(Aftermath, ACureThatAnEarlierVersionWatchedIsPutBackByAnyOtherValue) {
    RecordContents contents;
    contents.cures = {Cure{registry_name(SstpValue::sha256_certificate_hash), to_hex(kTwo.hash.to_vector()), RunningTime{1h}, {}}};
    EXPECT_EQ(1U, find_put_backs(contents, healthy().state, RunningTime{2h}).size());
}

TEST(Aftermath, ACureThatLastedADayIsNoLongerWatched) {
    RecordContents contents;
    remember_heal(contents, plan_to(kTwo), ended(HealResult::succeeded, 1), "p", {}, RunningTime{1h});
    const ServerBuilder put_back = healthy().adding(kTwo).all_naming(kTwo).hash(kOne);
    EXPECT_TRUE(find_put_backs(contents, put_back.state, RunningTime{26h}).empty());
}

}  // namespace
}  // namespace sstp::test
