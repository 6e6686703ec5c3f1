#pragma once

#include "core/decision/heal_plan.h"
#include "core/policy/policy.h"
#include "core/ports/ports.h"

namespace sstp {

/// After a verified heal, and only if the policy says so: archives or deletes the replaced certificate, when no HTTP.SYS
/// record of any kind and no stored hash names it any more (promise keys-stay). What stands in the way leaves it where it
/// is; the next planned replacement is the next chance.
void retire_replaced(Ports& ports, const Policy& policy, const HealPlan& plan, const std::string& heal_id);

}  // namespace sstp
