#include "core/watchdog/lifecycle.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace sstp {

using State = ServiceReport::State;
using enum LifecycleEvent;

namespace {

struct Life {
    const char* sentence;
    std::vector<LifecycleEvent> events;
    std::vector<std::pair<State, std::uint32_t>> reports;   ///< state and checkpoint of each report, in order
};
void PrintTo(const Life& life, std::ostream* out) { *out << life.sentence; }

class Lives : public testing::TestWithParam<Life> {};

TEST_P(Lives, AreReported) {
    Lifecycle lifecycle;
    std::vector<std::pair<State, std::uint32_t>> reports;
    for (const LifecycleEvent event : GetParam().events) {
        if (const auto report = lifecycle.on(event, event == failed ? 7 : 0)) reports.emplace_back(report->state, report->checkpoint);
    }
    EXPECT_EQ(reports, GetParam().reports);
}

INSTANTIATE_TEST_SUITE_P(
    Lifecycle, Lives,
    testing::Values(
        Life{"checkpoints rise until everything is put together; it runs before it looks",
             {progress, progress, ready},
             {{State::start_pending, 2}, {State::start_pending, 3}, {State::running, 0}}},
        Life{"a second assembly, after a heal of another process, is no news to the SCM", {ready, ready}, {{State::running, 0}}},
        Life{"progress of a heal is no news to the SCM while the service runs", {ready, progress, progress}, {{State::running, 0}}},
        Life{"a stop is pending until everything is cleaned up, and its checkpoints rise with the undo",
             {ready, stop_requested, progress, progress, ended},
             {{State::running, 0}, {State::stop_pending, 1}, {State::stop_pending, 2}, {State::stop_pending, 3}, {State::stopped, 0}}},
        Life{"a shutdown after a preshutdown is one stop",
             {ready, stop_requested, stop_requested, ended},
             {{State::running, 0}, {State::stop_pending, 1}, {State::stopped, 0}}},
        Life{"a stop while starting never turns back to running",
             {progress, stop_requested, ready, ended},
             {{State::start_pending, 2}, {State::stop_pending, 1}, {State::stopped, 0}}},
        Life{"after stopped nothing more is told",
             {ready, ended, progress, stop_requested, ready, failed},
             {{State::running, 0}, {State::stopped, 0}}}));

TEST(Lifecycle, controls_are_accepted_as_soon_as_it_runs_and_until_the_stop) {
    Lifecycle lifecycle;
    EXPECT_FALSE(lifecycle.report().accepts_controls);
    EXPECT_TRUE(lifecycle.on(ready)->accepts_controls) << "a first look can last as long as a network that answers nothing";
    EXPECT_FALSE(lifecycle.on(stop_requested)->accepts_controls);
    EXPECT_FALSE(lifecycle.on(ended)->accepts_controls);
}

TEST(Lifecycle, a_failure_carries_its_code_and_an_orderly_end_none) {
    Lifecycle failing;
    EXPECT_EQ(failing.on(failed, 7)->specific_exit_code, 7U);
    Lifecycle ending;
    EXPECT_EQ(ending.on(ended)->specific_exit_code, 0U);
}

TEST(Lifecycle, a_pending_state_says_how_long_to_wait_and_a_settled_one_does_not) {
    Lifecycle lifecycle;
    EXPECT_EQ(lifecycle.on(progress)->wait_hint, Lifecycle::kStartHint);
    EXPECT_EQ(lifecycle.on(ready)->wait_hint, Duration{0});
    EXPECT_EQ(lifecycle.on(stop_requested)->wait_hint, Lifecycle::kStopHint);
    EXPECT_EQ(lifecycle.on(progress)->wait_hint, Lifecycle::kStopHint);
}

}  // namespace
}  // namespace sstp
