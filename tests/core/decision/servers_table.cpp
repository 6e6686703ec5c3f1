#include "tests/core/decision/servers_table.h"

namespace sstp::test {

TEST_P(Servers, AreJudgedAndLeftOrHealed) {
    const ServerCase& each = GetParam();
    const Outcome noon = decide_for(each.server, each.around);
    EXPECT_EQ(loud(noon.assessment.findings), each.findings);
    EXPECT_EQ(in_short(noon.decided.decision), each.at_noon);
    for (const Finding& finding : noon.assessment.findings) {
        EXPECT_FALSE(finding.subject.empty()) << word(finding.reason);
        EXPECT_TRUE(finding.explanation.ends_with('.')) << finding.explanation;
    }
    const auto* refused = std::get_if<Refused>(&noon.decided.decision);
    EXPECT_FALSE(refused && refused->explanation.empty());
    if (!each.in_the_window) return;
    EXPECT_EQ(in_short(decide_for(at_night(each.server), each.around).decided.decision), *each.in_the_window);
}

}  // namespace sstp::test
