#pragma once

#include "tests/simulation/scenario.h"
#include "tests/simulation/server.h"

#include <cstdint>
#include <span>

namespace sstp::simulation {

/// One way in which a server differs from the plain one, for good: `calm` does not touch it. Kinds of one `group` exclude each
/// other: one server has at most one of them.
struct Trait {
    const char* name;
    const char* group;
    std::uint32_t one_in;        ///< how rarely it is drawn
    void (*apply)(Server&, std::uint64_t number);
};
std::span<const Trait> traits();
/// Makes a plain server the one that was drawn.
void apply_traits(const Scenario& scenario, Server& server);

}  // namespace sstp::simulation
