#pragma once

#include "core/model/result.h"

#include <string>

namespace sstp {

/// Registers the classic event source SstpWatchdog of the Application log, with `program` as its message file. The MSI
/// does the same with registry rows. Source: Microsoft, "Event Sources".
Result<void> register_event_source(const std::string& program);
/// A missing one is success.
Result<void> remove_event_source();

}  // namespace sstp
