// RRAS's sessions against mprapi.dll as Windows documents it: the double of tests/rras_host, which can also be ordered to fail.

#include "service/windows/ras_sessions.h"
#include "service/windows/system_clock.h"
#include "store/state_folder.h"
#include "tests/contracts/sessions_contract.h"

#include <gmock/gmock.h>

#include <string>
#include <thread>
#include <vector>

namespace sstp::contracts {
namespace {

using namespace std::chrono_literals;
namespace host = rras_host;

void order_mpr_faults(const std::string& list) { host::write_text(host::state_path(L"faults.json"), "[" + list + "]"); }

class RrasDouble final : public SessionsWorld {
public:
    RrasDouble() {
        order_mpr_faults("");
        store();
    }
    ~RrasDouble() override {
        order_mpr_faults("");
        stop_rras();
    }
    VpnSessions& sessions() override { return sessions_; }
    WallTime now() override { return clock_.wall(); }
    void connect(bool over_sstp, Duration ago) override {
        const std::uint64_t began = host::now_filetime() - static_cast<std::uint64_t>(ago.count()) * 10'000;
        open_.push_back(std::string{R"({"tunnel": ")"} + (over_sstp ? "SSTP" : "IKEv2") + R"(", "began": )" + std::to_string(began) + "}");
        store();
    }
    void disconnect_all() override {
        open_.clear();
        store();
    }
    void stop_rras() override { DeleteFileW(host::state_path(L"sessions.json").c_str()); }
    StopSignal& stop_signal() { return stop_; }

private:
    void store() const {
        std::string list;
        for (const std::string& each : open_) list += (list.empty() ? "" : ",\n") + each;
        host::write_text(host::state_path(L"sessions.json"), "[" + list + "]");
    }

    std::vector<std::string> open_;
    StopSignal stop_;
    SystemClock clock_{stop_};
    RasSessions sessions_{stop_};
};

std::unique_ptr<SessionsWorld> make_rras() { return std::make_unique<RrasDouble>(); }

INSTANTIATE_TEST_SUITE_P(Windows, SessionsContract, testing::Values(MakeWorld<SessionsWorld>{"mprapi", make_rras}), name_of<SessionsWorld>);

TEST(RasSessionsOnWindows, an_answer_in_several_pieces_is_read_to_its_end) {
    RrasDouble world;
    for (int i = 0; i < 250; ++i) world.connect(i % 2 == 0, 1min);
    const auto sessions = world.sessions().read(20s);
    ASSERT_TRUE(sessions) << sessions.error().message();
    EXPECT_EQ(sessions->sstp.open, 125U);
    EXPECT_EQ(sessions->others.open, 125U);
}

TEST(RasSessionsOnWindows, one_that_does_not_answer_is_given_up_and_its_answer_taken_later) {
    RrasDouble world;
    world.connect(true, 1min);
    order_mpr_faults(R"({"function": "MprAdminConnectionEnum", "how": "delay", "delay_ms": 1500, "count": 1})");
    const auto first = world.sessions().read(100ms);
    ASSERT_FALSE(first);
    EXPECT_EQ(first.error().kind, ErrorKind::timed_out) << first.error().message();
    const auto later = world.sessions().read(20s);
    ASSERT_TRUE(later) << later.error().message();
    EXPECT_EQ(later->sstp.open, 1U);
}

TEST(RasSessionsOnWindows, our_stop_ends_the_wait) {
    RrasDouble world;
    order_mpr_faults(R"({"function": "MprAdminConnectionEnum", "how": "delay", "delay_ms": 3000, "count": 1})");
    std::thread someone([&world] {
        Sleep(100);
        world.stop_signal().request();
    });
    const auto read = world.sessions().read(24h);
    someone.join();
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::stopped) << read.error().message();
}

struct MprFault {
    const char* sentence;
    const char* function;
    DWORD code;
    ErrorKind kind;
};

class MprFaults : public testing::TestWithParam<MprFault> {};

TEST_P(MprFaults, keep_their_code_and_get_their_kind) {
    RrasDouble world;
    order_mpr_faults(std::string{R"({"count": 1, "function": ")"} + GetParam().function + R"(", "error": )" +
                     std::to_string(GetParam().code) + "}");
    const auto read = world.sessions().read(20s);
    ASSERT_FALSE(read) << GetParam().sentence;
    EXPECT_EQ(read.error().kind, GetParam().kind) << GetParam().sentence << ": " << read.error().message();
    EXPECT_EQ(read.error().code, GetParam().code);
    EXPECT_FALSE(read.error().text.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, MprFaults,
    testing::Values(MprFault{"81: RPC has nobody to talk to", "MprAdminServerConnect", 1722, ErrorKind::source_unavailable},
                    MprFault{"the demand-dial manager does not run", "MprAdminConnectionEnum", 903, ErrorKind::source_unavailable},
                    MprFault{"the router is stopped", "MprAdminPortEnum", 900, ErrorKind::source_unavailable},
                    MprFault{"not elevated", "MprAdminPortEnum", 5, ErrorKind::access_denied},
                    MprFault{"a code that nobody knows", "MprAdminConnectionEnum", 1450, ErrorKind::unexpected}));

}  // namespace
}  // namespace sstp::contracts
