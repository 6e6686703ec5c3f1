#pragma once

#include "core/model/result.h"
#include "service/host/watching.h"

namespace sstp {

/// Runs `context` as the service SstpWatchdog until the SCM has stopped it. Errors: that of a program which was not
/// started by the SCM (1063) says what to use instead. Source: Microsoft, StartServiceCtrlDispatcher, "Service ServiceMain Function".
Result<void> run_under_scm(const WatchContext& context);

}  // namespace sstp
