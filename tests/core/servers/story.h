#pragma once

#include "tests/core/servers/watched_server.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace sstp::test {

/// One server, its certificate (1, of a public CA, vpn.example.com) and a fit newer one of the same CA and names (2), which is in no store
/// yet.
class Story : public testing::Test {
protected:
    WatchedServer server;
    simulated::World& world = server.world;
    const Certificate one = simulated::make_certificate(1);
    const Certificate two = simulated::newer_certificate(2);

    /// The one in force ends, so that its clients are out, and its successor is there.
    void expire() {
        simulated::add_certificate(world, two);
        simulated::stored(world, one.thumbprint)->certificate.not_after = world.wall - std::chrono::minutes{1};
    }
    /// An ended certificate of our name that lies in the store: what a stale script or Group Policy still writes.
    Certificate add_ended(std::uint64_t number) {
        Certificate ended = simulated::make_certificate(number);
        ended.not_before -= std::chrono::days{90};
        ended.not_after = simulated::first_day() - std::chrono::days{1};
        simulated::add_certificate(world, ended);
        return ended;
    }
};

}  // namespace sstp::test
