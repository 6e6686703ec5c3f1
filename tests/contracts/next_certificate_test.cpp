#include "service/windows/portable/next_certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace sstp {
namespace {

using enum HandoverFailure;

const CertificateHash kBest = *CertificateHash::parse(std::string(64, 'A'));
const CertificateHash kNext = *CertificateHash::parse(std::string(64, 'B'));

CertificateAttempt taken() {
    CertificateAttempt attempt;
    attempt.handover.receipt = Receipt{"CN=siem", "TLS 1.3"};
    return attempt;
}
CertificateAttempt ends_with(HandoverFailure failure, const std::string& reason) {
    CertificateAttempt attempt;
    attempt.handover.failure = failure;
    attempt.handover.reason = reason;
    attempt.handover.error.text = reason;
    return attempt;
}
CertificateAttempt refuses(const CertificateHash& hash, const std::string& words) {
    CertificateAttempt attempt = ends_with(untrusted, kOurCertificate);
    attempt.refused = RefusedCertificate{hash, words};
    return attempt;
}

struct Case {
    const char* sentence;
    std::vector<CertificateAttempt> attempts;   ///< as they would go, one after the other
    const char* told;                           ///< text of the failure that is told; null: it was taken
    std::optional<CertificateHash> passed_over;
    bool stops = false;
};
void PrintTo(const Case& each, std::ostream* out) { *out << each.sentence; }

class NextCertificate : public testing::TestWithParam<Case> {};

TEST_P(NextCertificate, is_tried_once_where_the_receiver_refuses_the_best) {
    std::vector<std::optional<CertificateHash>> passed;
    std::optional<CertificateHash> passed_over;
    const Handover told = with_a_certificate_that_is_taken(
        [&](const std::optional<CertificateHash>& over) {
            passed.push_back(over);
            return GetParam().attempts.at(passed.size() - 1);
        },
        [] { return GetParam().stops; }, passed_over);
    EXPECT_EQ(passed.size(), GetParam().attempts.size());
    EXPECT_EQ(passed.front(), std::nullopt);
    if (passed.size() == 2) {
        EXPECT_EQ(passed.back(), kBest) << "what was refused is shown last";
    }
    EXPECT_EQ(passed_over, GetParam().passed_over);
    ASSERT_EQ(told.receipt.has_value(), GetParam().told == nullptr);
    if (GetParam().told != nullptr) {
        EXPECT_EQ(told.error.text, GetParam().told);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Table, NextCertificate,
    testing::Values(
        Case{"the best is taken", {taken()}, nullptr, {}},
        Case{"the best is refused, the next is taken, and shown first from then on", {refuses(kBest, "CN=a"), taken()}, nullptr, kBest},
        Case{"both are refused: the first failure, and both are named",
             {refuses(kBest, "CN=a"), refuses(kNext, "CN=b")},
             "client_certificate. Then the next one was tried, and refused as well: CN=b",
             {}},
        Case{"there is no other", {ends_with(untrusted, kOurCertificate)}, "client_certificate", {}},
        Case{"a receiver that is not reached is none that refuses", {ends_with(unreachable, "connect")}, "connect", {}},
        Case{"a stop in between is heeded", {refuses(kBest, "CN=a")}, "client_certificate", {}, true},
        Case{"the next is let in, and the batch is refused: that is what is told",
             {refuses(kBest, "CN=a"), ends_with(refused_content, "http_400")},
             "http_400",
             kBest},
        Case{"the next is let in, and the collector is busy",
             {refuses(kBest, "CN=a"), ends_with(overloaded, "http_503")},
             "http_503",
             kBest},
        Case{"the next is let in, and nothing comes back", {refuses(kBest, "CN=a"), ends_with(silent, "confirm")}, "confirm", kBest},
        Case{"the receiver is gone at the second attempt: nothing is known of the next",
             {refuses(kBest, "CN=a"), ends_with(unreachable, "connect")},
             "client_certificate",
             {}},
        Case{"a refusal of the next by an answer is one too",
             {refuses(kBest, "CN=a"), ends_with(refused_us, kOurCertificate)},
             "client_certificate",
             {}}));

}  // namespace
}  // namespace sstp
