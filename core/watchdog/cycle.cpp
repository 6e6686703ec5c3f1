#include "core/watchdog/cycle.h"

#include "core/decision/budget.h"
#include "core/decision/choose_certificate.h"
#include "core/decision/plan_steps.h"
#include "core/observation/observe.h"
#include "core/record/apply.h"
#include "core/record/notes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace sstp {

namespace {

using namespace std::chrono_literals;

/// What waits for a record that takes nothing at all, neither database nor file, is bounded like everything else.
constexpr std::size_t kMostPendingEvents = 2000;
/// Log events that a heal names as its cause: the newest.
constexpr std::size_t kMostCauses = 10;

std::string beside(const std::string& folder, const char* name) {
    if (folder.empty()) return name;
    const char last = folder.back();
    if (last == '/' || last == '\\') return folder + name;
    return folder + (folder.find('\\') == std::string::npos ? "/" : "\\") + name;
}

Ports with_record(const Ports& ports, Record& record) {
    return {ports.clock,       ports.certificates, ports.bindings,  ports.parameters, ports.services,   ports.probe,
            ports.kill_switch, ports.files,        ports.event_log, record,           ports.event_sink, ports.forwarding};
}

bool is_empty(const RecordUpdate& update) {
    return update.events.empty() && !update.bookmark && !update.open_heal && !update.close_heal && update.charges.empty() &&
           !update.kept_charges && !update.budget_unreadable && !update.known_good && !update.last_good_policy && !update.trouble_at &&
           !update.open_findings && update.notes.empty();
}

}  // namespace

Cycle::Cycle(Ports ports, WatchdogOptions options)
    : outer_(ports),
      options_(std::move(options)),
      record_(ports.record, ports.files, ports.event_sink, ports.clock, beside(options_.data_folder, "unsaved.json")),
      ports_(with_record(ports, record_)),
      policy_(ports.files, options_.policy_file) {
    record_.on_events([this] { outer_.forwarding.new_events(); });
}

void Cycle::say(const std::string& line) const {
    if (options_.on_progress) options_.on_progress(line);
}

std::string Cycle::path_of(const char* name) const { return beside(options_.data_folder, name); }

// ---- wake ----

void Cycle::load_record() {
    const auto opened = record_.open();
    record_trouble_ = opened ? record_.trouble() : std::optional{opened.error()};
    if (!reader_ || !undo_back_off_) {
        const std::uint64_t seed = seed_from(contents().installation_id + options_.computer);
        reader_.emplace(outer_.event_log, seed);
        undo_back_off_.emplace(15s, 15min, seed);
    }
    const MonotonicTime now = ports_.clock.monotonic();
    if (!contents().budget_unreadable) {
        budget_unreadable_since_.reset();
    } else if (!budget_unreadable_since_) {
        budget_unreadable_since_ = now;
    }
}

/// What happened to the storage itself is told like everything else.
void Cycle::note_storage() {
    if (const auto why = record_.was_replaced()) {
        telling().tell(
            EventType::state_database_replaced,
            fmt::format("The state database was damaged ({}). It was set aside, what could be read was kept, and the budget counts as "
                        "spent for an hour.",
                        why->message()),
            {{"error", why->message()}, {"error_kind", word(why->kind)}});
    }
    if (const std::uint64_t dropped = record_.were_dropped(); dropped > 0) {
        telling().tell(EventType::events_dropped,
                       fmt::format("{} events could not be kept while the state database took nothing.", dropped),
                       {{"count", std::to_string(dropped)}, {"reason", "database_unusable"}});
    }
}

void Cycle::refresh_policy() {
    PolicyChange change = policy_.refresh(contents().last_good_policy);
    record_.report_to_event_log(policy_.policy().windows_event_log);
    if (change.loaded) {
        telling().tell(
            EventType::policy_loaded,
            fmt::format("The policy file is in force; its mode is {}.", policy_.policy().mode == Mode::heal ? "heal" : "observe"),
            {{"mode", policy_.policy().mode == Mode::heal ? "heal" : "observe"}, {"policy_file", options_.policy_file}});
        pending_.last_good_policy = std::move(change.loaded);
    }
    if (change.rejected) {
        telling().tell(EventType::policy_rejected, *change.rejected,
                       {{"policy_file", options_.policy_file}, {"reason", word(Reason::policy_invalid)}});
    }
}

void Cycle::read_kill_switch() { kill_switch_ = interpret_kill_switch(ports_.kill_switch.read()); }

void Cycle::read_event_log() {
    const WatchPolicy& watch = policy_.policy().watch;
    const EventReading reading =
        reader_->visit({watch.channels, watch.event_ids, watch.http_events}, contents().bookmark, ports_.clock.monotonic());
    more_events_ = reading.more;
    if (reading.gap) {
        telling().gap();
        // A complaint of RRAS may have been among what was lost: the next heal restarts it, if it has not started since.
        pending_.trouble_at = std::optional{ports_.clock.wall()};
    }
    for (const LogEvent& event : reading.events) {
        telling().log_event(event);
        if (!event.from_rassstp()) continue;
        const auto known = trouble_at();
        pending_.trouble_at = std::optional{known ? std::max(*known, event.time) : event.time};
    }
    repetitions_due_ = telling().repetitions();
    // The position moves in the same commit as what the events caused, never before.
    if (reading.bookmark) pending_.bookmark = reading.bookmark;
    note_causes();
}

/// The ids that the events of the present update will have, of what was logged: a heal that follows names them.
void Cycle::note_causes() {
    for (std::size_t i = 0; i < pending_.events.size(); ++i) {
        const EventType type = pending_.events[i].type;
        if (type != EventType::rassstp_event_seen && type != EventType::http_event_seen) continue;
        const std::string id = event_id(contents().installation_id, contents().last_sequence + i + 1);
        if (std::find(causes_.begin(), causes_.end(), id) == causes_.end()) causes_.push_back(id);
    }
    if (causes_.size() > kMostCauses) causes_.erase(causes_.begin(), causes_.end() - static_cast<std::ptrdiff_t>(kMostCauses));
}

/// Destinations come, go and change. Not by the defaults that stand in while nothing could be read: they name none, and a
/// queue is not given up for that.
void Cycle::apply_siem_policy() {
    if (!policy_.has_policy()) return;
    const SiemPolicy& siem = policy_.policy().siem;
    if (applied_ && *applied_ == siem) return;
    record_.keep_newest(siem.destinations.empty() ? 0 : siem.maximum_queued);
    outer_.forwarding.apply(siem);
    applied_ = siem;
}

// ---- observe, diagnose, decide ----

void Cycle::judge(CycleReport& report, Findings findings, const Memory& memory) {
    const Moment now = ports_.clock.now();
    const Diagnosis diagnosis{report.state, policy_.policy(), memory, report.state.looked_at.wall};
    const Situation situation{.diagnosis = diagnosis,
                              .findings = findings,
                              .permission = report.permission,
                              .charges = contents().charges,
                              .budget_unreadable = contents().budget_unreadable,
                              .budget_unreadable_since = budget_unreadable_since_,
                              .now = now,
                              .local_offset = ports_.clock.local_offset(now.wall),
                              .machine_key = contents().installation_id + options_.computer,
                              .asked_by_administrator = asked_,
                              .ignore_window = ignore_window_};
    Decided decided = decide(situation);
    report.decision = std::move(decided.decision);
    report.plan = std::move(decided.plan);
    if (decided.current) report.current = std::move(decided.current);

    const auto* refused = std::get_if<Refused>(&report.decision);
    OwnFooting footing;
    footing.policy_problem = policy_.problem();
    footing.kill_switch = kill_switch_;
    footing.event_log = reader_ ? reader_->trouble() : std::nullopt;
    if (options_.degraded_watches) footing.watches = options_.degraded_watches();
    footing.database = record_trouble_;
    if (refused && refused->why == word(Reason::budget_exhausted)) footing.budget = refused->explanation;
    report.findings = std::move(findings);
    for (Finding& each : own_findings(footing)) report.findings.push_back(std::move(each));
    report.healthy = worst(report.findings) == Severity::information;
}

/// `counts`: this look is one more of those that confirm what probes say.
void Cycle::examine(CycleReport& report, bool counts) {
    report.permission = permission_for(policy_.policy().mode, kill_switch_);
    report.policy_problem = policy_.problem();
    Memory memory = remember(contents(), counts_, clock_watch_.look(ports_.clock.now()));
    report.state = observe(ports_, policy_.policy(), names_to_ask_for(policy_.policy(), memory));
    Findings findings = diagnose({report.state, policy_.policy(), memory, report.state.looked_at.wall});
    if (counts) counts_.looked(findings);
    memory.seen_in_a_row = counts_.seen_in_a_row();
    judge(report, std::move(findings), memory);
}

/// RRAS may have started after the log was read in this cycle, with bindings or hashes that are only now put right, and have
/// said so: then those alone are not enough, and the plan needs a restart. The same where its complaint could not be heard.
void Cycle::hear_rras_out(CycleReport& report) {
    const auto known = trouble_at();
    read_event_log();
    if (reader_->trouble()) pending_.trouble_at = std::optional{ports_.clock.wall()};
    if (trouble_at() == known) return;
    save();
    examine(report, false);
}

CycleReport Cycle::look_only() {
    CycleReport report;
    report.began = ports_.clock.now();
    load_record();
    (void)policy_.refresh(contents().last_good_policy);
    read_kill_switch();
    apply_siem_policy();
    examine(report, false);
    report.destinations = outer_.forwarding.states();
    report.ended = ports_.clock.now();
    return report;
}

// ---- heal ----

void Cycle::finish_open_heal(CycleReport& report) {
    const MonotonicTime now = ports_.clock.monotonic();
    if (!contents().open_heal || (!undo_back_off_->is_due(now) && !asked_)) return;
    report.heal = recover(ports_, policy_.policy(), remember(contents(), counts_, false), options_.on_progress);
    load_record();
    if (contents().open_heal) {
        undo_back_off_->failed(ports_.clock.monotonic());
    } else {
        undo_back_off_->succeeded();
    }
}

/// A restart that did not cure what only probes say is not tried again until they have said otherwise once (DESIGN 7.10).
void Cycle::learn_from(const HealPlan& plan, const HealOutcome& outcome) {
    if (outcome.result == HealResult::succeeded || outcome.result == HealResult::not_begun || outcome.restarts == 0) return;
    std::vector<Reason> reported = reported_only_from(contents());
    for (const Reason reason : plan.cures) {
        if (is_symptom(reason) && std::find(reported.begin(), reported.end(), reason) == reported.end()) reported.push_back(reason);
    }
    if (rests_on_symptoms(plan)) pending_.notes[kNoteReportedOnly] = words(reported);
}

void Cycle::heal(CycleReport& report, const HealPlan& decided) {
    HealPlan plan = decided;
    plan.caused_by = causes_;
    std::vector<std::string> lines;
    for (const Step& step : plan.steps) lines.push_back(describe(step));
    std::map<std::string, std::string> fields{{"reason", words(plan.cures)},
                                              {"urgency", word(plan.urgency)},
                                              {"asked_by_administrator", asked_ ? "true" : "false"},
                                              {"certificate_sha256", plan.target.hash.to_string()}};
    if (!causes_.empty()) fields["caused_by"] = fmt::format("{}", fmt::join(causes_, ","));
    telling().tell(EventType::heal_planned, fmt::format("To be done now: {}.", fmt::join(lines, ", then ")), std::move(fields));
    save();   // the intent of each step is durable on its own; this one may come later
    const Memory memory = remember(contents(), counts_, false);
    const HealOutcome outcome = run_heal(ports_, policy_.policy(), memory, plan, options_.on_progress);
    load_record();
    learn_from(plan, outcome);
    if (contents().open_heal) undo_back_off_->failed(ports_.clock.monotonic());

    // What is true now is told, not what was; the decision stays the one that led here.
    CycleReport after = report;
    examine(after, false);
    report.state = outcome.verified ? *outcome.verified : after.state;
    report.findings = after.findings;
    report.current = after.current;
    report.healthy = after.healthy;
    report.heal = outcome;
}

CycleReport Cycle::run(const Wakes& wakes) {
    CycleReport report;
    report.number = ++number_;
    report.wakes = wakes;
    report.began = ports_.clock.now();
    ignore_window_ = wakes.contains(Wake::administrator_heal_ignoring_window);
    asked_ = ignore_window_ || wakes.contains(Wake::administrator_heal);

    record_.catch_up();
    load_record();
    note_storage();
    refresh_policy();
    apply_siem_policy();
    read_kill_switch();
    read_event_log();
    if (wakes.contains(Wake::siem_test)) telling().tell(EventType::siem_test, "An administrator asked for a test event.", {});
    save();
    if (wakes.contains(Wake::siem_test)) outer_.forwarding.try_now();
    finish_open_heal(report);
    examine(report, true);
    if (contents().open_heal) {
        report.decision =
            Refused{"undo_incomplete", "An earlier heal is not undone yet; that goes first and is tried again.", std::nullopt};
    }
    telling().certificate(report.current);   // before a heal changes it
    if (std::holds_alternative<HealPlan>(report.decision)) hear_rras_out(report);
    if (const auto* plan = std::get_if<HealPlan>(&report.decision)) heal(report, *plan);
    conclude(report);
    report.ended = ports_.clock.now();
    write_files(report);
    plan_next_look(report);
    return report;
}

// ---- start, stop, storing ----

void Cycle::start() {
    load_record();
    note_storage();
    refresh_policy();
    apply_siem_policy();
    read_kill_switch();
    read_event_log();   // watch before the first look
    telling().tell(EventType::service_started, fmt::format("SSTP Watchdog {} started on {}.", options_.version, options_.computer),
                   {{"version", options_.version}, {"computer", options_.computer}});
    last_heartbeat_ = ports_.clock.monotonic();
    save();
    if (!contents().open_heal) return;
    const std::string id = contents().open_heal->id;
    CycleReport report;
    finish_open_heal(report);
    if (!report.heal) return;
    telling().tell(
        EventType::recovered_after_crash,
        fmt::format("A heal was open when the watchdog started, left by a process that did not end it. {}", report.heal->explanation),
        {{"heal_id", id}, {"outcome", word(report.heal->result)}});
    save();
}

void Cycle::stop(const std::string& why) {
    telling().tell(EventType::service_stopped, fmt::format("SSTP Watchdog stopped: {}.", why), {{"reason", why}});
    record_.catch_up();
    save();
}

std::optional<RecordContents> Cycle::as_it_will_be() const {
    if (is_empty(pending_)) return std::nullopt;
    std::optional changed{contents()};
    apply(*changed, pending_);
    return changed;
}

std::optional<WallTime> Cycle::trouble_at() const { return pending_.trouble_at ? *pending_.trouble_at : contents().trouble_at; }

Telling Cycle::telling() { return Telling{contents(), ports_.clock.wall(), pending_}; }

bool Cycle::save() {
    if (is_empty(pending_)) return true;
    if (pending_.events.size() > kMostPendingEvents) {
        pending_.events.erase(pending_.events.begin(), pending_.events.end() - static_cast<std::ptrdiff_t>(kMostPendingEvents));
    }
    // After an error what is pending is as it was.
    const auto committed = record_.commit(std::move(pending_));
    if (!committed) {
        record_trouble_ = committed.error();
        return false;
    }
    pending_ = {};
    tell_forwarding();
    return true;
}

}  // namespace sstp
