#pragma once

#include "tests/core/selection/in_short.h"
#include "tests/core/server_builder.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace sstp::test {

/// A row of the selection's tables: a server, what is chosen, and all that selection says of it.
struct SelectionCase {
    std::string name;       ///< a sentence; that of servers.md begins with its row and variant
    ServerBuilder server;
    std::string chosen;     ///< as in_short(DesiredState) says it
    std::string findings;   ///< as findings_in_short() says it
};
inline void PrintTo(const SelectionCase& each, std::ostream* out) { *out << each.name; }

/// The table's only test: every file instantiates it with rows of its own.
class Selects : public testing::TestWithParam<SelectionCase> {
protected:
    static void expect_as_said(const SelectionCase& row) {
        const DesiredState desired = row.server.desired();
        EXPECT_EQ(in_short(desired), row.chosen) << row.name << "\n" << at_length(desired);
        EXPECT_EQ(findings_in_short(desired.findings), row.findings) << row.name << "\n" << at_length(desired);
        for (const Finding& each : desired.findings) {
            EXPECT_FALSE(each.subject.empty()) << word(each.reason);
            EXPECT_TRUE(each.explanation.ends_with('.')) << each.explanation;
        }
        if (desired.obstacle) {
            EXPECT_FALSE(desired.obstacle->explanation.empty());
        } else {
            EXPECT_TRUE(desired.certificate || desired.successor) << "nothing chosen and no reason given\n" << at_length(desired);
        }
    }
};

}  // namespace sstp::test
