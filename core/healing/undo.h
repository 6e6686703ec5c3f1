#pragma once

#include "core/healing/heal_run.h"

#include <string>

namespace sstp {

/// Puts back what the open heal changed, last change first, then sees to the services, then closes the heal. Decides by
/// looking: a value is restored only while it is the one that we made (or the middle of our making it); what somebody else
/// put there since is theirs, stays and is told. Never stops half-way for a kill switch, a budget or a failed commit.
/// `charge`: "undo" or "recovery", for a restart that it takes. Gives `undone`, or `undo_incomplete` with what is left.
HealOutcome undo(HealRun& run, const std::string& why, const char* charge);

}  // namespace sstp
