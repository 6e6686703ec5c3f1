// What `check` says of the certificate in force where a person has to act on the words: where a demand comes from.

#include "core/diagnosis/assess.h"

#include "tests/core/diagnosis/findings_in_short.h"
#include "tests/core/server_builder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

namespace sstp::test::what_is_said_tests {

namespace {

struct Saying {
    std::string name;
    ServerBuilder server;
    Reason reason{};
    std::vector<std::string> said;
    std::vector<std::string> not_said;
};
void PrintTo(const Saying& each, std::ostream* out) { *out << each.name; }

class CheckSays : public testing::TestWithParam<Saying> {};
TEST_P(CheckSays, WhatAPersonCountsOn) {
    const Findings findings = assess(GetParam().server.state, GetParam().server.policy, GetParam().server.memory).findings;
    const auto found = std::find_if(findings.begin(), findings.end(), [](const Finding& each) { return each.reason == GetParam().reason; });
    ASSERT_NE(findings.end(), found) << in_short(findings);
    for (const std::string& each : GetParam().said)
        EXPECT_NE(std::string::npos, found->explanation.find(each)) << each << " in: " << found->explanation;
    for (const std::string& each : GetParam().not_said)
        EXPECT_EQ(std::string::npos, found->explanation.find(each)) << each << " in: " << found->explanation;
    EXPECT_TRUE(found->explanation.ends_with('.')) << found->explanation;
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(OfNames, CheckSays, testing::Values(
    Saying{"the policy asks for another name", healthy().wanting_names({"ras.example.com"}),
           Reason::name_mismatch, {"does not cover ras.example.com", "Asked for are ras.example.com: the policy asks for them (certificate.dns_names)."}, {}},
    Saying{"another name was learned", healthy().learned_names({"ras.example.com"}, "ras.example.com"),
           Reason::name_mismatch, {"Asked for are ras.example.com: learned from", "certificate.dns_names ends that demand."}, {}},
    Saying{"nothing is said of names where they are not what speaks against it", healthy().replacing(one().expired()),
           Reason::certificate_expired, {}, {"Asked for"}}));
// clang-format on

}  // namespace

}  // namespace sstp::test::what_is_said_tests
