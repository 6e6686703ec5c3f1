// What an OCSF receiver keeps open and closes, and how the strict reader of that schema is itself held.
#include "core/journal/catalogue.h"
#include "core/siem/message.h"
#include "tests/core/siem/example_events.h"
#include "tests/core/siem/strict_ocsf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <ostream>

namespace sstp {
namespace {

JournalEvent example_of(EventType type) { return example::one_of_each().at(static_cast<std::size_t>(type)); }

SiemDestination bare_lines() {
    SiemDestination destination;
    destination.format = SyslogFormat::ocsf;
    destination.header = SyslogHeader::none;
    return destination;
}

std::string told(const JournalEvent& event, const Sender& sender = example::sender()) {
    return render_message(bare_lines(), event, sender);
}

strict::OcsfObject read(const JournalEvent& event, const Sender& sender = example::sender()) {
    const strict::OcsfObject object = strict::read_ocsf(told(event, sender));
    EXPECT_EQ(object.problem, "") << word(event.type);
    return object;
}

struct Kind {
    EventType type;
    const char* repeated;
    const char* uid;        ///< of the class
    const char* activity;
    const char* status;     ///< empty: has none
};
void PrintTo(const Kind& kind, std::ostream* out) { *out << word(kind.type); }

class OcsfClass : public testing::TestWithParam<Kind> {};

TEST_P(OcsfClass, is_what_the_event_does_to_a_trouble_or_to_the_server) {
    JournalEvent event = example_of(GetParam().type);
    if (event.fields.contains("repeated")) event.fields["repeated"] = GetParam().repeated;
    const auto object = read(event);
    EXPECT_EQ(object.literals.at("class_uid"), GetParam().uid);
    EXPECT_EQ(object.literals.at("activity_id"), GetParam().activity);
    EXPECT_EQ(object.literals.contains("status_id") ? object.literals.at("status_id") : "", GetParam().status);
    EXPECT_EQ(object.literals.at("time"), std::to_string(happened_at(event).time_since_epoch().count()));
}

INSTANTIATE_TEST_SUITE_P(
    Events, OcsfClass,
    testing::Values(Kind{EventType::service_started, "", "6002", "3", "1"}, Kind{EventType::service_stopped, "", "6002", "4", ""},
                    Kind{EventType::finding_raised, "false", "2004", "1", "1"}, Kind{EventType::finding_raised, "true", "2004", "2", "2"},
                    Kind{EventType::finding_cleared, "", "2004", "3", "4"},
                    Kind{EventType::certificate_expiring, "false", "2004", "1", "1"},
                    Kind{EventType::policy_rejected, "false", "2004", "1", "1"}, Kind{EventType::policy_loaded, "", "2004", "3", "4"},
                    Kind{EventType::policy_accepted, "", "2004", "3", "4"}, Kind{EventType::heal_failed, "", "2004", "1", "1"},
                    Kind{EventType::heal_refused, "", "2004", "1", "1"}, Kind{EventType::heal_started, "", "5019", "1", ""},
                    Kind{EventType::step_done, "", "5019", "1", "1"}, Kind{EventType::step_failed, "", "5019", "1", "2"},
                    Kind{EventType::heal_succeeded, "", "5019", "1", "1"}, Kind{EventType::certificate_changed, "", "5019", "1", ""},
                    Kind{EventType::heartbeat, "", "6002", "99", ""}, Kind{EventType::rassstp_event_seen, "", "6002", "99", ""}));

TEST(Ocsf, a_finding_has_one_uid_from_its_coming_to_its_going_and_another_subject_has_another) {
    const auto uid = [](EventType type, const char* reason, const char* subject) {
        JournalEvent event = example_of(type);
        event.fields["reason"] = reason;
        event.fields["subject"] = subject;
        return read(event).texts.at("finding_info.uid");
    };
    const std::string raised = uid(EventType::finding_raised, "binding_missing_ipv6", "[::]:443");
    EXPECT_EQ(raised, uid(EventType::finding_cleared, "binding_missing_ipv6", "[::]:443"));
    EXPECT_NE(raised, uid(EventType::finding_raised, "binding_missing_ipv6", "[::]:444"));
    EXPECT_NE(raised, uid(EventType::finding_raised, "binding_mismatch", "[::]:443"));
    EXPECT_THAT(raised, testing::StartsWith(example::sender().installation_id + "-binding_missing_ipv6-"));
    EXPECT_EQ(uid(EventType::certificate_expiring, "certificate_expiring", "x"),
              uid(EventType::finding_cleared, "certificate_expiring", "x"));
}

TEST(Ocsf, every_pair_of_the_catalogue_is_one_finding) {
    for (const CatalogueEntry& entry : catalogue()) {
        if (entry.pairing != Pairing::resolved || entry.category == "process") continue;
        JournalEvent problem = example_of(*entry.pair);
        JournalEvent resolved = example_of(entry.type);
        EXPECT_EQ(read(problem).texts.at("finding_info.uid"), read(resolved).texts.at("finding_info.uid")) << entry.action();
        EXPECT_EQ(read(problem).texts.at("finding_info.title"), read(resolved).texts.at("finding_info.title")) << entry.action();
    }
}

TEST(Ocsf, a_finding_keeps_its_uid_in_a_datagram_that_shortens_its_subject) {
    JournalEvent event = example_of(EventType::finding_raised);
    event.fields["subject"] = std::string(3000, 's');
    const auto whole = strict::read_ocsf(render_message(bare_lines(), event, example::sender(), 8192));
    const auto datagram = strict::read_ocsf(render_message(bare_lines(), event, example::sender(), 1180));
    ASSERT_EQ(datagram.problem, "");
    EXPECT_EQ(whole.texts.at("finding_info.uid"), datagram.texts.at("finding_info.uid"));
}

TEST(Ocsf, a_name_that_is_none_of_dns_is_a_name_all_the_same) {
    Sender sender = example::sender();
    sender.computer = "VPN_01";
    EXPECT_EQ(read(example_of(EventType::heartbeat), sender).texts.at("device.name"), "VPN_01");
    sender.computer = "vpn.m\xC3\xBCller.example";
    EXPECT_EQ(read(example_of(EventType::heartbeat), sender).texts.at("device.hostname"), "vpn.xn--mller-kva.example");
}

TEST(Ocsf, what_a_search_is_for_is_an_observable) {
    const std::string text = told(example_of(EventType::certificate_changed));
    for (const char* value : {"vpn01.example.com", "192.0.2.10", "B7D5933EAE0D0095F16098886272EDDCE70AA5FF"}) {
        EXPECT_THAT(text.substr(text.find("\"observables\"")), testing::HasSubstr(value));
    }
}

struct Broken {
    const char* sentence;
    void (*change)(nlohmann::json&);
};
void PrintTo(const Broken& broken, std::ostream* out) { *out << broken.sentence; }

class OcsfReader : public testing::TestWithParam<Broken> {};

TEST_P(OcsfReader, finds_each_rule_that_is_broken) {
    nlohmann::json object = nlohmann::json::parse(told(example_of(EventType::finding_raised)));
    ASSERT_EQ(strict::read_ocsf(object.dump()).problem, "");
    GetParam().change(object);
    EXPECT_NE(strict::read_ocsf(object.dump()).problem, "");
}

INSTANTIATE_TEST_SUITE_P(
    Rules, OcsfReader,
    testing::Values(Broken{"an attribute that the class lacks", [](nlohmann::json& o) { o["app"] = {{"name", "x"}}; }},
                    Broken{"a finding without its object", [](nlohmann::json& o) { o.erase("finding_info"); }},
                    Broken{"no severity", [](nlohmann::json& o) { o.erase("severity_id"); }},
                    Broken{"a severity beyond the scale", [](nlohmann::json& o) { o["severity_id"] = 7; }},
                    Broken{"a caption of another number", [](nlohmann::json& o) { o["severity"] = "Low"; }},
                    Broken{"a type that does not follow from class and activity", [](nlohmann::json& o) { o["type_uid"] = 200401; }},
                    Broken{"a class of another category", [](nlohmann::json& o) { o["category_uid"] = 5; }},
                    Broken{"an activity that the class lacks", [](nlohmann::json& o) { o["activity_id"] = 4, o["type_uid"] = 200404; }},
                    Broken{"a time in seconds with a fraction", [](nlohmann::json& o) { o["time"] = 1795227245.678; }},
                    Broken{"a time as text", [](nlohmann::json& o) { o["time"] = "2026-11-21T02:14:05.678Z"; }},
                    Broken{"a device without a name", [](nlohmann::json& o) { o["device"] = {{"type_id", 1}}; }},
                    Broken{"a host name with a blank", [](nlohmann::json& o) { o["device"]["hostname"] = "v p"; }},
                    Broken{"an address that is none", [](nlohmann::json& o) { o["device"]["ip"] = "vpn01"; }},
                    Broken{"no product", [](nlohmann::json& o) { o["metadata"].erase("product"); }},
                    Broken{"the profile is not named", [](nlohmann::json& o) { o["metadata"].erase("profiles"); }},
                    Broken{"an observable of nothing", [](nlohmann::json& o) { o["observables"][0]["value"] = "elsewhere"; }},
                    Broken{"another version", [](nlohmann::json& o) { o["metadata"]["version"] = "1.9.0"; }}));

}  // namespace
}  // namespace sstp
