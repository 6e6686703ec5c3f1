#include "core/watchdog/watchdog.h"

#include "core/journal/told.h"
#include "core/observation/observe.h"
#include "core/record/apply.h"

#include <algorithm>
#include <utility>

namespace sstp {

namespace {

/// What waits for a record that takes nothing at all, neither database nor file, is bounded like everything else.
constexpr std::size_t kMostPendingEvents = 2000;

std::string beside(const std::string& folder, const char* name) {
    if (folder.empty()) return name;
    const char last = folder.back();
    if (last == '/' || last == '\\') return folder + name;
    return folder + (folder.find('\\') == std::string::npos ? "/" : "\\") + name;
}

Ports with_record(const Ports& ports, Record& record) {
    return {ports.clock,      ports.certificates, ports.bindings, ports.parameters, ports.services,
            ports.probe,      ports.kill_switch,  ports.files,    ports.event_log,  record,
            ports.event_sink, ports.forwarding,   ports.sessions, ports.machine,    ports.group_policy};
}

}  // namespace

Watchdog::Watchdog(Ports ports, WatchdogOptions options)
    : outer_(ports),
      options_(std::move(options)),
      record_(ports.record, ports.files, ports.event_sink, ports.clock, beside(options_.data_folder, "unsaved.json")),
      ports_(with_record(ports, record_)),
      policy_(ports.files, options_.policy_file) {
    record_.on_events([this] { outer_.forwarding.new_events(); });
}

CycleReport Watchdog::cycle(const Wakes& wakes) {
    CycleReport report;
    report.number = ++number_;
    report.wakes = wakes;
    report.began = ports_.clock.now();
    const Inputs inputs = read_inputs(wakes);
    save();   // the bookmark moves with what its events caused
    if (wakes.contains(Wake::siem_test)) outer_.forwarding.try_now();

    report.heal = finish_open_heal(inputs);
    examine(report, inputs);
    decide_on(report, inputs);
    decide_again_with_sessions_of_now(report, inputs);
    tell_active_certificate(draft_, report.active(), ports_.clock.wall());   // before a heal changes it
    if (const auto* plan = std::get_if<HealPlan>(&report.decision)) heal(report, HealPlan{*plan}, inputs);
    conclude(report, inputs);
    report.ended = ports_.clock.now();
    write_files(report);
    plan_next_look(report);
    return report;
}

CycleReport Watchdog::look() {
    CycleReport report;
    report.began = ports_.clock.now();
    load_record();
    (void)policy_.refresh(last_good_policy(draft_.contents), group_policy_.believe(ports_.group_policy.read(), report.began.monotonic));
    kill_switch_ = interpret_kill_switch(kill_switch_text_.believe(ports_.kill_switch.read(), report.began.monotonic));
    look_at_clock(report.began, false);
    apply_siem_policy();
    if (!options_.keeps_watch) read_event_log();   // nothing of it is stored: the service reads it again
    Inputs inputs;
    inputs.teaches = false;
    examine(report, inputs);
    decide_on(report, inputs);
    report.destinations = outer_.forwarding.states();
    report.ended = ports_.clock.now();
    return report;
}

void Watchdog::start() {
    const Inputs inputs = read_inputs({Wake::service_start});   // watch before the first look
    const Moment now = ports_.clock.now();
    if (options_.keeps_watch) tell_service_started(draft_, options_.version, options_.computer, now.wall);
    last_heartbeat_ = now.monotonic;
    save();
    if (!draft_.contents.open_heal) return;
    const std::string id = draft_.contents.open_heal->id;
    const auto outcome = finish_open_heal(inputs);
    if (!outcome) return;
    tell_recovered(draft_, id, word(outcome->result), outcome->explanation, ports_.clock.wall());
    save();
}

void Watchdog::stop(StopReason why) {
    if (options_.keeps_watch) tell_service_stopped(draft_, why, ports_.clock.wall());
    record_.catch_up();
    save();
}

RunningTime Watchdog::running() const { return running_time(draft_.contents.running, ports_.clock.monotonic()); }

std::string Watchdog::path_of(const char* name) const { return beside(options_.data_folder, name); }

void Watchdog::say(const std::string& line) const {
    if (options_.on_progress) options_.on_progress(line);
}

bool Watchdog::save() {
    if (draft_.events.empty() && same_when_stored(draft_.contents, record_.contents())) return true;
    if (draft_.events.size() > kMostPendingEvents) {
        draft_.events.erase(draft_.events.begin(), draft_.events.end() - static_cast<std::ptrdiff_t>(kMostPendingEvents));
    }
    const auto committed = record_.commit(RecordUpdate{draft_.events, draft_.contents});
    nothing_is_recorded_ = !committed;
    if (!committed) {
        record_trouble_ = committed.error();
        return false;
    }
    draft_ = {{}, record_.contents()};
    draft_base_ = draft_.contents;
    tell_forwarding();
    return true;
}

}  // namespace sstp
