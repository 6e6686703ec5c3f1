// The handshake's state machine, against every split and every break of what the peer sends.

#include "service/tls/schannel_session.h"
#include "tests/contracts/tls_scripted_sspi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp {
namespace {

using namespace scripted;
using State = SchannelHandshake::State;
using testing::ElementsAre;
using testing::HasSubstr;

class TlsHandshake : public testing::Test {
protected:
    void SetUp() override {
        auto acquired = SchannelCredentials::acquire(sspi_, {});
        ASSERT_TRUE(acquired.has_value());
        credentials_.emplace(std::move(*acquired));
    }

    void TearDown() override {
        credentials_.reset();
        EXPECT_EQ(sspi_.live, 0) << "handles or buffers of the security package were not freed";
    }

    SchannelHandshake begin(const std::string& name = "vpn.example.com") { return SchannelHandshake(sspi_, *credentials_, name); }

    /// Sends what is to be sent into `sent_`, as a driver does.
    void drain(SchannelHandshake& handshake) {
        while (handshake.state() == State::has_data) {
            sent_.insert(sent_.end(), handshake.to_send().begin(), handshake.to_send().end());
            handshake.sent();
        }
    }

    void feed(SchannelHandshake& handshake, std::span<const std::uint8_t> bytes) {
        drain(handshake);
        handshake.feed(bytes);
        drain(handshake);
    }

    ScriptedSspi sspi_;
    std::optional<SchannelCredentials> credentials_;
    Bytes sent_;
};

const Bytes kServer = together({handshake("server-hello"), handshake("certificate-request"), handshake("finished")});

/// Whether the byte at `position` of kServer is one of the two that hold a record's version.
bool is_version_byte(std::size_t position) {
    for (std::size_t begin = 0; begin < kServer.size(); begin += 5 + kServer[begin + 4]) {
        if (position == begin + 1 || position == begin + 2) return true;
    }
    return false;
}

TEST_F(TlsHandshake, TalksFirstAndNamesTheServer) {
    auto handshake = begin();
    EXPECT_EQ(handshake.state(), State::has_data);
    EXPECT_THAT(words(handshake.to_send()), ElementsAre("22:client-hello"));
    handshake.sent();
    EXPECT_EQ(handshake.state(), State::needs_data);
    EXPECT_EQ(sspi_.target, L"vpn.example.com");
    EXPECT_EQ(sspi_.tokens_in_handshake, 0) << "nothing but the handshake itself goes to the context";
}

TEST_F(TlsHandshake, WithoutANameNoneIsSent) {
    auto handshake = begin("");
    EXPECT_EQ(handshake.state(), State::has_data);
    EXPECT_EQ(sspi_.target, std::nullopt);
}

TEST_F(TlsHandshake, IsTheSameHoweverTheBytesArrive) {
    for (std::size_t piece = 1; piece <= kServer.size(); ++piece) {
        SCOPED_TRACE(piece);
        sent_.clear();
        auto handshake = begin();
        for (std::size_t at = 0; at < kServer.size(); at += piece) {
            ASSERT_EQ(handshake.state(), at == 0 ? State::has_data : State::needs_data);
            feed(handshake, std::span(kServer).subspan(at, std::min(piece, kServer.size() - at)));
        }
        EXPECT_EQ(handshake.state(), State::done);
        EXPECT_TRUE(handshake.certificate_requested());
        EXPECT_THAT(words(sent_), ElementsAre("22:client-hello", "22:key-exchange", "22:no-certificate"));
    }
}

TEST_F(TlsHandshake, CutAtAnyByteItFailsAndSaysSo) {
    for (std::size_t length = 0; length < kServer.size(); ++length) {
        SCOPED_TRACE(length);
        auto handshake = begin();
        feed(handshake, std::span(kServer).first(length));
        ASSERT_EQ(handshake.state(), State::needs_data);
        handshake.ended();
        ASSERT_EQ(handshake.state(), State::failed);
        EXPECT_THAT(handshake.error().message(), HasSubstr("in the middle of the handshake"));
        EXPECT_EQ(handshake.error().subject, "vpn.example.com");
    }
}

TEST_F(TlsHandshake, DamagedAtAnyByteItNeverEndsWellByItself) {
    for (std::size_t at = 0; at < kServer.size(); ++at) {
        SCOPED_TRACE(at);
        Bytes damaged = kServer;
        damaged[at] ^= 0x40;
        auto handshake = begin();
        feed(handshake, damaged);
        handshake.ended();
        // The scripted package does not look at the two version bytes of a record, and a longer length only waits for more.
        EXPECT_EQ(handshake.state(), is_version_byte(at) ? State::done : State::failed);
    }
}

TEST_F(TlsHandshake, SendsTheAlertBeforeItFails) {
    auto handshake = begin();
    drain(handshake);
    handshake.feed(scripted::handshake("refuse"));
    EXPECT_EQ(handshake.state(), State::has_data);
    EXPECT_THAT(words(handshake.to_send()), ElementsAre("21:handshake-failure"));
    handshake.sent();
    EXPECT_EQ(handshake.state(), State::failed);
    EXPECT_EQ(handshake.error().code, static_cast<std::uint32_t>(SEC_E_ALGORITHM_MISMATCH));
}

TEST_F(TlsHandshake, WhatIsNoTlsIsMalformed) {
    auto handshake = begin();
    const std::string_view http = "HTTP/1.1 400 Bad Request\r\n\r\n";
    Bytes padded(http.begin(), http.end());
    padded.resize(0x502F + 5);  // "P/" stands where a record has its length
    feed(handshake, padded);
    ASSERT_EQ(handshake.state(), State::failed);
    EXPECT_EQ(handshake.error().kind, ErrorKind::malformed);
}

TEST_F(TlsHandshake, AMessageWithoutEndIsRefused) {
    sspi_.endless = true;
    auto handshake = begin();
    drain(handshake);
    const Bytes piece(16 * 1024);
    for (int i = 0; i < 64 && handshake.state() == State::needs_data; ++i) handshake.feed(piece);
    ASSERT_EQ(handshake.state(), State::failed);
    EXPECT_EQ(handshake.error().kind, ErrorKind::malformed);
}

TEST_F(TlsHandshake, KeepsWhatCameBehindItForTheSession) {
    auto handshake = begin();
    feed(handshake, together({kServer, application("data:early")}));
    ASSERT_EQ(handshake.state(), State::done);
    auto session = SchannelSession::from(std::move(handshake));
    ASSERT_TRUE(session.has_value());
    const auto arrived = session->next();
    EXPECT_EQ(arrived.arrival, SchannelSession::Arrival::data);
    EXPECT_EQ(std::string(arrived.data.begin(), arrived.data.end()), "early");
}

TEST(TlsCredentials, ModernOnesAreAskedForFirst) {
    ScriptedSspi sspi;
    ASSERT_TRUE(SchannelCredentials::acquire(sspi, {}).has_value());
    EXPECT_THAT(sspi.versions_asked, ElementsAre(SCH_CREDENTIALS_VERSION));
}

TEST(TlsCredentials, AnOldSystemGetsTheOldOnes) {
    ScriptedSspi sspi;
    sspi.modern_credentials = SEC_E_UNKNOWN_CREDENTIALS;
    ASSERT_TRUE(SchannelCredentials::acquire(sspi, {}).has_value());
    EXPECT_THAT(sspi.versions_asked, ElementsAre(SCH_CREDENTIALS_VERSION, SCHANNEL_CRED_VERSION));
}

TEST(TlsCredentials, ARealReasonIsTold) {
    ScriptedSspi sspi;
    sspi.modern_credentials = SEC_E_INTERNAL_ERROR;
    sspi.old_credentials = SEC_E_NO_CREDENTIALS;
    const auto none = SchannelCredentials::acquire(sspi, {});
    ASSERT_FALSE(none.has_value());
    EXPECT_EQ(none.error().kind, ErrorKind::no_usable_key);
    EXPECT_EQ(none.error().code, static_cast<std::uint32_t>(SEC_E_NO_CREDENTIALS));
    EXPECT_EQ(sspi.live, 0);
}

}  // namespace
}  // namespace sstp
