#include "service/windows/portable/session_count.h"

#include <gtest/gtest.h>

namespace sstp {
namespace {

using namespace std::chrono_literals;

const WallTime kAsked = *from_rfc3339("2026-11-21T07:40:00Z");

TEST(SessionCount, TellsSstpFromTheOthersByTheMiniportInEveryLanguage) {
    SessionCounter counter;
    const auto sessions = counter.count({{1, 60}, {2, 3600}, {3, 10}},
                                        {{1, "WAN Miniport (SSTP)"}, {2, "WAN-Miniport (IKEv2)"}, {3, "Minipuerto WAN (sstp)"}}, kAsked);
    EXPECT_EQ(sessions.sstp.open, 2U);
    EXPECT_EQ(sessions.sstp.newest_began, kAsked - 10s);
    EXPECT_EQ(sessions.others.open, 1U);
    EXPECT_EQ(sessions.others.newest_began, kAsked - 1h);
}

TEST(SessionCount, PortsThatCarryNobodyAreNoSessions) {
    SessionCounter counter;
    const auto sessions = counter.count({}, {{0, "WAN Miniport (SSTP)"}, {~std::uint64_t{0}, "WAN Miniport (SSTP)"}}, kAsked);
    EXPECT_EQ(sessions, Sessions{});
}

TEST(SessionCount, AConnectionWithoutAPortThatTellsIsOfTheOthers) {
    SessionCounter counter;
    const auto sessions = counter.count({{7, 5}}, {{8, "WAN Miniport (SSTP)"}}, kAsked);
    EXPECT_EQ(sessions.sstp.open, 0U);
    EXPECT_EQ(sessions.others.open, 1U);
}

TEST(SessionCount, SeveralPortsOfOneConnectionAreOneSession) {
    SessionCounter counter;
    EXPECT_EQ(counter.count({{1, 5}}, {{1, "WAN Miniport (SSTP)"}, {1, "WAN Miniport (SSTP)"}}, kAsked).all(), 1U);
}

TEST(SessionCount, TheBeginOfOneSessionStaysThoughRrasTellsWholeSeconds) {
    SessionCounter counter;
    const std::vector<RasPort> ports{{1, "WAN Miniport (SSTP)"}};
    const auto first = counter.count({{1, 60}}, ports, kAsked + 900ms).sstp.newest_began;
    EXPECT_EQ(counter.count({{1, 360}}, ports, kAsked + 300s + 100ms).sstp.newest_began, first);
}

TEST(SessionCount, AnotherSessionUnderTheSameHandleHasABeginOfItsOwn) {
    SessionCounter counter;
    const std::vector<RasPort> ports{{1, "WAN Miniport (SSTP)"}};
    counter.count({{1, 3600}}, ports, kAsked);
    EXPECT_EQ(counter.count({{1, 20}}, ports, kAsked + 5min).sstp.newest_began, kAsked + 5min - 20s);
}

}  // namespace
}  // namespace sstp
