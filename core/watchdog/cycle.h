#pragma once

#include "core/record/durable_record.h"
#include "core/watchdog/back_off.h"
#include "core/watchdog/clock_watch.h"
#include "core/event_log/event_reader.h"
#include "core/watchdog/look_memory.h"
#include "core/watchdog/own_findings.h"
#include "core/watchdog/policy_in_force.h"
#include "core/watchdog/told.h"
#include "core/watchdog/watchdog.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// One cycle after another, and what is remembered between them (DESIGN section 2). Whatever is to be stored is gathered in
/// one update and committed at a few points; what could not be stored goes with the next commit.
class Cycle {
public:
    Cycle(Ports ports, WatchdogOptions options);

    void start();
    CycleReport run(const Wakes& wakes);
    CycleReport look_only();
    void stop(const std::string& why);
    [[nodiscard]] Duration next_look() const { return next_look_; }
    [[nodiscard]] const Policy& policy() const { return policy_.policy(); }

private:
    // wake
    void load_record();
    void refresh_policy();
    void read_kill_switch();
    void read_event_log();
    void note_storage();
    void apply_siem_policy();
    void note_causes();
    // observe, diagnose, decide
    void examine(CycleReport& report, bool counts);
    void hear_rras_out(CycleReport& report);
    void judge(CycleReport& report, Findings findings, const Memory& memory);
    // heal
    void finish_open_heal(CycleReport& report);
    void heal(CycleReport& report, const HealPlan& plan);
    void learn_from(const HealPlan& plan, const HealOutcome& outcome);
    // record, report
    void conclude(CycleReport& report);
    void tell_destinations(CycleReport& report);
    void tell_forwarding();
    void doubt_database(const CycleReport& report);
    void keep_memory_true(const CycleReport& report);
    void write_files(const CycleReport& report);
    void plan_next_look(const CycleReport& report);
    bool save();
    [[nodiscard]] std::string path_of(const char* name) const;
    /// What the record holds: it changes with each commit, also those of a heal.
    [[nodiscard]] const RecordContents& contents() const { return record_.contents(); }
    /// `contents` with what is not stored yet; nothing when there is no such thing.
    [[nodiscard]] std::optional<RecordContents> as_it_will_be() const;
    /// The last trouble that RRAS reported, as it will be stored.
    [[nodiscard]] std::optional<WallTime> trouble_at() const;
    [[nodiscard]] Telling telling();
    void say(const std::string& line) const;

    Ports outer_;
    WatchdogOptions options_;
    DurableRecord record_;
    Ports ports_;                          ///< the outer ones, with our record in place of the database
    PolicyInForce policy_;
    std::optional<EventReader> reader_;    ///< made when the installation id is known
    std::optional<BackOff> undo_back_off_;
    SymptomCounts counts_;
    ClockWatch clock_watch_;
    KillSwitchReading kill_switch_;
    RecordUpdate pending_;                 ///< not yet durable
    std::optional<Error> record_trouble_;
    std::uint64_t number_ = 0;
    bool more_events_ = false;
    bool asked_ = false;                   ///< an administrator asked for a heal in this cycle
    bool ignore_window_ = false;
    std::optional<MonotonicTime> budget_unreadable_since_;
    std::optional<MonotonicTime> last_heartbeat_;
    std::optional<SiemPolicy> applied_;    ///< what forwarding works by
    DestinationsTold told_;                ///< to be told to forwarding when `pending_` is durable
    std::optional<Duration> repetitions_due_;
    std::vector<std::string> causes_;      ///< ids of what RRAS and HTTP.SYS logged since the server was last healthy
    std::optional<MonotonicTime> doubted_; ///< when the database was last checked because the outbox found damage
    Duration next_look_{0};
};

}  // namespace sstp
