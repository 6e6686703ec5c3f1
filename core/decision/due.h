#pragma once

#include "core/decision/work.h"

#include <optional>

namespace sstp {

/// When the work may begin as far as the window goes: `now` of the input, or later. Nothing: never by itself. Work that is needed now,
/// and what restarts nothing, waits for no window.
std::optional<WallTime> begin_by_window(const Work& work, const DecisionInput& input);

/// Until when earlier failures of this target keep it back (DESIGN 2.5); nothing: they do not.
std::optional<Duration> wait_by_schedule(const Work& work, const DecisionInput& input);

/// What restarts nothing is done at most four times an hour: until when it has to wait (DESIGN 2.2).
std::optional<Duration> wait_for_a_free_write(const Work& work, const DecisionInput& input);

/// A symptom that a whole fleet may show at once is cured by each at its own share of ten minutes (DESIGN 2.2).
std::optional<Duration> wait_for_own_share(const Work& work, const DecisionInput& input);

}  // namespace sstp
