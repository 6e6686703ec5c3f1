// Findings, errors, services and certificates: the small values with a rule of their own.
#include "core/model/certificate.h"
#include "core/model/finding.h"
#include "core/model/result.h"
#include "core/model/server_state.h"
#include "core/model/service_status.h"
#include "core/model/text.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

namespace sstp::test {

namespace {

TEST(Reason, HasOneWordThatReadsBack) {
    std::set<std::string> words;
    for (const Reason reason : all_reasons()) {
        EXPECT_EQ(reason_from_word(word(reason)), reason);
        words.insert(word(reason));
    }
    EXPECT_EQ(words.size(), kReasonCount);
    EXPECT_EQ(reason_from_word("nonsense"), std::nullopt);
    EXPECT_EQ(reason_from_word(""), std::nullopt);
}

TEST(Findings, HaveTheSeverityOfTheWorst) {
    EXPECT_EQ(worst({}), Severity::information);
    const Finding warning{Reason::certificate_expiring, Severity::warning, "", ""};
    const Finding critical{Reason::certificate_expired, Severity::critical, "", ""};
    EXPECT_EQ(worst({warning}), Severity::warning);
    EXPECT_EQ(worst({critical, warning}), Severity::critical);
    EXPECT_TRUE(has({warning}, Reason::certificate_expiring));
    EXPECT_FALSE(has({warning}, Reason::certificate_expired));
}

TEST(ALaterStart, IsToldByItsProcessElseByTheMomentAtWhichItWasSeen) {
    using namespace std::chrono_literals;
    const WallTime t = WallTime{} + 24h;
    const auto seen = [](WallTime at) { return StartedBetween{at, at}; };
    EXPECT_TRUE(is_a_later_start(seen(t), seen(t + 500ms))) << "85: a tool restarts RRAS half a second behind ours";
    EXPECT_FALSE(is_a_later_start(seen(t), seen(t)));
    EXPECT_TRUE(is_a_later_start({t - 100ms, t}, seen(t + 500ms))) << "ours was found running before the notice came";
    EXPECT_FALSE(is_a_later_start(seen(t), {t + 1s, t + 1h})) << "bounds may rest on a boot whose time moved with the clock";
    EXPECT_TRUE(is_a_later_start(seen(t), {t + 3s, t + 1h}));
    EXPECT_TRUE(is_a_later_start({t, t, t - 1s}, {t, t, t})) << "another process";
    EXPECT_FALSE(is_a_later_start({t, t, t - 1s}, {t + 1h, t + 1h, t - 1s})) << "the same process never starts twice";
}

TEST(Error, IsOneLineWithOperationSubjectTextAndCode) {
    EXPECT_EQ((Error{ErrorKind::access_denied, "replace the HTTP.SYS binding", "[::]:443", 5, "Access is denied"}).message(),
              "could not replace the HTTP.SYS binding [::]:443: Access is denied (5)");
    EXPECT_EQ((Error{ErrorKind::unexpected, "verify the certificate", "", 0x80096004, "The signature cannot be verified"}).message(),
              "could not verify the certificate: The signature cannot be verified (0x80096004)");
    EXPECT_EQ((Error{ErrorKind::timed_out, "wait", "", 0, ""}).message(), "could not wait");
}

TEST(Error, IsABugOfTheCallerWhenItsValueIsTaken) {
    const Result<int> failed = Error{ErrorKind::not_found, "find", "it", 2, "not there"};
    EXPECT_THROW((void)failed.value(), std::logic_error);
}

TEST(ServiceStatus, FailedOnlyWhenItStoppedWithAnError) {
    ServiceStatus status;
    status.exit_code = 1067;
    EXPECT_TRUE(status.failed());
    status.exit_code = 0;
    EXPECT_FALSE(status.failed()) << "stopped cleanly";
    status.exit_code = 1077;
    EXPECT_FALSE(status.failed()) << "never started since the boot";
    status.exit_code = 1067;
    status.state = ServiceState::running;
    EXPECT_FALSE(status.failed());
}

TEST(Certificate, IsCalledByItsFirstNameOrItsSubject) {
    Certificate certificate;
    certificate.thumbprint = Thumbprint::parse("3f2a000102030405060708090a0b0c0d0e0f1091").value();
    EXPECT_EQ(brief(certificate), "3F2A..91");
    certificate.subject_cn = "old.example.com";
    EXPECT_EQ(brief(certificate), "3F2A..91 (old.example.com)");
    certificate.dns_names = {"vpn.example.com", "www.example.com"};
    EXPECT_EQ(brief(certificate), "3F2A..91 (vpn.example.com)");
}

TEST(ServerState, FindsNothingInAStoreThatCouldNotBeRead) {
    ServerState state;
    Certificate certificate;
    state.certificates = std::vector<Certificate>{certificate};
    EXPECT_NE(state.find(certificate.thumbprint), nullptr);
    EXPECT_NE(state.find(certificate.hash), nullptr);
    state.certificates = Unreadable{};
    EXPECT_EQ(state.find(certificate.thumbprint), nullptr);
}

TEST(Text, IsComparedWithoutRegardToTheCaseOfAsciiLetters) {
    EXPECT_TRUE(equal_ignoring_case("My", "MY"));
    EXPECT_FALSE(equal_ignoring_case("MY", "MYS"));
    EXPECT_FALSE(equal_ignoring_case("\xC3\xA4", "\xC3\x84")) << "only ASCII letters: a-umlaut and A-umlaut differ";
    EXPECT_TRUE(equal_ignoring_case("", ""));
}

}  // namespace

}  // namespace sstp::test
