// The HTTPS transport over WinHTTP, against a receiver that answers as its path says.

#include "service/windows/siem_transports.h"
#include "service/windows/system_clock.h"
#include "tests/contracts/scratch_folder.h"
#include "tests/contracts/siem_receivers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

namespace sstp::contracts {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const Payload kPayload{{"{\"a\":1}\n", "{\"b\":2}\n"}, "application/x-ndjson"};

class SiemHttpsTransport : public testing::Test {
protected:
    SiemDestination at(const std::string& path, const std::string& receiver = "https", const std::string& host = "localhost") {
        SiemDestination destination = destination_at(receiver, host);
        destination.type = DestinationType::https;
        destination.hosts.clear();
        destination.url = "https://" + host + ":" + std::to_string(receiver_port(receiver)) + path;
        return destination;
    }
    Handover hand_over(const SiemDestination& destination) {
        take(destination.name);
        return make_siem_transport(destination, stop_)->hand_over(0, kPayload);
    }

    StopSignal stop_;
};

TEST_F(SiemHttpsTransport, A2xxHasConfirmedAndTheBodyIsTheMessagesInARow) {
    for (const char* host : {"localhost", "127.0.0.1"}) {
        const auto handover = hand_over(at("/200", "https", host));
        ASSERT_TRUE(handover.receipt) << handover.error.message();
        EXPECT_THAT(handover.receipt->protocol, testing::StartsWith("HTTPS"));
        EXPECT_THAT(handover.receipt->peer, testing::StartsWith("CN=siem.example.com, sha-256:"));
        const std::string request = take("https").bytes;
        EXPECT_THAT(request, AllOf(testing::StartsWith("POST /200 HTTP/1.1\r\n"), HasSubstr("Content-Type: application/x-ndjson\r\n"),
                                   testing::EndsWith("\r\n\r\n{\"a\":1}\n{\"b\":2}\n"), Not(HasSubstr("Authorization"))));
    }
}

struct Answer {
    const char* path;
    HandoverFailure failure;
    const char* words;
};

class SiemHttpsAnswer : public SiemHttpsTransport, public testing::WithParamInterface<Answer> {};

TEST_P(SiemHttpsAnswer, MeansWhatItsStatusSays) {
    const auto handover = hand_over(at(GetParam().path));
    ASSERT_FALSE(handover.receipt);
    EXPECT_EQ(handover.failure, GetParam().failure) << handover.error.message();
    EXPECT_EQ(handover.reason, "http_" + std::string(GetParam().path).substr(1, 3));
    EXPECT_THAT(handover.error.message(), AllOf(HasSubstr(GetParam().words), HasSubstr("Said by the receiver")));
}

INSTANTIATE_TEST_SUITE_P(Statuses, SiemHttpsAnswer,
                         testing::Values(Answer{"/400", HandoverFailure::refused_content, "refuses what was sent"},
                                         Answer{"/413", HandoverFailure::refused_content, "refuses what was sent"},
                                         Answer{"/401", HandoverFailure::refused_us, "token_file"},
                                         Answer{"/403", HandoverFailure::refused_us, "does not permit"},
                                         Answer{"/404", HandoverFailure::refused_us, "check url"},
                                         Answer{"/302", HandoverFailure::refused_us, "redirects to https://elsewhere.example.com/"},
                                         Answer{"/429", HandoverFailure::overloaded, "patience"},
                                         Answer{"/503", HandoverFailure::overloaded, "trouble of its own"}),
                         [](const auto& each) { return "Http" + std::string(each.param.path).substr(1); });

TEST_F(SiemHttpsTransport, RetryAfterIsSecondsOrADate) {
    EXPECT_EQ(hand_over(at("/429/7")).retry_after, Duration{7000});
    const auto date = hand_over(at("/503/date")).retry_after;
    ASSERT_TRUE(date);
    EXPECT_GT(*date, Duration{60'000});
    EXPECT_LE(*date, Duration{90'000});
    EXPECT_FALSE(hand_over(at("/503")).retry_after);
    EXPECT_EQ(hand_over(at("/503/99999999")).retry_after, Duration{std::chrono::hours{1}}) << "nobody makes us wait for months";
}

TEST_F(SiemHttpsTransport, TheTokenIsReadAtEachRequestAndNeverTold) {
    const ScratchFolder folder;
    SiemDestination destination = at("/401");
    destination.token_file = folder.path("token");
    EXPECT_THAT(hand_over(destination).error.message(), HasSubstr("could not read the token in"));
    EXPECT_EQ(hand_over(destination).failure, HandoverFailure::refused_us);
    for (const auto& [profile, token, header] : {std::tuple{HttpsProfile::hec, "11111111-aaaa", "Splunk 11111111-aaaa"},
                                                 std::tuple{HttpsProfile::json, "22222222-bbbb", "Bearer 22222222-bbbb"}}) {
        std::ofstream(*destination.token_file, std::ios::trunc | std::ios::binary) << "\xEF\xBB\xBF" << token << "\r\n";
        destination.profile = profile;
        const auto handover = hand_over(destination);
        EXPECT_THAT(take("https").bytes, HasSubstr("Authorization: " + std::string(header) + "\r\n"));
        EXPECT_THAT(handover.error.message(), Not(HasSubstr(token)));
    }
    std::ofstream(*destination.token_file, std::ios::trunc) << "two words";
    EXPECT_THAT(hand_over(destination).error.message(), HasSubstr("one word"));
}

TEST_F(SiemHttpsTransport, NothingIsSentToAServerThatIsNotTrusted) {
    const ScratchFolder folder;
    const std::string token = folder.path("token");
    std::ofstream(token) << "secret";
    for (const char* receiver : {"https_wrong_name", "https_other_ca"}) {
        SiemDestination destination = at("/200", receiver);
        destination.token_file = token;
        const auto handover = hand_over(destination);
        ASSERT_FALSE(handover.receipt) << receiver;
        EXPECT_EQ(handover.failure, HandoverFailure::untrusted) << handover.error.message();
        EXPECT_THAT(handover.error.message(), HasSubstr("is not accepted"));
        Sleep(100);
        EXPECT_EQ(take(receiver).bytes, "") << receiver;
    }
}

TEST_F(SiemHttpsTransport, AFingerprintWillDo) {
    const auto first = hand_over(at("/200"));
    ASSERT_TRUE(first.receipt);
    SiemDestination destination = at("/200");
    destination.ca_file.reset();
    const auto at_hash = first.receipt->peer.find("sha-256:");
    destination.server_fingerprint = CertificateHash::parse(first.receipt->peer.substr(at_hash + 8));
    EXPECT_TRUE(hand_over(destination).receipt);
    destination.server_fingerprint = CertificateHash{};
    EXPECT_EQ(hand_over(destination).failure, HandoverFailure::untrusted);
}

TEST_F(SiemHttpsTransport, WhatIsNoHttpsServerIsTold) {
    SiemDestination closed = at("/200");
    closed.url = "https://127.0.0.1:1/";
    EXPECT_EQ(hand_over(closed).failure, HandoverFailure::unreachable);
    EXPECT_EQ(hand_over(at("/200", "tcp_talks")).failure, HandoverFailure::unreachable);
}

TEST_F(SiemHttpsTransport, AStopEndsTheWaitForAnAnswerAtOnce) {
    const auto destination = at("/freezes");
    StopSignal stop;
    const auto transport = make_siem_transport(destination, stop);
    std::thread stopper([&stop] {
        Sleep(500);
        stop.request();
    });
    const auto begun = monotonic_now();
    const auto handover = transport->hand_over(0, kPayload);
    stopper.join();
    EXPECT_FALSE(handover.receipt);
    EXPECT_EQ(handover.failure, HandoverFailure::stopped) << handover.error.message();
    EXPECT_LT(monotonic_now() - begun, Duration{9000});
}

TEST_F(SiemHttpsTransport, AFrozenReceiverHasNotConfirmed) {
    const auto handover = hand_over(at("/freezes"));
    EXPECT_FALSE(handover.receipt);
    EXPECT_EQ(handover.failure, HandoverFailure::silent) << handover.error.message();
    EXPECT_EQ(handover.error.kind, ErrorKind::timed_out);
}

}  // namespace
}  // namespace sstp::contracts
