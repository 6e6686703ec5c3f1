// What the journal tells of a heal's steps, and what the record remembers of how it ended.

#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

class Told : public OneServerTest {
protected:
    std::vector<JournalEvent> events(EventType type) {
        std::vector<JournalEvent> found;
        for (const JournalEvent& each : server.record.events)
            if (each.type == type) found.push_back(each);
        return found;
    }
    /// "-": the event has no such field.
    static std::string field(const JournalEvent& event, const std::string& name) {
        const auto found = event.fields.find(name);
        return found == event.fields.end() ? "-" : found->second;
    }
    std::vector<std::string> fields(EventType type, const std::string& name) {
        std::vector<std::string> found;
        for (const JournalEvent& each : events(type)) found.push_back(field(each, name));
        return found;
    }
};

using Texts = std::vector<std::string>;

TEST_F(Told, steps_are_counted_from_one_and_the_restart_is_the_last) {
    expire(world);
    expect_result(HealResult::succeeded, server.heal());
    for (const EventType type : {EventType::step_begun, EventType::step_done}) {
        EXPECT_EQ((Texts{"1", "2", "3", "4", "5"}), fields(type, "step"));
        EXPECT_EQ((Texts{"5", "5", "5", "5", "5"}), fields(type, "steps"));
    }
}

TEST_F(Told, a_record_has_a_previous_owner_only_where_the_heal_takes_it_over) {
    server.policy.listener.foreign_owner = ForeignOwner::take_over;
    bind(world, AddressFamily::ipv6, cert1(), kIisAppId);
    expire(world);
    expect_result(HealResult::succeeded, server.heal());
    ASSERT_EQ(kSstpAppId, world.binding_at(Endpoint::wildcard(AddressFamily::ipv6, 443))->app_id);
    EXPECT_EQ((Texts{"0.0.0.0:443", "[::]:443", "-", "-", "-"}), fields(EventType::step_begun, "endpoint"));
    EXPECT_EQ((Texts{"-", "IIS", "-", "-", "-"}), fields(EventType::step_begun, "previous_owner"));
}

TEST_F(Told, whoever_asked_for_the_heal_is_named_and_nobody_where_nobody_asked) {
    expire(world);
    Server asked = server;
    asked.user = "EXAMPLE\\anne";
    asked.asked_by_administrator = true;
    expect_result(HealResult::succeeded, server.heal());
    EXPECT_EQ((Texts{"-"}), fields(EventType::heal_started, "user"));
    expect_result(HealResult::succeeded, asked.heal());
    server.record.events = asked.record.events;
    EXPECT_EQ((Texts{"EXAMPLE\\anne"}), fields(EventType::heal_started, "user"));
}

TEST_F(Told, where_no_listener_of_ours_can_be_asked_a_success_does_not_say_that_one_answers) {
    const Certificate site = make_certificate(8, {"www.example.com"});
    add_certificate(world, site);
    std::vector<IpAddress> addresses = world.interface_addresses;
    for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) addresses.push_back(IpAddress::loopback(family));
    for (const IpAddress& each : addresses) bind_address(world, each, site);
    expire(world);
    ASSERT_TRUE(server.levels().empty());
    server.asked_by_administrator = true;
    const auto outcome = server.heal();
    expect_result(HealResult::succeeded, outcome);
    EXPECT_EQ(std::string::npos, outcome->explanation.find("the listeners serve")) << outcome->explanation;
    EXPECT_NE(std::string::npos, outcome->explanation.find("No listener of ours could be asked")) << outcome->explanation;
}

TEST_F(Told, what_goes_back_is_told_as_put_back) {
    expire(world);
    const Footprint found = Footprint::of(world);
    EveryCall refuses{PortCall::bindings_put, {Effect::fails, ErrorKind::access_denied, 5, 1ms}, 1, 1};
    world.adversary = &refuses;
    expect_result(HealResult::undone, server.heal());
    expect_as_found(found);
    EXPECT_EQ((Texts{"done", "undone"}), fields(EventType::step_done, "outcome"));
    EXPECT_EQ("0.0.0.0:443 was put back as it was.", events(EventType::step_done).back().text);
}

TEST_F(Told, a_heal_that_came_to_its_end_leaves_nothing_that_is_called_incomplete) {
    expire(world);
    const Server expired = server;
    expect_result(HealResult::succeeded, server.heal());
    EXPECT_FALSE(server.record.contents.incomplete) << "what stands is proven";
    Server refused = expired;
    EveryCall refuses{PortCall::bindings_put, {Effect::fails, ErrorKind::access_denied, 5, 1ms}, 1, 1};
    refused.world.adversary = &refuses;
    expect_result(HealResult::undone, refused.heal());
    EXPECT_FALSE(refused.record.contents.incomplete) << "nothing of it stands";
}

}  // namespace
}  // namespace sstp::healing_test
