#include "service/windows/portable/sent_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace sstp {
namespace {

const WallTime kNow = *from_rfc3339("2026-11-21T02:14:00Z");
const SentIntermediate kValid{"R11", kNow - std::chrono::hours{24 * 365}, kNow + std::chrono::hours{24 * 365}, false};
const SentIntermediate kEndedOne{"R3", kNow - std::chrono::hours{24 * 1000}, kNow - std::chrono::hours{24}, false};
const SentIntermediate kRevokedOne{"R3", kNow - std::chrono::hours{24 * 1000}, kNow + std::chrono::hours{24}, true};
const SentIntermediate kFutureOne{"R30", kNow + std::chrono::hours{24}, kNow + std::chrono::hours{24 * 1000}, false};

struct SentCase {
    const char* sentence;
    std::vector<SentIntermediate> way;
    SentChainEnd end;
    SentChain verdict;
    const char* says;
};
void PrintTo(const SentCase& sent, std::ostream* out) { *out << sent.sentence; }

class SentChains : public testing::TestWithParam<SentCase> {};

TEST_P(SentChains, AreJudgedAsAClientWithoutIntermediatesWould) {
    const auto verdict = judge_sent_chain(GetParam().way, GetParam().end, "R11", kNow);
    EXPECT_EQ(verdict.verdict, GetParam().verdict) << verdict.explanation;
    EXPECT_THAT(verdict.explanation, testing::HasSubstr(GetParam().says));
    EXPECT_EQ(verdict.explanation.empty(), GetParam().verdict == SentChain::complete);
}

INSTANTIATE_TEST_SUITE_P(
    Table, SentChains,
    testing::Values(
        SentCase{"a leaf under a root needs nothing else", {}, SentChainEnd::root, SentChain::complete, ""},
        SentCase{"leaf and intermediate lead to a root", {kValid}, SentChainEnd::root, SentChain::complete, ""},
        SentCase{
            "71: the intermediate is here and was not sent", {}, SentChainEnd::intermediate_here, SentChain::incomplete, "R11 is not sent"},
        SentCase{"71: the intermediate that is sent has ended",
                 {kEndedOne},
                 SentChainEnd::root,
                 SentChain::bad,
                 "R3 that is sent ended on 2026-11-20"},
        SentCase{"71: the intermediate that is sent is revoked", {kRevokedOne}, SentChainEnd::root, SentChain::bad, "revoked"},
        SentCase{"one that has not begun is as good as ended", {kFutureOne}, SentChainEnd::root, SentChain::bad, "begins on"},
        SentCase{
            "what is wrong below counts before what is missing above", {kEndedOne}, SentChainEnd::unknown_issuer, SentChain::bad, "ended"},
        SentCase{
            "an issuer that nobody here knows may be a root or not", {kValid}, SentChainEnd::unknown_issuer, SentChain::unknown, "R11"}));

}  // namespace
}  // namespace sstp
