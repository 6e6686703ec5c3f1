#pragma once

#include "core/model/binding.h"
#include "core/model/certificate.h"
#include "core/model/finding.h"
#include "core/model/sstp_settings.h"
#include "core/model/time.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sstp {

/// Makes the record at `after.endpoint` what `after` says. `before` is the undo value; nothing: there was no record.
struct BindStep {
    std::optional<ListenerBinding> before;
    ListenerBinding after;
    friend bool operator==(const BindStep&, const BindStep&) = default;
};

/// Writes one SSTP parameter. `before` is the undo value; nothing: there was no value.
struct WriteValueStep {
    SstpValue value{};
    std::optional<RawValue> before;
    RawValue after;
    friend bool operator==(const WriteValueStep&, const WriteValueStep&) = default;
};

/// Stops `services` in that order with their running dependants, and starts again what ran (and, for RemoteAccess alone,
/// what should have been running: DESIGN 7.7).
struct RestartStep {
    std::vector<std::string> services;
    friend bool operator==(const RestartStep&, const RestartStep&) = default;
};

using Step = std::variant<BindStep, WriteValueStep, RestartStep>;

/// "bind", "write_value", "restart_services": stable words for JSON and the journal.
const char* word(const Step& step) noexcept;
/// What the step does, as the plan prints it: "bind 8C10..4E on [::]:443 (was 3F2A..91)".
std::string describe(const Step& step);

/// A broken listener is healed now; a working one that has a fit successor waits for the maintenance window.
enum class Urgency : std::uint8_t { urgent, planned };
const char* word(Urgency urgency) noexcept;  ///< "urgent", "planned"

/// The smallest ordered list of steps that cures `cures`: bindings, then hashes, then services.
struct HealPlan {
    Urgency urgency = Urgency::urgent;
    Certificate target;
    std::optional<Certificate> replaced;  ///< the current certificate, when another takes its place
    std::vector<Step> steps;
    /// When the RemoteAccess that the plan rests on had started: one that comes up meanwhile may read what is half done.
    std::optional<WallTime> rras_started;
    std::vector<Reason> cures;  ///< the findings that verification must not see again
    std::vector<std::string> caused_by;  ///< ids of journal events: what RRAS and HTTP.SYS logged that led here
    friend bool operator==(const HealPlan&, const HealPlan&) = default;
};

struct NothingToDo {
    friend bool operator==(const NothingToDo&, const NothingToDo&) = default;
};

/// There is something wrong, and nothing will be changed for now.
struct Refused {
    /// Stable words: a finding's reason ("no_fit_certificate", "budget_exhausted", "tls_offloaded", …) or one of
    /// "observe_mode", "kill_switch", "outside_window", "cooldown", "waiting_for_confirmation", "foreign_owner", "reported_only".
    std::string why;
    std::string explanation;        ///< for a person, with what would change it
    std::optional<WallTime> until;  ///< when to look again, when that is known
    friend bool operator==(const Refused&, const Refused&) = default;
};

/// What a look at the server calls for.
using Decision = std::variant<NothingToDo, Refused, HealPlan>;

}  // namespace sstp
