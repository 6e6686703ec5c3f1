// A server that hosts many sites: what its ten thousand certificates of other names mean to the choice, which is nothing.

#include "tests/core/selection/in_short.h"
#include "tests/core/server_builder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp::test {
namespace {

using testing::HasSubstr;

constexpr std::uint32_t kFirstOther = 1000;

CertificateBuilder www() { return certificate(5).names({"www.example.org"}); }

/// `count` certificates of other sites, before everything else in the store.
ServerBuilder hosting(std::size_t count, ServerBuilder server) {
    std::vector<Certificate> all;
    for (std::size_t i = 0; i < count; ++i)
        all.push_back(certificate(kFirstOther + static_cast<std::uint32_t>(i)).names({fmt::format("site-{}.example.net", i)}));
    const auto& others = std::get<CertificateList>(server.state.certificates);
    all.insert(all.end(), others.begin(), others.end());
    return server.holding(std::move(all));
}

/// In force is an ended one for two names; what is new bears one of them.
ServerBuilder with_a_second_choice() {
    const Certificate ended = one().names({"vpn.example.com", "ras.example.com"}).expired();
    return healthy().holding({ended}).all_naming(ended).learned(ended).proven(ended).held(ended).adding(two());
}

struct Case {
    const char* name;
    ServerBuilder server;
};

class AmongManySites : public testing::TestWithParam<Case> {};

TEST_P(AmongManySites, WhatIsChosenAndFoundIsWhatItWouldBeWithoutThem) {
    const DesiredState alone = GetParam().server.desired();
    const DesiredState among = hosting(250, GetParam().server).desired();
    EXPECT_EQ(in_short(alone), in_short(among));
    EXPECT_EQ(findings_in_short(alone.findings), findings_in_short(among.findings));
    EXPECT_EQ(among.candidates.size(), alone.candidates.size() + 100);
}

INSTANTIATE_TEST_SUITE_P(
    Selection, AmongManySites,
    testing::Values(Case{"a_healthy_server", healthy()}, Case{"a_renewed_one_waits", healthy().adding(two())},
                    Case{"the_old_one_is_gone_and_a_renewed_one_is_there", healthy().adding(two()).deleting(one())},
                    Case{"a_pinned_one_of_another_name", healthy().adding(www()).pinning(www())},
                    Case{"the_renewal_link_leads_to_another_name", healthy().adding(www()).linking(one(), www())},
                    Case{"records_and_hash_name_one_of_another_name", healthy().adding(www()).nothing_learned().records(www())},
                    Case{"a_wildcard_was_learned", healthy().learned_names({"*.example.com"}, "*.example.com").adding(two())},
                    Case{"one_that_bears_some_of_the_names_is_a_second_choice", with_a_second_choice()}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(AmongManySites, ThoseThatAreNotListedAreCountedWhereNothingWillDo) {
    const DesiredState desired = hosting(250, healthy().deleting(one()).unreachable()).desired();
    ASSERT_TRUE(desired.obstacle);
    EXPECT_THAT(desired.obstacle->explanation, HasSubstr("does not cover vpn.example.com"));
    const DesiredState fewer = hosting(200, healthy().deleting(one()).unreachable()).desired();
    EXPECT_NE(desired.obstacle->explanation, fewer.obstacle->explanation) << "fifty more are counted";
}

}  // namespace
}  // namespace sstp::test
