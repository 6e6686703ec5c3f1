#include "core/journal/trouble.h"

#include "core/journal/catalogue.h"

#include <gtest/gtest.h>

#include <map>
#include <utility>

namespace sstp {
namespace {

JournalEvent event(EventType type, std::map<std::string, std::string> fields) { return {7, type, {}, "", std::move(fields)}; }

TEST(Trouble, is_opened_by_a_problem_or_an_alert_and_ended_by_what_resolves_it) {
    EXPECT_EQ(trouble_step(event(EventType::finding_raised, {})), TroubleStep::opened);
    EXPECT_EQ(trouble_step(event(EventType::finding_raised, {{"repeated", "false"}})), TroubleStep::opened);
    EXPECT_EQ(trouble_step(event(EventType::finding_raised, {{"repeated", "true"}})), TroubleStep::goes_on);
    EXPECT_EQ(trouble_step(event(EventType::finding_cleared, {})), TroubleStep::ended);
    EXPECT_EQ(trouble_step(event(EventType::heal_refused, {})), TroubleStep::opened) << "an alert, though nothing resolves it";
    EXPECT_EQ(trouble_step(event(EventType::heal_planned, {})), TroubleStep::none);
    EXPECT_EQ(trouble_step(event(EventType::service_stopped, {})), TroubleStep::none) << "of the watchdog, not of the server";
}

TEST(Trouble, has_one_name_from_its_first_event_to_its_last) {
    const auto raised = [](const char* subject) {
        return trouble_of(event(EventType::finding_raised, {{"reason", "binding_mismatch"}, {"subject", subject}}));
    };
    EXPECT_EQ(raised("[::]:443"), trouble_of(event(EventType::finding_cleared, {{"reason", "binding_mismatch"}, {"subject", "[::]:443"}})));
    EXPECT_NE(raised("[::]:443"), raised("0.0.0.0:443"));
    EXPECT_EQ(trouble_of(event(EventType::siem_destination_down, {{"destination", "soc"}, {"reason", "connect"}})),
              trouble_of(event(EventType::siem_destination_restored, {{"destination", "soc"}})));
    EXPECT_NE(trouble_of(event(EventType::siem_destination_down, {{"destination", "soc"}})),
              trouble_of(event(EventType::siem_destination_down, {{"destination", "other"}})));
    EXPECT_EQ(trouble_of(event(EventType::policy_rejected, {{"subject", "policy.json"}, {"reason", "policy_invalid"}})), "policy_rejected");
    EXPECT_EQ(trouble_of(event(EventType::policy_loaded, {{"mode", "heal"}})), "policy_rejected") << "what is ended says no subject";
    EXPECT_EQ(trouble_of(event(EventType::policy_accepted, {})), "policy_rejected");
    EXPECT_EQ(trouble_of(event(EventType::heal_planned, {{"heal_id", "1"}})), "");
}

/// The digits stand in rules and tickets: they are those of FNV-1a with 64 bits (its authors' test vector for "foobar").
TEST(Trouble, names_what_it_is_about_by_a_digest_that_never_changes) {
    EXPECT_EQ(trouble_of(event(EventType::finding_raised, {{"reason", "weak_key"}, {"subject", "foobar"}})), "weak_key-85944171f73967e8");
}

TEST(Trouble, is_named_in_plain_characters_whatever_the_reason_holds) {
    EXPECT_EQ(trouble_of(event(EventType::finding_raised, {{"reason", "a b-c\"\\\xC3\xBC"}})), "abc");
    EXPECT_EQ(trouble_of(event(EventType::finding_raised, {{"reason", std::string(300, 'a')}})), std::string(48, 'a'));
    EXPECT_EQ(trouble_of(event(EventType::finding_raised, {})), "finding_raised");
}

}  // namespace
}  // namespace sstp
