// What counts as confirmed, moment by moment, in TLS 1.3 too, which Wine has not: a scripted security package and a connection on
// which everything happens at a told place.

#include "service/tls/confirmed_sending.h"
#include "service/windows/system_clock.h"
#include "tests/contracts/tls_scripted_sspi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

namespace sstp {
namespace {

using namespace scripted;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;

const std::vector<std::string> kMessages{"one ", "two "};

// How many times the client has written when it stands at a certain place.
constexpr std::size_t kAfterHandshake = 2;
constexpr std::size_t kAfterData = 3;
constexpr std::size_t kAfterOurEnd = 4;
constexpr std::size_t kAfterOurFin = 5;

/// Something that the peer does once the client has written so many times.
struct Move {
    enum class Kind : std::uint8_t { bytes, end, end_once, reset };

    std::size_t after_writes = 0;
    Kind kind = Kind::bytes;
    Bytes bytes;
};

Move sends(std::size_t after_writes, Bytes bytes) { return {after_writes, Move::Kind::bytes, std::move(bytes)}; }
Move ends(std::size_t after_writes) { return {after_writes, Move::Kind::end, {}}; }
/// What comes behind it shows at the next read.
Move ends_first(std::size_t after_writes) { return {after_writes, Move::Kind::end_once, {}}; }
Move resets(std::size_t after_writes) { return {after_writes, Move::Kind::reset, {}}; }

/// A connection on which time passes only when nothing else can happen.
class ScriptedConnection final : public Connection {
public:
    explicit ScriptedConnection(std::vector<Move> moves) : moves_(moves.begin(), moves.end()) {}

    Result<std::size_t> read_some(std::span<std::uint8_t> into, MonotonicTime deadline) override {
        if (moves_.empty() || moves_.front().after_writes > writes) {
            waited.push_back(deadline - monotonic_now());
            return Error{ErrorKind::timed_out, "read from", "a peer", 0, "there was no answer in time"};
        }
        Move& move = moves_.front();
        if (move.kind == Move::Kind::end) return std::size_t{0};
        if (move.kind == Move::Kind::end_once) {
            moves_.pop_front();
            return std::size_t{0};
        }
        if (move.kind == Move::Kind::reset) return Error{ErrorKind::unexpected, "read from", "a peer", WSAECONNRESET, "reset"};
        const std::size_t count = std::min(into.size(), move.bytes.size());
        std::copy_n(move.bytes.begin(), count, into.begin());
        move.bytes.erase(move.bytes.begin(), move.bytes.begin() + static_cast<std::ptrdiff_t>(count));
        if (move.bytes.empty()) moves_.pop_front();
        return count;
    }
    Result<void> write(std::span<const std::uint8_t> bytes, MonotonicTime) override {
        ++writes;
        sent.insert(sent.end(), bytes.begin(), bytes.end());
        return {};
    }
    Result<void> end_sending() override {
        ++writes;
        return {};
    }
    Result<void> still_in_order() override {
        if (reset_shows_late) return Error{ErrorKind::unexpected, "see the end of", "a peer", WSAECONNRESET, "reset"};
        return {};
    }
    Result<void> pause(Duration how_long) override {
        paused += how_long;
        return {};
    }

    bool reset_shows_late = false;   ///< behind an end that looked orderly
    std::size_t writes = 0;
    Bytes sent;
    std::vector<Duration> waited;
    Duration paused{};

private:
    std::deque<Move> moves_;
};

struct Tale {
    const char* name;
    std::vector<Move> moves;
    bool confirmed = false;
    bool nothing_sent = false;
    const char* words = "";
    bool reset_shows_late = false;
};

class Confirmed : public testing::TestWithParam<Tale> {};

TEST_P(Confirmed, IsOnlyWhatTheTaleSays) {
    const Tale& tale = GetParam();
    std::vector<Move> moves{sends(0, together({handshake("server-hello"), handshake("finished")}))};
    moves.insert(moves.end(), tale.moves.begin(), tale.moves.end());
    ScriptedConnection connection(moves);
    connection.reset_shows_late = tale.reset_shows_late;
    ScriptedSspi sspi;
    {
        auto credentials = SchannelCredentials::acquire(sspi, {});
        TlsStream tls(connection, *credentials, sspi);
        ASSERT_TRUE(tls.handshake("siem.example.com", {}));
        connection.sent.clear();
        const auto unproven = send_confirmed(tls, connection, kMessages, {Duration{1}, Duration{1}});
        EXPECT_EQ(!unproven, tale.confirmed) << (unproven ? unproven->error.message() : "");
        if (unproven) {
            EXPECT_EQ(unproven->nothing_sent, tale.nothing_sent);
            EXPECT_EQ(unproven->silent, std::string_view{tale.words} == "within 10 s");
            EXPECT_THAT(unproven->error.message(), HasSubstr(tale.words));
            EXPECT_EQ(unproven->alert, unproven->error.message().find("with an alert") != std::string::npos);
        }
        const auto said = words(connection.sent);
        if (tale.nothing_sent) {
            EXPECT_EQ(std::ranges::count_if(said, [](const auto& word) { return word.starts_with("23:one"); }), 0);
        } else {
            EXPECT_THAT(said, IsSupersetOf({"23:one two ##"}));
        }
        if (tale.confirmed) {
            EXPECT_EQ(said.back(), "21:close");
        }
    }
    EXPECT_EQ(sspi.live, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Tales, Confirmed,
    testing::Values(
        Tale{"its close_notify after ours, then its end", {sends(kAfterOurEnd, application("close")), ends(kAfterOurEnd)}, true},
        Tale{"its close_notify after ours, and it keeps its half open", {sends(kAfterOurEnd, application("close"))}, true},
        Tale{"session tickets are no answer and no trouble",
             {sends(kAfterHandshake, together({application("ticket"), application("ticket")})), sends(kAfterOurEnd, application("close"))},
             true},
        Tale{"session tickets behind our end, which the package takes no more, and then its end",
             {sends(kAfterOurEnd, application("ticket")), sends(kAfterOurFin, application("close"))},
             true},
        Tale{"session tickets behind our end, and then a bare end", {sends(kAfterOurEnd, application("ticket")), ends(kAfterOurEnd)}, true},
        Tale{"session tickets behind our end, and then an alert",
             {sends(kAfterOurEnd, application("ticket")), sends(kAfterOurFin, application("fatal"))},
             false,
             false,
             "instead of confirming"},
        Tale{"session tickets behind our end, and then silence", {sends(kAfterOurEnd, application("ticket"))}, false, false, "within 10 s"},
        Tale{"a bare end after ours that stays quiet", {ends(kAfterOurEnd)}, true},
        Tale{"a certificate refused after the handshake of TLS 1_3",
             {sends(kAfterHandshake, application("fatal"))},
             false,
             true,
             "client certificate"},
        Tale{"a reset before the first byte", {resets(kAfterHandshake)}, false, true, "the connection broke"},
        Tale{"an end before the first byte", {sends(kAfterHandshake, application("close"))}, false, true, "before anything was sent"},
        Tale{"a bare end before the first byte", {ends(kAfterHandshake)}, false, true, "before anything was sent"},
        Tale{"a close_notify that came before ours",
             {sends(kAfterData, application("close")), ends(kAfterData)},
             false,
             false,
             "before it can have read everything"},
        Tale{"a bare end that came before ours", {ends(kAfterData)}, false, false, "before it can have read everything"},
        Tale{"an alert behind the data", {sends(kAfterData, application("fatal"))}, false, false, "alert"},
        Tale{"an alert instead of an end", {sends(kAfterOurEnd, application("fatal"))}, false, false, "instead of confirming"},
        Tale{"an alert of TLS 1_2 instead of an end", {sends(kAfterOurEnd, alert("fatal"))}, false, false, "instead of confirming"},
        Tale{"a reset instead of an end", {resets(kAfterOurEnd)}, false, false, "before the receiver confirmed"},
        Tale{"a reset behind its close_notify",
             {sends(kAfterOurEnd, application("close")), resets(kAfterOurEnd)},
             false,
             false,
             "behind its end"},
        Tale{"a reset that shows late behind its close_notify",
             {sends(kAfterOurEnd, application("close")), ends(kAfterOurEnd)},
             false,
             false,
             "behind its end",
             true},
        Tale{"a reset that shows late behind a bare end", {ends(kAfterOurEnd)}, false, false, "reset", true},
        Tale{"data, then an end",
             {sends(kAfterOurEnd, together({application("data:hello"), application("close")})), ends(kAfterOurEnd)},
             false,
             false,
             "talks back"},
        Tale{"data, then a reset", {sends(kAfterOurEnd, application("data:hello")), resets(kAfterOurEnd)}, false, false, "talks back"},
        Tale{"a damaged record", {sends(kAfterOurEnd, application("damaged"))}, false, false, "before the receiver confirmed"},
        Tale{"silence, and its bare end behind our FIN", {ends(kAfterOurFin)}, true},
        Tale{"silence, and its close_notify behind our FIN", {sends(kAfterOurFin, application("close"))}, true},
        Tale{"silence, and a reset behind our FIN", {resets(kAfterOurFin)}, false, false, "before the receiver confirmed"},
        Tale{"a reset that the next read shows behind a bare end", {ends_first(kAfterOurEnd), resets(kAfterOurEnd)}, false, false, "reset"},
        Tale{"a reset that the next read shows behind its close_notify",
             {sends(kAfterOurEnd, application("close")), ends_first(kAfterOurEnd), resets(kAfterOurEnd)},
             false,
             false,
             "behind its end"},
        Tale{"a reset that the next read shows behind our FIN", {ends_first(kAfterOurFin), resets(kAfterOurFin)}, false, false, "reset"},
        Tale{"silence", {}, false, false, "within 10 s"}),
    [](const testing::TestParamInfo<Tale>& tale) {
        std::string name;
        for (const char* c = tale.param.name; *c; ++c) name += std::isalnum(static_cast<unsigned char>(*c)) ? *c : '_';
        return name;
    });

class ConfirmedTimes : public testing::Test {
protected:
    /// How long it waits for a refusal before the first byte.
    static Duration refusal_time(DWORD protocol, Duration shaken_in = {}) {
        ScriptedConnection connection({sends(0, together({handshake("server-hello"), handshake("finished")}))});
        ScriptedSspi sspi;
        sspi.protocol = protocol;
        auto credentials = SchannelCredentials::acquire(sspi, {});
        TlsStream tls(connection, *credentials, sspi);
        EXPECT_TRUE(tls.handshake("siem.example.com", {}));
        (void)send_confirmed(tls, connection, kMessages, {Duration{}, shaken_in});
        return connection.waited.empty() ? Duration{} : connection.waited.front();
    }
};

TEST_F(ConfirmedTimes, Tls13HasThreeHundredMillisecondsToRefuseUsAndTls12FiftyToEndEarly) {
    EXPECT_GT(refusal_time(SP_PROT_TLS1_3_CLIENT), Duration{100});
    EXPECT_LE(refusal_time(SP_PROT_TLS1_3_CLIENT), Duration{300});
    EXPECT_LE(refusal_time(SP_PROT_TLS1_2_CLIENT), Duration{50});
    EXPECT_GT(refusal_time(SP_PROT_TLS1_2_CLIENT), Duration{20});
}

TEST_F(ConfirmedTimes, ARefusalHasOneAndAHalfHandshakesToComeOnALongPathAndOnlyInTls13) {
    EXPECT_GT(refusal_time(SP_PROT_TLS1_3_CLIENT, Duration{800}), Duration{1000});
    EXPECT_LE(refusal_time(SP_PROT_TLS1_3_CLIENT, Duration{800}), Duration{1200});
    EXPECT_LE(refusal_time(SP_PROT_TLS1_3_CLIENT, Duration{100}), Duration{300});
    EXPECT_GT(refusal_time(SP_PROT_TLS1_3_CLIENT, Duration{100}), Duration{150});
    EXPECT_LE(refusal_time(SP_PROT_TLS1_2_CLIENT, Duration{800}), Duration{50});
}

TEST_F(ConfirmedTimes, OurCloseNotifyStandsAloneForThreeSecondsAndTheAnswerToOurFinHasTheRestOfTen) {
    ScriptedConnection connection({sends(0, together({handshake("server-hello"), handshake("finished")}))});
    ScriptedSspi sspi;
    auto credentials = SchannelCredentials::acquire(sspi, {});
    TlsStream tls(connection, *credentials, sspi);
    ASSERT_TRUE(tls.handshake("siem.example.com", {}));
    EXPECT_TRUE(send_confirmed(tls, connection, kMessages, {}));
    ASSERT_GE(connection.waited.size(), 2u);
    const auto last = connection.waited.end();
    EXPECT_LE(*(last - 2), Duration{3000});
    EXPECT_GT(*(last - 2), Duration{2000});
    EXPECT_LE(*(last - 1), Duration{10000});
    EXPECT_GT(*(last - 1), Duration{8000}) << "on this connection no time passes";
    EXPECT_EQ(connection.writes, kAfterOurFin);
}

TEST_F(ConfirmedTimes, WhereSentIsEnoughOnlyBadNewsIsWaitedFor) {
    const auto outcome = [](std::vector<Move> later) {
        std::vector<Move> moves{sends(0, together({handshake("server-hello"), handshake("finished")}))};
        moves.insert(moves.end(), later.begin(), later.end());
        ScriptedConnection connection(std::move(moves));
        ScriptedSspi sspi;
        auto credentials = SchannelCredentials::acquire(sspi, {});
        TlsStream tls(connection, *credentials, sspi);
        EXPECT_TRUE(tls.handshake("siem.example.com", {}));
        return send_confirmed(tls, connection, kMessages, {}, Confirmation::sent);
    };
    EXPECT_FALSE(outcome({}));
    EXPECT_FALSE(outcome({sends(kAfterOurEnd, application("close"))}));
    EXPECT_FALSE(outcome({ends(kAfterOurEnd)}));
    EXPECT_TRUE(outcome({sends(kAfterOurEnd, application("fatal"))}));
    EXPECT_TRUE(outcome({resets(kAfterOurEnd)}));
    EXPECT_TRUE(outcome({resets(kAfterHandshake)})->nothing_sent);
}

TEST_F(ConfirmedTimes, ABareEndSettlesForThreeHandshakesAndThreeHundredMillisecondsAtLeast) {
    for (const auto& [handshake_time, settled] : {std::pair{Duration{5}, Duration{300}}, std::pair{Duration{400}, Duration{1200}}}) {
        ScriptedConnection connection({sends(0, together({handshake("server-hello"), handshake("finished")})), ends(kAfterOurEnd)});
        ScriptedSspi sspi;
        auto credentials = SchannelCredentials::acquire(sspi, {});
        TlsStream tls(connection, *credentials, sspi);
        ASSERT_TRUE(tls.handshake("siem.example.com", {}));
        EXPECT_FALSE(send_confirmed(tls, connection, kMessages, {Duration{1}, handshake_time}));
        EXPECT_GT(connection.paused, settled - Duration{100});
        EXPECT_LE(connection.paused, settled);
    }
}

TEST(ConfirmedTcp, IsAnOrderlyEndAfterOursAndNothingElse) {
    const auto outcome = [](std::vector<Move> moves, bool reset_shows_late = false) {
        ScriptedConnection connection(std::move(moves));
        connection.reset_shows_late = reset_shows_late;
        return send_confirmed(connection, kMessages, {Duration{1}, {}});
    };
    constexpr std::size_t kTcpData = 1;
    constexpr std::size_t kTcpEnd = 2;
    EXPECT_FALSE(outcome({ends(kTcpEnd)}));
    EXPECT_TRUE(outcome({ends(kTcpEnd)}, true));
    EXPECT_TRUE(outcome({ends_first(kTcpEnd), resets(kTcpEnd)}));
    EXPECT_TRUE(outcome({})->silent);
    EXPECT_TRUE(outcome({resets(kTcpEnd)}));
    EXPECT_TRUE(outcome({ends(kTcpData)}));
    EXPECT_TRUE(outcome({sends(kTcpEnd, Bytes{1})}));
    EXPECT_TRUE(outcome({}));
    EXPECT_TRUE(outcome({ends(0)})->nothing_sent);
}

// --- the certificate that a server asks for ---

TEST(CertificateRequest, IsAnsweredWithOtherCredentialsAndTheSameBytes) {
    ScriptedConnection connection(
        {sends(0, together({handshake("server-hello"), handshake("certificate-request"), handshake("finished")}))});
    ScriptedSspi sspi;
    sspi.acceptable_issuers = {Bytes{1, 2, 3}, Bytes{4}};
    {
        auto without = SchannelCredentials::acquire(sspi, {});
        auto with = SchannelCredentials::acquire(sspi, {});
        TlsStream tls(connection, *without, sspi);
        std::vector<Bytes> listed;
        ASSERT_TRUE(tls.handshake("siem.example.com", {}, [&](const std::vector<Bytes>& issuers) {
            listed = issuers;
            return &*with;
        }));
        EXPECT_EQ(listed, sspi.acceptable_issuers);
        EXPECT_TRUE(tls.certificate_requested());
        EXPECT_EQ(sspi.credentials_used.back(), 2u);
    }
    EXPECT_EQ(sspi.live, 0);
}

TEST(CertificateRequest, ThatNobodyCanAnswerGoesOnWithoutACertificate) {
    ScriptedConnection connection(
        {sends(0, together({handshake("server-hello"), handshake("certificate-request"), handshake("finished")}))});
    ScriptedSspi sspi;
    {
        auto credentials = SchannelCredentials::acquire(sspi, {});
        TlsStream tls(connection, *credentials, sspi);
        ASSERT_TRUE(tls.handshake("siem.example.com", {}, [](const std::vector<Bytes>&) -> SchannelCredentials* { return nullptr; }));
        EXPECT_TRUE(tls.certificate_requested());
        EXPECT_EQ(sspi.credentials_used.back(), 1u);
    }
    EXPECT_EQ(sspi.live, 0);
}

}  // namespace
}  // namespace sstp
