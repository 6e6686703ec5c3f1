#pragma once

#include "core/ports/ports.h"
#include "core/record/snapshot.h"
#include "core/report/cycle_report.h"
#include "service/commands/command_line.h"

namespace sstp {

/// A look that was taken, with all that decisions rest on besides; local time for two years ahead. What cannot be had the snapshot says,
/// or, of the record, the standard error. Nothing is written.
Snapshot snapshot_with(const CycleReport& look, Ports& ports, const Environment& environment);

/// Looks for it. Errors: the process could not be assembled.
Result<Snapshot> take_snapshot(const Environment& environment);

}  // namespace sstp
