#include "service/windows/scm.h"
#include "service/windows/scm_services.h"
#include "service/windows/service_wait.h"
#include "service/windows/system_clock.h"
#include "service/windows/text.h"
#include "tests/contracts/service_stand_in.h"
#include "tests/contracts/unique_name.h"
#include "tests/contracts/windows_proper.h"

#include <gmock/gmock.h>

#include <array>
#include <functional>
#include <thread>

namespace sstp::contracts {
namespace {

using namespace std::chrono_literals;

std::wstring this_program() {
    std::array<wchar_t, 1024> path{};
    GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
    return path.data();
}

DWORD scm_type(StartType type) {
    switch (type) {
        case StartType::automatic: return SERVICE_AUTO_START;
        case StartType::disabled: return SERVICE_DISABLED;
        default: return SERVICE_DEMAND_START;
    }
}

/// Services of this (test) machine, run by this very program, deleted with the world.
class MachineScm final : public ServicesWorld {
public:
    /// As the service has it, with its notices, or as a command that looks once.
    explicit MachineScm(bool watched = true)
        : services_(stop_, watched ? std::function<void()>{[this] { SetEvent(changed_.get()); }} : std::function<void()>{}) {}

    ~MachineScm() override {
        for (const UniqueServiceHandle& service : installed_) end(service.get());
    }

    Services& services() override { return services_; }

    std::string install(const ServiceToInstall& wanted) override {
        const std::string name = to_utf8_lossy(unique_name());
        const std::wstring command =
            L'"' + this_program() + L"\" " + kStandInOption + L' ' + std::to_wstring(static_cast<int>(wanted.behaviour));
        std::wstring dependencies;
        for (const std::string& each : wanted.depends_on) dependencies += to_wide_lossy(each) + L'\0';
        dependencies += L'\0';
        UniqueServiceHandle service{CreateServiceW(scm_.get(), to_wide_lossy(name).c_str(), nullptr, SERVICE_ALL_ACCESS,
                                                   SERVICE_WIN32_OWN_PROCESS, scm_type(wanted.start_type), SERVICE_ERROR_IGNORE,
                                                   command.c_str(), nullptr, nullptr, dependencies.c_str(), nullptr, nullptr)};
        EXPECT_TRUE(service) << GetLastError();
        if (wanted.running) start_and_wait(service.get());
        installed_.push_back(std::move(service));
        return name;
    }

    void request_stop() override { stop_.request(); }

    WallTime now() override { return clock_.wall(); }

    void settle(const std::string& service, ServiceState state) override {
        const auto opened = open_service(service, SERVICE_QUERY_STATUS, "query the service");
        for (int look = 0; look < 1000; ++look) {
            const auto status = service_status(opened->get(), "query the service", service);
            if (status && to_service_state(status->dwCurrentState) == state) return;
            Sleep(20);
        }
    }

    /// The wake of a service that stopped or runs.
    bool woken() { return WaitForSingleObject(changed_.get(), 20'000) == WAIT_OBJECT_0; }

private:
    static DWORD state_of(SC_HANDLE service, DWORD* process = nullptr) {
        SERVICE_STATUS_PROCESS status{};
        DWORD needed = 0;
        QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status), sizeof status, &needed);
        if (process != nullptr) *process = status.dwProcessId;
        return status.dwCurrentState;
    }

    static void start_and_wait(SC_HANDLE service) {
        EXPECT_TRUE(StartServiceW(service, 0, nullptr)) << GetLastError();
        for (int look = 0; look < 1000 && state_of(service) != SERVICE_RUNNING; ++look) Sleep(20);
        EXPECT_EQ(state_of(service), DWORD{SERVICE_RUNNING});
    }

    /// However it hangs.
    static void end(SC_HANDLE service) {
        DWORD process_id = 0;
        if (state_of(service, &process_id) != SERVICE_STOPPED && process_id != 0) {
            const UniqueKernelHandle process{OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, process_id)};
            if (process && TerminateProcess(process.get(), 1)) WaitForSingleObject(process.get(), 10'000);
        }
        DeleteService(service);
    }

    StopSignal stop_;
    SystemClock clock_{stop_};
    UniqueKernelHandle changed_{CreateEventW(nullptr, FALSE, FALSE, nullptr)};
    ScmServices services_;
    UniqueServiceHandle scm_{OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CREATE_SERVICE)};
    std::vector<UniqueServiceHandle> installed_;
};

std::unique_ptr<ServicesWorld> make() { return std::make_unique<MachineScm>(); }
std::unique_ptr<ServicesWorld> make_unwatched() { return std::make_unique<MachineScm>(false); }

INSTANTIATE_TEST_SUITE_P(Windows, ServiceDependenciesContract, on_windows_proper(MakeWorld<ServicesWorld>{"scm", make}),
                         name_of<ServicesWorld>);
INSTANTIATE_TEST_SUITE_P(Windows, ServicesContract,
                         testing::Values(MakeWorld<ServicesWorld>{"scm", make}, MakeWorld<ServicesWorld>{"scm_unwatched", make_unwatched}),
                         name_of<ServicesWorld>);

TEST(ScmServicesOnWindows, a_watched_service_that_stops_or_runs_wakes_us_and_its_start_is_a_moment) {   // 42
    MachineScm world;
    const std::string name = world.install({.behaviour = Behaviour::slow, .running = true});
    const auto started = [&]() {
        const auto observed = world.services().query(name);
        const ServiceStatus* status = value_of(observed);
        return status != nullptr ? status->started : std::nullopt;
    };
    ASSERT_TRUE(started());
    ASSERT_TRUE(world.services().stop(name, 60s));
    EXPECT_TRUE(world.woken());
    const WallTime asked = world.now();
    // Not by `start`, which looks itself: somebody else starts it.
    ASSERT_TRUE(world.services().ask_to_start(name));
    EXPECT_TRUE(world.woken());
    world.settle(name, ServiceState::running);
    const auto seen = started();
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->earliest, seen->latest) << "seen, so not only bounds";
    EXPECT_GE(seen->earliest, asked - 1s);
    EXPECT_LE(seen->latest, world.now() + 1s);
    const auto observed = world.services().query(name);
    ASSERT_TRUE(value_of(observed)->start_began);
    EXPECT_LE(*value_of(observed)->start_began, seen->earliest);
}

TEST(ServiceNoticesOnWindows, one_that_is_not_installed_is_no_trouble_and_every_other_failure_is_told) {
    ServiceNotices notices{[] {}};
    notices.watch("SstpWatchdogTestNoSuchService");
    EXPECT_THAT(notices.degraded(), testing::IsEmpty());
    notices.watch(std::string{"a\0b", 3});
    EXPECT_THAT(notices.degraded(), testing::SizeIs(1));
}

TEST(ScmServicesOnWindows, our_stop_ends_a_wait_for_a_service_that_hangs) {
    MachineScm world;
    const std::string name = world.install({.behaviour = Behaviour::hangs_stopping, .running = true});
    std::thread someone([&world] {
        Sleep(200);
        world.request_stop();
    });
    const auto stopped = world.services().stop(name, 24h);
    someone.join();
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().kind, ErrorKind::stopped) << stopped.error().message();
}

TEST(ScmServicesOnWindows, what_was_given_up_may_still_happen_and_is_waited_for_the_next_time) {
    MachineScm world;
    const std::string name = world.install({.behaviour = Behaviour::slow, .running = true});
    ASSERT_FALSE(world.services().stop(name, 1ms));
    const auto stopped = world.services().stop(name, 60s);
    EXPECT_TRUE(stopped) << stopped.error().message();
}

TEST(ServiceWaitOnWindows, out_of_time_is_hung_when_there_was_no_sign_of_life_for_longer_than_promised) {
    const StopSignal stop;
    const auto error_after = [&stop](DWORD wait_hint) {
        ServiceWait wait{stop, "stop the service", "RemoteAccess", 0ms};
        SERVICE_STATUS_PROCESS status{};
        status.dwCurrentState = SERVICE_STOP_PENDING;
        status.dwCheckPoint = 7;
        status.dwWaitHint = wait_hint;
        return wait.before_next_look(status).error();
    };
    EXPECT_EQ(error_after(0).kind, ErrorKind::service_hung);
    const Error slow = error_after(3'600'000);
    EXPECT_EQ(slow.kind, ErrorKind::timed_out);
    EXPECT_THAT(slow.message(), testing::HasSubstr("could not stop the service RemoteAccess: after 0s it is still stopping, checkpoint 7"));
}

TEST(ScmServicesOnWindows, what_is_no_name_of_a_service_is_malformed) {
    MachineScm world;
    EXPECT_EQ(world.services().stop("", 1s).error().kind, ErrorKind::malformed);
    EXPECT_EQ(world.services().start("a\xFF", 1s).error().kind, ErrorKind::malformed);
    EXPECT_EQ(world.services().ask_to_start("a\xFF").error().kind, ErrorKind::malformed);
    EXPECT_NE(why_unreadable(world.services().query(std::string{"a\0b", 3})), nullptr);
}

}  // namespace
}  // namespace sstp::contracts
