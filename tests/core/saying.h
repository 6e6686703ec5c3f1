#pragma once

#include "core/model/finding.h"
#include "tests/core/server_builder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

namespace sstp::test {

/// What is said of a server, where a person counts on the words.
struct Saying {
    std::string name;
    ServerBuilder server;
    Reason reason{};
    std::vector<std::string> said;
    std::vector<std::string> not_said;
};
inline void PrintTo(const Saying& each, std::ostream* out) { *out << each.name; }

/// `whole`: all that was found, for whoever reads the failure.
inline void expect_said(const Saying& saying, const Findings& findings, const std::string& whole) {
    const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding& each) { return each.reason == saying.reason; });
    ASSERT_NE(findings.end(), found) << whole;
    const std::string& text = found->explanation;
    for (const std::string& each : saying.said) EXPECT_NE(std::string::npos, text.find(each)) << each << " in: " << text;
    for (const std::string& each : saying.not_said) EXPECT_EQ(std::string::npos, text.find(each)) << each << " in: " << text;
    EXPECT_TRUE(text.ends_with('.')) << text;
}

}  // namespace sstp::test
