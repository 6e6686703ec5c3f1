#pragma once

#include "core/model/policy.h"

#include <random>

namespace sstp {

/// A valid policy at random: every member away from its default now and then. The same seed, the same policy.
Policy any_policy(std::mt19937& random);

}  // namespace sstp
