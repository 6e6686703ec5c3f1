// What a cycle goes by besides the server: the record, the machine, policy and kill switch, the event log, the clock.

#include "core/journal/told.h"
#include "core/record/apply.h"
#include "core/watchdog/held.h"
#include "core/watchdog/learning.h"
#include "core/watchdog/machine_identity.h"
#include "core/watchdog/watchdog.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

/// Log events that a heal names as its cause: the newest.
constexpr std::size_t kMostCauses = 10;
constexpr Duration kBudgetUnreadableFor = std::chrono::hours{1};

/// When RRAS last started, at the earliest; the boot where it does not run.
WallTime start_of_rras(Ports& ports) {
    // A start takes a while before RUNNING, and RRAS complains on the way.
    constexpr Duration kStartBegins = std::chrono::minutes{5};
    const auto observed = ports.services.query(kRemoteAccess);
    const auto* rras = value_of(observed);
    if (rras && rras->started) return rras->started->earliest - kStartBegins;
    const Moment now = ports.clock.now();
    return now.wall - now.monotonic.since_boot;
}

std::vector<Complaint> complaints_in(const std::vector<LogEvent>& events) {
    std::vector<Complaint> complaints;
    for (const LogEvent& event : events) {
        if (event.from_rassstp()) complaints.push_back({event.id, event.time, false});
    }
    return complaints;
}

/// NotBefore of the certificate with which clients were seen to connect.
std::optional<WallTime> accepted_began(const RecordContents& contents) {
    const auto& proven = contents.proven;
    const bool is_learned = proven && contents.learned && contents.learned->certificate == proven->certificate.hash;
    if (!is_learned || !client_came_under(*proven, contents.sessions)) return std::nullopt;
    return proven->certificate.not_before;
}

}  // namespace

Watchdog::Inputs Watchdog::read_inputs(const Wakes& wakes) {
    Inputs inputs;
    inputs.ignore_window = wakes.contains(Wake::administrator_heal_ignoring_window);
    inputs.asked = inputs.ignore_window || wakes.contains(Wake::administrator_heal);
    if (inputs.asked)
        inputs.account = options_.user.empty() ? asking_.account(ports_.files, path_of(kAskedByFile), ports_.clock.wall()) : options_.user;
    inputs.open_keys_anew = wakes.contains(Wake::certificate_store) || wakes.contains(Wake::service_start);
    // Whether HTTP.SYS takes a key that it has refused once only it can tell (DESIGN 2.4).
    inputs.forgive_refused_keys = inputs.ignore_window || wakes.contains(Wake::certificate_store);

    record_.catch_up();
    load_record();
    note_storage();
    note_machine();
    note_budget();
    read_policy();
    apply_siem_policy();
    read_kill_switch();
    believe_clock(inputs.asked);
    const std::size_t told = draft_.events.size();
    read_event_log();
    inputs.open_keys_anew =
        inputs.open_keys_anew ||
        std::any_of(draft_.events.begin() + static_cast<std::ptrdiff_t>(std::min(told, draft_.events.size())), draft_.events.end(),
                    [](const JournalEvent& each) { return each.type == EventType::http_event_seen; });
    if (wakes.contains(Wake::siem_test)) tell_siem_test(draft_, ports_.clock.wall());
    return inputs;
}

void Watchdog::load_record() {
    const auto opened = record_.open();
    record_trouble_ = opened ? record_.trouble() : std::optional{opened.error()};
    // What was not stored yet stays on top of what the record holds: a heal commits by itself, and is taken on a full disk where
    // nothing else is.
    draft_.contents = rebased(draft_.contents, draft_base_, record_.contents());
    draft_base_ = record_.contents();
    if (!reader_) reader_.emplace(outer_.event_log, outer_.clock);
    if (standing_known_ || record_trouble_) return;
    standing_known_ = true;  // an earlier process told it, and nothing has ended it since
    for (const Finding& each : draft_.contents.open_findings) {
        if (each.reason == Reason::heal_incomplete || each.reason == Reason::binding_not_replaceable) standing_.push_back(each);
    }
}

/// What happened to the storage itself is told like everything else.
void Watchdog::note_storage() {
    const WallTime now = ports_.clock.wall();
    if (const auto why = record_.was_replaced()) tell_database_replaced(draft_, *why, now);
    if (const std::uint64_t dropped = record_.were_dropped(); dropped > 0) tell_dropped_before_storing(draft_, dropped, now);
}

/// A clone or a restored image begins anew (DESIGN 7.9): looked at once a process, since no machine changes under it.
void Watchdog::note_machine() {
    if (machine_known_ || record_trouble_) return;
    machine_known_ = true;
    const MachineIdentity here = ports_.machine.identity();
    const SameMachine same = compare_machines(draft_.contents.machine, here);
    if (same == SameMachine::yes) return;
    if (same != SameMachine::first) tell_machine_changed(draft_, here, same == SameMachine::renamed, ports_.clock.wall());
    if (same == SameMachine::another) {
        begin_anew_on_another_machine(draft_.contents);
        standing_.clear();
    }
    draft_.contents.machine = here;
}

/// A damaged record of earlier restarts leaves one heal for an hour; then what was charged since is the record (DESIGN 2.5).
void Watchdog::note_budget() {
    if (record_trouble_) return;
    if (!draft_.contents.budget_unreadable) {
        budget_unreadable_since_.reset();
        return;
    }
    if (!budget_unreadable_since_) budget_unreadable_since_ = running();
    if (running() - *budget_unreadable_since_ < kBudgetUnreadableFor) return;
    draft_.contents.budget_unreadable = false;
    budget_unreadable_since_.reset();
}

void Watchdog::read_policy() {
    const MonotonicTime now = ports_.clock.monotonic();
    const WallTime wall = ports_.clock.wall();
    const GroupPolicyValues believed = group_policy_.believe(ports_.group_policy.read(), now);
    PolicyChange change = policy_.refresh(last_good_policy(draft_.contents), believed);
    if (auto kept = policy_.kept_group_policy(); kept != draft_.contents.last_good_group_policy)
        draft_.contents.last_good_group_policy = std::move(kept);
    record_.report_to_event_log(policy_.policy().windows_event_log);
    if (change.loaded) {
        tell_policy_loaded(draft_, policy_.policy().mode, options_.policy_file, wall);
        draft_.contents.last_good_policy = std::move(change.loaded);
    }
    if (policy_.problem()) {
        tell_policy_rejected(draft_, *policy_.problem(), options_.policy_file, wall);
    } else if (policy_.has_policy()) {
        tell_policy_accepted(draft_, options_.policy_file, wall);
    }
    if (change.group_policy) tell_group_policy(draft_, *change.group_policy, wall);
}

void Watchdog::read_kill_switch() {
    kill_switch_ = interpret_kill_switch(kill_switch_text_.believe(ports_.kill_switch.read(), ports_.clock.monotonic()));
    tell_kill_switch(draft_, kill_switch_.stops, kill_switch_.explanation, ports_.clock.wall());
}

void Watchdog::look_at_clock(Moment now, bool synchronised) {
    clock_.clients_accepted_one_that_began(accepted_began(draft_.contents));
    clock_.look(now, draft_.contents.written_at, synchronised);
}

void Watchdog::believe_clock(bool asked) {
    const Moment now = ports_.clock.now();
    look_at_clock(now, clock_.not_believed() && ports_.clock.is_synchronised());
    if (asked) clock_.believe();
    tell_clock(draft_, clock_.not_believed(), clock_.explanation(now.monotonic), now.wall);
    // Then it is the truth, and remembered times ahead of it are forgotten.
    if (clock_.settles(now.monotonic)) forget_times_ahead_of(draft_.contents, now.wall);
}

void Watchdog::read_event_log() {
    EventReading reading =
        reader_->visit({policy_.policy().watch.channels}, {draft_.contents.bookmark, draft_.contents.drained_until}, ports_.clock.now());
    more_events_ = reading.more;
    const WallTime now = ports_.clock.wall();
    // At a first start the log holds years: only what RRAS has said since it started is news.
    if (reading.first) keep_since(reading, start_of_rras(ports_));
    if (reading.gap) tell_gap(draft_, now);
    if (!heard_.empty()) reading.events.insert(reading.events.begin(), heard_.begin(), heard_.end());
    heard_.clear();
    const std::size_t told = draft_.events.size();
    for (const LogEvent& event : reading.events) tell_log_event(draft_, event, now);
    repetitions_due_ = tell_repetitions(draft_, now);
    const std::vector<Complaint> fresh = complaints_in(reading.events);
    draft_.contents.complaints.insert(draft_.contents.complaints.end(), fresh.begin(), fresh.end());
    // The position moves in the same commit as what the events caused, never before.
    if (reading.bookmark) draft_.contents.bookmark = reading.bookmark;
    if (reading.drained_until) draft_.contents.drained_until = reading.drained_until;
    for (std::size_t i = told; i < draft_.events.size(); ++i) {
        const EventType type = draft_.events[i].type;
        if (type != EventType::rassstp_event_seen && type != EventType::http_event_seen) continue;
        causes_.push_back(event_id(draft_.contents.installation_id, record_.contents().last_sequence + i + 1));
    }
    if (causes_.size() > kMostCauses) causes_.erase(causes_.begin(), causes_.end() - static_cast<std::ptrdiff_t>(kMostCauses));
}

/// Destinations come, go and change. Not by the defaults that stand in while nothing could be read: they name none, and a
/// queue is not given up for that.
void Watchdog::apply_siem_policy() {
    if (!policy_.has_policy()) return;
    const SiemPolicy& siem = policy_.policy().siem;
    if (applied_ && *applied_ == siem) return;
    record_.keep_newest(siem.destinations.empty() ? 0 : siem.maximum_queued);
    outer_.forwarding.apply(siem);
    applied_ = siem;
}

Permission Watchdog::permission() const {
    if (policy_.must_observe() && !kill_switch_.stops) return Permission::observe_by_policy;
    return permission_for(policy_.policy().mode, kill_switch_);
}

}  // namespace sstp
