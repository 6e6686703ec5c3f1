#include "model/sstp_start.h"

#include <functional>

#include <gtest/gtest.h>

namespace sstp::rras_host {

namespace {

const CandidateCertificate kGood = {"AA", "A256", "vpn.example.com", true, true};
const CandidateCertificate kOther = {"BB", "B256", "vpn.example.com", true, true};
const CandidateCertificate kForClients = {"CC", "C256", "client", false, true};
const CandidateCertificate kKeyless = {"DD", "D256", "", true, false};

SslRecord bound_to(const std::string& thumbprint) {
    SslRecord record;
    record.hash_hex = thumbprint;
    return record;
}

/// Both bindings and both hashes name kGood, by the administrator's choice.
SstpStartInput healthy() {
    SstpStartInput input;
    input.configured_by_admin = true;
    input.sha1 = {true, true, kGood.thumbprint};
    input.sha256 = {true, true, kGood.sha256};
    input.ipv4 = input.ipv6 = bound_to(kGood.thumbprint);
    input.certificates = {kGood, kOther, kForClients, kKeyless};
    return input;
}

struct Case {
    const char* sentence;
    std::function<void(SstpStartInput&)> broken;
    std::vector<std::uint32_t> events;
    bool accepting;
};

const Case kCases[] = {
    {"a healthy server says nothing", [](auto&) {}, {}, true},
    {"no certificate fits", [](auto& in) { in.certificates = {kForClients, kKeyless}; }, {11, 25, 12, 13}, true},
    {"the IPv6 binding is missing", [](auto& in) { in.ipv6.reset(); }, {13}, true},
    {"the IPv4 binding is missing", [](auto& in) { in.ipv4.reset(); }, {12}, true},
    {"both bindings are missing", [](auto& in) { in.ipv4.reset(), in.ipv6.reset(); }, {12, 13, 22}, false},
    {"the IPv6 binding names a certificate that is gone", [](auto& in) { in.ipv6 = bound_to("EE"); }, {13, 24}, true},
    {"the IPv6 binding names one without key", [](auto& in) { in.ipv6 = bound_to(kKeyless.thumbprint); }, {13, 24}, true},
    {"the IPv4 binding names one for clients", [](auto& in) { in.ipv4 = bound_to(kForClients.thumbprint); }, {32, 12, 24}, true},
    {"the bindings differ", [](auto& in) { in.ipv6 = bound_to(kOther.thumbprint); }, {24}, true},
    {"both bindings differ from the hashes", [](auto& in) { in.ipv4 = in.ipv6 = bound_to(kOther.thumbprint); }, {32}, true},
    {"the SHA-256 hash is malformed", [](auto& in) { in.sha256 = {true, false, "01"}; }, {18, 22}, false},
    {"the SHA-1 hash is malformed", [](auto& in) { in.sha1 = {true, false, "01"}; }, {19, 22}, false},
    {"the administrator's choice has no hashes", [](auto& in) { in.sha1 = in.sha256 = {}; }, {25, 22}, false},
    {"the chosen certificate is gone", [](auto& in) { in.certificates = {kOther}; }, {25, 12, 13}, true},
    {"RRAS chooses and the binding names what is gone",
     [](auto& in) { in.configured_by_admin = false, in.ipv4 = in.ipv6 = bound_to("EE"); },
     {21, 25, 12, 13, 22},
     false},
    {"TLS ends at a load balancer: nothing here matters",
     [](auto& in) { in.use_https = false, in.ipv4.reset(), in.certificates.clear(); },
     {},
     true},
};

TEST(SstpStart, says_what_is_wrong) {
    for (const auto& test : kCases) {
        SstpStartInput input = healthy();
        test.broken(input);
        const SstpStartOutcome outcome = start_sstp(input);
        std::vector<std::uint32_t> ids;
        for (const auto& [id, strings] : outcome.events) ids.push_back(id);
        EXPECT_EQ(ids, test.events) << test.sentence;
        EXPECT_EQ(outcome.accepting, test.accepting) << test.sentence;
    }
}

TEST(SstpStart, adopts_the_binding_unless_an_administrator_chose) {
    SstpStartInput input = healthy();
    input.ipv4 = input.ipv6 = bound_to(kOther.thumbprint);
    EXPECT_FALSE(start_sstp(input).adopted);
    input.configured_by_admin = false;
    const auto outcome = start_sstp(input);
    ASSERT_TRUE(outcome.adopted);
    EXPECT_EQ(outcome.adopted->sha256, kOther.sha256);
    EXPECT_EQ(outcome.crypto_binding_sha256, kOther.sha256);
}

TEST(SstpStart, may_bind_its_certificate_itself) {
    SstpStartInput input = healthy();
    input.ipv6.reset();
    input.plumbs_missing_bindings = true;
    const auto outcome = start_sstp(input);
    EXPECT_EQ(outcome.plumb_ipv6, kGood.thumbprint);
    EXPECT_TRUE(outcome.events.empty());
}

TEST(SstpStart, names_the_certificate_in_events_12_and_13_and_nothing_for_one_without_subject) {
    SstpStartInput input = healthy();
    input.ipv6.reset();
    EXPECT_EQ(start_sstp(input).events.at(0).second.at(1), "vpn.example.com");
    input.ipv6 = bound_to(kKeyless.thumbprint);
    EXPECT_EQ(start_sstp(input).events.at(0).second.at(1), "");
}

}  // namespace

}  // namespace sstp::rras_host
