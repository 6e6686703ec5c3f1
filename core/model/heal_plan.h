#pragma once

#include "core/model/binding.h"
#include "core/model/certificate.h"
#include "core/model/finding.h"
#include "core/model/sessions.h"
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

/// How urgent work is (DESIGN 2.2).
enum class Urgency : std::uint8_t {
    now,      ///< some family's clients cannot connect, by evidence
    soon,     ///< all is served rightly, but the next start of RRAS breaks it: in the window's next hours, on any day
    planned,  ///< a fit successor waits: in the window on its days, from `replace_before` on any day
};
const char* word(Urgency urgency) noexcept;  ///< "now", "soon", "planned"

/// What a restart costs, counted beforehand.
struct Price {
    std::optional<Sessions> sessions;      ///< that it ends; nothing: they cannot be read
    std::optional<Duration> without_sstp;  ///< by experience of earlier restarts; nothing: none yet
    friend bool operator==(const Price&, const Price&) = default;
};

/// Brings the unit of bindings, hashes and flag to one certificate, and the services that hold the old one.
struct HealPlan {
    Urgency urgency = Urgency::now;
    Certificate target;
    std::optional<Certificate> replaced;  ///< the active certificate, when another takes its place
    /// Bindings, then hashes, then the flag, then at most one restart of `restart.services`: last, and absent when RRAS holds
    /// already what is written. Every step with its old value.
    std::vector<Step> steps;
    /// Tried once where the first restart does not bring the proof (restart.then). Empty: there is no second rung.
    std::vector<std::string> then;
    /// Why the unit cannot be taken back once it is changed (a certificate that is gone or has ended, values with which RRAS does
    /// not start); empty: it can. Such a heal is finished or stays open, never half put back.
    std::string cannot_return;
    std::vector<Reason> cures;            ///< the findings that led here
    std::vector<std::string> caused_by;   ///< ids of journal events: what RRAS and HTTP.SYS logged that led here
    Price price;                          ///< of the restart; empty when there is none
    friend bool operator==(const HealPlan&, const HealPlan&) = default;
};
bool restarts(const HealPlan& plan);
/// True when it only restarts: bindings, hashes and flag are right as they stand.
bool only_restarts(const HealPlan& plan);
/// True when one of the two hashes is written, without which clients of another certificate fail after sign-in.
bool changes_a_hash(const std::vector<Step>& steps);
/// True when it restarts a service of this name, in whatever case.
bool restarts(const HealPlan& plan, std::string_view service);
/// True when the step rewrites the record of this endpoint ("[::]:443"), which stands already.
bool replaces_record(const Step& step, std::string_view endpoint);

struct NothingToDo {
    friend bool operator==(const NothingToDo&, const NothingToDo&) = default;
};

/// There is something to do, and it is not done now. `why`: a gate's word, or a finding's reason.
struct Refused {
    /// Stable words: a finding's reason ("no_fit_certificate", "budget_exhausted", "tls_offloaded", …) or one of "observe_mode",
    /// "kill_switch", "outside_window", "not_quiet", "waiting_for_schedule", "waiting_for_confirmation", "service_busy",
    /// "reported_only", "heal_open".
    std::string why;
    std::string explanation;        ///< for a person, with what would change it
    std::optional<WallTime> until;  ///< when to look again, when that is known
    /// The time will come by itself (window, quiet period, schedule, confirmation): no refusal to worry about.
    bool only_deferred = false;
    friend bool operator==(const Refused&, const Refused&) = default;
};

/// What a look at the server calls for.
using Decision = std::variant<NothingToDo, Refused, HealPlan>;

}  // namespace sstp
