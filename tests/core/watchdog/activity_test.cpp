#include "core/watchdog/activity.h"
#include "tests/core/server_builder.h"

#include <gtest/gtest.h>

namespace sstp::test {
namespace {

using namespace std::chrono_literals;

const std::vector<std::string> kNames{"vpn.example.com"};

ServerBuilder after(ServerBuilder server, Duration passed) {
    server.state.looked_at.wall += passed;
    server.state.looked_at.monotonic = server.state.looked_at.monotonic + passed;
    return server;
}

TEST(Activity, ALookThatChangedNothingIsQuiet) {
    ActivityWatch watch;
    watch.seen(healthy().state, kNames, 15s);
    const Activity activity = watch.seen(after(healthy(), 5min).state, kNames, 15s);
    EXPECT_FALSE(activity.service_being_stopped_by_others);
    EXPECT_FALSE(activity.since_name_certificate_change);
    EXPECT_TRUE(!activity.since_last_change || *activity.since_last_change > 1h);
}

TEST(Activity, AStoreThatWasReadAnewAndHoldsTheSameInAnotherOrderIsQuiet) {
    ActivityWatch watch;
    watch.seen(healthy().holding({one(), two(), certificate(5)}).state, kNames, 15s);
    const Activity activity = watch.seen(after(healthy().holding({certificate(5), one(), two()}), 5min).state, kNames, 15s);
    EXPECT_TRUE(!activity.since_last_change || *activity.since_last_change > 1h);
}

TEST(Activity, AnArchivedOneAndOneThatLostItsKeyAreOthers) {
    for (const CertificateBuilder& changed : {certificate(5).archived(), certificate(5).key(KeyState::unusable)}) {
        ActivityWatch watch;
        watch.seen(healthy().adding(certificate(5)).state, kNames, 15s);
        EXPECT_EQ(Duration{0}, watch.seen(after(healthy().adding(changed), 5s).state, kNames, 15s).since_last_change);
    }
}

TEST(Activity, Row29_ARenewalToolAtWorkIsSeenFromItsFirstStepOn) {
    ActivityWatch watch;
    watch.seen(healthy().state, kNames, 15s);
    watch.seen(after(healthy().adding(two()), 5s).state, kNames, 15s);
    const Activity activity = watch.seen(after(healthy().adding(two()).records(two()), 15s).state, kNames, 15s);
    EXPECT_EQ(Duration{0}, activity.since_last_change);
    EXPECT_EQ(Duration{10s}, activity.since_first_change);
    EXPECT_EQ(Duration{10s}, activity.since_name_certificate_change);
}

TEST(Activity, ACertificateOfAnotherNameIsNoRenewal) {
    ActivityWatch watch;
    watch.seen(healthy().state, kNames, 15s);
    const Activity activity = watch.seen(after(healthy().adding(certificate(5).names({"www.example.org"})), 5s).state, kNames, 15s);
    EXPECT_EQ(Duration{0}, activity.since_last_change);
    EXPECT_FALSE(activity.since_name_certificate_change);
}

TEST(Activity, WhoeverRestartedRrasOnTheChangedStateIsDone) {
    ActivityWatch watch;
    watch.seen(healthy().state, kNames, 15s);
    watch.seen(after(healthy().adding(two()).all_naming(two()), 5s).state, kNames, 15s);
    ServerBuilder restarted = after(healthy().adding(two()).all_naming(two()), 20s);
    EXPECT_FALSE(watch.seen(restarted.state, kNames, 15s).rras_started_on_it);
    const WallTime start = restarted.state.looked_at.wall - 5s;
    std::get<ServiceStatus>(restarted.state.services.at(kRemoteAccess)).started = StartedBetween{start, start};
    EXPECT_TRUE(watch.seen(restarted.state, kNames, 15s).rras_started_on_it);
}

ServerBuilder failed(const ServerBuilder& server) { return ServerBuilder{server}.service(kRemoteAccess, ServiceState::stopped, 1168); }

TEST(Activity, WhoeverMadeRrasFailOnTheChangedStateIsDone) {
    ActivityWatch watch;
    const ServerBuilder changed = healthy().adding(two()).all_naming(two());
    watch.seen(healthy().state, kNames, 15s);
    EXPECT_FALSE(watch.seen(after(changed, 5s).state, kNames, 15s).rras_started_on_it);
    EXPECT_TRUE(watch.seen(after(failed(changed), 20s).state, kNames, 15s).rras_started_on_it);
    const ServerBuilder rasman_follows = failed(changed).service("RasMan", ServiceState::stopped);
    EXPECT_TRUE(watch.seen(after(rasman_follows, 30s).state, kNames, 15s).rras_started_on_it) << "nobody changed what it read";
}

TEST(Activity, Row31_RrasThatFailedBeforeTheChangeSaysNothingOfWhoeverMakesIt) {
    ActivityWatch watch;
    watch.seen(healthy().state, kNames, 15s);
    EXPECT_TRUE(watch.seen(after(failed(healthy()), 5s).state, kNames, 15s).rras_started_on_it) << "on what stands";
    EXPECT_FALSE(watch.seen(after(failed(healthy().adding(two())), 9h).state, kNames, 15s).rras_started_on_it);
    const ServerBuilder goes_on = failed(healthy().adding(two()).records(two()));
    EXPECT_FALSE(watch.seen(after(goes_on, 9h + 5s).state, kNames, 15s).rras_started_on_it);
    EXPECT_TRUE(watch.seen(after(ServerBuilder{goes_on}.service(kRemoteAccess, ServiceState::stopped, 87), 9h + 18s).state, kNames, 15s)
                    .rras_started_on_it)
        << "it tried again";
}

TEST(Activity, WhenRrasFailedBeforeTheFirstLookNobodyKnows) {
    ActivityWatch watch;
    EXPECT_FALSE(watch.seen(failed(healthy().parameters_written(1)).state, kNames, 15s).rras_started_on_it);
    EXPECT_FALSE(watch.seen(after(failed(healthy().parameters_written(1)), 5s).state, kNames, 15s).rras_started_on_it);
}

TEST(Activity, AServiceThatSomebodyStopsIsActivity) {
    ActivityWatch watch;
    EXPECT_TRUE(
        watch.seen(healthy().service(kRemoteAccess, ServiceState::stop_pending).state, kNames, 15s).service_being_stopped_by_others);
}

TEST(Activity, TheFirstLookOfAProcessGoesByLastWriteTimes) {
    ActivityWatch watch;
    const Activity activity = watch.seen(healthy().parameters_written(2).state, kNames, 15s);
    EXPECT_EQ(Duration{2min}, activity.since_last_change);
}

TEST(Activity, WhatOurHealChangedIsNobodyElses) {
    ActivityWatch watch;
    watch.seen(healthy().state, kNames, 15s);
    watch.take_as_known(healthy().adding(two()).all_naming(two()).state);
    const Activity activity = watch.seen(after(healthy().adding(two()).all_naming(two()), 5s).state, kNames, 15s);
    EXPECT_TRUE(!activity.since_last_change || *activity.since_last_change > 1h);
}

}  // namespace
}  // namespace sstp::test
