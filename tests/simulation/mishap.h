#pragma once

#include "tests/simulated_windows/world.h"

#include <cstdint>
#include <span>

namespace sstp::simulation {

/// Who did it: the properties treat an administrator's stop of a service differently from a crash.
enum class Actor : std::uint8_t { administrator, iis, acme_client, auto_enrolment, group_policy, rras, nature };
const char* word(Actor actor) noexcept;

/// One thing that happens on an RRAS server besides us. `number` varies it (which family, which certificate).
struct Mishap {
    const char* name;
    Actor actor;
    void (*happen)(simulated::World& world, std::uint64_t number);
};

/// Every mishap that the search draws from. The position is the mishap's identity in a scenario: append only.
std::span<const Mishap> mishaps();

/// The policy files that an administrator may put in place; the last ones are invalid. Path: `kPolicyFile`.
std::span<const char* const> policy_texts();
inline constexpr char kPolicyFile[] = "policy.json";

/// Puts an end to what nature does to the machine (hangs, dead listeners, wrong clocks), as liveness presupposes: faults
/// stop. What people decided (mode, kill switch, stopped services, foreign records) stays.
void calm(simulated::World& world);

}  // namespace sstp::simulation
