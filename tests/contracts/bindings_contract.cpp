#include "tests/contracts/bindings_contract.h"

#include <gmock/gmock.h>

namespace sstp::contracts {
namespace {

using testing::Contains;
using testing::Each;
using testing::Field;
using testing::Not;

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(BindingsContract);

// No real listener lives there.
constexpr std::uint16_t kPort = 45443;
const Endpoint kIpv4 = Endpoint::wildcard(AddressFamily::ipv4, kPort);
const Endpoint kIpv6 = Endpoint::wildcard(AddressFamily::ipv6, kPort);

Endpoint exact_ipv6() {
    Endpoint endpoint = kIpv6;
    endpoint.address = {0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7};
    return endpoint;
}

ListenerBinding record_at(const Endpoint& endpoint, const Thumbprint& certificate) {
    return {endpoint, certificate.to_vector(), kSstpAppId, "MY", {}};
}

/// Every field differs from its default, so that none can be forgotten.
ListenerBinding peculiar_record(const Endpoint& endpoint, const Thumbprint& certificate) {
    ListenerBinding record = record_at(endpoint, certificate);
    record.app_id = kIisAppId;
    record.options = {.certificate_check_mode = 0x10001,
                      .revocation_freshness_seconds = 3600,
                      .revocation_url_timeout_milliseconds = 15'000,
                      .ctl_identifier = "Kunden-Liste Ä",
                      .ctl_store = "CA",
                      .flags = 1};
    return record;
}

TEST_P(BindingsContract, a_missing_record_is_not_found_which_is_knowledge) {
    const auto missing = world->bindings().at(kIpv4);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::not_found) << missing.error().message();
    const auto all = world->bindings().all();
    ASSERT_TRUE(all) << all.error().message();
    EXPECT_THAT(*all, Not(Contains(Field(&ListenerBinding::endpoint, kIpv4))));
}

TEST_P(BindingsContract, a_record_that_somebody_put_there_meanwhile_is_not_overwritten) {
    const ListenerBinding theirs = peculiar_record(kIpv4, world->usable(1));
    world->somebody_sets(theirs);
    const auto as_if_missing = world->bindings().put(record_at(kIpv4, world->usable(2)), std::nullopt);
    ASSERT_FALSE(as_if_missing);
    EXPECT_EQ(as_if_missing.error().kind, ErrorKind::busy) << as_if_missing.error().message();
    const auto as_if_other = world->bindings().put(record_at(kIpv4, world->usable(2)), record_at(kIpv4, world->usable(1)));
    ASSERT_FALSE(as_if_other);
    EXPECT_EQ(as_if_other.error().kind, ErrorKind::busy) << as_if_other.error().message();
    EXPECT_TRUE(world->bindings().at(kIpv4) == Result<ListenerBinding>{theirs});
}

TEST_P(BindingsContract, a_record_reads_back_with_every_field) {
    for (const Endpoint& endpoint : {kIpv4, kIpv6, exact_ipv6()}) {
        const ListenerBinding record = peculiar_record(endpoint, world->usable(1));
        ASSERT_TRUE(world->make(record)) << endpoint.to_string();
        const auto read = world->bindings().at(endpoint);
        ASSERT_TRUE(read) << read.error().message();
        EXPECT_EQ(*read, record) << endpoint.to_string();
    }
}

TEST_P(BindingsContract, a_name_that_is_absent_and_one_that_is_empty_stay_apart) {
    ListenerBinding absent = record_at(kIpv4, world->usable(1));
    absent.store.reset();
    ListenerBinding empty = record_at(kIpv6, world->usable(1));
    empty.options.ctl_identifier = "";
    empty.options.ctl_store = "";
    for (const ListenerBinding& record : {absent, empty}) {
        ASSERT_TRUE(world->make(record));
        const auto read = world->bindings().at(record.endpoint);
        ASSERT_TRUE(read) << read.error().message();
        EXPECT_EQ(*read, record);
    }
}

TEST_P(BindingsContract, putting_over_a_record_replaces_it_whole) {
    ASSERT_TRUE(world->make(peculiar_record(kIpv4, world->usable(1))));
    const ListenerBinding wanted = record_at(kIpv4, world->usable(2));
    const auto put = world->make(wanted);
    ASSERT_TRUE(put) << put.error().message();
    EXPECT_TRUE(world->bindings().at(kIpv4) == Result<ListenerBinding>{wanted});
}

TEST_P(BindingsContract, families_do_not_touch_each_other) {
    const ListenerBinding ipv6 = peculiar_record(kIpv6, world->usable(2));
    ASSERT_TRUE(world->make(ipv6));
    ASSERT_TRUE(world->make(record_at(kIpv4, world->usable(1))));
    ASSERT_TRUE(world->bindings().remove(kIpv4));
    EXPECT_TRUE(world->bindings().at(kIpv6) == Result<ListenerBinding>{ipv6});
}

TEST_P(BindingsContract, a_certificate_without_a_usable_key_is_refused_and_nothing_is_there_afterwards) {
    const auto put = world->make(record_at(kIpv4, world->keyless()));
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().kind, ErrorKind::no_usable_key) << put.error().message();
    EXPECT_EQ(put.error().code, 1312U);
    EXPECT_EQ(world->bindings().at(kIpv4).error().kind, ErrorKind::not_found);
}

TEST_P(BindingsContract, a_refused_replacement_leaves_the_old_record_as_it_was) {
    const ListenerBinding old = peculiar_record(kIpv4, world->usable(1));
    ASSERT_TRUE(world->make(old));
    const auto put = world->make(record_at(kIpv4, world->keyless()));
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().kind, ErrorKind::no_usable_key) << put.error().message();
    const auto read = world->bindings().at(kIpv4);
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(*read, old);
}

TEST_P(BindingsContract, records_of_every_kind_are_listed_as_others_made_them) {
    ListenerBinding host = peculiar_record({}, world->usable(2));
    host.endpoint.kind = Endpoint::Kind::host_name;
    host.endpoint.host = "vpn.example.com";
    host.endpoint.port = kPort;
    ListenerBinding central = record_at({}, world->usable(1));
    central.endpoint.kind = Endpoint::Kind::central_store;
    central.endpoint.port = kPort;
    central.certificate.clear();
    central.store.reset();
    const ListenerBinding wildcard = record_at(kIpv4, world->usable(1));
    const ListenerBinding exact = record_at(exact_ipv6(), world->usable(2));
    for (const ListenerBinding& record : {host, central, wildcard, exact}) world->somebody_sets(record);

    const auto all = world->bindings().all();
    ASSERT_TRUE(all) << all.error().message();
    for (const ListenerBinding& record : {host, central, wildcard, exact})
        EXPECT_THAT(*all, Contains(record)) << record.endpoint.to_string();
}

TEST_P(BindingsContract, removing_takes_exactly_that_record) {
    ASSERT_TRUE(world->make(record_at(kIpv4, world->usable(1))));
    ASSERT_TRUE(world->make(record_at(exact_ipv6(), world->usable(1))));
    ASSERT_TRUE(world->bindings().remove(kIpv4));
    EXPECT_EQ(world->bindings().at(kIpv4).error().kind, ErrorKind::not_found);
    EXPECT_TRUE(world->bindings().at(exact_ipv6()));
}

TEST_P(BindingsContract, removing_what_is_not_there_says_so) {
    const auto removed = world->bindings().remove(kIpv4);
    ASSERT_FALSE(removed);
    EXPECT_EQ(removed.error().kind, ErrorKind::not_found) << removed.error().message();
}

TEST_P(BindingsContract, a_record_with_extended_parameters_is_updated_in_place_or_left_alone) {
    ASSERT_TRUE(world->make(record_at(kIpv4, world->usable(1))));
    world->extend(kIpv4);
    const auto put = world->make(record_at(kIpv4, world->usable(2)));
    const Thumbprint expected = world->usable(world->updates_in_place() ? 2 : 1);
    EXPECT_EQ(put.has_value(), world->updates_in_place());
    EXPECT_TRUE(put.has_value() || put.error().kind == ErrorKind::not_replaceable) << put.error().message();
    EXPECT_TRUE(world->bindings().at(kIpv4) == Result<ListenerBinding>{record_at(kIpv4, expected)});
}

TEST_P(BindingsContract, whether_records_are_updated_in_place_is_known_after_the_first_try) {
    ASSERT_TRUE(world->make(record_at(kIpv4, world->usable(1))));
    ASSERT_TRUE(world->make(record_at(kIpv4, world->usable(2))));
    EXPECT_EQ(world->bindings().has_update(), world->updates_in_place());
}

TEST_P(BindingsContract, a_well_formed_record_that_http_sys_does_not_understand_yet_is_settling) {   // 47
    ASSERT_TRUE(world->make(record_at(kIpv4, world->usable(1))));
    world->key_is_new(true);
    const auto put = world->make(record_at(kIpv4, world->usable(2)));
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().kind, ErrorKind::settling) << put.error().message();
    world->key_is_new(false);
    EXPECT_TRUE(world->bindings().at(kIpv4) == Result<ListenerBinding>{record_at(kIpv4, world->usable(1))});
    EXPECT_TRUE(world->make(record_at(kIpv4, world->usable(2))));
}

TEST_P(BindingsContract, when_records_were_last_written_is_known_and_moves_with_each_change) {
    const WallTime begun = world->now();
    ASSERT_TRUE(world->make(record_at(kIpv4, world->usable(1))));
    const auto first = world->bindings().last_written();
    ASSERT_TRUE(first) << first.error().message();
    EXPECT_GE(*first, begun - std::chrono::seconds{2});
    EXPECT_LE(*first, world->now() + std::chrono::seconds{2});
    ASSERT_TRUE(world->make(record_at(kIpv4, world->usable(2))));
    EXPECT_GE(*world->bindings().last_written(), *first);
}

TEST_P(BindingsContract, without_a_listen_list_it_is_empty_and_else_it_has_its_addresses) {   // 23
    const auto everywhere = world->bindings().listen_list();
    ASSERT_TRUE(everywhere) << everywhere.error().message();
    EXPECT_TRUE(everywhere->empty());
    const std::vector<IpAddress> some{*IpAddress::parse("203.0.113.5"), *IpAddress::parse("2001:db8::5")};
    world->listen_on(some);
    EXPECT_TRUE(world->bindings().listen_list() == Result<std::vector<IpAddress>>{some});
}

TEST_P(BindingsContract, a_record_without_a_port_or_without_an_address_is_malformed) {
    ListenerBinding no_port = record_at(kIpv4, world->usable(1));
    no_port.endpoint.port = 0;
    ListenerBinding host = record_at(kIpv4, world->usable(1));
    host.endpoint.kind = Endpoint::Kind::host_name;
    host.endpoint.host = "vpn.example.com";
    for (const ListenerBinding& record : {no_port, host}) {
        const auto put = world->make(record);
        ASSERT_FALSE(put);
        EXPECT_EQ(put.error().kind, ErrorKind::malformed) << put.error().message();
    }
    EXPECT_TRUE(world->bindings().all()->empty() || !world->bindings().at(kIpv4));
}

}  // namespace
}  // namespace sstp::contracts
