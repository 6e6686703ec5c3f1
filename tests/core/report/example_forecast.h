#pragma once

#include "core/record/snapshot.h"
#include "core/report/forecast.h"

namespace sstp::example {

/// `successor_server`, three SSTP sessions open: a certificate waits for the night, and a CA of its chain ends before it does.
Snapshot snapshot();
/// What the real forecast makes of it.
Forecast forecast(int days = 120);

}  // namespace sstp::example
