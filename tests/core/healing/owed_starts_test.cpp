// What a heal stopped is owed a start: until it runs, or somebody has decided otherwise.

#include "tests/core/healing/one_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class OwedStart : public OneServerTest {
protected:
    void expect_owed_and_started_by_the_recovery(const std::string& name) {
        ASSERT_TRUE(server.record.contents.open_heal);
        EXPECT_EQ((std::vector<std::string>{name}), server.record.contents.open_heal->to_start);
        world.adversary = nullptr;
        world.advance(10min);
        expect_result(HealResult::succeeded, server.recover_open_heal());
        EXPECT_TRUE(world.running(name));
    }
};

TEST_F(OwedStart, a_service_that_was_disabled_meanwhile_is_its_administrator_s_and_owed_no_longer) {
    add_dependant("Thirdparty");
    expire(world);
    AtKind administrator{PortCall::services_stop, 1, [](World& at) { at.services["Thirdparty"].status.start_type = StartType::disabled; }};
    world.adversary = &administrator;
    expect_result(HealResult::succeeded, server.heal());
    EXPECT_FALSE(world.running("Thirdparty"));
    EXPECT_FALSE(server.record.contents.open_heal);
}

TEST_F(OwedStart, a_service_that_answers_1058_and_then_cannot_be_asked_is_owed_a_start_still) {
    add_dependant("Thirdparty");
    expire(world);
    // 1058 also comes where something that the service needs is disabled: only its own start type tells, and that is not to be had.
    class CannotBeAsked final : public Adversary {
    public:
        Verdict on_call(PortCall call, std::uint64_t) override {
            const Verdict disabled{Effect::fails, ErrorKind::service_disabled, 1058, 1ms};
            if (call == PortCall::services_start && ++starts == 2) return silent_ = true, disabled;
            silent_ = silent_ && call == PortCall::services_query;
            return silent_ ? Verdict{Effect::fails, ErrorKind::access_denied, 5, 1ms} : Verdict{};
        }
        int starts = 0;

    private:
        bool silent_ = false;
    } scm;
    world.adversary = &scm;
    expect_result(HealResult::incomplete, server.heal());
    ASSERT_LE(2, scm.starts);
    expect_owed_and_started_by_the_recovery("Thirdparty");
}

TEST_F(OwedStart, a_service_that_answers_1058_for_something_that_it_needs_is_owed_a_start_still) {
    add_dependant("Thirdparty");
    expire(world);
    // StartService answers 1058 of a service that is automatic where a driver or service below it is disabled.
    EveryCall disabled{PortCall::services_start, {Effect::fails, ErrorKind::service_disabled, 1058, 1ms}, 1, 1};
    world.adversary = &disabled;
    expect_result(HealResult::incomplete, server.heal());
    expect_owed_and_started_by_the_recovery("Thirdparty");
}

TEST_F(OwedStart, a_service_that_was_uninstalled_while_it_was_stopped_is_owed_no_longer) {
    add_dependant("Thirdparty");
    expire(world);
    AtKind administrator{PortCall::services_start, 1, [](World& at) { at.services.erase("Thirdparty"); }};
    world.adversary = &administrator;
    expect_result(HealResult::succeeded, server.heal());
    ASSERT_TRUE(administrator.acted());
    EXPECT_FALSE(server.record.contents.open_heal);
    EXPECT_TRUE(server.all_connect());
}

TEST_F(OwedStart, a_dependant_that_does_not_start_again_keeps_the_heal_open_and_is_tried_every_few_minutes) {
    add_dependant("Thirdparty");
    expire(world);
    world.services["Thirdparty"].start_fails_with = 1067;
    const auto outcome = server.heal();
    expect_result(HealResult::incomplete, outcome);
    EXPECT_NE(std::string::npos, outcome->explanation.find("Thirdparty"));
    EXPECT_TRUE(server.all_connect()) << "SSTP works all the same";
    const auto told = server.told(EventType::step_failed);
    std::size_t starts = 0;
    for (int i = 0; i < 60; ++i) {
        world.advance(1min);
        (void)server.recover_open_heal();
    }
    for (const auto& each : world.writes) starts += each.call == PortCall::services_start && each.subject == "Thirdparty" ? 1 : 0;
    EXPECT_EQ(15U, starts) << "an hour: in the heal, after 1, 2, 4 minutes, then every 5 minutes";
    EXPECT_EQ(told, server.told(EventType::step_failed)) << "the same again is told once";
    world.services["Thirdparty"].start_fails_with = 0;
    world.advance(5min);
    expect_result(HealResult::succeeded, server.recover_open_heal());
    EXPECT_TRUE(world.running("Thirdparty"));
    EXPECT_EQ(1U, world.restarts_of_rras);
}

TEST_F(OwedStart, rras_that_we_stopped_and_that_does_not_start_is_not_waited_for_in_the_proof) {
    expire(world);
    EveryCall no_logon{PortCall::services_start, {Effect::fails, ErrorKind::access_denied, 1069, 1ms}, 100};
    world.adversary = &no_logon;
    expect_result(HealResult::incomplete, server.heal());
    ASSERT_FALSE(world.running("RemoteAccess"));
    for (const std::string& line : server.lines) EXPECT_FALSE(line.starts_with("not yet")) << line << ": only our next start of it helps";
}

TEST_F(OwedStart, rras_that_we_stopped_and_that_does_not_start_is_started_within_minutes_after_it_can_be) {
    add_certificate(world, cert2());
    world.services["RemoteAccess"].start_fails_with = 1068;
    expect_result(HealResult::incomplete, server.heal());
    for (const JournalEvent& each : server.record.events) EXPECT_NE("Starting .", each.text.substr(0, 10)) << "a list of nothing";
    for (int hour = 0; hour < 20; ++hour) {
        world.advance(1h);
        (void)server.recover_open_heal();
    }
    ASSERT_TRUE(server.record.contents.open_heal);
    world.services["RemoteAccess"].start_fails_with = 0;
    world.advance(5min);
    (void)server.recover_open_heal();
    EXPECT_TRUE(world.running("RemoteAccess"));
    EXPECT_FALSE(server.record.contents.open_heal);
    EXPECT_TRUE(server.all_connect());
}

TEST_F(OwedStart, what_is_left_open_because_rras_does_not_start_is_told_once_and_not_at_each_attempt) {
    expire(world);
    world.services["RemoteAccess"].start_fails_with = 1168;
    AtKind takes_the_certificate_away(PortCall::services_stop, 1, [](World& at) { at.stores["MY"].clear(); });
    world.adversary = &takes_the_certificate_away;
    expect_result(HealResult::incomplete, server.heal());
    world.adversary = nullptr;
    const auto unproven = [&] {
        const auto& all = server.record.events;
        return std::count_if(all.begin(), all.end(), [](const JournalEvent& each) {
            const auto action = each.fields.find("action");
            return each.type == EventType::step_failed && action != each.fields.end() && action->second == "verify";
        });
    };
    const auto told = unproven();
    EXPECT_EQ(1, told);
    for (int i = 0; i < 12; ++i) {
        world.advance(5min);
        (void)server.recover_open_heal();
    }
    EXPECT_EQ(told, unproven()) << "an hour of attempts";
}

}  // namespace
}  // namespace sstp::healing_test
