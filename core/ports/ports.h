#pragma once

#include "core/ports/certificates.h"
#include "core/ports/clock.h"
#include "core/ports/event_log.h"
#include "core/ports/event_sink.h"
#include "core/ports/files.h"
#include "core/ports/forwarding.h"
#include "core/ports/group_policy.h"
#include "core/ports/kill_switch.h"
#include "core/ports/listener_bindings.h"
#include "core/ports/listener_probe.h"
#include "core/ports/machine.h"
#include "core/ports/record.h"
#include "core/ports/services.h"
#include "core/ports/sstp_parameters.h"
#include "core/ports/vpn_sessions.h"

namespace sstp {

/// Everything the watchdog needs from the world. The composition root fills it with Windows adapters, the simulation
/// with one simulated world. All of it is called from the one thread that decides.
struct Ports {
    Clock& clock;
    Certificates& certificates;
    ListenerBindings& bindings;
    SstpParameters& parameters;
    Services& services;
    ListenerProbe& probe;
    KillSwitch& kill_switch;
    Files& files;
    EventLog& event_log;
    Record& record;
    EventSink& event_sink;
    Forwarding& forwarding;
    VpnSessions& sessions;
    Machine& machine;
    GroupPolicy& group_policy;
};

}  // namespace sstp
