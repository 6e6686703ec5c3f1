// The watchdog's own life: policy, Group Policy, kill switch, clock, machine; each problem with its end.

#include "core/journal/told.h"
#include "tests/core/certificate_builder.h"
#include "tests/core/journal/told_in_short.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const WallTime kNoon = *from_rfc3339("2026-11-21T12:00:00Z");
constexpr char kFile[] = "policy.json";

class ToldLife : public testing::Test {
protected:
    template <class Tell>
    std::string told(Tell tell) {
        draft.events.clear();
        tell();
        return in_short(draft.events);
    }
    std::string rejected(const char* why, Duration after = 0s) {
        return told([&] { tell_policy_rejected(draft, why, kFile, kNoon + after); });
    }
    std::string accepted(Duration after = 0s) {
        return told([&] { tell_policy_accepted(draft, kFile, kNoon + after); });
    }
    const JournalEvent& last() const { return draft.events.back(); }

    JournalDraft draft;
};

/// Found live: when the last good file came back, policy_rejected was never resolved.
TEST_F(ToldLife, a_rejected_policy_is_resolved_when_the_file_that_stayed_in_force_comes_back) {
    EXPECT_EQ("", accepted());
    EXPECT_EQ("policy_rejected policy_invalid", rejected("line 1"));
    EXPECT_EQ("", rejected("line 1", 5min));
    EXPECT_EQ("policy_rejected policy_invalid", rejected("line 2", 6min)) << "another mistake";
    EXPECT_EQ("policy_rejected policy_invalid", rejected("line 2", 2h)) << "a reminder";
    EXPECT_EQ("true", last().fields.at("repeated"));
    EXPECT_EQ("policy_accepted policy_invalid", accepted(3h));
    EXPECT_EQ("2026-11-21T12:00:00.000Z", last().fields.at("since"));
    EXPECT_EQ("", accepted(4h));
}

TEST_F(ToldLife, another_process_resolves_what_an_earlier_one_rejected) {
    EXPECT_EQ("policy_rejected policy_invalid", rejected("line 1"));
    draft = {{}, draft.contents};   // what the record keeps
    EXPECT_EQ("", rejected("line 1", 1min)) << "the same mistake at the next start";
    EXPECT_EQ("policy_accepted policy_invalid", accepted(2min));
}

TEST_F(ToldLife, a_policy_that_is_loaded_resolves_by_itself) {
    EXPECT_NE("", rejected("line 1"));
    EXPECT_EQ("policy_loaded", told([&] { tell_policy_loaded(draft, Mode::observe, kFile, kNoon); }));
    EXPECT_EQ("observe", last().fields.at("mode"));
    EXPECT_EQ("", accepted());
}

TEST_F(ToldLife, group_policy_is_told_when_it_decides_something_else_and_when_it_ends) {
    const auto group = [&](const char* values) { return told([&] { tell_group_policy(draft, values, kNoon); }); };
    EXPECT_EQ("", group(""));
    EXPECT_EQ("group_policy_in_force", group("dns_names"));
    EXPECT_EQ("dns_names", last().fields.at("settings"));
    EXPECT_EQ("", group("dns_names"));
    EXPECT_EQ("group_policy_in_force", group("dns_names, issuer"));
    EXPECT_EQ("group_policy_in_force", group(""));
    EXPECT_THAT(last().text, HasSubstr("nothing any more"));
    EXPECT_EQ("", group(""));
}

TEST_F(ToldLife, the_kill_switch_comes_and_goes) {
    const auto kill = [&](bool set) { return told([&] { tell_kill_switch(draft, set, "Mode is observe.", kNoon); }); };
    EXPECT_EQ("", kill(false));
    EXPECT_EQ("kill_switch_set kill_switch", kill(true));
    EXPECT_EQ("", kill(true));
    EXPECT_EQ("kill_switch_cleared kill_switch", kill(false));
}

TEST_F(ToldLife, a_doubted_clock_comes_and_goes_and_is_reminded_of) {
    const auto clock = [&](bool doubted, Duration after = 0s) {
        return told([&] { tell_clock(draft, doubted, "It is behind.", kNoon + after); });
    };
    EXPECT_EQ("", clock(false));
    EXPECT_EQ("clock_not_believed clock_not_believed", clock(true));
    EXPECT_EQ("", clock(true, 5min));
    EXPECT_EQ("clock_not_believed clock_not_believed", clock(true, 1h));
    EXPECT_TRUE(draft.contents.clock_doubt_told);
    EXPECT_EQ("clock_believed clock_not_believed", clock(false, 2h));
    EXPECT_FALSE(draft.contents.clock_doubt_told);
}

TEST_F(ToldLife, a_renamed_machine_and_another_one_are_told_with_the_name_before) {
    draft.contents.machine = MachineIdentity{"guid", "OLD", "uuid"};
    EXPECT_EQ("machine_identity_changed renamed", told([&] { tell_machine_changed(draft, {"guid", "NEW", "uuid"}, true, kNoon); }));
    EXPECT_EQ("OLD", last().fields.at("previous_computer"));
    EXPECT_EQ("machine_identity_changed another_machine", told([&] { tell_machine_changed(draft, {"other", "NEW", "u"}, false, kNoon); }));
}

/// Found live: the field is a stable word, not a sentence.
TEST_F(ToldLife, why_it_stopped_is_a_stable_word) {
    for (const auto& [reason, expected] : {std::pair{StopReason::requested, "stop_requested"}, std::pair{StopReason::shutdown, "shutdown"},
                                           std::pair{StopReason::heal_done, "heal_done"}, std::pair{StopReason::failed, "failed"}}) {
        EXPECT_EQ(std::string{"service_stopped "} + expected, told([&, why = reason] { tell_service_stopped(draft, why, kNoon); }));
    }
}

TEST_F(ToldLife, everything_else_has_only_catalogued_fields) {
    tell_service_started(draft, "1.0.0", "vpn01", kNoon);
    tell_database_replaced(draft, {ErrorKind::corrupt, "open", "state.db", 11, "damaged"}, kNoon);
    tell_dropped_before_storing(draft, 7, kNoon);
    tell_siem_test(draft, kNoon);
    tell_heartbeat(draft, {.cycle = 3, .healthy = false, .findings = 2, .version = "1.0.0", .days_left = -1, .state = "critical"}, kNoon);
    EXPECT_EQ("service_started, state_database_replaced, events_dropped database_unusable, siem_test, heartbeat", in_short(draft.events));
    EXPECT_EQ("-1", last().fields.at("days_left"));
    EXPECT_EQ("critical", last().fields.at("state"));
}

TEST_F(ToldLife, heals_and_what_clients_taught_have_only_catalogued_fields) {
    HealPlan plan;
    plan.target = test::two();
    plan.cures = {Reason::certificate_expired};
    plan.caused_by = {"a-1"};
    plan.steps = {RestartStep{{"RemoteAccess"}}};
    plan.price.sessions = Sessions{{3, {}}, {4, {}}};
    tell_heal_planned(draft, plan, true, kNoon, "EXAMPLE\\admin");
    EXPECT_EQ("7", last().fields.at("sessions"));
    EXPECT_EQ("EXAMPLE\\admin", last().fields.at("user"));
    tell_recovered(draft, "a-h1", "succeeded", "It is well.", kNoon);
    const Learned before{{"vpn.example.com"}, "vpn.example.com", authority_of(test::one()), {}, kNoon};
    tell_learned(draft, {{"vpn.example.com", "www.example.com"}, "vpn.example.com", authority_of(test::two()), {}, kNoon}, before, kNoon);
    EXPECT_EQ("vpn.example.com,www.example.com", last().fields.at("names"));
    EXPECT_EQ("vpn.example.com", last().fields.at("previous_names"));
    tell_adopted(draft, test::two(), before, kNoon);
    tell_confirmed_by_client(draft, "a-h1", kNoon, 5h + 40min, false, kNoon);
    EXPECT_THAT(last().text, HasSubstr("5 hours after it"));
    EXPECT_EQ("20400", last().fields.at("seconds"));
    EXPECT_EQ("heal_planned certificate_expired, recovered_after_crash, names_learned, certificate_adopted, heal_confirmed_by_client",
              in_short(draft.events));
}

}  // namespace
}  // namespace sstp
