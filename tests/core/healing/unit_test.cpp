// The unit of a heal: which records are of it, and what RRAS holds of it.

#include "core/healing/field.h"
#include "core/healing/heal_run.h"
#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

namespace sstp::healing_test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;

const Endpoint kIpv4 = Endpoint::wildcard(AddressFamily::ipv4, 443), kIpv6 = Endpoint::wildcard(AddressFamily::ipv6, 443);

ListenerBinding record_at(const Endpoint& endpoint, const AppId& owner) {
    return {endpoint, cert1().thumbprint.to_vector(), owner, "MY", {}};
}

OpenHeal heal_of(const std::vector<Endpoint>& records) {
    OpenHeal heal;
    for (const Endpoint& each : records)
        heal.changes.push_back({BindStep{std::nullopt, record_at(each, kSstpAppId)}, ChangePhase::pending});
    return heal;
}

class UnitOfAHeal : public OneServerTest {
protected:
    Result<Unit> read(const OpenHeal& heal) {
        ProcessPorts process{world, server.record};
        Ports ports = process;
        return read_unit(ports, heal);
    }
};

TEST_F(UnitOfAHeal, has_the_wildcards_that_it_changes_and_those_of_sstp_on_its_port) {
    struct Row {
        const char* sentence;
        std::vector<Endpoint> changed;
        ListenerBinding record;
        bool is_of_it;
    };
    const Endpoint other_port = Endpoint::wildcard(AddressFamily::ipv6, 8443);
    const Endpoint exact = IpAddress::parse("203.0.113.5")->at(443);
    const Row rows[] = {
        {"the record that it changes", {kIpv4}, record_at(kIpv4, kSstpAppId), true},
        {"one that it takes over", {kIpv4}, record_at(kIpv4, kIisAppId), true},
        {"the second of two", {kIpv4, kIpv6}, record_at(kIpv6, kSstpAppId), true},
        {"SSTP's of the other family", {kIpv4}, record_at(kIpv6, kSstpAppId), true},
        {"IIS's of the other family", {kIpv4}, record_at(kIpv6, kIisAppId), false},
        {"SSTP's on another port", {kIpv4}, record_at(other_port, kSstpAppId), false},
        {"IIS's on another port", {kIpv4}, record_at(other_port, kIisAppId), false},
        {"SSTP's of one address", {kIpv4}, record_at(exact, kSstpAppId), false},
        {"SSTP's where it changes hashes alone", {}, record_at(kIpv4, kSstpAppId), true},
        {"IIS's where it changes hashes alone", {}, record_at(kIpv4, kIisAppId), false},
    };
    for (const Row& row : rows) {
        world.bindings = {row.record};
        const auto unit = read(heal_of(row.changed));
        ASSERT_TRUE(unit) << row.sentence;
        EXPECT_EQ(row.is_of_it, unit->contains(row.record.endpoint)) << row.sentence;
    }
}

TEST_F(UnitOfAHeal, is_not_known_while_one_value_of_it_cannot_be_read) {
    for (int nth = 0; nth < 3; ++nth) {
        EveryCall silent{PortCall::parameters_read, {Effect::fails, ErrorKind::access_denied, 5, 1ms}, 1, nth};
        world.adversary = &silent;
        const auto unit = read(heal_of({kIpv4}));
        world.adversary = nullptr;
        ASSERT_FALSE(unit) << "value " << nth;
        EXPECT_EQ(5U, unit.error().code) << "value " << nth;
    }
}

TEST_F(UnitOfAHeal, is_what_rras_holds_that_starts_on_it_as_of_that_moment) {
    const auto unit = read(heal_of({kIpv4, kIpv6}));
    ASSERT_TRUE(unit);
    const StartedBetween start{world.wall - 2s, world.wall - 1s};
    const HeldByRras held = held_after_start(*unit, start, world.wall);
    EXPECT_EQ(cert1().hash, held.sha256);
    EXPECT_EQ(cert1().thumbprint, held.sha1);
    EXPECT_EQ((std::map<AddressFamily, Thumbprint>{{AddressFamily::ipv4, cert1().thumbprint}, {AddressFamily::ipv6, cert1().thumbprint}}),
              held.bindings);
    EXPECT_EQ(start, held.start);
    EXPECT_EQ(world.wall, held.seen_at) << "what is written later was not read";
}

TEST_F(UnitOfAHeal, is_not_said_to_be_held_where_nobody_knows_what_rras_holds) {
    ProcessPorts process{world, server.record};
    Ports ports = process;
    Memory nobody_knows = server.memory;
    nobody_knows.held.reset();
    HealContext context{ports, server.policy, nobody_knows, nullptr, {}, false, {}, {}, {}, {}};
    RecordContents contents;
    contents.open_heal = heal_of({});
    const HealRun run{context, contents};
    EXPECT_FALSE(run.rras_holds({}));
}

TEST_F(UnitOfAHeal, is_held_by_rras_whatever_a_record_names_that_is_not_the_heal_s) {
    struct Row {
        const char* sentence;
        OpenHeal heal;
        bool is_held;
    };
    OpenHeal taken_meanwhile = heal_of({kIpv4, kIpv6});
    taken_meanwhile.changes.back().phase = ChangePhase::theirs;
    const Row rows[] = {
        {"it changes the other family's alone", heal_of({kIpv4}), true},
        {"it changes both", heal_of({kIpv4, kIpv6}), false},
        {"it did, and somebody else has made the record their own since", taken_meanwhile, true},
    };
    auto unit = read(heal_of({kIpv4, kIpv6}));
    ASSERT_TRUE(unit);
    Memory started = server.memory;
    started.held = held_after_start(*unit, {world.wall - 2s, world.wall - 1s}, world.wall);
    ListenerBinding moved = record_at(kIpv6, kSstpAppId);
    moved.certificate = cert2().thumbprint.to_vector();   // HTTP.SYS serves by it at once; RRAS keeps what it has read
    (*unit)[kIpv6] = moved;
    ProcessPorts process{world, server.record};
    Ports ports = process;
    HealContext context{ports, server.policy, started, nullptr, {}, false, {}, {}, {}, {}};
    for (const Row& row : rows) {
        RecordContents contents;
        contents.open_heal = row.heal;
        EXPECT_EQ(row.is_held, HealRun(context, contents).rras_holds(*unit)) << row.sentence;
    }
}

TEST_F(UnitOfAHeal, with_half_a_pair_that_rras_reads_is_not_put_back_under_the_kill_switch_when_rras_holds_the_whole) {
    world.set_parameter(SstpValue::sha1_enabled, RawValue::dword(1));
    world.set_parameter(SstpValue::sha1_certificate_hash, std::nullopt);
    drop_binding(world, AddressFamily::ipv6);
    const auto plan = server.plan();
    ASSERT_TRUE(plan);
    AtKind administrator{PortCall::bindings_put, 1, [this](World&) { server.kill_switch = true; }};
    world.adversary = &administrator;
    const auto outcome = server.run(*plan);
    ASSERT_TRUE(administrator.acted());
    expect_result(HealResult::incomplete, outcome);
    EXPECT_EQ("1", server.everything_names()) << "without the SHA-1 its next start would end with 87";
    EXPECT_EQ(0U, world.restarts_of_rras);
}

}  // namespace
}  // namespace sstp::healing_test
