#include "tests/contracts/services_contract.h"

#include <cctype>

namespace sstp::contracts {
namespace {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ServicesContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ServiceDependenciesContract);

using namespace std::chrono_literals;

constexpr Duration kLong = 60s;
constexpr Duration kShort = 400ms;
constexpr const char* kNoSuch = "SstpWatchdogTestNoSuchService";

ServiceStatus status_of(ServicesWorld& world, const std::string& name) {
    const auto observed = world.services().query(name);
    if (const Error* why = why_unreadable(observed)) ADD_FAILURE() << why->message();
    const ServiceStatus* status = value_of(observed);
    EXPECT_NE(status, nullptr) << name;
    return status != nullptr ? *status : ServiceStatus{};
}

TEST_P(ServicesContract, one_that_is_not_installed_is_absent_and_cannot_be_changed) {
    EXPECT_TRUE(is_absent(world->services().query(kNoSuch)));
    EXPECT_EQ(world->services().stop(kNoSuch, kLong).error().kind, ErrorKind::service_gone);
    EXPECT_EQ(world->services().start(kNoSuch, kLong).error().kind, ErrorKind::service_gone);
    EXPECT_EQ(world->services().ask_to_start(kNoSuch).error().kind, ErrorKind::service_gone);
}

TEST_P(ServicesContract, a_running_one_tells_its_state_type_and_age) {
    const WallTime before = world->now();
    const std::string name = world->install({.start_type = StartType::automatic, .running = true});
    const ServiceStatus status = status_of(*world, name);
    EXPECT_EQ(status.name, name);
    EXPECT_EQ(status.state, ServiceState::running);
    EXPECT_EQ(status.start_type, StartType::automatic);
    EXPECT_TRUE(status.accepts_stop);
    EXPECT_FALSE(status.failed());
    EXPECT_EQ(status.pending_since, std::nullopt);
    ASSERT_TRUE(status.started);
    // Bounds, of a start that this process may not have seen; process times may be rounded to the second.
    EXPECT_LE(status.started->earliest, status.started->latest);
    EXPECT_LE(status.started->earliest, world->now() + 2s);
    EXPECT_GE(status.started->latest, before - 2s);
}

TEST_P(ServicesContract, a_start_that_nobody_saw_keeps_its_bounds) {
    const std::string name = world->install({.running = true});
    const ServiceStatus first = status_of(*world, name);
    EXPECT_EQ(status_of(*world, name).started, first.started);
}

TEST_P(ServicesContract, a_restart_that_was_seen_is_another_start) {   // 42
    const std::string name = world->install({.running = true});
    const ServiceStatus before = status_of(*world, name);
    ASSERT_TRUE(world->services().stop(name, kLong));
    EXPECT_EQ(status_of(*world, name).started, std::nullopt);
    const WallTime asked = world->now();
    ASSERT_TRUE(world->services().start(name, kLong));
    const ServiceStatus after = status_of(*world, name);
    ASSERT_TRUE(before.started);
    ASSERT_TRUE(after.started);
    EXPECT_GE(after.started->earliest, asked - 2s);
    EXPECT_GE(after.started->latest, before.started->latest);
    EXPECT_NE(after.started, before.started);
}

TEST_P(ServicesContract, a_stopped_one_has_no_start) {
    const ServiceStatus status = status_of(*world, world->install({}));
    EXPECT_EQ(status.state, ServiceState::stopped);
    EXPECT_EQ(status.start_type, StartType::manual);
    EXPECT_EQ(status.started, std::nullopt);
    EXPECT_EQ(status.pending_since, std::nullopt);
}

TEST_P(ServicesContract, names_ignore_case_and_the_answer_has_the_scms_spelling) {   // 45
    const std::string name = world->install({.running = true});
    std::string shouted = name;
    for (char& each : shouted) each = static_cast<char>(std::toupper(static_cast<unsigned char>(each)));
    ASSERT_NE(shouted, name);
    EXPECT_EQ(status_of(*world, shouted).name, name);
    EXPECT_EQ(status_of(*world, shouted).state, ServiceState::running);
    const auto dependants = world->services().running_dependants(shouted);
    ASSERT_TRUE(dependants) << dependants.error().message();
    EXPECT_TRUE(world->services().stop(shouted, kLong));
    EXPECT_EQ(status_of(*world, name).state, ServiceState::stopped);
}

TEST_P(ServicesContract, one_that_takes_no_stop_says_so) {   // 46
    EXPECT_FALSE(status_of(*world, world->install({.behaviour = Behaviour::refuses_stop, .running = true})).accepts_stop);
}

TEST_P(ServicesContract, a_pending_one_tells_since_when) {   // 40
    const std::string name = world->install({.behaviour = Behaviour::hangs_stopping, .running = true});
    status_of(*world, name);
    const WallTime asked = world->now();
    ASSERT_FALSE(world->services().stop(name, kShort));
    const ServiceStatus status = status_of(*world, name);
    EXPECT_EQ(status.state, ServiceState::stop_pending);
    ASSERT_TRUE(status.pending_since);
    EXPECT_GE(*status.pending_since, asked - 2s);
    EXPECT_LE(*status.pending_since, world->now() + 2s);
    EXPECT_EQ(status_of(*world, name).pending_since, status.pending_since);
}

TEST_P(ServicesContract, asking_for_a_start_waits_for_nothing_and_works_while_we_stop_ourselves) {   // 41
    const std::string stopped = world->install({.behaviour = Behaviour::slow});
    const std::string running = world->install({.running = true});
    world->request_stop();
    const auto asked = world->services().ask_to_start(stopped);
    ASSERT_TRUE(asked) << asked.error().message();
    EXPECT_TRUE(world->services().ask_to_start(running)) << "a running one is success";
    EXPECT_TRUE(world->services().ask_to_start(stopped)) << "a starting one as well";
    world->settle(stopped, ServiceState::running);
    EXPECT_EQ(status_of(*world, stopped).state, ServiceState::running);
}

TEST_P(ServicesContract, one_that_cannot_be_asked_to_start_says_why) {   // 77
    const std::string disabled = world->install({.start_type = StartType::disabled});
    EXPECT_EQ(world->services().ask_to_start(disabled).error().kind, ErrorKind::service_disabled);
    EXPECT_EQ(world->services().ask_to_start(kNoSuch).error().kind, ErrorKind::service_gone);
    const std::string stopping = world->install({.behaviour = Behaviour::hangs_stopping, .running = true});
    ASSERT_FALSE(world->services().stop(stopping, kShort));
    const auto busy = world->services().ask_to_start(stopping);
    ASSERT_FALSE(busy);
    EXPECT_EQ(busy.error().kind, ErrorKind::busy) << busy.error().message();
}

TEST_P(ServicesContract, stop_waits_until_it_has_stopped_and_is_success_once_more) {
    for (const Behaviour behaviour : {Behaviour::steady, Behaviour::slow}) {
        const std::string name = world->install({.behaviour = behaviour, .running = true});
        for (int time = 0; time < 2; ++time) {
            const auto stopped = world->services().stop(name, kLong);
            ASSERT_TRUE(stopped) << stopped.error().message();
            EXPECT_EQ(*stopped, time == 0 ? StoppedBy::us : StoppedBy::somebody_else);
            const ServiceStatus status = status_of(*world, name);
            EXPECT_EQ(status.state, ServiceState::stopped);
            EXPECT_FALSE(status.failed());
        }
    }
}

TEST_P(ServicesContract, start_waits_until_it_runs_and_is_success_once_more) {
    for (const Behaviour behaviour : {Behaviour::steady, Behaviour::slow}) {
        const std::string name = world->install({.behaviour = behaviour});
        for (int time = 0; time < 2; ++time) {
            const auto started = world->services().start(name, kLong);
            ASSERT_TRUE(started) << started.error().message();
            EXPECT_EQ(status_of(*world, name).state, ServiceState::running);
        }
    }
}

TEST_P(ServicesContract, a_disabled_one_is_not_started) {
    const std::string name = world->install({.start_type = StartType::disabled});
    EXPECT_EQ(status_of(*world, name).start_type, StartType::disabled);
    const auto started = world->services().start(name, kLong);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, ErrorKind::service_disabled) << started.error().message();
    EXPECT_EQ(status_of(*world, name).state, ServiceState::stopped);
}

TEST_P(ServicesContract, one_that_ends_at_once_is_an_error_with_its_exit_code) {
    const std::string name = world->install({.behaviour = Behaviour::ends_at_once});
    const auto started = world->services().start(name, kLong);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, ErrorKind::unexpected) << started.error().message();
    EXPECT_EQ(started.error().code, 42U);
    const ServiceStatus status = status_of(*world, name);
    EXPECT_EQ(status.state, ServiceState::stopped);
    EXPECT_TRUE(status.failed());
    EXPECT_EQ(status.exit_code, 42U);
}

/// Which of the two hangs on how long ago the service showed life: a matter of time, and tests are not.
bool is_out_of_time(const Error& error) { return error.kind == ErrorKind::service_hung || error.kind == ErrorKind::timed_out; }

TEST_P(ServicesContract, one_that_hangs_is_given_up_when_the_time_is_up) {
    const std::string stopping = world->install({.behaviour = Behaviour::hangs_stopping, .running = true});
    const auto stopped = world->services().stop(stopping, kShort);
    ASSERT_FALSE(stopped);
    EXPECT_TRUE(is_out_of_time(stopped.error())) << stopped.error().message();
    EXPECT_EQ(status_of(*world, stopping).state, ServiceState::stop_pending);
    EXPECT_NE(status_of(*world, stopping).pending_since, std::nullopt);

    const std::string starting = world->install({.behaviour = Behaviour::hangs_starting});
    const auto started = world->services().start(starting, kShort);
    ASSERT_FALSE(started);
    EXPECT_TRUE(is_out_of_time(started.error())) << started.error().message();
    EXPECT_EQ(status_of(*world, starting).state, ServiceState::start_pending);
}

TEST_P(ServicesContract, once_our_own_stop_was_requested_nothing_is_waited_for) {
    const std::string running = world->install({.running = true});
    const std::string stopped = world->install({});
    world->request_stop();
    EXPECT_EQ(world->services().stop(running, kLong).error().kind, ErrorKind::stopped);
    EXPECT_EQ(world->services().start(stopped, kLong).error().kind, ErrorKind::stopped);
}

TEST_P(ServicesContract, without_dependants_the_list_is_empty) {
    const auto dependants = world->services().running_dependants(world->install({.running = true}));
    ASSERT_TRUE(dependants) << dependants.error().message();
    EXPECT_TRUE(dependants->empty());
}

TEST_P(ServiceDependenciesContract, running_dependants_come_with_the_first_to_stop_in_front) {
    const std::string base = world->install({.running = true});
    const std::string middle = world->install({.running = true, .depends_on = {base}});
    const std::string top = world->install({.running = true, .depends_on = {middle}});
    const std::string stopped = world->install({.depends_on = {base}});
    const auto dependants = world->services().running_dependants(base);
    ASSERT_TRUE(dependants) << dependants.error().message();
    EXPECT_EQ(*dependants, (std::vector<std::string>{top, middle}));
}

TEST_P(ServiceDependenciesContract, one_that_others_need_is_not_stopped) {
    const std::string base = world->install({.running = true});
    const std::string top = world->install({.running = true, .depends_on = {base}});
    const auto stopped = world->services().stop(base, kLong);
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().kind, ErrorKind::dependents_running) << stopped.error().message();
    EXPECT_EQ(status_of(*world, base).state, ServiceState::running);
    EXPECT_EQ(status_of(*world, top).state, ServiceState::running);
}

}  // namespace
}  // namespace sstp::contracts
