// The session after the handshake, and the stream that drives both, against a scripted package that answers as TLS 1.3 does.

#include "service/tls/tls_stream.h"
#include "tests/contracts/tls_scripted_sspi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp {
namespace {

using namespace scripted;
using Ending = TlsStream::Ending;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr MonotonicTime kWhenever{};
const Bytes kServer = together({handshake("server-hello"), handshake("finished")});

std::string text(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

/// What a client sees of a peer that sends `after_handshake`, as words: data as it came, then how it ended.
struct Seen {
    std::vector<std::string> what;
    std::vector<std::string> sent;  ///< records of ours, the handshake's left out
    std::optional<Error> error;
};

Seen see(const Bytes& after_handshake, std::size_t piece, std::optional<std::size_t> reset_after = {}) {
    ScriptedSspi sspi;
    Seen seen;
    {
        auto credentials = SchannelCredentials::acquire(sspi, {});
        PlayedStream peer(together({kServer, after_handshake}));
        peer.piece = piece;
        if (reset_after) peer.reset_after = kServer.size() + *reset_after;
        TlsStream tls(peer, *credentials, sspi);
        const auto shaken = tls.handshake("vpn.example.com", kWhenever);
        EXPECT_TRUE(shaken.has_value()) << shaken.error().message();
        const std::size_t handshake_sent = peer.sent.size();
        for (bool over = false; !over;) {
            const auto received = tls.read(kWhenever);
            over = !received || received->ending != Ending::none;
            if (!received) {
                seen.error = received.error();
            } else if (received->ending == Ending::none) {
                EXPECT_FALSE(received->data.empty());
                seen.what.push_back(text(received->data));
            } else {
                seen.what.emplace_back(received->ending == Ending::close_notify ? "[close]"
                                       : received->ending == Ending::bare       ? "[bare]"
                                                                                : "[alert]");
                if (received->ending == Ending::alert) seen.error = received->why;
            }
        }
        seen.sent = words(std::span(peer.sent).subspan(handshake_sent));
    }
    EXPECT_EQ(sspi.live, 0);
    return seen;
}

struct Story {
    const char* name;
    Bytes peer;
    std::vector<std::string> seen;
    std::vector<std::string> sent;
    std::uint32_t code = 0;
};

class TlsSession : public testing::TestWithParam<Story> {};

TEST_P(TlsSession, IsTheSameHoweverTheBytesArrive) {
    const Story& story = GetParam();
    for (std::size_t piece = 1; piece <= story.peer.size() + 1; ++piece) {
        SCOPED_TRACE(piece);
        const Seen seen = see(story.peer, piece);
        EXPECT_EQ(seen.what, story.seen);
        EXPECT_EQ(seen.sent, story.sent);
        EXPECT_EQ(seen.error ? seen.error->code : 0, story.code);
    }
}

TEST_P(TlsSession, AResetAtAnyByteIsNeverAnOrderlyEnd) {
    const Story& story = GetParam();
    for (std::size_t length = 0; length < story.peer.size(); ++length) {
        SCOPED_TRACE(length);
        const Seen seen = see(story.peer, 1 << 20, length);
        // A story may be over before its last byte; then what it ended with is seen, else the reset is.
        const bool over_early = !seen.what.empty() && seen.what.back().starts_with('[');
        if (over_early) {
            EXPECT_EQ(seen.what.back(), story.seen.back());
        } else {
            ASSERT_TRUE(seen.error.has_value());
            EXPECT_TRUE(seen.error->code == WSAECONNRESET || seen.error->code == story.code);
        }
        for (std::size_t i = 0; i < seen.what.size(); ++i) EXPECT_EQ(seen.what[i], story.seen.at(i));
    }
}

constexpr auto kUntrusted = static_cast<std::uint32_t>(SEC_E_UNTRUSTED_ROOT);

INSTANTIATE_TEST_SUITE_P(
    Stories, TlsSession,
    testing::Values(Story{"data, then an orderly end",
                          together({application("data:one"), application("data:two"), application("close")}),
                          {"one", "two", "[close]"},
                          {}},
                    Story{"an orderly end as Wine tells it", together({application("data:one"), alert("close")}), {"one", "[close]"}, {}},
                    Story{"a connection that just ends", application("data:one"), {"one", "[bare]"}, {}},
                    Story{"nothing at all", {}, {"[bare]"}, {}},
                    Story{"an empty record is neither data nor an end",
                          together({application("empty"), application("data:one"), application("close")}),
                          {"one", "[close]"},
                          {}},
                    Story{"session tickets of TLS 1.3 before the first data",
                          together({application("ticket"), application("ticket"), application("data:one"), application("close")}),
                          {"one", "[close]"},
                          {}},
                    Story{"a ticket between data",
                          together({application("data:one"), application("ticket"), application("data:two"), application("close")}),
                          {"one", "two", "[close]"},
                          {}},
                    Story{"a ticket and nothing more", application("ticket"), {"[bare]"}, {}},
                    Story{"a key update is answered",
                          together({application("key-update"), application("data:one"), application("close")}),
                          {"one", "[close]"},
                          {"23:key-update"}},
                    Story{
                        "what follows the end does not count", together({application("close"), application("data:late")}), {"[close]"}, {}},
                    Story{"a fatal alert of TLS 1.3 is no end in order",
                          together({application("data:one"), application("fatal")}),
                          {"one", "[alert]"},
                          {},
                          kUntrusted},
                    Story{"a fatal alert of TLS 1.2", alert("fatal"), {"[alert]"}, {}, static_cast<std::uint32_t>(SEC_E_CERT_UNKNOWN)}),
    [](const testing::TestParamInfo<Story>& story) {
        std::string name;
        for (const char* c = story.param.name; *c; ++c) name += std::isalnum(static_cast<unsigned char>(*c)) ? *c : '_';
        return name;
    });

TEST(TlsRenegotiation, AServerOfTls12ThatAsksForOneGetsIt) {
    const Bytes asks = application("hello-request");
    const Bytes goes_on = together({handshake("ask-again"), handshake("finished"), application("data:one"), application("close")});
    for (std::size_t piece = 1; piece <= goes_on.size(); ++piece) {
        SCOPED_TRACE(piece);
        ScriptedSspi sspi;
        auto credentials = SchannelCredentials::acquire(sspi, {});
        PlayedStream peer(together({kServer, asks, goes_on}));
        peer.piece = piece;
        peer.waits_at = kServer.size() + asks.size();
        peer.waits_for_writes = 3;  // two of the handshake, then our new ClientHello
        TlsStream tls(peer, *credentials, sspi);
        ASSERT_TRUE(tls.handshake("", kWhenever).has_value());
        peer.sent.clear();
        const auto received = tls.read(kWhenever);
        ASSERT_TRUE(received.has_value());
        EXPECT_EQ(text(received->data), "one");
        EXPECT_THAT(words(peer.sent), ElementsAre("22:client-hello", "22:key-exchange"));
        EXPECT_EQ(tls.read(kWhenever)->ending, Ending::close_notify);
    }
}

TEST(TlsSessionFailures, ADamagedRecordIsAFailureAndNoAlert) {
    const Seen seen = see(together({application("data:one"), application("damaged")}), 7);
    EXPECT_THAT(seen.what, ElementsAre("one"));
    ASSERT_TRUE(seen.error.has_value());
    EXPECT_EQ(seen.error->kind, ErrorKind::malformed);
}

TEST(TlsSessionFailures, ATruncatedKeyUpdateIsNoOrderlyEnd) {
    const Bytes update = application("key-update");
    const Seen seen = see({update.begin(), update.end() - 1}, 3);
    EXPECT_THAT(seen.what, ElementsAre("[bare]"));
}

TEST(TlsSessionFailures, AServerMayNotChangeItsCertificateUnseen) {
    const Seen seen = see(together({application("data:one"), application("new-certificate"), application("data:two")}), 1 << 20);
    EXPECT_THAT(seen.what, ElementsAre("one"));
    ASSERT_TRUE(seen.error.has_value());
    EXPECT_EQ(seen.error->kind, ErrorKind::verification_failed);
}

class TlsStreams : public testing::Test {
protected:
    ScriptedSspi sspi_;
    SchannelCredentials credentials_ = std::move(*SchannelCredentials::acquire(sspi_, {}));
};

TEST_F(TlsStreams, LongTextIsSplitIntoRecordsAndTrailersAreAsLongAsTheyAre) {
    PlayedStream peer(kServer);
    TlsStream tls(peer, credentials_, sspi_);
    ASSERT_TRUE(tls.handshake("", kWhenever).has_value());
    peer.sent.clear();
    const std::string_view plain = "twenty characters...";
    ASSERT_TRUE(tls.write({reinterpret_cast<const std::uint8_t*>(plain.data()), plain.size()}, kWhenever).has_value());
    EXPECT_THAT(words(peer.sent), ElementsAre("23:twenty c##", "23:haracter##", "23:s...##"));
    EXPECT_EQ(peer.writes, 3u) << "two of the handshake, and one for all records";
}

TEST_F(TlsStreams, CloseNotifyIsTheLastThingSent) {
    PlayedStream peer(together({kServer, application("data:still"), application("close")}));
    TlsStream tls(peer, credentials_, sspi_);
    ASSERT_TRUE(tls.handshake("", kWhenever).has_value());
    peer.sent.clear();
    ASSERT_TRUE(tls.send_close_notify(kWhenever).has_value());
    EXPECT_THAT(words(peer.sent), ElementsAre("21:close"));
    const std::uint8_t byte = 'x';
    const auto late = tls.write({&byte, 1}, kWhenever);
    ASSERT_FALSE(late.has_value());
    EXPECT_EQ(late.error().code, static_cast<std::uint32_t>(SEC_E_CONTEXT_EXPIRED));
    EXPECT_EQ(text(tls.read(kWhenever)->data), "still") << "the peer's half goes on";
    EXPECT_EQ(tls.read(kWhenever)->ending, Ending::close_notify);
    EXPECT_EQ(tls.read(kWhenever)->ending, Ending::close_notify) << "an end stays one";
}

TEST_F(TlsStreams, AFailureOfEveryWriteIsTold) {
    for (std::size_t n = 0; n < 2; ++n) {
        PlayedStream peer(kServer);
        peer.write_fails_at = n;
        TlsStream tls(peer, credentials_, sspi_);
        const auto shaken = tls.handshake("", kWhenever);
        ASSERT_FALSE(shaken.has_value());
        EXPECT_EQ(shaken.error().code, static_cast<std::uint32_t>(WSAECONNABORTED));
    }
}

TEST_F(TlsStreams, AResetAtAnyByteOfTheHandshakeIsTold) {
    for (std::size_t length = 0; length < kServer.size(); ++length) {
        PlayedStream peer(kServer);
        peer.reset_after = length;
        TlsStream tls(peer, credentials_, sspi_);
        const auto shaken = tls.handshake("", kWhenever);
        ASSERT_FALSE(shaken.has_value());
        EXPECT_EQ(shaken.error().code, static_cast<std::uint32_t>(WSAECONNRESET));
        EXPECT_FALSE(tls.read(kWhenever).has_value()) << "there is no session to read from";
    }
}

TEST_F(TlsStreams, AnAlertThatCannotBeSentDoesNotHideItsReason) {
    PlayedStream peer(handshake("refuse"));
    peer.write_fails_at = 1;
    TlsStream tls(peer, credentials_, sspi_);
    const auto shaken = tls.handshake("", kWhenever);
    ASSERT_FALSE(shaken.has_value());
    EXPECT_EQ(shaken.error().code, static_cast<std::uint32_t>(SEC_E_ALGORITHM_MISMATCH));
}

TEST_F(TlsStreams, TheServersCertificateIsWhatItShowed) {
    PlayedStream peer(kServer);
    TlsStream tls(peer, credentials_, sspi_);
    EXPECT_FALSE(tls.peer_certificate().has_value());
    ASSERT_TRUE(tls.handshake("", kWhenever).has_value());
    const auto certificate = tls.peer_certificate();
    ASSERT_TRUE(certificate.has_value());
    EXPECT_EQ(certificate->get()->cbCertEncoded, 289u);
}

}  // namespace
}  // namespace sstp
