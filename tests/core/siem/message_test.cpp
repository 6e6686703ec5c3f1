// What a SOC sorts, joins and alarms by: whose time, which rule, how severe, which hash.
#include "core/siem/message.h"
#include "tests/core/siem/example_events.h"
#include "tests/core/siem/strict_event.h"
#include "tests/core/siem/strict_json.h"
#include "tests/core/siem/strict_syslog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp {
namespace {

using namespace std::chrono_literals;

JournalEvent example_of(EventType type) { return example::one_of_each().at(static_cast<std::size_t>(type)); }

SiemDestination syslog(SyslogFormat format, SyslogHeader header = SyslogHeader::rfc5424) {
    SiemDestination destination;
    destination.format = format;
    destination.header = header;
    return destination;
}

/// Berlin, as far as these tests need it.
UtcOffset in_berlin(WallTime at) { return at < *from_rfc3339("2026-10-25T01:00:00Z") ? 2h : 1h; }

struct LocalTime {
    const char* utc;
    const char* told;
};

class OldHeader : public testing::TestWithParam<LocalTime> {};

/// RFC 3164 4.1.2: "The TIMESTAMP field is the local time". Forwarders add their own zone: UTC in it is hours off.
TEST_P(OldHeader, tells_the_local_time_of_the_moment_and_the_others_stay_in_utc) {
    JournalEvent event = example_of(EventType::heartbeat);
    event.time = *from_rfc3339(GetParam().utc);
    Sender sender = example::sender();
    sender.local_offset = in_berlin;
    for (const SyslogFormat format : {SyslogFormat::cef, SyslogFormat::leef}) {
        const auto old = strict::read_rfc3164(render_message(syslog(format, SyslogHeader::rfc3164), event, sender));
        EXPECT_EQ(old.problem, "");
        EXPECT_EQ(old.timestamp, GetParam().told);
        const std::string milliseconds = std::to_string(event.time.time_since_epoch().count());
        EXPECT_THAT(old.text, testing::HasSubstr(milliseconds)) << "rt and devTime name the moment";
    }
    const auto message = strict::read_rfc5424(render_message(syslog(SyslogFormat::rfc5424), event, sender));
    EXPECT_EQ(message.timestamp, to_rfc3339(event.time));
}

INSTANTIATE_TEST_SUITE_P(Times, OldHeader,
                         testing::Values(LocalTime{"2026-07-05T10:00:00.500Z", "Jul  5 12:00:00"},
                                         LocalTime{"2026-10-25T00:59:59.000Z", "Oct 25 02:59:59"},
                                         LocalTime{"2026-10-25T01:00:00.000Z", "Oct 25 02:00:00"},
                                         LocalTime{"2026-12-31T23:30:00.000Z", "Jan  1 00:30:00"}));

TEST(OldHeaderWithoutAZone, is_utc) {
    const auto old = strict::read_rfc3164(
        render_message(syslog(SyslogFormat::cef, SyslogHeader::rfc3164), example_of(EventType::service_started), example::sender()));
    EXPECT_EQ(old.timestamp, "Nov 21 02:14:05");
}

struct Kind {
    const char* name;
    EventType type;
    std::map<std::string, std::string> fields;
    const char* kind;
};

class Sorting : public testing::TestWithParam<Kind> {};

/// QRadar maps an event by (event id, cat): with one cat for every finding they have one rule and one severity.
TEST_P(Sorting, is_by_the_reason_of_a_finding_and_else_by_the_category) {
    JournalEvent event = example_of(GetParam().type);
    event.fields = GetParam().fields;
    for (const SyslogFormat format : {SyslogFormat::cef, SyslogFormat::leef}) {
        const auto got = strict::read_event(syslog(format), render_message(syslog(format), event, example::sender()));
        EXPECT_EQ(got.problem, "");
        EXPECT_EQ(got.kind, GetParam().kind);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, Sorting,
    testing::Values(
        Kind{"raised", EventType::finding_raised, {{"reason", "certificate_revoked"}, {"severity", "critical"}}, "certificate_revoked"},
        Kind{"cleared", EventType::finding_cleared, {{"reason", "chain_unknown"}, {"severity", "warning"}}, "chain_unknown"},
        Kind{"expiring",
             EventType::certificate_expiring,
             {{"reason", "certificate_expiring"}, {"severity", "warning"}},
             "certificate_expiring"},
        Kind{"a_heal_cures_several", EventType::heal_started, {{"reason", "binding_missing_ipv6,hash_sha1_missing"}}, "host"},
        Kind{"a_stop", EventType::service_stopped, {{"reason", "stop_requested"}}, "process"},
        Kind{"no_reason", EventType::heartbeat, {}, "host"}),
    [](const auto& each) { return std::string{each.param.name}; });

TEST(Ecs, a_server_is_found_by_its_installation_and_a_certificate_by_any_of_its_hashes) {
    JournalEvent event = example_of(EventType::certificate_changed);
    event.fields["certificate_sha256"] = "AA11";
    event.fields["certificate_sha1"] = "BB22";
    event.fields["previous_sha256"] = "CC33";
    const auto got = strict::read_ecs(render_message(syslog(SyslogFormat::json, SyslogHeader::none), event, example::sender()));
    ASSERT_EQ(got.problem, "");
    EXPECT_EQ(got.texts.at("agent.id"), example::sender().installation_id);
    EXPECT_EQ(got.texts.at("related.hash"), "AA11,BB22,CC33");
    EXPECT_EQ(got.texts.at("host.name"), "vpn01.example.com");
    EXPECT_FALSE(strict::read_ecs(
                     render_message(syslog(SyslogFormat::json, SyslogHeader::none), example_of(EventType::heartbeat), example::sender()))
                     .texts.contains("related.hash"));
}

struct Addresses {
    const char* name;
    std::vector<const char*> known;
    std::vector<std::string> json, cef, leef;
};

class WhereItIs : public testing::TestWithParam<Addresses> {};

/// SIEMs join assets by address where a name is not enough; an address that nobody knows is not made up.
TEST_P(WhereItIs, is_told_by_the_addresses_that_others_know) {
    Sender sender = example::sender();
    sender.addresses = [] {
        std::vector<IpAddress> addresses;
        for (const char* each : GetParam().known) addresses.push_back(*IpAddress::parse(each));
        return addresses;
    };
    const auto told = [&](SyslogFormat format) {
        const auto got = strict::read_event(syslog(format), render_message(syslog(format), example_of(EventType::heartbeat), sender));
        EXPECT_EQ(got.problem, "");
        return got.addresses;
    };
    EXPECT_EQ(told(SyslogFormat::json), GetParam().json);
    EXPECT_EQ(told(SyslogFormat::cef), GetParam().cef);
    EXPECT_EQ(told(SyslogFormat::rfc5424), GetParam().cef) << "the element origin has room for both families";
    EXPECT_EQ(told(SyslogFormat::leef), GetParam().leef);
}

INSTANTIATE_TEST_SUITE_P(Hosts, WhereItIs,
                         testing::Values(Addresses{"nothing_is_known", {}, {}, {}, {}},
                                         Addresses{"one", {"192.0.2.1"}, {"192.0.2.1"}, {"192.0.2.1"}, {"192.0.2.1"}},
                                         Addresses{"two_networks_and_both_families",
                                                   {"192.0.2.1", "10.0.0.1", "2001:db8::1", "2001:db8::2"},
                                                   {"192.0.2.1", "10.0.0.1", "2001:db8::1", "2001:db8::2"},
                                                   {"192.0.2.1", "2001:db8::1"},
                                                   {"192.0.2.1"}},
                                         Addresses{"ipv6_alone", {"2001:db8::1"}, {"2001:db8::1"}, {"2001:db8::1"}, {"2001:db8::1"}},
                                         Addresses{"more_than_anybody_wants",
                                                   {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6",
                                                    "192.0.2.7", "192.0.2.8", "192.0.2.9"},
                                                   {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6",
                                                    "192.0.2.7", "192.0.2.8"},
                                                   {"192.0.2.1"},
                                                   {"192.0.2.1"}}),
                         [](const auto& each) { return std::string{each.param.name}; });

TEST(Addresses, are_asked_for_once_a_batch) {
    int asked = 0;
    Sender sender = example::sender();
    sender.addresses = [&asked] {
        ++asked;
        return std::vector{*IpAddress::parse("192.0.2.1")};
    };
    const auto payload = render_payload(syslog(SyslogFormat::cef), example::one_of_each(), sender);
    EXPECT_GT(payload.messages.size(), 10U);
    EXPECT_THAT(payload.messages, testing::Each(testing::HasSubstr(" dvc=192.0.2.1 ")));
    EXPECT_EQ(asked, 1);
}

struct Who {
    const char* name;
    const char* account;
    std::string cef, leef, domain, user;
};

class Accounts : public testing::TestWithParam<Who> {};

/// Receivers know a user by the name without its domain, and have a key for each (CEF suser and sntdom, IBM's usrName and domain, ECS).
TEST_P(Accounts, are_told_as_domain_and_name) {
    JournalEvent event = example_of(EventType::heal_planned);
    event.fields["user"] = GetParam().account;
    const auto of = [&](SyslogFormat format) { return render_message(syslog(format), event, example::sender()); };
    EXPECT_THAT(of(SyslogFormat::cef), testing::HasSubstr(GetParam().cef));
    EXPECT_THAT(of(SyslogFormat::cef), testing::Not(testing::HasSubstr("suserLabel")));
    EXPECT_THAT(of(SyslogFormat::leef), testing::HasSubstr(GetParam().leef));
    const auto ecs = strict::read_ecs(render_message(syslog(SyslogFormat::json, SyslogHeader::none), event, example::sender()));
    EXPECT_EQ(ecs.problem, "");
    EXPECT_EQ(ecs.texts.at("user.name"), GetParam().user);
    EXPECT_EQ(ecs.texts.contains("user.domain") ? ecs.texts.at("user.domain") : "", GetParam().domain);
}

INSTANTIATE_TEST_SUITE_P(Users, Accounts,
                         testing::Values(Who{"of_a_domain", R"(EXAMPLE\admin)", " suser=admin sntdom=EXAMPLE ",
                                             "^usrName=admin^domain=EXAMPLE^", "EXAMPLE", "admin"},
                                         Who{"of_the_system", R"(NT AUTHORITY\SYSTEM)", " suser=SYSTEM sntdom=NT AUTHORITY ",
                                             "^usrName=SYSTEM^domain=NT AUTHORITY^", "NT AUTHORITY", "SYSTEM"},
                                         Who{"without_a_domain", "admin", " suser=admin ", "^usrName=admin^", "", "admin"},
                                         Who{"with_a_suffix", "admin@example.com", " suser=admin@example.com ",
                                             "^usrName=admin@example.com^", "", "admin@example.com"},
                                         Who{"half_a_name", R"(EXAMPLE\)", R"( suser=EXAMPLE\\ )", R"(^usrName=EXAMPLE\^)", "",
                                             R"(EXAMPLE\)"}),
                         [](const auto& each) { return std::string{each.param.name}; });

TEST(Ecs, the_facility_is_the_destination_s) {
    SiemDestination destination = syslog(SyslogFormat::json);
    destination.facility = 23;
    const auto message = strict::read_rfc5424(render_message(destination, example_of(EventType::heartbeat), example::sender()));
    const auto got = strict::read_ecs(message.text);
    EXPECT_EQ(got.literals.at("log.syslog.facility.code"), "23");
    EXPECT_EQ(got.texts.at("log.syslog.facility.name"), "local7");
    EXPECT_EQ(got.texts.at("log.syslog.severity.name"), "info");
    EXPECT_EQ(got.literals.at("log.syslog.severity.code"), "6");
    EXPECT_EQ(got.literals.at("event.severity"), "1");
}

}  // namespace
}  // namespace sstp
