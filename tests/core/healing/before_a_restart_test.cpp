// What somebody does between a look and a plan of it that only restarts: RRAS reads it at its start, and the plan has not seen it.

#include "tests/core/healing/one_server.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <ostream>
#include <string>

namespace sstp::healing_test {
namespace {

using namespace simulated;

class BeforeARestart : public OneServerTest {
protected:
    /// HEAD is answered as it should not be, three looks have seen it, and one restart is to cure it.
    HealPlan plan_that_only_restarts() {
        world.traits.uri_status = 404;
        server.memory.seen_in_a_row[Reason::sstp_uri_unhealthy] = 3;
        const auto plan = server.plan();
        EXPECT_TRUE(plan && only_restarts(*plan));
        return plan.value_or(HealPlan{});
    }
};

struct Doing {
    const char* name;
    std::function<void(World&)> act;
    const char* field;   ///< that tells of it
    std::function<void(Server&)> found = {};   ///< how the server is
};
void PrintTo(const Doing& row, std::ostream* out) { *out << row.name; }

void write_hash(World& at, const std::optional<RawValue>& value) { at.set_parameter(SstpValue::sha256_certificate_hash, value); }

void with_the_flag_at_1(Server& server) {
    set_flag(server.world, 1);
    restart_rras(server.world);
    server.settle();
}

void without_ipv6(Server& server) {
    drop_binding(server.world, AddressFamily::ipv6);
    server.policy.listener.ipv6 = false;
}

class OthersBeforeARestart : public BeforeARestart, public testing::WithParamInterface<Doing> {};

TEST_P(OthersBeforeARestart, rras_is_not_brought_to_read_what_they_have_left) {
    if (GetParam().found) GetParam().found(server);
    const HealPlan plan = plan_that_only_restarts();
    GetParam().act(world);
    const auto outcome = server.run(plan);
    expect_result(HealResult::not_begun, outcome);
    EXPECT_NE(std::string::npos, outcome->explanation.find(GetParam().field + std::string{": somebody else changed it"}))
        << outcome->explanation;
    EXPECT_EQ(0U, world.restarts_of_rras);
    EXPECT_TRUE(server.record.contents.charges.empty());
}

constexpr char kHash[] = "Sha256CertificateHash";
constexpr char kIpv4[] = "0.0.0.0:443";
constexpr char kIpv6[] = "[::]:443";

INSTANTIATE_TEST_SUITE_P(
    Rows, OthersBeforeARestart,
    testing::Values(Doing{"a_hash_that_names_another_site",
                          [](World& at) {
                              const Certificate shop = make_certificate(7, {"shop.example.net"});
                              add_certificate(at, shop);
                              write_hash(at, RawValue::binary(shop.hash.to_vector()));
                          },
                          kHash},
                    Doing{"the_hashes_are_deleted_as_the_article_says_with_the_flag_at_1",
                          [](World& at) {
                              at.set_parameter(SstpValue::sha1_certificate_hash, std::nullopt);
                              write_hash(at, std::nullopt);
                          },
                          kHash, with_the_flag_at_1},
                    Doing{"a_hash_that_is_none", [](World& at) { write_hash(at, RawValue::dword(1)); }, kHash},
                                         // With the flag at 0 RRAS takes what the records name with its next start.
                    Doing{"both_records_are_moved", [](World& at) { bind_both(at, newer_certificate(2)); }, kIpv4},
                    Doing{"both_records_are_deleted",
                          [](World& at) {
                              drop_binding(at, AddressFamily::ipv4);
                              drop_binding(at, AddressFamily::ipv6);
                          },
                          kIpv4},
                    Doing{"one_record_is_moved", [](World& at) { bind(at, AddressFamily::ipv6, newer_certificate(2)); }, kIpv6},
                                         // Two that differ: RRAS would end with event 24.
                    Doing{"one_is_made_for_the_family_that_the_policy_leaves_out",
                          [](World& at) { bind(at, AddressFamily::ipv6, newer_certificate(2)); }, kIpv6, without_ipv6}),
    [](const auto& row) { return row.param.name; });

TEST_F(BeforeARestart, a_record_of_sstp_that_was_left_on_another_port_is_no_reason_not_to) {
    ListenerBinding left = *world.binding_at(Endpoint::wildcard(AddressFamily::ipv4, 443));
    left.endpoint.port = 80;
    left.certificate = make_certificate(9).thumbprint.to_vector();
    world.set_binding(left);
    const auto outcome = server.run(plan_that_only_restarts());
    ASSERT_TRUE(outcome);
    EXPECT_NE(HealResult::not_begun, outcome->result) << outcome->explanation;
    EXPECT_EQ(1U, world.restarts_of_rras);
}

}  // namespace
}  // namespace sstp::healing_test
