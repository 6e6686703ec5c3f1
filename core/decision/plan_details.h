#pragma once

#include "core/decision/work.h"

namespace sstp {

/// Fills in what follows from a plan's target and steps: what it replaces and cures, its second rung, whether the unit can be taken
/// back, its price.
void complete(Work& work, const DecisionInput& input);

/// The failed attempts at this target that keep the next one back. Null: its schedule begins afresh, for none failed, another policy holds
/// since, or an administrator asks (DESIGN 2.5). Points into `input`.
const Attempts* failed_attempts(const DecisionInput& input, const CertificateHash& target);

}  // namespace sstp
