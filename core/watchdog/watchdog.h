#pragma once

#include "core/decision/decide.h"
#include "core/event_log/event_reader.h"
#include "core/healing/heal.h"
#include "core/journal/told.h"
#include "core/model/finding.h"
#include "core/model/policy.h"
#include "core/observation/kill_switch_reading.h"
#include "core/ports/ports.h"
#include "core/record/durable_record.h"
#include "core/report/cycle_report.h"
#include "core/report/wake.h"
#include "core/watchdog/activity.h"
#include "core/watchdog/asked_by.h"
#include "core/watchdog/before_the_stop.h"
#include "core/watchdog/clock_belief.h"
#include "core/watchdog/own_findings.h"
#include "core/watchdog/policy_in_force.h"
#include "core/watchdog/symptoms.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// Where this instance keeps its files, and what it may do.
struct WatchdogOptions : ReportHead {
    std::string data_folder;               ///< UTF-8 path; status.json and the metrics file go there
    std::function<void(const std::string&)> on_progress;   ///< a line for each step; may be empty
    std::function<std::vector<DegradedWatch>()> degraded_watches;   ///< asked at each look; empty where nothing is watched
    std::string user;                      ///< who runs this process, where that is who asks for heals; empty: nobody can tell (the SCM)
    bool keeps_watch = true;               ///< the service, or `run`; false for commands, whose looks hear the event log themselves
    bool writes_status = true;             ///< false for one-off commands, which must not replace the service's status
};

/// The cycle (DESIGN 2). One thread. Construct, `start`, then `cycle` for each wake until told to stop, then `stop`.
///
/// What lasts is in one place, `draft_`: the record's contents as they are to be, and the events that go with them. It becomes
/// durable at a few points of a cycle, and what could not be stored goes with the next.
class Watchdog {
public:
    Watchdog(Ports ports, WatchdogOptions options);
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    /// Loads the record and the policy, subscribes to the event log, finishes a heal that a dead process began, tells
    /// `service_started`. Never fails for good: what could not be done is retried in every cycle and is a finding.
    void start();
    /// One whole cycle, healing included where allowed.
    CycleReport cycle(const Wakes& wakes);
    /// Observes, diagnoses and decides without writing anything anywhere: `check` and `plan`.
    CycleReport look();
    /// How long to wait for a wake before the next look.
    [[nodiscard]] Duration next_look() const { return next_look_; }
    /// The policy in force, Group Policy included.
    [[nodiscard]] const Policy& policy() const { return policy_.policy(); }
    /// Our own stop in the middle of a heal: everything that it stopped is asked to start (DESIGN 2.3). At most `most` is waited
    /// for one that is still stopping; nothing at a shutdown. Gives the services that could not be asked.
    std::vector<std::string> start_what_we_stopped(Duration most);
    /// Tells `service_stopped`, with the reason, and makes it durable.
    void stop(StopReason why);

private:
    /// What one cycle goes by, besides the server.
    struct Inputs {
        bool asked = false;                ///< an administrator asked for a heal
        std::string account;               ///< whose; empty: nobody can tell
        bool ignore_window = false;
        bool open_keys_anew = false;       ///< the store changed, or a key was complained of
        bool forgive_refused_keys = false; ///< the store changed, or an administrator wants it now
        bool teaches = true;               ///< a cycle, not a mere look
    };

    // inputs.cpp: the record, the machine, the policy, the kill switch, the event log
    Inputs read_inputs(const Wakes& wakes);
    void load_record();
    void note_storage();
    void note_machine();
    void note_budget();
    void read_policy();
    void read_kill_switch();
    void read_event_log();
    void apply_siem_policy();
    void look_at_clock(Moment now, bool synchronised);
    void believe_clock(bool asked);
    // look.cpp: observe, learn, assess
    Memory memory_now() const;
    ServerState take_a_look(bool open_keys_anew);
    void hear_what_ended_it(const ServerState& state, const Inputs& inputs);
    void read_sessions();
    [[nodiscard]] std::optional<WallTime> heard_since(Moment now) const;
    [[nodiscard]] bool has_habit_before(const AwaitedClient& awaited) const;
    Assessment come_to(const ServerState& state, Memory& memory);
    void examine(CycleReport& report, const Inputs& inputs);
    void learn_what_is_adopted(const CycleReport& report);
    void teach(const CycleReport& report);
    // act.cpp: decide, heal, recover
    DecisionInput decision_input(const CycleReport& report, const Memory& memory, const Inputs& inputs) const;
    void decide_on(CycleReport& report, const Inputs& inputs);
    void decide_again_with_sessions_of_now(CycleReport& report, const Inputs& inputs);
    void heal(CycleReport& report, const HealPlan& plan, const Inputs& inputs);
    /// What an earlier heal left is over as soon as a look shows that. True: something was.
    bool end_what_stands(const CycleReport& report, const Memory& memory);
    std::optional<HealOutcome> finish_open_heal(const Inputs& inputs);
    HealContext heal_context(const Memory& memory, bool asked);
    void after_heal(const HealPlan& plan, const HealOutcome& outcome, bool asked_by_administrator);
    // conclude.cpp: journal, files, when to look again
    void conclude(CycleReport& report, const Inputs& inputs);
    void add_own_findings(CycleReport& report) const;
    void tell_destinations(CycleReport& report);
    void tell_forwarding();
    void doubt_database(const CycleReport& report);
    void write_files(const CycleReport& report);
    void plan_next_look(const CycleReport& report);
    bool save();

    void say(const std::string& line) const;
    [[nodiscard]] std::string path_of(const char* name) const;
    [[nodiscard]] RunningTime running() const;
    [[nodiscard]] Permission permission() const;

    Ports outer_;
    WatchdogOptions options_;
    DurableRecord record_;
    Ports ports_;                          ///< the outer ones, with our record in place of the database
    Asking asking_;
    PolicyInForce policy_;
    SettledGroupPolicy group_policy_;
    Settled<std::string> kill_switch_text_;
    KillSwitchReading kill_switch_;
    std::optional<EventReader> reader_;    ///< made when the installation id is known
    ClockBelief clock_;
    ActivityWatch activity_;
    BeforeTheStop before_the_stop_;
    Symptoms symptoms_;
    JournalDraft draft_;
    RecordContents draft_base_;            ///< what the record held when the draft was made of it
    std::optional<Error> record_trouble_;
    bool nothing_is_recorded_ = false;     ///< the last commit was taken by neither the database nor the file beside it
    std::map<AddressFamily, Level> levels_before_;   ///< of the look before this one
    std::map<AddressFamily, StartedBetween> record_seen_under_;   ///< Memory::record_seen_under
    std::optional<Assessment> last_;       ///< of the last look: whom to ask for, whether sessions are wanted
    std::optional<MonotonicTime> sessions_asked_;
    Observed<Sessions> sessions_now_ = Absent{};     ///< the last answer; not stored
    std::optional<MonotonicTime> sessions_heard_since_;   ///< every answer since was readable; nothing: the last one was not
    Findings standing_;                    ///< what the last heal left, told until it is over: heal_incomplete, binding_not_replaceable
    bool standing_known_ = false;          ///< what an earlier process told of that was taken over
    std::optional<RunningTime> budget_unreadable_since_;   ///< seen by this process
    std::vector<LogEvent> heard_;          ///< while a heal is under way: told when it has ended
    std::vector<WallTime> free_writes_;    ///< writes that needed no restart
    std::optional<MonotonicTime> keys_opened_;
    std::uint64_t number_ = 0;
    bool machine_known_ = false;
    bool more_events_ = false;
    std::optional<MonotonicTime> last_heartbeat_;
    std::optional<SiemPolicy> applied_;    ///< what forwarding works by
    DestinationsTold told_;                ///< to be told to forwarding when the draft is durable
    std::optional<Duration> repetitions_due_;
    std::vector<std::string> causes_;      ///< ids of what RRAS and HTTP.SYS logged since there was last nothing to do
    std::optional<MonotonicTime> doubted_; ///< when the database was last checked because the outbox found damage
    Duration next_look_{0};
};

}  // namespace sstp
