// TLS, TCP and UDP transports against receivers that answer in every manner: what counts as confirmed, and what never does.

#include "service/windows/siem_transports.h"
#include "service/windows/system_clock.h"
#include "tests/contracts/siem_receivers.h"
#include "tests/contracts/windows_proper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace sstp::contracts {
namespace {

using testing::HasSubstr;

const Payload kPayload{{"22 <134>1 - - - - - - one", "22 <134>1 - - - - - - two"}, {}};
const std::string kBytes = kPayload.messages[0] + kPayload.messages[1];

/// Long enough for several pieces and TLS records.
Payload big_payload() {
    Payload payload;
    for (int i = 0; i < 300; ++i) payload.messages.push_back(std::string(1000, static_cast<char>('a' + i % 26)));
    return payload;
}

class SiemStreams : public testing::Test {
protected:
    Handover hand_over(const SiemDestination& destination, const Payload& payload = kPayload) {
        take(destination.name);
        return make_siem_transport(destination, stop_)->hand_over(0, payload);
    }
    Handover to(const std::string& receiver, const Payload& payload = kPayload) { return hand_over(destination_at(receiver), payload); }
    static SiemDestination over_tcp(const std::string& receiver, const std::string& host = "127.0.0.1") {
        SiemDestination destination = destination_at(receiver, host);
        destination.transport = SyslogTransport::tcp;
        return destination;
    }

    StopSignal stop_;
};

// --- TLS ---

TEST_F(SiemStreams, AReceiverThatAnswersOurCloseNotifyHasConfirmed) {
    const auto handover = to("answers");
    ASSERT_TRUE(handover.receipt) << handover.error.message();
    EXPECT_EQ(take("answers").bytes, kBytes);
    EXPECT_THAT(handover.receipt->protocol, testing::StartsWith("TLS 1."));
    EXPECT_THAT(handover.receipt->peer, testing::StartsWith("CN=siem.example.com, sha-256:"));
}

TEST_F(SiemStreams, ABareEndThatStaysQuietHasConfirmedAfterTheSettleTime) {
    const auto begun = monotonic_now();
    const auto handover = to("ends_bare");
    ASSERT_TRUE(handover.receipt) << handover.error.message();
    EXPECT_GE(monotonic_now() - begun, Duration{290});
    EXPECT_EQ(take("ends_bare").bytes, kBytes);
}

TEST_F(SiemStreams, ManyRecordsArriveWhole) {
    const Payload payload = big_payload();
    const auto handover = to("answers", payload);
    ASSERT_TRUE(handover.receipt) << handover.error.message();
    std::string all;
    for (const auto& each : payload.messages) all += each;
    EXPECT_EQ(take("answers").bytes, all);
}

struct NoProof {
    const char* receiver;
    bool may_be_refused;   ///< seen before anything was sent, or after: both are right
};

class SiemNoProof : public SiemStreams, public testing::WithParamInterface<NoProof> {};

TEST_P(SiemNoProof, IsNeverConfirmed) {
    for (int i = 0; i < 5; ++i) {
        const auto handover = to(GetParam().receiver);
        ASSERT_FALSE(handover.receipt);
        if (GetParam().may_be_refused && handover.failure != HandoverFailure::not_confirmed) {
            EXPECT_EQ(handover.failure, HandoverFailure::unreachable);
        } else {
            EXPECT_EQ(handover.failure, HandoverFailure::not_confirmed);
            EXPECT_EQ(handover.reason, "confirm");
        }
        EXPECT_THAT(handover.error.message(), HasSubstr("localhost:"));
        EXPECT_FALSE(handover.error.text.empty());
        // A reset can come before the server has shown who it is.
        const bool too_early = GetParam().may_be_refused && handover.peer.empty();
        EXPECT_TRUE(too_early || handover.peer.starts_with("CN=siem.example.com")) << handover.peer;
    }
}

INSTANTIATE_TEST_SUITE_P(Receivers, SiemNoProof,
                         testing::Values(NoProof{"resets_after_all", false}, NoProof{"resets_behind_its_end", false},
                                         NoProof{"ends_before", true}, NoProof{"resets_at_once", true}, NoProof{"talks", false},
                                         NoProof{"alerts", false}),
                         [](const auto& each) { return std::string(each.param.receiver); });

TEST_F(SiemStreams, AnAlertIsToldAsOne) { EXPECT_THAT(to("alerts").error.text, HasSubstr("alert")); }

TEST_F(SiemStreams, AReceiverThatEndsOnlyAtOurFinHasConfirmed) {   // Logstash's tcp input with TLS 1.3
    const auto begun = monotonic_now();
    const auto handover = to("ends_at_fin");
    ASSERT_TRUE(handover.receipt) << handover.error.message();
    EXPECT_GE(monotonic_now() - begun, Duration{2900}) << "our close_notify stands alone first";
    EXPECT_LE(monotonic_now() - begun, Duration{6000});
    EXPECT_EQ(take("ends_at_fin").bytes, kBytes);
}

TEST_F(SiemStreams, OneThatNeverEndsStaysSilentAndIsToldWithTheRemedy) {
    for (const auto& destination : {destination_at("never_ends"), over_tcp("tcp_never_ends")}) {
        const auto handover = hand_over(destination);
        ASSERT_FALSE(handover.receipt);
        EXPECT_EQ(handover.failure, HandoverFailure::silent);
        EXPECT_THAT(handover.error.message(), HasSubstr(R"("confirmation": "sent")"));
        EXPECT_EQ(take(destination.name).bytes, kBytes);
    }
}

TEST_F(SiemStreams, WhatSpeaksNothingNewerThanTls11GetsNotAByte) {
    const auto handover = to("old_tls");
    ASSERT_FALSE(handover.receipt);
    EXPECT_THAT(handover.failure, testing::AnyOf(HandoverFailure::untrusted, HandoverFailure::unreachable));
    EXPECT_EQ(take("old_tls").bytes, "");
}

TEST_F(SiemStreams, WhereSentIsEnoughNobodyIsWaitedForAndThatIsCalledBestEffort) {
    for (SiemDestination destination : {destination_at("never_ends"), over_tcp("tcp_never_ends")}) {
        destination.confirmation = Confirmation::sent;
        const auto begun = monotonic_now();
        const auto handover = hand_over(destination);
        ASSERT_TRUE(handover.receipt) << handover.error.message();
        EXPECT_THAT(handover.receipt->protocol, testing::EndsWith(" (best effort)"));
        EXPECT_LE(monotonic_now() - begun, Duration{2500});
        EXPECT_EQ(take(destination.name).bytes, kBytes);
    }
    SiemDestination refusing = destination_at("alerts");
    refusing.confirmation = Confirmation::sent;
    bool heard = false;   // it has 300 ms: a receiver on a busy machine may be too late once
    for (int i = 0; i < 5 && !heard; ++i) heard = !hand_over(refusing).receipt;
    EXPECT_TRUE(heard) << "an alert is heard all the same";
}

TEST_F(SiemStreams, AFrozenReceiverHasNotConfirmedAndTenSecondsAreEnough) {
    const auto begun = monotonic_now();
    const auto handover = to("freezes");
    ASSERT_FALSE(handover.receipt);
    EXPECT_EQ(handover.failure, HandoverFailure::silent);
    EXPECT_EQ(handover.error.kind, ErrorKind::timed_out);
    EXPECT_GE(monotonic_now() - begun, Duration{9000});
}

TEST_F(SiemStreams, AStopEndsEveryWaitAtOnceAndIsNoFailureOfTheReceiver) {
    for (const char* receiver : {"freezes", "freezes_in_handshake", "tcp_freezes"}) {
        StopSignal stop;
        const auto destination = std::string(receiver).starts_with("tcp") ? over_tcp(receiver) : destination_at(receiver);
        const auto transport = make_siem_transport(destination, stop);
        std::thread stopper([&stop] {
            Sleep(300);
            stop.request();
        });
        const auto handover = transport->hand_over(0, kPayload);
        stopper.join();
        ASSERT_FALSE(handover.receipt) << receiver;
        EXPECT_EQ(handover.failure, HandoverFailure::stopped) << receiver << handover.error.message();
    }
}

TEST_F(SiemStreams, WhereNobodyListensIsUnreachable) {
    SiemDestination destination = over_tcp("tcp_answers");
    destination.hosts = {{"127.0.0.1", 1}};
    const auto handover = hand_over(destination);
    EXPECT_EQ(handover.failure, HandoverFailure::unreachable);
    EXPECT_EQ(handover.reason, "connect");
    EXPECT_THAT(handover.error.message(), HasSubstr("127.0.0.1:1"));
}

TEST_F(SiemStreams, ANameThatNobodyKnowsIsToldAsSuch) {
    SiemDestination destination = destination_at("answers");
    destination.hosts = {{"no-such-host.invalid", 6514}};
    const auto handover = hand_over(destination);
    EXPECT_EQ(handover.failure, HandoverFailure::unreachable);
    EXPECT_THAT(handover.error.message(), HasSubstr("could not find the address of no-such-host.invalid"));
}

TEST_F(SiemStreams, ANameIsTriedAtAllItsAddresses) {
    // localhost has two addresses; the receiver listens on both, so one that is taken away does no harm.
    for (const char* host : {"localhost", "127.0.0.1", "::1"}) {
        const auto handover = hand_over(destination_at("answers", host));
        EXPECT_TRUE(handover.receipt) << host << ": " << handover.error.message();
    }
}

TEST_F(SiemStreams, WhatSpeaksNoTlsIsToldByTheHandshake) {
    const auto handover = to("tcp_talks");
    EXPECT_EQ(handover.failure, HandoverFailure::unreachable);
    EXPECT_EQ(handover.reason, "handshake");
    EXPECT_THAT(handover.error.message(), HasSubstr("could not make a TLS session with localhost:"));
}

// --- TCP ---

TEST_F(SiemStreams, OverTcpAnOrderlyEndAfterOursHasConfirmed) {
    for (const char* host : {"127.0.0.1", "::1", "localhost"}) {
        const auto handover = hand_over(over_tcp("tcp_answers", host));
        ASSERT_TRUE(handover.receipt) << handover.error.message();
        EXPECT_EQ(handover.receipt->protocol, "TCP");
        EXPECT_EQ(take("tcp_answers").bytes, kBytes);
    }
}

/// Each several times, since such things depend on the moment.
class TcpNoProof : public SiemStreams, public testing::WithParamInterface<const char*> {};

TEST_P(TcpNoProof, IsNeverConfirmed) {
    for (int i = 0; i < 5; ++i) {
        const auto handover = hand_over(over_tcp(GetParam()));
        EXPECT_FALSE(handover.receipt);
        EXPECT_FALSE(handover.error.text.empty());
    }
}

INSTANTIATE_TEST_SUITE_P(Receivers, TcpNoProof, testing::Values("tcp_resets_at_once", "tcp_closes_at_once", "tcp_talks"));
// Wine tells of a reset behind our FIN as if it were an orderly end, whatever is asked: a read, SO_ERROR, or the event FD_CLOSE.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(TcpNoProof);
INSTANTIATE_TEST_SUITE_P(ReceiversOnWindowsProper, TcpNoProof, on_windows_proper("tcp_resets_after_all"));

// --- UDP ---

TEST_F(SiemStreams, OverUdpEveryMessageIsADatagramAndThatIsCalledBestEffort) {
    for (const auto& [receiver, host] : {std::pair{"udp", "127.0.0.1"}, std::pair{"udp_ipv6", "::1"}}) {
        SiemDestination destination = destination_at(receiver, host);
        destination.transport = SyslogTransport::udp;
        const auto handover = hand_over(destination);
        ASSERT_TRUE(handover.receipt) << handover.error.message();
        EXPECT_EQ(handover.receipt->protocol, "UDP (best effort)");
        Sleep(50);
        EXPECT_EQ(take(receiver).bytes, kPayload.messages[0] + "\n" + kPayload.messages[1] + "\n");
    }
}

}  // namespace
}  // namespace sstp::contracts
