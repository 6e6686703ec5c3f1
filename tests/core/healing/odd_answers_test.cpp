// HTTP.SYS's answers that are not what they seem, and records that are not like ours (DESIGN 2.4).

#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class OddAnswers : public OneServerTest {};

TEST_F(OddAnswers, row_47a_87_for_twenty_seconds_after_a_key_was_made_is_one_heal_and_no_charge_lost) {
    world.traits.new_keys_settle_for = 19s;
    expire(world);
    const auto outcome = server.heal();
    expect_result(HealResult::succeeded, outcome);
    EXPECT_EQ("2", server.everything_names());
    EXPECT_EQ(1U, world.restarts_of_rras);
    EXPECT_EQ(1U, server.record.contents.charges.size());
    EXPECT_EQ(1U, server.told(EventType::heal_started));
}

TEST_F(OddAnswers, a_record_that_cannot_be_read_just_before_it_is_changed_is_not_changed_and_no_key_is_blamed_for_it) {
    expire(world);
    const Footprint found = Footprint::of(world);
    EveryCall unreadable{PortCall::bindings_at, {Effect::fails, ErrorKind::access_denied, 5, 1ms}, 1};
    world.adversary = &unreadable;
    expect_result(HealResult::undone, server.heal());
    EXPECT_EQ(0U, server.writes(PortCall::bindings_put));
    EXPECT_TRUE(server.record.contents.refused_keys.empty());
    expect_as_found(found);
}

TEST_F(OddAnswers, a_record_that_was_refused_with_87_and_stands_there_when_it_is_tried_again_was_made_by_us) {
    world.traits.new_keys_settle_for = 19s;
    expire(world);
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    const ListenerBinding wanted = std::get<BindStep>(plan->steps.front()).after;
    AtKind late{PortCall::bindings_at, 2, [&](World& at) { at.set_binding(wanted); }};   // right behind the read that follows the write
    world.adversary = &late;
    expect_result(HealResult::succeeded, server.run(*plan));
    ASSERT_TRUE(late.acted());
    std::vector<std::string> outcomes;
    for (const JournalEvent& each : server.record.events) {
        const bool done = each.type == EventType::step_done && each.fields.at("subject") == wanted.endpoint.to_string();
        if (done) outcomes.push_back(each.fields.at("outcome"));
    }
    EXPECT_EQ((std::vector<std::string>{"done"}), outcomes) << "found_done would say that somebody else did it";
}

TEST_F(OddAnswers, row_47b_183_though_the_record_was_made_is_judged_by_reading_back) {
    world.traits.says_exists_though_made = true;
    drop_binding(world, AddressFamily::ipv6);
    expect_result(HealResult::succeeded, server.heal());
    EXPECT_EQ(0U, world.restarts_of_rras);
    EXPECT_TRUE(server.all_connect());
    EXPECT_TRUE(server.record.contents.charges.empty());
}

TEST_F(OddAnswers, a_key_that_settles_for_longer_ends_the_heal_as_found_without_a_stop) {
    world.traits.new_keys_settle_for = 5min;
    expire(world);
    const Footprint found = Footprint::of(world);
    const auto outcome = server.heal();
    expect_result(HealResult::undone, outcome);
    expect_as_found(found);
    EXPECT_FALSE(outcome->service_was_asked_to_stop);
    EXPECT_EQ(0U, world.restarts_of_rras);
    EXPECT_TRUE(server.record.contents.charges.empty());
    EXPECT_TRUE(server.record.contents.refused_keys.empty()) << "settling is no refusal";
}

TEST_F(OddAnswers, row_84_update_not_supported_and_1312_after_the_delete_puts_the_old_record_back_at_once) {
    world.traits.update = HttpUpdate::not_supported;
    expire(world);
    stored(world, cert2().thumbprint)->http_sys_uses_key = false;
    const Footprint found = Footprint::of(world);
    const auto outcome = server.heal();
    expect_result(HealResult::undone, outcome);
    expect_as_found(found);
    EXPECT_EQ(0U, world.restarts_of_rras);
    EXPECT_TRUE(server.record.contents.refused_keys.contains(cert2().hash)) << "the candidate counts as unusable";
    EXPECT_TRUE(server.record.contents.update_not_supported) << "remembered for this Windows build";
    EXPECT_NE(std::string::npos, outcome->explanation.find("1312"));
    EXPECT_FALSE(server.plan()) << "it is no candidate any more";
}

TEST_F(OddAnswers, row_84_with_the_old_certificate_gone_from_the_store_the_other_family_s_record_is_not_given_up_too) {
    world.traits.update = HttpUpdate::not_supported;
    expire(world);
    remove_certificate(world, cert1().thumbprint);
    stored(world, cert2().thumbprint)->http_sys_uses_key = false;
    const auto* ipv6 = world.binding_at(Endpoint::wildcard(AddressFamily::ipv6, 443));
    ASSERT_TRUE(ipv6);
    const ListenerBinding found = *ipv6;
    expect_result(HealResult::incomplete, server.heal());
    const auto* now = world.binding_at(Endpoint::wildcard(AddressFamily::ipv6, 443));
    ASSERT_TRUE(now) << "it answers still, and HTTP.SYS would take neither certificate any more";
    EXPECT_EQ(found, *now);
    EXPECT_EQ(0U, world.restarts_of_rras);
}

TEST_F(OddAnswers, a_write_that_is_reported_as_done_and_did_not_stick_is_told_as_that) {
    expire(world);
    const Footprint found = Footprint::of(world);
    EveryCall lies{PortCall::parameters_write, {Effect::lies, ErrorKind::unexpected, 0, 1ms}, 1};
    world.adversary = &lies;
    const auto outcome = server.heal();
    expect_result(HealResult::undone, outcome);
    EXPECT_NE(std::string::npos, outcome->explanation.find("does not read back")) << outcome->explanation;
    expect_as_found(found);
}

TEST_F(OddAnswers, a_record_that_cannot_be_read_back_is_told_with_what_the_read_answered) {
    expire(world);
    const Footprint found = Footprint::of(world);
    class CannotBeReadBack final : public Adversary {
    public:
        Verdict on_call(PortCall call, std::uint64_t) override {
            const bool silent = put_ && call == PortCall::bindings_at && failed_++ == 0;
            put_ = put_ || call == PortCall::bindings_put;
            return silent ? Verdict{Effect::fails, ErrorKind::access_denied, 5, 1ms} : Verdict{};
        }

    private:
        bool put_ = false;
        int failed_ = 0;
    } http_sys;
    world.adversary = &http_sys;
    const auto outcome = server.heal();
    expect_result(HealResult::undone, outcome);
    EXPECT_NE(std::string::npos, outcome->explanation.find("(5)")) << outcome->explanation;
    EXPECT_EQ(std::string::npos, outcome->explanation.find("does not read back")) << outcome->explanation;
    expect_as_found(found);
}

TEST_F(OddAnswers, a_record_with_extended_parameters_and_no_update_is_reported_and_not_replaced) {
    world.traits.update = HttpUpdate::not_supported;
    world.extended_records.insert(Endpoint::wildcard(AddressFamily::ipv4, 443));
    expire(world);
    const Footprint found = Footprint::of(world);
    const auto outcome = server.heal();
    expect_result(HealResult::undone, outcome);
    expect_as_found(found);
    EXPECT_TRUE(has(outcome->standing, Reason::binding_not_replaceable));
}

TEST_F(OddAnswers, row_65_a_record_of_another_store_gets_the_store_in_which_the_successor_lies) {
    add_certificate(world, cert1(), "WebHosting");
    for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
        ListenerBinding record = *world.binding_at(Endpoint::wildcard(family, 443));
        record.store = "WebHosting";
        world.set_binding(record);
    }
    stored(world, cert1().thumbprint, "WebHosting")->certificate.not_after = world.wall - 1min;
    expire(world);
    expect_result(HealResult::succeeded, server.heal());
    EXPECT_EQ("MY", world.binding_at(Endpoint::wildcard(AddressFamily::ipv4, 443))->store.value_or("MY"));
    EXPECT_TRUE(server.all_connect());
    EXPECT_EQ(1U, world.restarts_of_rras);
}

}  // namespace
}  // namespace sstp::healing_test
