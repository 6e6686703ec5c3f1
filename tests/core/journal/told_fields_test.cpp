// What a server with the watchdog on it really tells, whole stories long: every event has a sentence and only fields of the catalogue,
// and every problem that was told has its end when the trouble has ended.

#include "core/journal/catalogue.h"
#include "tests/core/watchdog/server_with_record.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace sstp {
namespace {

using namespace simulated;
using namespace std::chrono_literals;
using test::kPolicyFile;
using test::ServerWithRecord;

class ToldStories : public testing::Test {
protected:
    void cycles(int count) {
        ProcessPorts ports{server.world, server.record};
        Watchdog watchdog{ports, ServerWithRecord::options()};
        watchdog.start();
        for (int i = 0; i < count; ++i) {
            (void)watchdog.cycle({Wake::timer});
            server.world.advance(watchdog.next_look());
        }
        watchdog.stop(StopReason::requested);
    }
    void policy(const char* text) { server.world.files[kPolicyFile] = text; }
    /// Findings that were raised and not cleared, by what was told.
    std::set<std::string> open() const {
        std::set<std::string> open;
        for (const JournalEvent& event : server.record.events()) {
            const auto reason = event.fields.find("reason");
            const auto subject = event.fields.find("subject");
            if (reason == event.fields.end() || subject == event.fields.end()) continue;
            const std::string key = reason->second + '|' + subject->second;
            if (event.type == EventType::finding_raised) open.insert(key);
            if (event.type == EventType::finding_cleared) open.erase(key);
        }
        return open;
    }
    void TearDown() override {
        for (const JournalEvent& event : server.record.events()) {
            EXPECT_TRUE(uncatalogued_fields(event).empty()) << word(event.type) << " has " << uncatalogued_fields(event).front();
            EXPECT_FALSE(event.text.empty()) << word(event.type);
        }
    }

    ServerWithRecord server;
};

TEST_F(ToldStories, a_rejected_policy_a_kill_switch_and_a_sign_of_life) {
    policy(R"({"siem": {"heartbeat": "1m"}})");
    cycles(3);
    policy(R"({"mode": "repair"})");
    server.world.kill_switch = RawValue{RawValue::kText, {}};   // empty: not `heal`, so it stops
    cycles(1);
    server.world.kill_switch.reset();
    policy(R"({"siem": {"heartbeat": "1m"}})");
    server.world.advance(2min);
    cycles(2);
    for (const EventType type : {EventType::policy_rejected, EventType::policy_accepted, EventType::kill_switch_set,
                                 EventType::kill_switch_cleared, EventType::heartbeat}) {
        EXPECT_GT(server.told(type), 0U) << word(type);
    }
}

TEST_F(ToldStories, who_asked_for_a_heal_is_named_where_that_is_known) {
    policy("{}");
    cycles(3);
    const auto users_of = [&](Wake wake) {
        std::erase_if(server.world.bindings,
                      [](const ListenerBinding& each) { return each.endpoint == Endpoint::wildcard(AddressFamily::ipv6, 443); });
        ProcessPorts ports{server.world, server.record};
        WatchdogOptions options = ServerWithRecord::options();
        options.user = "EXAMPLE\\anne";
        Watchdog watchdog{ports, options};
        const std::size_t before = server.record.events().size();
        watchdog.start();
        for (int i = 0; i < 60; ++i) {
            (void)watchdog.cycle({i == 0 ? wake : Wake::timer});
            server.world.advance(watchdog.next_look());
        }
        watchdog.stop(StopReason::requested);
        std::set<std::string> users;
        for (std::size_t i = before; i < server.record.events().size(); ++i) {
            const JournalEvent& event = server.record.events()[i];
            if (event.type != EventType::heal_planned && event.type != EventType::heal_started) continue;
            users.insert(std::string(word(event.type)) + " by " + (event.fields.contains("user") ? event.fields.at("user") : "nobody"));
        }
        return users;
    };
    EXPECT_EQ(users_of(Wake::administrator_heal),
              (std::set<std::string>{"heal_planned by EXAMPLE\\anne", "heal_started by EXAMPLE\\anne"}));
    EXPECT_EQ(users_of(Wake::timer), (std::set<std::string>{"heal_planned by nobody", "heal_started by nobody"}))
        << "what it does by itself is nobody's order";
}

TEST_F(ToldStories, what_was_healed_was_told_as_findings_that_came_and_went) {
    policy("{}");
    cycles(3);
    std::erase_if(server.world.bindings,
                  [](const ListenerBinding& each) { return each.endpoint == Endpoint::wildcard(AddressFamily::ipv6, 443); });
    cycles(60);
    EXPECT_GT(server.told(EventType::heal_succeeded), 0U);
    EXPECT_GT(server.told(EventType::finding_raised), 0U);
    for (const std::string& each : open()) EXPECT_FALSE(each.starts_with("binding_missing_ipv6")) << each;
}

}  // namespace
}  // namespace sstp
