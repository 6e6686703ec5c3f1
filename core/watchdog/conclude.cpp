// The end of a cycle: what is told, written and waited for.

#include "core/decision/budget.h"
#include "core/journal/told.h"
#include "core/observation/observe.h"
#include "core/report/render_metrics.h"
#include "core/report/render_status.h"
#include "core/report/render_text.h"
#include "core/watchdog/learning.h"
#include "core/watchdog/watchdog.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sstp {

namespace {

using namespace std::chrono_literals;

constexpr Duration kSoonest = 1s;
constexpr Duration kConfirming = 2s;         // between looks that confirm what a probe says
constexpr Duration kRetryOwnTrouble = 30s;   // a policy that could not be read, a database that took nothing
constexpr Duration kBetweenDoubts = 1h;      // a whole check of a large database takes seconds
constexpr Duration kClientAsked = 1min;      // while a client is awaited after a heal,
constexpr Duration kClientAskedFor = 1h;     // for so long; then with every other look

/// A service between two states is looked at soon; one that hangs by waits that double, for as long again as it has been pending: its
/// end is told by the SCM's notice (DESIGN 2.3).
Duration until_it_may_have_settled(const ServiceStatus& status, const Policy& policy, WallTime now) {
    constexpr Duration kLongest = 5min;
    const Duration soon = std::min(policy.limits.quiet_period, kLongest);
    const Duration since = status.pending_since ? now - *status.pending_since : Duration::zero();
    return since > policy.restart.timeout ? std::clamp(since, soon, kLongest) : soon;
}

/// Until the next look at services between two states; nothing: all have settled.
std::optional<Duration> pause_for_services(const ServerState& state, const Policy& policy, WallTime now) {
    std::optional<Duration> soonest;
    for (const auto& [name, observed] : state.services) {
        const auto* status = value_of(observed);
        if (!status || (status->state != ServiceState::start_pending && status->state != ServiceState::stop_pending)) continue;
        const Duration pause = until_it_may_have_settled(*status, policy, now);
        soonest = soonest ? std::min(*soonest, pause) : pause;
    }
    return soonest;
}

/// What dates say is a consequence of the clock, which is told by itself: one cause is one alarm. What is critical in spite of the doubt
/// is not served to anybody, and stays.
void take_for_an_echo_of_the_clock(Findings& findings) {
    for (Finding& each : findings) {
        if (is_of_dates(each.reason) && each.severity == Severity::warning) each.severity = Severity::information;
    }
}

}  // namespace

void Watchdog::add_own_findings(CycleReport& report) const {
    OwnFooting footing;
    footing.policy_problem = policy_.problem();
    footing.group_policy = policy_.group_problems();
    footing.kill_switch = kill_switch_;
    footing.event_log = reader_ ? reader_->trouble() : std::nullopt;
    if (options_.degraded_watches) footing.watches = options_.degraded_watches();
    footing.database = record_trouble_;
    footing.nothing_is_recorded = nothing_is_recorded_;
    if (clock_.not_believed()) footing.clock = clock_.explanation(ports_.clock.monotonic());
    if (const auto* refused = std::get_if<Refused>(&report.decision); refused && refused->why == word(Reason::budget_exhausted)) {
        footing.budget = refused->explanation;
    }
    footing.destinations = outer_.forwarding.states();
    report.findings = report.assessment.findings;
    if (clock_.not_believed()) take_for_an_echo_of_the_clock(report.findings);
    for (Finding& each : own_findings(footing)) {
        const auto& accepted = policy_.policy().accepted;
        if (std::find(accepted.begin(), accepted.end(), each.reason) != accepted.end()) each.severity = Severity::information;
        report.findings.push_back(std::move(each));
    }
    report.healthy = worst(report.findings) == Severity::information;
}

void Watchdog::conclude(CycleReport& report, const Inputs& /*inputs*/) {
    teach(report);
    const Moment now = ports_.clock.now();
    const bool whole = !was_cut_short(report.state);   // else nothing is raised, and nothing is over
    if (whole) tell_findings(draft_, report.findings, report.active(), now.wall);
    const bool acted = report.heal && report.heal->result != HealResult::not_begun;
    // What was logged before a look that found nothing to do led to no heal after it.
    if (whole && (acted || std::holds_alternative<NothingToDo>(report.decision))) causes_.clear();
    if (whole && !acted) tell_decision(draft_, report.decision, now.wall);
    if (whole) tell_active_certificate(draft_, report.active(), now.wall);
    if (whole && std::holds_alternative<NothingToDo>(report.decision)) tell_not_begun(draft_, {}, now.wall);   // that plan is over

    RecordContents& contents = draft_.contents;
    contents.charges = prune(contents.charges, running());
    const Duration heartbeat = policy_.policy().siem.heartbeat;
    if (!last_heartbeat_) last_heartbeat_ = now.monotonic;
    if (heartbeat > Duration{0} && now.monotonic - *last_heartbeat_ >= heartbeat) {
        last_heartbeat_ = now.monotonic;
        tell_heartbeat(draft_,
                       {.cycle = report.number,
                        .healthy = report.healthy,
                        .findings = report.findings.size(),
                        .version = options_.version,
                        .days_left = days_left(report),
                        .state = word(health_of(report))},
                       now.wall);
    }
    tell_destinations(report);
    const bool saved = save();
    doubt_database(report);
    if (saved) tell_forwarding();   // also what an earlier process told without coming to say so
}

/// What became of deliveries. A destination of which nothing can be read changes nothing.
void Watchdog::tell_destinations(CycleReport& report) {
    report.destinations = outer_.forwarding.states();
    if (!applied_) return;
    told_ = sstp::tell_destinations(draft_, *applied_, report.destinations, ports_.clock.wall());
}

/// When the outbox found damage, the record looks at the whole database again: it never reads those pages itself.
void Watchdog::doubt_database(const CycleReport& report) {
    const MonotonicTime now = ports_.clock.monotonic();
    const bool damaged = std::any_of(report.destinations.begin(), report.destinations.end(),
                                     [](const DestinationState& each) { return each.trouble && each.trouble->kind == ErrorKind::corrupt; });
    if (!damaged || (doubted_ && now - *doubted_ < kBetweenDoubts)) return;
    doubted_ = now;
    record_.doubt();
}

/// Only what is durable is told: until then the outbox counts it as untold.
void Watchdog::tell_forwarding() {
    for (const ToldLosses& each : std::exchange(told_.losses, {})) outer_.forwarding.told(each.destination, each.reason, each.total);
}

void Watchdog::write_files(const CycleReport& report) {
    if (!options_.writes_status || (was_cut_short(report.state) && !report.heal)) return;
    const auto write = [&](const std::string& path, const std::string& content) {
        if (const auto written = ports_.files.replace(path, content); !written) say(written.error().message());
    };
    write(path_of("status.json"), render_status_json(report, draft_.contents, options_));
    const MetricsFile& metrics = policy_.policy().metrics_file;
    if (metrics) write(metrics->empty() ? path_of("sstp_watchdog.prom") : *metrics, render_metrics(report, draft_.contents, options_));
}

void Watchdog::plan_next_look(const CycleReport& report) {
    const Moment now = ports_.clock.now();
    const Policy& policy = policy_.policy();
    Duration wait = policy.watch.interval;
    const auto sooner = [&wait](Duration other) { wait = std::min(wait, std::max(other, kSoonest)); };
    if (const auto* refused = std::get_if<Refused>(&report.decision); refused && refused->until) {
        sooner(std::max(*refused->until - now.wall, clock_.doubtful_for(now.monotonic)));
    }
    if (symptoms_.unconfirmed(policy.verify.confirmations)) sooner(kConfirming);
    if (const auto pause = pause_for_services(report.state, policy, now.wall)) sooner(*pause);
    const auto& awaited = draft_.contents.awaited_client;
    if (awaited && std::chrono::abs(now.wall - awaited->healed_at) < kClientAskedFor) sooner(kClientAsked);
    if (const auto settles = group_policy_.settles_at()) sooner(*settles - now.monotonic);
    if (const auto settles = kill_switch_text_.settles_at()) sooner(*settles - now.monotonic);
    if (reader_) {
        if (const auto attempt = reader_->next_attempt(now.monotonic)) sooner(*attempt);
    }
    if (more_events_) sooner(kSoonest);
    if (repetitions_due_) sooner(*repetitions_due_);
    if (told_.look_again) sooner(*told_.look_again);
    if (policy_.problem() || record_trouble_) sooner(kRetryOwnTrouble);
    if (report.heal && report.heal->result == HealResult::not_begun) sooner(kRetryOwnTrouble);
    next_look_ = wait;
}

}  // namespace sstp
