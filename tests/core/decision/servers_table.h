#pragma once

#include "tests/core/decision/deciding.h"
#include "tests/core/decision/in_short.h"
#include "tests/core/diagnosis/findings_in_short.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>

namespace sstp::test {

/// A state of a real server, by its number in servers.md: what `check` raises above information, and what is decided at noon on a
/// Wednesday and in the window of the night after (nothing: the same state does not stand so long).
struct ServerCase {
    std::string name;
    ServerBuilder server;
    std::string findings;
    std::string at_noon;
    std::optional<std::string> in_the_window;
    Around around{};
};
inline void PrintTo(const ServerCase& each, std::ostream* out) { *out << each.name; }

/// Plans that put `two` in force.
inline constexpr char kNowTwo[] = "now: bind ipv4 2, bind ipv6 2, sha1 2, sha256 2, restart";
inline constexpr char kSoonTwo[] = "soon: bind ipv4 2, bind ipv6 2, sha1 2, sha256 2, restart";
inline constexpr char kPlannedTwo[] = "planned: bind ipv4 2, bind ipv6 2, sha1 2, sha256 2, restart";
inline constexpr char kWaits[] = "refused outside_window";

class Servers : public testing::TestWithParam<ServerCase> {};

}  // namespace sstp::test
