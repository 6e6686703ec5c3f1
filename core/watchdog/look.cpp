// One look at the server and what it comes to: sessions, observation, what RRAS holds, assessment, learning.

#include "core/journal/told.h"
#include "core/observation/observe.h"
#include "core/watchdog/aftermath.h"
#include "core/watchdog/held.h"
#include "core/watchdog/learning.h"
#include "core/watchdog/watchdog.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

using namespace std::chrono_literals;

/// Keys of certificates that no listener serves are opened at most that often without a cause: each opening is an audit record.
constexpr Duration kBetweenOpenings = 1h;

std::vector<std::string> names_to_ask_for(const Policy& policy, const RecordContents& contents, const std::optional<Assessment>& last) {
    if (!policy.certificate.dns_names.empty()) return policy.certificate.dns_names;
    if (contents.learned && !contents.learned->names.empty()) {
        std::vector<std::string> names = contents.learned->names;
        if (!contents.learned->primary.empty()) names.insert(names.begin(), contents.learned->primary);
        return names;
    }
    return last ? last->desired.names.names : std::vector<std::string>{};
}

/// NotBefore of what the stored hash and SSTP's records name; the latest. Nothing: they name nothing of the store.
std::optional<WallTime> latest_begin_of_what_is_named(const ServerState& state) {
    std::optional<WallTime> latest;
    const auto take = [&](const Certificate* named) {
        if (named) latest = std::max(latest, std::optional{named->not_before});
    };
    if (const auto* hash = value_of(state.settings.sha256_hash)) take(state.find(*hash));
    for (const AddressFamily family : kFamilies) {
        const auto* record = value_of(state.binding(family));
        const auto thumbprint = record && record->app_id == kSstpAppId ? record->thumbprint() : std::nullopt;
        if (thumbprint) take(state.find(*thumbprint));
    }
    return latest;
}

Finding no_client_since(WallTime healed_at, bool has_habit) {
    return {Reason::no_client_since_heal, Severity::warning, "heal",
            fmt::format("No SSTP client was seen to connect since the heal of {}, {}. If clients fail after sign-in, RRAS may hold an old "
                        "hash: restart RasMan and SstpSvc too.",
                        to_minute(healed_at),
                        has_habit ? "although sessions usually begin by now"
                                  : "for a day and more; at which hours they usually begin is not known here yet")};
}

/// The heal's first client: told, and what it says of SstpSvc remembered.
void take_the_first_client(JournalDraft& draft, const ClientConfirmation& confirmed, WallTime now) {
    RecordContents& contents = draft.contents;
    const std::uint32_t before = contents.then_brought_clients;
    contents.then_brought_clients = then_brought_clients_after(before, *contents.awaited_client, confirmed.after);
    const bool then_at_once = before < kThenAtOnce && contents.then_brought_clients >= kThenAtOnce;
    tell_confirmed_by_client(draft, confirmed.heal_id, confirmed.session_began, confirmed.after, then_at_once, now);
    contents.awaited_client.reset();
}

}  // namespace

Memory Watchdog::memory_now() const {
    const RecordContents& contents = draft_.contents;
    const MonotonicTime now = ports_.clock.monotonic();
    Memory memory;
    memory.learned = contents.learned;
    memory.proven = contents.proven;
    memory.unproven_active = contents.unproven_active;
    memory.unconfirmed_choice = contents.unconfirmed_choice;
    memory.names_ever = contents.names_ever;
    memory.held = contents.held;
    memory.complaints = contents.complaints;
    memory.last_start = contents.complaints_of_start;
    memory.sessions = contents.sessions;
    memory.sessions.now = sessions_now_;
    for (const auto& [hash, refused] : contents.refused_keys) memory.refused_by_http_sys[hash] = refused.text;
    memory.update_not_supported = contents.update_not_supported;
    memory.seen_in_a_row = symptoms_.in_a_row();
    memory.symptoms_since = symptoms_.since();
    memory.reported_only = contents.reported_only;
    memory.levels_before = levels_before_;
    memory.record_seen_under = record_seen_under_;
    memory.clock_doubtful = clock_.doubtful(now);
    memory.clock_explanation = clock_.explanation(now);
    memory.clock_was_as_late_as = clock_.was_as_late_as(now);
    memory.up_time = now.since_boot;
    memory.planned = contents.planned;
    if (contents.open_heal) {
        memory.put_in_force_by_us = put_in_force_by_us(contents.open_heal->target.hash, contents);
        memory.owed_starts = contents.open_heal->to_start;
    } else {
        if (contents.incomplete) memory.put_in_force_by_us = put_in_force_by_us(contents.incomplete->target, contents);
        memory.owed_starts = contents.owed_starts;
    }
    memory.before_stop = before_the_stop_.changes();
    memory.standing = standing_;
    if (auto finding = does_not_last(contents, running())) memory.standing.push_back(*std::move(finding));
    if (contents.awaited_client && contents.awaited_client->overdue_told) {
        memory.standing.push_back(no_client_since(contents.awaited_client->healed_at, has_habit_before(*contents.awaited_client)));
    }
    return memory;
}

std::optional<WallTime> Watchdog::heard_since(Moment now) const {
    if (!sessions_heard_since_) return std::nullopt;
    return now.wall - (now.monotonic - *sessions_heard_since_);
}

bool Watchdog::has_habit_before(const AwaitedClient& awaited) const {
    return has_session_habit(draft_.contents.sessions, awaited.healed_at, ports_.clock.local_offset(awaited.healed_at));
}

void Watchdog::read_sessions() {
    constexpr Duration kDeadline = 2s;   // read beside the cycle, which waits no longer for them
    const Moment now = ports_.clock.now();
    sessions_asked_ = now.monotonic;
    auto answer = ports_.sessions.read(kDeadline);
    if (answer) {
        sessions_now_ = *std::move(answer);
        if (!sessions_heard_since_) sessions_heard_since_ = now.monotonic;
    } else {
        sessions_heard_since_.reset();
        sessions_now_ = Unreadable{answer.error()};
    }
    remember_sessions(draft_.contents.sessions, sessions_now_, now.wall, ports_.clock.local_offset(now.wall));
}

ServerState Watchdog::take_a_look(bool open_keys_anew) {
    const MonotonicTime now = ports_.clock.monotonic();
    const bool hour_is_over = !keys_opened_ || now - *keys_opened_ >= kBetweenOpenings;
    ObserveHints hints;
    hints.names = names_to_ask_for(policy_.policy(), draft_.contents, last_);
    hints.open_keys_anew = open_keys_anew || hour_is_over;
    if (hints.open_keys_anew) keys_opened_ = now;
    return observe(ports_, policy_.policy(), hints);
}

/// RemoteAccess that was found ended has said why before it did, perhaps after the log was read: no look combines its end with a log of
/// before. What is heard is durable before anything rests on it.
void Watchdog::hear_what_ended_it(const ServerState& state, const Inputs& inputs) {
    const ServiceStatus* rras = state.service(kRemoteAccess);
    if (rras && rras->state == ServiceState::running) return;
    read_event_log();
    if (inputs.teaches) save();
}

/// What a look comes to, with `memory` brought up to date by it: whether its time is believed, what RRAS holds, and which complaints
/// belong to its present start.
Assessment Watchdog::come_to(const ServerState& state, Memory& memory) {
    clock_.one_is_named_that_begins(latest_begin_of_what_is_named(state));
    clock_.notice_a_jump(state.looked_at);
    memory.clock_doubtful = clock_.doubtful(state.looked_at.monotonic);
    memory.clock_explanation = clock_.explanation(state.looked_at.monotonic);
    memory.clock_was_as_late_as = clock_.was_as_late_as(state.looked_at.monotonic);
    memory.held = held_after(memory.held, state, memory.sessions.newest_sstp_began);
    const RecordContents& contents = draft_.contents;
    const ComplaintsByStart sorted =
        complaints_after({memory.complaints, contents.complaints_of_start, contents.complaints_of_previous_start}, {}, state);
    memory.complaints = sorted.present;
    memory.last_start = sorted.start;
    return assess(state, policy_.policy(), memory);
}

void Watchdog::examine(CycleReport& report, const Inputs& inputs) {
    const Policy& policy = policy_.policy();
    report.permission = permission();
    report.policy_problem = policy_.problem();
    // Each look of the timer asks, for the hours in which sessions usually begin are learned too; while a client is awaited, each look.
    const bool due = !sessions_asked_ || ports_.clock.monotonic() - *sessions_asked_ >= policy.watch.interval;
    const bool asks = !last_ || due || draft_.contents.awaited_client;
    if (asks) read_sessions();
    report.sessions = sessions_now_;

    report.state = take_a_look(inputs.open_keys_anew);
    hear_what_ended_it(report.state, inputs);
    RecordContents& contents = draft_.contents;
    if (inputs.teaches && !was_cut_short(report.state)) {
        forgive_refused_keys(contents, report.state, running(), inputs.forgive_refused_keys);
        contents.held = held_after(contents.held, report.state, contents.sessions.newest_sstp_began);
        ComplaintsByStart sorted =
            complaints_after({contents.complaints, contents.complaints_of_start, contents.complaints_of_previous_start}, {}, report.state);
        contents.complaints = std::move(sorted.present);
        contents.complaints_of_start = sorted.start;
        contents.complaints_of_previous_start = std::move(sorted.previous_ids);
        find_put_backs(contents, report.state, running());
        before_the_stop_.seen(report.state, names_to_ask_for(policy, contents, last_));
        if (asks) remember_start_of_open_sessions(contents.sessions, sessions_now_, report.state);
    }
    Memory memory = memory_now();
    report.assessment = come_to(report.state, memory);
    if (inputs.teaches && !was_cut_short(report.state)) {
        symptoms_.seen(report.assessment, report.state.looked_at.monotonic);
        if (!report.assessment.symptoms.empty()) {  // this look counts among those in a row
            memory = memory_now();
            report.assessment = come_to(report.state, memory);
        }
    }
    if (end_what_stands(report, memory)) {
        memory = memory_now();
        report.assessment = come_to(report.state, memory);
    }
    report.findings = report.assessment.findings;
}

/// What somebody put in force everywhere is learned before a heal of its unit: the heal's own proof makes it the one proven last, and no
/// later look could tell that it was adopted.
void Watchdog::learn_what_is_adopted(const CycleReport& report) {
    if (!report.assessment.desired.adopt || was_cut_short(report.state)) return;
    const Lesson lesson =
        learn(draft_.contents, report.state, report.assessment, policy_.policy(), why_unreadable(sessions_now_) == nullptr);
    if (lesson.adopted) tell_adopted(draft_, *lesson.adopted, lesson.before, ports_.clock.now().wall);
}

/// What the look teaches about names, CA and clients, and what is to be told of that.
void Watchdog::teach(const CycleReport& report) {
    if (was_cut_short(report.state)) return;
    const Moment now = ports_.clock.now();
    const UtcOffset offset = ports_.clock.local_offset(now.wall);
    RecordContents& contents = draft_.contents;
    const Lesson lesson = learn(contents, report.state, report.assessment, policy_.policy(), why_unreadable(sessions_now_) == nullptr);
    const bool still_told =
        std::any_of(standing_.begin(), standing_.end(), [](const Finding& each) { return each.reason == Reason::heal_incomplete; });
    if (contents.incomplete && !still_told && contents.proven && contents.proven->certificate.hash == contents.incomplete->target) {
        contents.incomplete.reset();  // what stands needs no explanation any more
    }
    if (are_owed_no_longer(contents.owed_starts, report.state)) contents.owed_starts.clear();
    if (lesson.adopted) tell_adopted(draft_, *lesson.adopted, lesson.before, now.wall);
    if (lesson.learned && !lesson.adopted && contents.learned) tell_learned(draft_, *contents.learned, lesson.before, now.wall);
    if (const auto confirmed = confirmation_of(contents)) {
        take_the_first_client(draft_, *confirmed, now.wall);
    } else if (contents.awaited_client && is_overdue(*contents.awaited_client, contents.sessions, heard_since(now), now.wall, offset)) {
        contents.awaited_client->overdue_told = true;
    }
    contents.reported_only = still_reported_only(contents.reported_only, report.assessment);
    remember_active(contents, report.state, report.assessment, policy_.policy());
    levels_before_ = report.assessment.levels;
    remember_records(record_seen_under_, report.state);
    last_ = report.assessment;
}

}  // namespace sstp
