#pragma once

#include "core/record/snapshot.h"
#include "core/report/forecast.h"

namespace sstp::rehearsal {

/// What comes in so long: the real cycle, looked at in advance. Renewals are expected where the store's past shows a habit.
Forecast forecast(const Snapshot& snapshot, Duration horizon);

}  // namespace sstp::rehearsal
