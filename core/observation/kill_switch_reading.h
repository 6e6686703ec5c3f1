#pragma once

#include "core/decision/decide.h"
#include "core/model/finding.h"
#include "core/model/observed.h"
#include "core/model/policy.h"

#include <optional>
#include <string>

namespace sstp {

/// What the kill switch says (DESIGN 5): `observe` stops, `heal` and absent do not, anything else counts as `observe`
/// and is a finding. Upper and lower case are the same, blanks around the word do not count.
struct KillSwitchReading {
    bool stops = false;
    std::string explanation;          ///< for a person; empty when nothing is set
    std::optional<Finding> finding;   ///< when it cannot be read or makes no sense
};
KillSwitchReading interpret_kill_switch(const Observed<std::string>& read);

/// The stricter of the policy's mode and the kill switch.
Permission permission_for(Mode mode, const KillSwitchReading& kill_switch);

}  // namespace sstp
