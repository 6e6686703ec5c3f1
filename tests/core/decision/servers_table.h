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

class Servers : public testing::TestWithParam<ServerCase> {};

}  // namespace sstp::test
