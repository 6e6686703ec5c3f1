#pragma once

#include "core/model/heal_plan.h"
#include "core/model/journal.h"
#include "core/model/memory.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

// What must survive a restart of process and machine, besides journal and outbox. Typed: each thing has one place and one type.

/// How far one change of the unit has come.
enum class ChangePhase : std::uint8_t {
    pending,   ///< not begun
    intended,  ///< durable intent; it may or may not have happened
    done,      ///< changed and read back
    returned,  ///< as it was found, read back
    theirs,    ///< somebody else's value stands there since: never touched again by this heal
};
struct RecordedChange {
    Step step;                             ///< BindStep or WriteValueStep, with its old value
    ChangePhase phase = ChangePhase::pending;
    friend bool operator==(const RecordedChange&, const RecordedChange&) = default;
};

/// Which way an open heal goes.
enum class HealDirection : std::uint8_t { forward, back };

/// A heal that has begun and is not finished. At most one. Found at start, it means that we died in the middle. Its whole unit
/// with all old values is durable before the first change (promise one-unit).
struct OpenHeal {
    std::string id;                        ///< unique: installation id and a counter
    Moment began;
    RunningTime began_running;
    Certificate target;
    Urgency urgency = Urgency::now;
    bool asked_by_administrator = false;
    std::vector<Reason> cures;
    std::vector<RecordedChange> changes;
    std::vector<std::string> services;     ///< of the restart; empty: none is needed
    std::vector<std::string> then;         ///< of the second rung
    std::string cannot_return;             ///< HealPlan::cannot_return
    HealDirection direction = HealDirection::forward;
    std::string why_back;
    std::map<AddressFamily, Level> before; ///< levels that no family may end below
    /// Services that we asked to stop and have not seen running since, in the order in which they are to start.
    std::vector<std::string> to_start;
    bool stop_was_asked = false;           ///< some service was asked to stop by this heal
    std::uint32_t restarts = 0;
    std::uint32_t restarts_back = 0;       ///< of taking back and recovery: once each
    bool then_done = false;
    std::uint32_t recoveries = 0;          ///< begun by processes that found it open
    std::optional<StartedBetween> rras_started;   ///< the RemoteAccess on which the plan rests
    /// Starts of `to_start` that failed in a row, and the last of them: they are tried again within minutes (kOwedStartSchedule).
    std::uint32_t failed_starts = 0;
    RunningTime last_failed_start;
    /// Why the process that worked on it last left it open in good order: "stopped", "service_pending", "service_not_started",
    /// "not_ready", "kill_switch", "refused". Empty: a process works on it now, or died at it.
    std::string left_open;
    friend bool operator==(const OpenHeal&, const OpenHeal&) = default;
};

/// A heal that was closed without having come to an end (heal_incomplete): what stands may be its work, and nobody else's.
struct IncompleteHeal {
    std::string id;
    CertificateHash target;
    std::map<AddressFamily, Level> before; ///< as of its beginning: while a family is lower, it is not over
    friend bool operator==(const IncompleteHeal&, const IncompleteHeal&) = default;
};

enum class ChargeKind : std::uint8_t { restart, then, taking_back, recovery };
const char* word(ChargeKind kind) noexcept;   ///< "restart", "then", "taking_back", "recovery"
std::optional<ChargeKind> charge_kind_from_word(std::string_view word);

/// One restart or start of the set of services, charged with its intent before the first control is sent.
struct BudgetCharge {
    RunningTime at;
    WallTime wall{};                       ///< for people
    std::string heal_id;
    ChargeKind what = ChargeKind::restart;
    friend bool operator==(const BudgetCharge&, const BudgetCharge&) = default;
};

/// Heals of one target that failed in a row: one schedule for each target, whatever the cause (DESIGN 2.5).
struct Attempts {
    CertificateHash target;
    std::uint32_t failures = 0;
    RunningTime last;
    bool service_was_asked_to_stop = false;   ///< of the last one: decides the first wait
    std::string policy;                       ///< fingerprint of the policy they were made under; another one starts afresh
    std::string last_failure;                 ///< for people
    std::uint32_t with_stop = 0;              ///< of `failures`, those that asked a service to stop
    friend bool operator==(const Attempts&, const Attempts&) = default;
};

/// A cure that somebody put back: what, to what, when, how often (heal_does_not_last).
struct PutBack {
    std::string subject;                   ///< "[::]:443", "Sha256CertificateHash"
    std::string to;                        ///< the value that keeps coming back, in brief
    std::uint32_t times = 0;
    RunningTime last;
    WallTime last_wall{};
    friend bool operator==(const PutBack&, const PutBack&) = default;
};
/// A cure of ours that is watched for a day.
struct Cure {
    std::string subject;
    std::string value;                     ///< what we made it, as hex
    RunningTime at;
    std::optional<std::string> before;     ///< what it was; empty: nothing that can be read. Nothing: an earlier version did not say
    friend bool operator==(const Cure&, const Cure&) = default;
};

/// HTTP.SYS refused the key of a certificate (1312). It is held against it for a day at most (kRefusedFor).
struct RefusedKey {
    std::string text;                      ///< what was said then
    RunningTime at;
    KeyState key = KeyState::unknown;      ///< as it was seen before: another one is another key, or its provider is back
    friend bool operator==(const RefusedKey&, const RefusedKey&) = default;
};

/// A heal that waits for the first SSTP session after it.
struct AwaitedClient {
    std::string heal_id;
    WallTime healed_at{};
    bool changed_a_hash = false;
    bool only_services_restarted = false;  ///< restart.then may follow once
    bool overdue_told = false;
    bool after_then = false;   ///< the heal was restart.then, SstpSvc with it, for a client that did not come
    friend bool operator==(const AwaitedClient&, const AwaitedClient&) = default;
};

/// When and how often a standing thing was told.
struct Reminder {
    std::string what;                      ///< the severity or word told; another one is told at once
    std::uint32_t times = 0;
    WallTime last{};
    WallTime since{};                      ///< when it was first told, without a break since
    friend bool operator==(const Reminder&, const Reminder&) = default;
};

/// A log event that repeats: the first is told at once, what follows is counted until the minute is over.
struct RepeatedEvent {
    std::string channel;
    std::string provider;
    std::uint32_t event_id = 0;
    std::uint64_t total = 0;               ///< the first included
    std::uint64_t untold = 0;
    WallTime window_began{};
    WallTime last{};                       ///< of the newest one, by its own clock
    std::uint64_t first_sequence = 0;      ///< of the event that told the first, with all its data
    friend bool operator==(const RepeatedEvent&, const RepeatedEvent&) = default;
};

/// The last `events_dropped` of one destination and reason. When it falls out of the queue itself, what it told is untold again.
struct LossNotice {
    std::uint64_t sequence = 0;            ///< of the notice
    std::uint64_t told_before = 0;         ///< the total that was told without it
    std::uint64_t first_sequence = 0;      ///< what it named
    std::uint64_t last_sequence = 0;
    WallTime at{};
    friend bool operator==(const LossNotice&, const LossNotice&) = default;
};

/// What was told of a SIEM destination.
struct DestinationNotices {
    bool known = false;                    ///< it has a position in the outbox
    std::string state;                     ///< "down" when that was told last; empty otherwise
    WallTime told_at{};
    std::map<std::string, std::uint64_t> losses_told;   ///< by reason: the total up to which losses were told
    std::map<std::string, LossNotice> notices;          ///< by reason
    friend bool operator==(const DestinationNotices&, const DestinationNotices&) = default;
};

/// Of heals that ended.
struct HealStatistics {
    std::map<std::string, std::uint64_t> total;   ///< by word(HealResult)
    std::optional<WallTime> last_at;
    std::string last_result;
    std::string last_text;
    /// Experience: from the stop to the first good look, of the last restarts that succeeded, newest last, at most ten.
    std::vector<Duration> outages;
    friend bool operator==(const HealStatistics&, const HealStatistics&) = default;
};

/// Which machine this is: a clone or a restored image is told by it (DESIGN 7.9).
struct MachineIdentity {
    std::string machine_guid;
    std::string computer_name;
    std::string smbios_uuid;
    friend bool operator==(const MachineIdentity&, const MachineIdentity&) = default;
};

struct RecordContents {
    std::string installation_id;           ///< 32 hex digits, made once
    std::uint64_t last_sequence = 0;
    std::uint64_t heal_count = 0;
    RunningClock running;                  ///< moved on by every commit
    /// The latest wall clock of any commit: a start before it doubts the clock. Moved on by every commit, never back but by an
    /// update that says so.
    std::optional<WallTime> written_at;
    std::optional<MachineIdentity> machine;
    std::optional<std::string> bookmark;   ///< XML of the event-log position; nothing: never had one
    std::optional<WallTime> drained_until; ///< everything up to then was read: a lost bookmark is a gap only beyond it
    std::optional<OpenHeal> open_heal;
    std::optional<IncompleteHeal> incomplete;   ///< the last one whose target has not been proven since
    std::vector<std::string> owed_starts;  ///< what a heal stopped that was closed before it ran again: the next heal starts it
    std::vector<BudgetCharge> charges;     ///< oldest first; those that no limit looks at any more are pruned
    bool budget_unreadable = false;        ///< the database was damaged: one heal is left for that hour
    std::optional<Learned> learned;
    std::optional<Proven> proven;
    std::optional<Certificate> unproven_active;   ///< Memory::unproven_active
    std::optional<CertificateHash> unconfirmed_choice;   ///< Memory::unconfirmed_choice
    std::vector<std::string> names_ever;
    std::optional<PlannedSuccession> planned;
    std::optional<HeldByRras> held;
    std::vector<Complaint> complaints;     ///< of the present start of RemoteAccess
    std::optional<StartedBetween> complaints_of_start;         ///< which start that is
    std::vector<std::uint32_t> complaints_of_previous_start;   ///< event ids
    SessionMemory sessions;                ///< `now` lasts no longer than the process
    std::vector<Attempts> attempts;        ///< one a target, the newest failure last
    std::vector<Cure> cures;
    std::vector<PutBack> put_backs;
    std::optional<AwaitedClient> awaited_client;
    std::uint32_t then_brought_clients = 0;   ///< a measure: kThenAtOnce (watchdog/learning.h)
    std::map<CertificateHash, RefusedKey> refused_keys;   ///< Memory::refused_by_http_sys
    bool update_not_supported = false;
    std::vector<Reason> reported_only;
    std::optional<std::string> last_good_policy;   ///< text of the file
    std::optional<std::string> last_good_group_policy;   ///< Group Policy's values that hold (policy/group_policy.h, kept_text)
    std::vector<Finding> open_findings;    ///< raised and told, not yet cleared
    std::map<std::string, Reminder> reminders;          ///< by "reason|subject", and "refusal"
    std::map<std::string, RepeatedEvent> repeated;      ///< by what the log event says
    std::map<std::string, DestinationNotices> destinations;
    HealStatistics heals;
    std::uint64_t event_log_gaps = 0;
    std::optional<CertificateHash> active_told;         ///< the active certificate last told
    bool kill_switch_told = false;
    bool clock_doubt_told = false;
    std::uint64_t written = 0;             ///< number of the last update; finds out half-failed commits
    std::uint64_t written_unseen = 0;      ///< likewise, of updates made before the database was ever read
    friend bool operator==(const RecordContents&, const RecordContents&) = default;
};

/// Changes that become durable together or not at all: events, and the contents as they are to be.
struct RecordUpdate {
    std::vector<JournalEvent> events;      ///< appended to journal and outbox, sequence given in order
    /// Replaces everything but `last_sequence`, `running` and `written`, which the record itself moves on; nothing: only events. An
    /// empty `installation_id` asks the record for a new one.
    std::optional<RecordContents> contents;
    std::optional<std::uint64_t> written;  ///< what `written` becomes; nothing: one more
};

}  // namespace sstp
