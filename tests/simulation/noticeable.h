#pragma once

#include "tests/simulation/server.h"

#include <cstdint>
#include <optional>
#include <string>

namespace sstp::simulation {

/// What a notification of Windows would tell us of.
struct Noticeable {
    std::uint64_t log = 0;
    std::optional<WallTime> bindings, parameters;
    std::size_t store = 0;
    std::string policy;
    std::optional<RawValue> kill_switch;
    std::string services;

    static Noticeable of(const World& world);
    friend bool operator==(const Noticeable&, const Noticeable&) = default;
};

}  // namespace sstp::simulation
