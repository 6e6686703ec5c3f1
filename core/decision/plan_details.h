#pragma once

#include "core/decision/work.h"

namespace sstp {

/// Fills in what follows from a plan's target and steps: what it replaces and cures, its second rung, whether the unit can be taken
/// back, its price.
void complete(Work& work, const DecisionInput& input);

/// The schedule of this target's failed attempts begins afresh: another target, another policy, none failed, or an administrator asks
/// (DESIGN 2.5).
bool is_first_try(const DecisionInput& input, const CertificateHash& target);

}  // namespace sstp
