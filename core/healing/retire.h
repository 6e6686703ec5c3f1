#pragma once

#include "core/healing/heal.h"

#include <string>

namespace sstp {

/// After a verified heal, and only if the policy says so: archives or deletes the replaced certificate, when no HTTP.SYS
/// record of any kind and no stored hash names it any more (promise keys-stay). What stands in the way leaves it where it
/// is; the next planned replacement is the next chance.
void retire_replaced(HealContext& context, const HealPlan& plan, const std::string& heal_id);

}  // namespace sstp
