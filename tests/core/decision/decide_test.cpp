#include "core/decision/decide.h"

#include "core/decision/plan_steps.h"

#include "tests/core/decision/in_short.h"
#include "tests/core/diagnosis/server_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp::test {

namespace {

constexpr auto v4 = AddressFamily::ipv4;
constexpr auto v6 = AddressFamily::ipv6;

const Certificate one = certificate(1);
const Certificate two = certificate(2).newer();
const Certificate ended = certificate(3).expired();
const Certificate elsewhere = certificate(9);   // in no store

Malformed malformed(RawValue raw = text_value("x")) { return {std::move(raw), "the wrong type"}; }

/// The circumstances of a decision besides the server: everything allowed, nothing spent.
struct Circumstances {
    Permission permission = Permission::heal;
    std::vector<BudgetCharge> charges;
    bool budget_unreadable = false;
    bool asked = false;
    bool ignore_window = false;
};

Decision decide_for(const ServerBuilder& server, const Circumstances& around = {}) {
    const Findings findings = diagnose(server.diagnosis());
    const MonotonicTime up{std::chrono::hours{72}};
    return decide({.diagnosis = server.diagnosis(),
                   .findings = findings,
                   .permission = around.permission,
                   .charges = around.charges,
                   .budget_unreadable = around.budget_unreadable,
                   .budget_unreadable_since = std::nullopt,
                   .now = {server.now, up},
                   .local_offset = std::chrono::hours{1},
                   .machine_key = "machine",
                   .asked_by_administrator = around.asked,
                   .ignore_window = around.ignore_window})
        .decision;
}

/// Charged so many minutes before the decision.
BudgetCharge charge(int minutes_ago) {
    const std::chrono::minutes ago{minutes_ago};
    return {{look_time() - ago, MonotonicTime{std::chrono::hours{72} - ago}}, "heal", "heal"};
}

struct Case {
    std::string name;
    ServerBuilder server;
    std::string decision;   ///< in_short
    Circumstances around;
};
void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }

class Decide : public testing::TestWithParam<Case> {};

TEST_P(Decide, Exactly) {
    const Case& each = GetParam();
    const Decision decision = decide_for(each.server, each.around);
    EXPECT_EQ(in_short(decision), each.decision) << each.name;
    const auto* refused = std::get_if<Refused>(&decision);
    EXPECT_TRUE(!refused || !refused->explanation.empty());
}

/// Runs `change` on a server: for what the builder has no word.
template <class Change>
ServerBuilder with(ServerBuilder server, Change change) {
    change(server);
    return server;
}

MaintenanceWindow window(int start_hour, int hours) {
    MaintenanceWindow every_night;
    every_night.days.fill(true);
    every_night.start = std::chrono::hours{start_hour};
    every_night.duration = std::chrono::hours{hours};
    return every_night;
}
ServerBuilder in_window(ServerBuilder server, int start_hour, int hours) {
    server.policy.restart.maintenance_window = window(start_hour, hours);
    return server;
}

constexpr char kEverything2[] = "bind ipv4 2, bind ipv6 2, sha1 2, sha256 2, restart";

// clang-format off
const std::vector<Case> kPlans = {
    {"a healthy server needs nothing", healthy(), "nothing", {}},
    {"an event alone is no reason", healthy().troubled(5), "nothing", {}},
    {"a missing IPv6 record is added, and costs nobody a session", healthy().without_ipv6_binding(), "urgent: bind ipv6 1", {}},
    {"after event 13 RRAS must read the new record", healthy().without_ipv6_binding().troubled(5), "urgent: bind ipv6 1, restart", {}},
    {"an event from before RRAS started is settled", healthy().without_ipv6_binding().troubled(60 * 24 * 4), "urgent: bind ipv6 1", {}},
    {"when RRAS started is not known: assume that the event came after",
     with(healthy().without_ipv6_binding().troubled(60 * 24 * 4), [](auto& s) { std::get<ServiceStatus>(s.state.services["RemoteAccess"]).process_started = std::nullopt; }), "urgent: bind ipv6 1, restart", {}},
    {"a missing IPv4 record is added", healthy().without_ipv4_binding().unreachable(v4), "urgent: bind ipv4 1", {}},
    {"both records are missing: the hash says which certificate", healthy().adding(certificate(2)).without_ipv4_binding().without_ipv6_binding(), "urgent: bind ipv4 1, bind ipv6 1", {}},
    {"a family that is switched off is not bound", with(healthy().without_ipv6_binding().without_ipv4_binding(), [](auto& s) { s.policy.listener.ipv6 = false; }), "urgent: bind ipv4 1", {}},
    {"an overwritten record is put right", healthy().adding(certificate(2)).binding(v6, certificate(2)), "urgent: bind ipv6 1", {}},
    {"both records overwritten: the stored hash is right", healthy().adding(certificate(2)).binding(v4, certificate(2)).binding(v6, certificate(2)), "urgent: bind ipv4 1, bind ipv6 1", {}},
    {"a missing SHA-1 is written", healthy().sha1(Absent{}), "urgent: sha1 1, restart", {}},
    {"a malformed SHA-256 is replaced", healthy().sha256(malformed()), "urgent: sha256 1, restart", {}},
    {"hashes of something that is gone follow the bindings", healthy().hashes(elsewhere), "urgent: sha1 1, sha256 1, restart", {}},
    {"a flag of no type that RRAS reads becomes the default", healthy().flag(malformed()), "urgent: flag 0, restart", {}},
    {"a flag that meant 1 becomes 1: as text", healthy().flag(malformed(text_value("1"))), "urgent: flag 1, restart", {}},
    {"a flag that meant 1 becomes 1: as bytes", healthy().flag(malformed({RawValue::kBinary, {1, 0, 0, 0}})), "urgent: flag 1, restart", {}},
    {"a flag that meant 1 becomes 1: as a QWORD", healthy().flag(malformed({11, {1, 0, 0, 0, 0, 0, 0, 0}})), "urgent: flag 1, restart", {}},
    {"a flag of the right type and length zero becomes the default", healthy().flag(malformed({RawValue::kDword, {}})), "urgent: flag 0, restart", {}},
    {"a good flag stays as it is", healthy().flag(1U).sha1(Absent{}), "urgent: sha1 1, restart", {}},
    {"an expired certificate gives way to the renewed one, everywhere", healthy().holding({ended, two}).all_naming(ended), std::string{"urgent: "} + kEverything2, {}},
    {"a certificate that is gone gives way", healthy().holding({two}).remembering(one), std::string{"urgent: "} + kEverything2, {}},
    {"required revocation that nobody answers does not keep one that is bad anyway", with(healthy().holding({certificate(1).chain(ChainTrust::untrusted, Revocation::unknown), two}), [](auto& s) { s.policy.certificate.revocation = RevocationPolicy::require; }), std::string{"urgent: "} + kEverything2, {}},
    {"a tool renewed the bindings and forgot the hashes", healthy().holding({ended, two}).all_naming(two).hashes(ended), "urgent: sha1 2, sha256 2, restart", {}},
    {"a half-done heal is finished", healthy().holding({ended, two}).all_naming(ended).binding(v4, two), "urgent: bind ipv6 2, sha1 2, sha256 2, restart", {}},
    {"a foreign record with another fit certificate is followed, not touched", healthy().adding(certificate(2)).owned_by(v6, kIisAppId).binding(v6, certificate(2)), "urgent: bind ipv4 2, sha1 2, sha256 2, restart", {}},
    {"a foreign record with the right certificate is left alone", healthy().owned_by(v6, kIisAppId), "nothing", {}},
    {"beside a foreign record a missing one of ours is added", healthy().owned_by(v6, kIisAppId).without_ipv4_binding(), "urgent: bind ipv4 1", {}},
    {"an SNI record for our name is followed", healthy().adding(certificate(2)).shadowed_by_name("vpn.example.com", certificate(2)), std::string{"urgent: "} + kEverything2, {}},
    {"a foreign record is taken over where policy says so", healthy().taking_over().adding(ended).owned_by(v6, kIisAppId).binding(v6, ended), "urgent: bind ipv6 1", {}},
    {"RemoteAccess crashed: heal and start it", healthy().service("RemoteAccess", ServiceState::stopped, 1067).sha1(Absent{}).unreachable(v4).unreachable(v6), "urgent: sha1 1, restart", {}},
    {"RemoteAccess crashed and all else is right: start it", healthy().service("RemoteAccess", ServiceState::stopped, 1067).unreachable(v4).unreachable(v6), "urgent: restart", {}},
    {"SstpSvc crashed under a running RemoteAccess", healthy().service("SstpSvc", ServiceState::stopped, 1067), "urgent: restart", {}},
    {"a certificate that ends soon without a successor: nothing can be done", healthy().holding({certificate(1).valid(-70, 5)}), "nothing", {}}};

const std::vector<Case> kRefusals = {
    {"behind a load balancer nothing is written, whatever looks wrong", healthy().tls_offloaded().without_ipv6_binding(), "refused tls_offloaded", {}},
    {"something unreadable stops every change", with(healthy().without_ipv6_binding(), [](auto& s) { s.state.certificates = Unreadable{denied("open")}; }), "refused state_unreadable", {}},
    {"an unreadable chain of the certificate in force does not replace it", healthy().holding({certificate(1).chain_unreadable(), two}), "refused state_unreadable", {}},
    {"required revocation that nobody answers does not replace it", with(healthy().holding({certificate(1).chain(ChainTrust::trusted, Revocation::unknown), two}), [](auto& s) { s.policy.certificate.revocation = RevocationPolicy::require; }), "refused state_unreadable", {}},
    {"no fit certificate", healthy().holding({ended}).all_naming(ended), "refused no_fit_certificate", {}},
    {"the pinned certificate is not there", healthy().pinning(elsewhere), "refused no_fit_certificate", {}},
    {"the pinned certificate has ended", healthy().adding(ended).pinning(ended), "refused no_fit_certificate", {}},
    {"two candidates with nothing to tell them apart", healthy().holding({one, certificate(2).names({"www.example.com"})}).all_naming(elsewhere), "refused ambiguous_certificate", {}},
    {"a foreign record names an unfit certificate", healthy().adding(ended).owned_by(v6, kIisAppId).binding(v6, ended).sha1(Absent{}), "refused foreign_owner", {}},
    {"two foreign records contradict each other", healthy().adding(certificate(2)).owned_by(v4, kIisAppId).owned_by(v6, kIisAppId).binding(v6, certificate(2)).serving(v6, certificate(2)), "refused foreign_owner", {}},
    {"our own record in another store", healthy().in_store(v6, "WebHosting").binding(v6, elsewhere).unreachable(v6), "refused foreign_owner", {}},
    {"a central store serves something unknown", healthy().shadowed_by_central_store().serving(v4, elsewhere), "refused foreign_owner", {}},
    {"an unfit certificate behind an exact address", healthy().adding(ended).shadowed_by_address(v4, ended), "refused foreign_owner", {}},
    {"RemoteAccess was stopped by somebody", healthy().service("RemoteAccess", ServiceState::stopped).without_ipv6_binding(), "refused service_stopped", {}},
    {"RemoteAccess was never started since boot", healthy().service("RemoteAccess", ServiceState::stopped, 1077), "refused service_stopped", {}},
    {"RemoteAccess failed, but is started by hand", healthy().service("RemoteAccess", ServiceState::stopped, 1067).start_type("RemoteAccess", StartType::manual), "refused service_stopped", {}},
    {"RemoteAccess is paused", healthy().service("RemoteAccess", ServiceState::paused), "refused service_stopped", {}},
    {"RemoteAccess is still starting", healthy().service("RemoteAccess", ServiceState::start_pending).without_ipv6_binding(), "refused waiting_for_confirmation", {}},
    {"a disabled service could not be started again", healthy().start_type("SstpSvc", StartType::disabled).sha1(Absent{}), "refused service_disabled", {}},
    {"a disabled service that runs is no trouble while nothing else is", healthy().start_type("RemoteAccess", StartType::disabled), "nothing", {}},
    {"RemoteAccess is not installed", healthy().not_installed("RemoteAccess"), "refused service_stopped", {}},
    {"observe mode", healthy().without_ipv6_binding(), "refused observe_mode", {.permission = Permission::observe_by_policy}},
    {"the kill switch", healthy().without_ipv6_binding(), "refused kill_switch", {.permission = Permission::observe_by_kill_switch}},
    {"observe mode is not waiting for a window", healthy().adding(two), "refused observe_mode", {.permission = Permission::observe_by_policy}},
    {"an administrator's heal does not outrank the kill switch", healthy().without_ipv6_binding(), "refused kill_switch", {.permission = Permission::observe_by_kill_switch, .asked = true}},
    {"a healthy server needs no permission", healthy(), "nothing", {.permission = Permission::observe_by_policy}}};

const std::vector<Case> kPlanned = {
    {"a newer certificate waits, without a window, for replace_before", healthy().adding(two), "refused outside_window", {}},
    {"replace_before has come", healthy().holding({certificate(1).valid(-70, 6), two}), std::string{"planned: "} + kEverything2, {}},
    {"the window is not open (03:14 local)", in_window(healthy().adding(two), 5, 4), "refused outside_window", {}},
    {"the window has been open long enough for this machine", in_window(healthy().adding(two), 17, 11), std::string{"planned: "} + kEverything2, {}},
    {"the window is closed, but replace_before has come", in_window(healthy().holding({certificate(1).valid(-70, 6), two}), 5, 4), std::string{"planned: "} + kEverything2, {}},
    {"an administrator need not wait for the window", healthy().adding(two), std::string{"planned: "} + kEverything2, {.asked = true, .ignore_window = true}},
    {"an administrator's heal waits for the window unless told otherwise", healthy().adding(two), "refused outside_window", {.asked = true}},
    {"a pinned certificate takes its place in the window", healthy().adding(certificate(2)).pinning(certificate(2)), "refused outside_window", {}},
    {"before the window only what is broken is repaired, if that costs no session", healthy().adding(two).without_ipv6_binding(), "urgent: bind ipv6 1", {}},
    {"a repair that costs the sessions anyway puts the successor in force", healthy().adding(two).sha1(Absent{}), std::string{"urgent: "} + kEverything2, {}},
    {"the bindings are ahead of their time: what is in force is restored", healthy().adding(two).binding(v4, two).binding(v6, two), "urgent: bind ipv4 1, bind ipv6 1", {}},
    {"before the window an unconfirmed symptom is looked at again", healthy().adding(two).unreachable(v6), "refused waiting_for_confirmation", {}}};

const std::vector<Case> kSymptoms = {
    {"a probe alone must be confirmed", healthy().unreachable(v6).seen(Reason::listener_unreachable_ipv6, 2), "refused waiting_for_confirmation", {}},
    {"a probe that is confirmed costs one restart", healthy().unreachable(v6).seen(Reason::listener_unreachable_ipv6, 3), "urgent: restart", {}},
    {"a confirmed one does not confirm another that is gone", healthy().unreachable(v6).seen(Reason::sstp_uri_unhealthy, 3), "refused waiting_for_confirmation", {}},
    {"an administrator has looked already", healthy().unreachable(v6).seen(Reason::listener_unreachable_ipv6, 1), "urgent: restart", {.asked = true}},
    {"what a restart has not cured is only reported", with(healthy().unreachable(v6).seen(Reason::listener_unreachable_ipv6, 9), [](auto& s) { s.memory.reported_only = {Reason::listener_unreachable_ipv6}; }), "refused reported_only", {}},
    {"an administrator may try again", with(healthy().unreachable(v6).seen(Reason::listener_unreachable_ipv6, 9), [](auto& s) { s.memory.reported_only = {Reason::listener_unreachable_ipv6}; }), "urgent: restart", {.asked = true}},
    {"another symptom beside one that is only reported", with(healthy().unreachable(v6).uri_status(v4, 503).seen(Reason::sstp_uri_unhealthy, 3), [](auto& s) { s.memory.reported_only = {Reason::listener_unreachable_ipv6}; }), "urgent: restart", {}},
    {"a cause needs no confirmation", healthy().unreachable(v6).without_ipv6_binding(), "urgent: bind ipv6 1", {}},
    {"after a jump of the clock dates are looked at again", with(healthy().holding({ended, two}).all_naming(ended), [](auto& s) { s.memory.clock_jumped = true; }), "refused waiting_for_confirmation", {}},
    {"after a jump of the clock what has no date is healed", with(healthy().without_ipv6_binding(), [](auto& s) { s.memory.clock_jumped = true; }), "urgent: bind ipv6 1", {}}};

const std::vector<Case> kBudget = {
    {"two heals in the hour leave one", healthy().sha1(Absent{}), "urgent: sha1 1, restart", {.charges = {charge(40), charge(20)}}},
    {"three heals in the hour are enough", healthy().sha1(Absent{}), "refused budget_exhausted", {.charges = {charge(50), charge(40), charge(20)}}},
    {"eight in the day are enough", healthy().sha1(Absent{}), "refused budget_exhausted", {.charges = {charge(1200), charge(1100), charge(1000), charge(900), charge(800), charge(700), charge(600), charge(500)}}},
    {"five minutes between two heals", healthy().sha1(Absent{}), "refused cooldown", {.charges = {charge(4)}}},
    {"a damaged record counts as spent", healthy().sha1(Absent{}), "refused budget_exhausted", {.budget_unreadable = true}},
    {"an administrator is not refused", healthy().sha1(Absent{}), "urgent: sha1 1, restart", {.charges = {charge(50), charge(40), charge(2)}, .asked = true}},
    {"a healthy server has no use for a budget", healthy(), "nothing", {.charges = {charge(50), charge(40), charge(2)}}}};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Plans, Decide, testing::ValuesIn(kPlans));
INSTANTIATE_TEST_SUITE_P(Refusals, Decide, testing::ValuesIn(kRefusals));
INSTANTIATE_TEST_SUITE_P(PlannedWork, Decide, testing::ValuesIn(kPlanned));
INSTANTIATE_TEST_SUITE_P(Symptoms, Decide, testing::ValuesIn(kSymptoms));
INSTANTIATE_TEST_SUITE_P(Budget, Decide, testing::ValuesIn(kBudget));

HealPlan plan_for(const ServerBuilder& server) {
    const Findings findings = diagnose(server.diagnosis());
    return decide({.diagnosis = server.diagnosis(), .findings = findings}).plan.value();
}

TEST(HealPlan, KeepsEveryFieldOfARecordButTheHash) {
    const auto server = healthy().adding(certificate(2)).binding(v6, certificate(2)).in_store(v6, "my");
    const auto step = std::get<BindStep>(plan_for(server).steps.at(0));
    ListenerBinding expected = std::get<ListenerBinding>(server.state.ipv6_binding);
    EXPECT_EQ(step.before, expected);
    expected.certificate = one.thumbprint.to_vector();
    EXPECT_EQ(step.after, expected);
}

TEST(HealPlan, TakesOverOwnerAndStoreAndNothingElse) {
    const auto server = healthy().taking_over().adding(ended).owned_by(v6, kIisAppId).in_store(v6, "WebHosting").binding(v6, ended);
    const auto step = std::get<BindStep>(plan_for(server).steps.at(0));
    ListenerBinding expected = std::get<ListenerBinding>(server.state.ipv6_binding);
    EXPECT_EQ(step.before, expected);
    expected.certificate = one.thumbprint.to_vector();
    expected.app_id = kSstpAppId;
    expected.store = "MY";
    EXPECT_EQ(step.after, expected);
}

TEST(HealPlan, DoesNotTouchAForeignRecordEvenTowardsAnotherTarget) {
    const auto server = healthy().adding(certificate(2)).owned_by(v6, kIisAppId).sha1(Absent{});
    const auto plan = plan_towards(server.diagnosis(), diagnose(server.diagnosis()), certificate(2), {});
    EXPECT_EQ(in_short(plan.value().steps), "bind ipv4 2, sha1 2, sha256 2, restart");
}

TEST(HealPlan, AddsARecordLikeOursOfTheOtherFamily) {
    const auto step = std::get<BindStep>(plan_for(healthy().without_ipv6_binding()).steps.at(0));
    EXPECT_FALSE(step.before.has_value());
    ListenerBinding expected = std::get<ListenerBinding>(healthy().state.ipv4_binding);
    expected.endpoint = Endpoint::wildcard(v6, 443);
    EXPECT_EQ(step.after, expected);
}

TEST(HealPlan, AddsARecordOfSstpWhereThereIsNoneOfOursToCopy) {
    ListenerBinding expected;
    expected.endpoint = Endpoint::wildcard(v6, 443);
    expected.app_id = kSstpAppId;
    expected.store = "MY";
    expected.certificate = one.thumbprint.to_vector();
    const auto beside_a_foreign_one = plan_for(healthy().owned_by(v4, kIisAppId).without_ipv6_binding());
    EXPECT_EQ(std::get<BindStep>(beside_a_foreign_one.steps.at(0)).after, expected);
    const auto without_any = plan_for(healthy().without_ipv4_binding().without_ipv6_binding());
    EXPECT_EQ(std::get<BindStep>(without_any.steps.at(1)).after, expected);
}

TEST(HealPlan, RemembersWhatAMalformedValueWas) {
    const auto step = std::get<WriteValueStep>(plan_for(healthy().sha1(malformed())).steps.at(0));
    EXPECT_EQ(step.before, text_value("x"));
    EXPECT_EQ(step.after, RawValue::binary(one.thumbprint.to_vector()));
    EXPECT_EQ(std::get<WriteValueStep>(plan_for(healthy().sha1(Absent{})).steps.at(0)).before, std::nullopt);
}

TEST(HealPlan, NamesTheCertificateThatIsReplaced) {
    EXPECT_EQ(plan_for(healthy().holding({ended, two}).all_naming(ended)).replaced, ended);
    EXPECT_EQ(plan_for(healthy().sha1(Absent{})).replaced, std::nullopt);
}

TEST(HealPlan, PromisesOnlyWhatItCures) {
    const auto server = healthy()
                            .holding({certificate(1).valid(-70, 20)})
                            .start_type("RasMan", StartType::automatic)
                            .without_ipv6_binding()
                            .unreachable(v6);
    EXPECT_THAT(plan_for(server).cures, testing::ElementsAre(Reason::binding_missing_ipv6, Reason::listener_unreachable_ipv6));
    const auto with_reported =
        with(healthy().sha1(Absent{}).uri_status(v4, 404), [](auto& s) { s.memory.reported_only = {Reason::sstp_uri_unhealthy}; });
    EXPECT_THAT(plan_for(with_reported).cures, testing::ElementsAre(Reason::hash_sha1_missing));
}

TEST(HealPlan, RestartsTheServicesOfThePolicyInTheirOrder) {
    const auto server = with(healthy().sha1(Absent{}), [](auto& s) { s.policy.restart.services = {"RemoteAccess", "SstpSvc"}; });
    EXPECT_THAT(std::get<RestartStep>(plan_for(server).steps.back()).services, testing::ElementsAre("RemoteAccess", "SstpSvc"));
}

TEST(HealPlan, IsPrintedEvenWhereItIsNotAllowedNow) {
    const auto server = healthy().adding(two);
    ASSERT_EQ(in_short(decide_for(server)), "refused outside_window");
    EXPECT_EQ(in_short(plan_for(server).steps), kEverything2);
    EXPECT_EQ(plan_for(server).urgency, Urgency::planned);
}

TEST(Refusal, SaysWhenToLookAgain) {
    const auto until = [](const ServerBuilder& server, const Circumstances& around = {}) {
        return std::get<Refused>(decide_for(server, around)).until;
    };
    // The third youngest of the hour is 50 minutes old.
    EXPECT_EQ(until(healthy().sha1(Absent{}), {.charges = {charge(50), charge(40), charge(20)}}), look_time() + std::chrono::minutes{10});
    EXPECT_EQ(until(healthy().sha1(Absent{}), {.charges = {charge(4)}}), look_time() + std::chrono::minutes{1});
    EXPECT_EQ(until(healthy().sha1(Absent{}), {.budget_unreadable = true}), look_time() + std::chrono::hours{1});
    EXPECT_EQ(until(healthy().unreachable(v6)), look_time() + std::chrono::seconds{2});
    EXPECT_EQ(until(healthy().holding({ended}).all_naming(ended)), std::nullopt);
}

TEST(Refusal, PlannedWorkIsDueWithinTheHourBeforeReplaceBefore) {
    const auto due = std::get<Refused>(decide_for(healthy().adding(two))).until;
    ASSERT_TRUE(due.has_value());
    EXPECT_LE(*due, days_from_look(60 - 7));
    EXPECT_GT(*due, days_from_look(60 - 7) - std::chrono::hours{1});
    auto then = healthy().adding(two);
    then.now = *due;
    EXPECT_EQ(in_short(decide_for(then)), std::string{"planned: "} + kEverything2);
    then.now = *due - std::chrono::milliseconds{1};
    EXPECT_EQ(in_short(decide_for(then)), "refused outside_window");
}

TEST(Refusal, PlannedWorkWaitsForTheWindowThatOpensFirst) {
    const auto server = in_window(healthy().adding(two), 5, 4);   // 05:00 to 09:00 local is 04:00 to 08:00 UTC
    const auto until = std::get<Refused>(decide_for(server)).until;
    ASSERT_TRUE(until.has_value());
    EXPECT_GE(*until, look_time() - std::chrono::minutes{134} + std::chrono::hours{4});
    EXPECT_LT(*until, look_time() - std::chrono::minutes{134} + std::chrono::hours{8});
    auto then = server;
    then.now = *until;
    EXPECT_EQ(in_short(decide_for(then)), std::string{"planned: "} + kEverything2);
}

TEST(Refusal, AClockThatIsWrongIsSuspected) {
    const auto server = healthy().holding({ended, certificate(4).expired()}).all_naming(ended);
    EXPECT_THAT(std::get<Refused>(decide_for(server)).explanation, testing::HasSubstr("check the machine's clock"));
    EXPECT_THAT(std::get<Refused>(decide_for(healthy().holding({ended}).all_naming(ended))).explanation,
                testing::Not(testing::HasSubstr("clock")));
}

TEST(Step, IsDescribedForAPerson) {
    const auto plan =
        plan_for(healthy().holding({ended, two}).all_naming(ended).without_ipv6_binding().sha1(malformed()).flag(malformed()));
    std::vector<std::string> lines;
    for (const Step& step : plan.steps) lines.push_back(word(step) + std::string{": "} + describe(step));
    EXPECT_THAT(lines, testing::ElementsAre("bind: bind 0200..11 on 0.0.0.0:443 (was 0300..11)",
                                            "bind: bind 0200..11 on [::]:443 (no record before)",
                                            "write_value: write Sha1CertificateHash = 0200..11 (was 4 bytes of REG_SZ)",
                                            "write_value: write Sha256CertificateHash = 0200..22 (was 0300..22)",
                                            "write_value: write isHashConfiguredByAdmin = 0 (was 4 bytes of REG_SZ)",
                                            "restart_services: restart RemoteAccess, RasMan, SstpSvc"));
    const auto over = plan_for(healthy().taking_over().adding(ended).owned_by(v6, kIisAppId).in_store(v6, "WebHosting").binding(v6, ended));
    EXPECT_EQ(describe(over.steps.at(0)), "bind 0100..11 on [::]:443 (was 0300..11, taken over from IIS, store WebHosting)");
    EXPECT_EQ(describe(plan_for(healthy().sha1(Absent{})).steps.at(0)), "write Sha1CertificateHash = 0100..11 (was missing)");
}

}  // namespace

}  // namespace sstp::test
