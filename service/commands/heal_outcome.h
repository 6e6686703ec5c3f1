#pragma once

#include "core/report/render_status.h"

namespace sstp {

/// Tells a person how an administrator's heal ended, whoever made it, and gives the exit code of `heal`: 0 healthy, or
/// nothing worse than a warning left; 1 failed and undone; 11 refused.
int tell_heal_outcome(const StatusGlance& glance);

/// The same part of a report as a status shows it.
StatusGlance glance_of(const CycleReport& report);

}  // namespace sstp
