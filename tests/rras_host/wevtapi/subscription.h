#pragma once

#include <memory>

#include "wevtapi/result_set.h"

namespace sstp::rras_host {

/// From now on the signal event is set whenever an event that the result set takes is written, by whatever process, until the
/// result set dies. Events that are there already do not set it, as on Windows.
void signal_new_events(const std::shared_ptr<ResultSet>& result_set, HANDLE signal);

}  // namespace sstp::rras_host
