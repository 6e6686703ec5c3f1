// Receivers that speak TLS 1.3 and nothing older. What this Windows has decides which half of each test is run, and none is left out: where
// Schannel speaks TLS 1.3 (Windows Server 2022 and later, Wine 10) they confirm; elsewhere nothing is sent, and the reason is told.

#include "service/windows/late_bound.h"
#include "service/windows/siem_transports.h"
#include "service/windows/system_clock.h"
#include "tests/contracts/siem_receivers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace sstp::contracts {
namespace {

using testing::HasSubstr;

const Payload kPayload{{"22 <134>1 - - - - - - one", "22 <134>1 - - - - - - two"}, {}};
const std::string kBytes = kPayload.messages[0] + kPayload.messages[1];

/// Windows Server 2022 is build 20348. Of Wine nothing is demanded: whether it has TLS 1.3 depends on the GnuTLS below it.
bool must_speak_tls13() {
    if (export_of(L"ntdll.dll", "wine_get_version") != nullptr) return false;
    using GetVersion = LONG(WINAPI*)(OSVERSIONINFOW*);
    OSVERSIONINFOW version{};
    version.dwOSVersionInfoSize = sizeof version;
    const auto get = reinterpret_cast<GetVersion>(reinterpret_cast<void*>(export_of(L"ntdll.dll", "RtlGetVersion")));
    return get != nullptr && get(&version) == 0 && version.dwBuildNumber >= 20348;
}

class SiemTls13 : public testing::Test {
protected:
    Handover to(const std::string& receiver) {
        take(receiver);
        return make_siem_transport(destination_at(receiver), stop_)->hand_over(0, kPayload);
    }
    /// False: this Windows has no TLS 1.3, and that was told without a byte being sent.
    static bool speaks(const std::string& receiver, const Handover& handover) {
        if (!handover.protocol.empty()) {
            EXPECT_EQ(handover.protocol, "TLS 1.3");
            return true;
        }
        EXPECT_FALSE(must_speak_tls13()) << handover.error.message();
        EXPECT_FALSE(handover.receipt);
        EXPECT_EQ(handover.reason, "handshake");
        EXPECT_THAT(handover.error.message(), HasSubstr("TLS"));
        EXPECT_EQ(take(receiver).bytes, "");
        return false;
    }

    StopSignal stop_;
};

TEST_F(SiemTls13, AReceiverThatAnswersOurCloseNotifyHasConfirmed) {
    const auto handover = to("tls13_answers");
    if (!speaks("tls13_answers", handover)) return;
    ASSERT_TRUE(handover.receipt) << handover.error.message();
    EXPECT_EQ(handover.receipt->protocol, "TLS 1.3");
    EXPECT_EQ(take("tls13_answers").bytes, kBytes);
}

TEST_F(SiemTls13, AReceiverThatEndsOnlyAtOurFinHasConfirmed) {  // Netty, so Logstash's tcp input
    const auto begun = monotonic_now();
    const auto handover = to("tls13_ends_at_fin");
    if (!speaks("tls13_ends_at_fin", handover)) return;
    ASSERT_TRUE(handover.receipt) << handover.error.message();
    EXPECT_GE(monotonic_now() - begun, Duration{2900}) << "our close_notify stands alone first";
    EXPECT_EQ(take("tls13_ends_at_fin").bytes, kBytes);
}

/// In TLS 1.3 a server asks for a certificate, and refuses us behind the handshake: before the first byte, if it is waited for.
TEST_F(SiemTls13, AReceiverThatDemandsACertificateRefusesUsBeforeTheFirstByte) {
    const auto handover = to("tls13_demands_certificate");
    if (!speaks("tls13_demands_certificate", handover)) return;
    ASSERT_FALSE(handover.receipt);
    EXPECT_EQ(handover.failure, HandoverFailure::untrusted) << handover.error.message();
    EXPECT_EQ(handover.reason, "client_certificate");
    EXPECT_EQ(take("tls13_demands_certificate").bytes, "");
}

}  // namespace
}  // namespace sstp::contracts
