#include "service/windows/portable/own_addresses.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace sstp {
namespace {

ListedAddress at(const char* text) { return {.address = *IpAddress::parse(text)}; }
ListedAddress leading_out(const char* text, std::uint32_t metric = 25) {
    ListedAddress each = at(text);
    each.has_gateway = true;
    each.metric = metric;
    return each;
}
ListedAddress but(ListedAddress each, bool ListedAddress::* what, bool value) {
    each.*what = value;
    return each;
}

struct Case {
    const char* sentence;
    std::vector<ListedAddress> listed;
    std::vector<const char*> known;
};
void PrintTo(const Case& each, std::ostream* out) { *out << each.sentence; }

class KnownAddresses : public testing::TestWithParam<Case> {};

TEST_P(KnownAddresses, are_those_by_which_others_know_the_server) {
    std::vector<std::string> known;
    for (const IpAddress& each : known_addresses(GetParam().listed)) known.push_back(each.to_string());
    EXPECT_EQ(known, std::vector<std::string>(GetParam().known.begin(), GetParam().known.end()));
}

INSTANTIATE_TEST_SUITE_P(
    Table, KnownAddresses,
    testing::Values(
        Case{"nothing listed is nothing known", {}, {}},
        Case{"the network with the way out comes first, although Windows lists the inner one first",
             {at("10.0.0.5"), leading_out("203.0.113.5")},
             {"203.0.113.5", "10.0.0.5"}},
        Case{"of two ways out the one with the lower metric",
             {leading_out("198.51.100.5", 50), leading_out("203.0.113.5", 10)},
             {"203.0.113.5", "198.51.100.5"}},
        Case{"IPv4 comes before IPv6, whichever leads out", {leading_out("2001:db8::5"), at("10.0.0.5")}, {"10.0.0.5", "2001:db8::5"}},
        Case{"several of one interface stay in Windows's order",
             {leading_out("203.0.113.7"), leading_out("203.0.113.5")},
             {"203.0.113.7", "203.0.113.5"}},
        Case{"loopback and link-local ones name every machine",
             {at("127.0.0.1"), at("::1"), at("169.254.3.4"), at("fe80::1"), at("febf::1")},
             {}},
        Case{"what begins like them and is not", {at("169.253.3.4"), at("fec0::1")}, {"169.253.3.4", "fec0::1"}},
        Case{"RRAS's end of its clients' sessions is no address of the server",
             {but(at("172.16.0.1"), &ListedAddress::is_network, false), at("10.0.0.5")},
             {"10.0.0.5"}},
        Case{"an interface without a cable", {but(at("10.0.0.5"), &ListedAddress::interface_is_up, false)}, {}},
        Case{"one that is a duplicate or not verified yet", {but(at("10.0.0.5"), &ListedAddress::is_preferred, false)}, {}},
        Case{"a privacy address is another one tomorrow",
             {but(leading_out("2001:db8::abcd"), &ListedAddress::is_temporary, true), leading_out("2001:db8::5")},
             {"2001:db8::5"}},
        Case{"a cluster's address is its holder's of the moment",
             {but(leading_out("203.0.113.9"), &ListedAddress::is_of_a_cluster, true)},
             {}},
        Case{"the same on two interfaces is one", {leading_out("10.0.0.5"), at("10.0.0.5")}, {"10.0.0.5"}},
        Case{"eight are enough",
             {at("10.0.0.1"), at("10.0.0.2"), at("10.0.0.3"), at("10.0.0.4"), at("10.0.0.5"), at("10.0.0.6"), at("10.0.0.7"),
              at("10.0.0.8"), leading_out("203.0.113.5")},
             {"203.0.113.5", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.7"}}));

}  // namespace
}  // namespace sstp
