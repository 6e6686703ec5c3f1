#pragma once

#include "service/commands/command_line.h"
#include "service/host/watching.h"

namespace sstp {

/// What `service` and `run` give to their shells.
inline WatchContext watch_context(const Environment& environment) {
    WatchContext context;
    context.places = environment.places;
    context.computer = environment.computer;
    context.hardening = environment.hardening;
    context.assemble = environment.assemble;
    return context;
}

}  // namespace sstp
