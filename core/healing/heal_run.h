#pragma once

#include "core/healing/field.h"
#include "core/healing/heal.h"
#include "core/healing/heal_ledger.h"

#include <optional>
#include <string>
#include <utility>

namespace sstp {

/// One look at the server and what it comes to.
struct Look {
    ServerState state;
    Assessment assessment;
};

/// What the parts of one heal share while it runs.
struct HealRun {
    HealContext& context;
    Ports& ports;
    HealLedger ledger;
    Memory memory;                        ///< brought up to date by each look
    std::optional<Look> last;             ///< the last look
    Unit expected;                        ///< the unit as we know it: an unexpected difference is somebody else's
    HealOutcome outcome;                  ///< filled on the way
    MonotonicTime ready_from;             ///< RemoteAccess became RUNNING, or the proof began: ready_within counts from here
    bool reads_sha1 = false;              ///< RRAS reads the SHA-1 as well
    std::uint32_t forwards = 0;           ///< new plans for what others broke meanwhile
    bool recovering = false;
    std::string left_open_before;         ///< why the heal had been left open when a recovery took it up

    HealRun(HealContext& of, RecordContents contents)
        : context(of), ports(of.ports), ledger(of.ports, std::move(contents)), memory(of.memory), ready_from(of.ports.clock.monotonic()) {}

    [[nodiscard]] OpenHeal& heal() { return ledger.heal(); }
    [[nodiscard]] const OpenHeal& heal() const { return ledger.heal(); }
    [[nodiscard]] const Policy& policy() const { return context.policy; }
    void say(const std::string& line) const {
        if (context.on_progress) context.on_progress(line);
    }
    [[nodiscard]] bool stop_requested() const { return !ports.clock.pause(Duration{0}); }
    [[nodiscard]] bool may_change() const { return !context.may_change || context.may_change(); }
    const Look& look();
    /// What RRAS holds is known, and is what `unit` says of the fields that are this heal's: no restart of it is for another value, which
    /// somebody wrote meanwhile.
    [[nodiscard]] bool rras_holds(Unit unit) const;
};

/// Why a heal cannot go on as planned.
enum class Halt : std::uint8_t {
    our_stop,  ///< the watchdog itself is being stopped
    kill_switch,
    changed_by_others,  ///< a field no longer is what the plan rests on
    refused,  ///< Windows said no, or the record did
    stopped_by_others,  ///< somebody stopped RemoteAccess, and it is theirs to start
    service_pending,  ///< a service hangs in a pending state
    target_gone,  ///< the certificate that the heal is for has left the store
};
struct Halted {
    Halt why = Halt::refused;
    Error error;
};

/// Asked before every change: nobody tells us to stop, and the kill switch is clear.
std::optional<Halted> may_go_on(const HealRun& run);

}  // namespace sstp
