#include "core/diagnosis/service_end.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace sstp::test {

namespace {

/// With what RemoteAccess ended, and how that is said: number and meaning (Microsoft, System Error Codes; facts: rras-sstp sections 1, 4,
/// 6).
struct End {
    std::uint32_t exit_code;
    std::uint32_t specific;
    std::string said;
    bool for_a_certificate;   ///< without a complaint in the log (DESIGN 7.7)
};
void PrintTo(const End& each, std::ostream* out) { *out << each.exit_code << " " << each.said; }

class Ends : public testing::TestWithParam<End> {};

TEST_P(Ends, AreSaidWithNumberAndMeaning) {
    ServiceStatus status;
    status.name = "RemoteAccess";
    status.state = ServiceState::stopped;
    status.exit_code = GetParam().exit_code;
    status.specific_exit_code = GetParam().specific;
    EXPECT_EQ(describe_end(status), GetParam().said);
    EXPECT_EQ(ended_for_a_certificate(status, {}), GetParam().for_a_certificate);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(OfServices, Ends, testing::Values(
    End{5, 0, "error 5 (Access is denied)", false},
    End{13, 0, "error 13 (The data is invalid)", false},
    End{87, 0, "error 87 (The parameter is incorrect)", true},
    End{183, 0, "error 183 (The file or record already exists)", true},
    End{1053, 0, "error 1053 (The service did not respond in time)", false},
    End{1058, 0, "error 1058 (The service is disabled)", false},
    End{1067, 0, "error 1067 (The process terminated unexpectedly)", false},
    End{1068, 0, "error 1068 (The dependency service or group failed to start)", false},
    End{1069, 0, "error 1069 (The service did not start due to a logon failure)", false},
    End{1070, 0, "error 1070 (The service hung on starting)", false},
    End{1075, 0, "error 1075 (The dependency service does not exist)", false},
    End{1168, 0, "error 1168 (Element not found)", true},
    End{1312, 0, "error 1312 (The private key cannot be used)", true},
    End{1066, 1312, "error 1312 (The private key cannot be used)", true},
    End{1066, 4242, "error 4242", false},
    End{1067, 1312, "error 1067 (The process terminated unexpectedly)", false},
    End{4242, 0, "error 4242", false}));
// clang-format on

}  // namespace

}  // namespace sstp::test
