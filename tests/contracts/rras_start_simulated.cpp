// What the simulated RRAS does when it starts, against the facts (rras-sstp 1, 2, 3): the tests of everything else rest on it.

#include "tests/simulated_windows/healthy_world.h"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>

namespace sstp::simulated {
namespace {

const Certificate kOne = make_certificate(1);
const Certificate kTwo = newer_certificate(2);
const Certificate kKeyless = [] {
    Certificate made = newer_certificate(3);
    made.key = KeyState::absent;
    return made;
}();

struct Case {
    const char* sentence;
    std::function<void(World&)> make;
    std::uint32_t exit_code;                  ///< 0: it runs
    std::vector<std::uint32_t> events;        ///< of RasSstp, in order
    std::optional<CertificateHash> holds;
    std::optional<Thumbprint> ipv4, ipv6;     ///< the records afterwards

    friend void PrintTo(const Case& one, std::ostream* out) { *out << one.sentence; }
};

class RrasStarts : public testing::TestWithParam<Case> {};

std::optional<Thumbprint> bound(const World& world, AddressFamily family) {
    const ListenerBinding* record = world.binding_at(Endpoint::wildcard(family, 443));
    return record ? record->thumbprint() : std::nullopt;
}

TEST_P(RrasStarts, as_the_facts_have_it) {
    const Case& expected = GetParam();
    World world = healthy_world();
    expected.make(world);
    world.log.clear();
    EXPECT_EQ(restart_rras(world), expected.exit_code == 0);
    EXPECT_EQ(world.services[kRemoteAccess].status.exit_code, expected.exit_code);
    std::vector<std::uint32_t> events;
    for (const LogEvent& event : world.log) {
        if (event.from_rassstp()) events.push_back(event.id);
    }
    EXPECT_EQ(events, expected.events);
    EXPECT_EQ(world.rras.sha256, expected.holds);
    EXPECT_EQ(bound(world, AddressFamily::ipv4), expected.ipv4);
    EXPECT_EQ(bound(world, AddressFamily::ipv6), expected.ipv6);
}

void automatic(World& world) { set_flag(world, 0); }
void no_records(World& world) {
    drop_binding(world, AddressFamily::ipv4);
    drop_binding(world, AddressFamily::ipv6);
}

INSTANTIATE_TEST_SUITE_P(
    AdministratorsChoice, RrasStarts,
    testing::Values(Case{"a healthy server starts without a word", [](World&) {}, 0, {}, kOne.hash, kOne.thumbprint, kOne.thumbprint},
                    Case{"the hash rules: records of SSTP's that differ are replaced",
                         [](World& world) {
                             add_certificate(world, kTwo);
                             store_hashes(world, kTwo);
                         },
                         0,
                         {},
                         kTwo.hash,
                         kTwo.thumbprint,
                         kTwo.thumbprint},
                    Case{"a missing family is added",
                         [](World& world) { drop_binding(world, AddressFamily::ipv6); },
                         0,
                         {},
                         kOne.hash,
                         kOne.thumbprint,
                         kOne.thumbprint},
                    Case{"a foreign record that differs ends the start with 32",
                         [](World& world) {
                             add_certificate(world, kTwo);
                             bind(world, AddressFamily::ipv4, kTwo, kIisAppId);
                         },
                         13,
                         {32},
                         std::nullopt,
                         kTwo.thumbprint,
                         kOne.thumbprint},
                    Case{"a foreign record of the same certificate does no harm",
                         [](World& world) { bind_both(world, kOne, kIisAppId); },
                         0,
                         {},
                         kOne.hash,
                         kOne.thumbprint,
                         kOne.thumbprint},
                    Case{"the certificate that the hash names is gone: 25",
                         [](World& world) { remove_certificate(world, kOne.thumbprint); },
                         1168,
                         {25},
                         std::nullopt,
                         kOne.thumbprint,
                         kOne.thumbprint},
                    Case{"a build that takes the hash as it is starts with one that names nothing",
                         [](World& world) {
                             world.traits.insists_on_certificate = false;
                             store_hashes(world, kTwo);
                         },
                         0,
                         {},
                         kTwo.hash,
                         kOne.thumbprint,
                         kOne.thumbprint},
                    Case{"half a pair of hashes ends the start with 87",
                         [](World& world) { world.set_parameter(SstpValue::sha256_certificate_hash, std::nullopt); },
                         87,
                         {18},
                         std::nullopt,
                         kOne.thumbprint,
                         kOne.thumbprint},
                    Case{"a malformed SHA-256 is told, and RRAS runs without SSTP",
                         [](World& world) { world.set_parameter(SstpValue::sha256_certificate_hash, RawValue::binary(Bytes(31, 1))); },
                         0,
                         {18},
                         std::nullopt,
                         kOne.thumbprint,
                         kOne.thumbprint},
                    Case{"the SHA-1 does not count where nobody reads it",
                         [](World& world) { world.set_parameter(SstpValue::sha1_certificate_hash, std::nullopt); },
                         0,
                         {},
                         kOne.hash,
                         kOne.thumbprint,
                         kOne.thumbprint},
                    Case{"and counts with Sha1Enabled",
                         [](World& world) {
                             world.set_parameter(SstpValue::sha1_certificate_hash, std::nullopt);
                             world.set_parameter(SstpValue::sha1_enabled, RawValue::dword(1));
                         },
                         87,
                         {19},
                         std::nullopt,
                         kOne.thumbprint,
                         kOne.thumbprint},
                    Case{"a certificate whose key HTTP.SYS cannot use ends the start with its error",
                         [](World& world) {
                             add_certificate(world, kTwo);
                             stored(world, kTwo.thumbprint)->http_sys_uses_key = false;
                             store_hashes(world, kTwo);
                         },
                         1312,
                         {12},
                         std::nullopt,
                         kOne.thumbprint,
                         kOne.thumbprint},
                    Case{"without IPv6 there is a 13 at each start, and it runs",
                         [](World& world) { world.traits.has_ipv6 = false; },
                         0,
                         {13},
                         kOne.hash,
                         kOne.thumbprint,
                         kOne.thumbprint},
                    Case{"TLS ends elsewhere: the hash is taken as it is",
                         [](World& world) {
                             world.set_parameter(SstpValue::use_https, RawValue::dword(0));
                             store_hashes(world, kTwo);
                         },
                         0,
                         {},
                         kTwo.hash,
                         kOne.thumbprint,
                         kOne.thumbprint},
                    Case{"without SSTP ports nothing is read",
                         [](World& world) {
                             world.traits.sstp_ports = false;
                             no_records(world);
                         },
                         0,
                         {},
                         std::nullopt,
                         std::nullopt,
                         std::nullopt}),
    [](const auto& tested) { return "case_" + std::to_string(tested.index); });

INSTANTIATE_TEST_SUITE_P(
    Automatic, RrasStarts,
    testing::Values(Case{"the record wins over the hashes",
                         [](World& world) {
                             automatic(world);
                             add_certificate(world, kTwo);
                             bind_both(world, kTwo);
                         },
                         0,
                         {},
                         kTwo.hash,
                         kTwo.thumbprint,
                         kTwo.thumbprint},
                    Case{"a foreign record is adopted, and SSTP's own follows it",
                         [](World& world) {
                             automatic(world);
                             add_certificate(world, kTwo);
                             bind(world, AddressFamily::ipv6, kTwo, kIisAppId);
                         },
                         0,
                         {},
                         kTwo.hash,
                         kTwo.thumbprint,
                         kTwo.thumbprint},
                    Case{"a lone record is mirrored to the other family",
                         [](World& world) {
                             automatic(world);
                             drop_binding(world, AddressFamily::ipv6);
                         },
                         0,
                         {},
                         kOne.hash,
                         kOne.thumbprint,
                         kOne.thumbprint},
                    Case{"two of SSTP's own that differ end the start with 24",
                         [](World& world) {
                             automatic(world);
                             add_certificate(world, kTwo);
                             bind(world, AddressFamily::ipv6, kTwo);
                         },
                         13,
                         {24},
                         std::nullopt,
                         kOne.thumbprint,
                         kTwo.thumbprint},
                    Case{"without a record the first of the store with key and purpose is taken, whatever its name and dates",
                         [](World& world) {
                             automatic(world);
                             no_records(world);
                             world.stores["MY"].clear();
                             add_certificate(world, kKeyless);
                             add_certificate(world, make_certificate(7, {"other.example.net"}));
                             add_certificate(world, kTwo);
                         },
                         0,
                         {},
                         make_certificate(7).hash,
                         make_certificate(7).thumbprint,
                         make_certificate(7).thumbprint},
                    Case{"a record of SSTP's own whose certificate is gone is made anew",
                         [](World& world) {
                             automatic(world);
                             add_certificate(world, kTwo);
                             remove_certificate(world, kOne.thumbprint);
                         },
                         0,
                         {},
                         kTwo.hash,
                         kTwo.thumbprint,
                         kTwo.thumbprint},
                    Case{"with nothing to take it is told, and RRAS runs without SSTP",
                         [](World& world) {
                             automatic(world);
                             no_records(world);
                             world.stores["MY"].clear();
                         },
                         0,
                         {18},
                         std::nullopt,
                         std::nullopt,
                         std::nullopt}),
    [](const auto& tested) { return "case_" + std::to_string(tested.index); });

TEST(RrasInMemory, automatic_mode_writes_hashes_and_flag_a_moment_after_the_start) {
    World world = healthy_world();
    automatic(world);
    add_certificate(world, kTwo);
    bind_both(world, kTwo);
    world.advance(Duration{60'000});
    ASSERT_TRUE(restart_rras(world));
    EXPECT_EQ(decode_sha256(world.parameters[SstpValue::sha256_certificate_hash]), Stored<CertificateHash>{kTwo.hash});
    EXPECT_EQ(world.parameters_written, world.wall);
}

TEST(RrasInMemory, a_hash_written_while_it_runs_counts_from_the_next_start_on) {
    World world = healthy_world();
    add_certificate(world, kTwo);
    bind_both(world, kTwo);
    store_hashes(world, kTwo);
    EXPECT_EQ(try_to_dial(world, clients_of(world).front()), DialOutcome::crypto_binding);
    ASSERT_TRUE(restart_rras(world));
    EXPECT_EQ(clients_dial(world), 2U);
}

TEST(RrasInMemory, sstpsvc_may_keep_the_old_hash_through_a_restart_of_remote_access_alone) {
    World world = healthy_world();
    world.traits.sstpsvc_keeps_hash = true;
    add_certificate(world, kTwo);
    bind_both(world, kTwo);
    store_hashes(world, kTwo);
    ASSERT_TRUE(restart_rras(world));
    EXPECT_EQ(try_to_dial(world, clients_of(world).front()), DialOutcome::crypto_binding);
    for (const char* name : {"RemoteAccess", "RasMan", "SstpSvc"}) stop_service(world, name);
    start_service(world, kRemoteAccess);
    EXPECT_EQ(try_to_dial(world, clients_of(world).front()), DialOutcome::connected);
}

TEST(RrasInMemory, a_deleted_certificate_is_served_from_memory_until_rras_starts_again) {
    World world = healthy_world();
    remove_certificate(world, kOne.thumbprint);
    EXPECT_EQ(clients_dial(world), 2U);
    EXPECT_FALSE(restart_rras(world));
    EXPECT_EQ(clients_dial(world), 0U);
}

TEST(RrasInMemory, a_restart_ends_the_sessions_and_those_that_begin_later_are_told_by_their_time) {
    World world = healthy_world();
    EXPECT_EQ(clients_dial(world), 2U);
    ASSERT_TRUE(restart_rras(world));
    EXPECT_TRUE(world.sessions.empty());
    world.advance(Duration{5'000});
    EXPECT_EQ(clients_dial(world), 2U);
    EXPECT_EQ(world.sessions.front().began, world.elapsed);
}

TEST(RrasInMemory, services_have_their_turn_some_time_after_boot) {
    World world = healthy_world();
    world.traits.services_start_after = std::chrono::seconds{40};
    world.boot();
    EXPECT_TRUE(world.services[kRemoteAccess].status.never_started());
    world.advance(std::chrono::seconds{39});
    EXPECT_TRUE(world.services[kRemoteAccess].status.never_started());
    world.advance(std::chrono::seconds{20});
    EXPECT_TRUE(world.running(kRemoteAccess));
    EXPECT_EQ(clients_dial(world), 2U);
}

}  // namespace
}  // namespace sstp::simulated
