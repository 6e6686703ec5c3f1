#include "core/observation/probe_plan.h"
#include "tests/core/server_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sstp::test::probe_plan_tests {

namespace {

const char kElsewhere[] = "198.51.100.9";   // of no interface of this machine

struct PlanCase {
    std::string name;
    ServerBuilder server;
    std::vector<std::string> ipv4, ipv6;
};
void PrintTo(const PlanCase& each, std::ostream* out) { *out << each.name; }
class AddressesToProbe : public testing::TestWithParam<PlanCase> {};

std::vector<std::string> probed(const ServerBuilder& server, AddressFamily family) {
    std::vector<std::string> addresses;
    for (const IpAddress& each : addresses_to_probe(server.state, family)) addresses.push_back(each.to_string());
    return addresses;
}

TEST_P(AddressesToProbe, AreThoseWhereClientsMeetUs) {
    const auto& [name, server, ipv4, ipv6] = GetParam();
    EXPECT_EQ(probed(server, v4), ipv4) << name;
    EXPECT_EQ(probed(server, v6), ipv6) << name;
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Plan, AddressesToProbe, testing::Values(
    PlanCase{"without a listen list loopback", healthy(), {"127.0.0.1"}, {"::1"}},
    PlanCase{"23: with one the listed address instead", healthy().listen_list({"203.0.113.5"}), {"203.0.113.5"}, {}},
    PlanCase{"the wildcard in it is loopback", healthy().listen_list({"0.0.0.0", "::"}), {"127.0.0.1"}, {"::1"}},
    PlanCase{"a listed address that this machine does not have (any more) is nobody's", healthy().listen_list({kElsewhere, "203.0.113.5"}), {"203.0.113.5"}, {}},
    PlanCase{"beside the wildcard too", healthy().listen_list({kElsewhere, "0.0.0.0"}), {"127.0.0.1"}, {}},
    PlanCase{"where none is here it is all there is to ask", healthy().listen_list({kElsewhere, "2001:db8::5"}), {kElsewhere}, {"2001:db8::5"}},
    PlanCase{"where the machine's addresses could not be had, all that are listed", healthy().interfaces({}).listen_list({kElsewhere, "203.0.113.5"}), {kElsewhere, "203.0.113.5"}, {}},
    PlanCase{"a loopback address belongs to every machine", healthy().listen_list({"127.0.0.2"}), {"127.0.0.2"}, {}},
    PlanCase{"22: a local address with a record of its own besides", healthy().shadowed_by_address("203.0.113.5", one()), {"127.0.0.1", "203.0.113.5"}, {"::1"}},
    PlanCase{"where loopback has a record of its own ours is met elsewhere", healthy().shadowed_by_address("127.0.0.1", certificate(7)), {"203.0.113.5", "127.0.0.1"}, {"::1"}},
    PlanCase{"on IPv6 too, and with the wildcard in the listen list", healthy().listen_list({"::"}).shadowed_by_address("::1", certificate(7)), {}, {"2001:db8::5", "::1"}},
    PlanCase{"not at a link-local address, where no client comes", healthy().interfaces({"169.254.1.1", "203.0.113.5"}).shadowed_by_address("127.0.0.1", certificate(7)), {"203.0.113.5", "127.0.0.1"}, {"::1"}},
    PlanCase{"where every address has a record of its own nothing of ours can be asked", healthy().shadowed_by_address("127.0.0.1", certificate(7)).shadowed_by_address("203.0.113.5", certificate(7)), {"127.0.0.1", "203.0.113.5"}, {"::1"}},
    PlanCase{"a listed address is asked, whatever record loopback has", healthy().listen_list({"203.0.113.5"}).shadowed_by_address("127.0.0.1", certificate(7)), {"203.0.113.5", "127.0.0.1"}, {}},
    PlanCase{"an address that this machine does not have, with a record of its own", healthy().shadowed_by_address(kElsewhere, one()), {"127.0.0.1"}, {"::1"}}));
// clang-format on

}  // namespace
}  // namespace sstp::test::probe_plan_tests
