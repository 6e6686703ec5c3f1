// The end of a cycle: what is remembered, told, written and waited for.

#include "core/decision/budget.h"
#include "core/decision/choose_certificate.h"
#include "core/diagnosis/examination.h"
#include "core/healing/verification.h"
#include "core/record/notes.h"
#include "core/watchdog/cycle.h"
#include "core/report/render_metrics.h"
#include "core/report/render_status.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sstp {

namespace {

using namespace std::chrono_literals;

constexpr Duration kSoonest = 1s;
constexpr Duration kRetryOwnTrouble = 30s;   // a policy that could not be read, a database that took nothing
constexpr Duration kBudgetWindow = 1h;
constexpr Duration kBetweenDoubts = 1h;      // a whole check of a large database takes seconds

/// Trouble that RRAS reported before it last started is void: it has read everything anew since. The process that hosts it
/// cannot have started later than the service.
bool trouble_is_void(const ServerState& state, WallTime trouble_at) {
    const auto found = state.services.find(kRemoteAccess);
    const auto* status = found == state.services.end() ? nullptr : value_of(found->second);
    return status && status->state == ServiceState::running && status->process_started && *status->process_started > trouble_at;
}

bool both_serve(const ServerState& state, const Policy& policy, const CertificateHash& hash) {
    for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
        const bool enabled = family == AddressFamily::ipv4 ? policy.listener.ipv4 : policy.listener.ipv6;
        const auto* served = std::get_if<Served>(&state.served(family));
        if (enabled && (served == nullptr || served->certificate != hash)) return false;
    }
    return true;
}

}  // namespace

void Cycle::keep_memory_true(const CycleReport& report) {
    const std::optional<RecordContents> changed = as_it_will_be();
    const RecordContents& now = changed ? *changed : contents();
    const MonotonicTime monotonic = ports_.clock.monotonic();
    if (now.trouble_at && trouble_is_void(report.state, *now.trouble_at)) pending_.trouble_at = std::optional<WallTime>{};

    // We restarted RRAS, and what it read then is not right: as good as its own complaint, which may never reach us.
    const bool read_amiss = std::any_of(report.findings.begin(), report.findings.end(), [](const Finding& each) {
        return each.severity == Severity::critical && is_of_bindings_or_hashes(each.reason);
    });
    if (report.heal && report.heal->restarts > 0 && read_amiss) pending_.trouble_at = std::optional{report.state.looked_at.wall};

    const std::vector<Reason> reported = reported_only_from(now);
    const std::vector<Reason> still = still_reported_only(reported, report.findings);
    if (still != reported) pending_.notes[kNoteReportedOnly] = still.empty() ? std::nullopt : std::optional{words(still)};

    std::vector<BudgetCharge> kept = prune(now.charges, monotonic);
    if (kept.size() != now.charges.size()) pending_.kept_charges = std::move(kept);
    if (now.budget_unreadable && budget_unreadable_since_ && monotonic - *budget_unreadable_since_ >= kBudgetWindow) {
        pending_.budget_unreadable = false;
    }
    // Known good: everything right and really served. A warning of ours alone does not make a certificate less good.
    const bool server_is_well = std::none_of(report.findings.begin(), report.findings.end(),
                                             [](const Finding& each) { return each.severity == Severity::critical; });
    if (report.healthy) causes_.clear();
    if (!report.current || !server_is_well || has(report.findings, Reason::tls_offloaded) || has(report.findings, Reason::state_unreadable))
        return;
    if (!both_serve(report.state, policy_.policy(), report.current->hash)) return;
    Memory memory;
    memory.known_good = now.known_good;
    const WallTime looked_at = report.state.looked_at.wall;
    std::vector<std::string> names = names_to_remember({report.state, policy_.policy(), memory, looked_at}, *report.current);
    const bool known = now.known_good && now.known_good->certificate == report.current->hash && now.known_good->dns_names == names;
    if (!known) pending_.known_good = KnownGood{report.current->hash, std::move(names), looked_at};
}

void Cycle::conclude(CycleReport& report) {
    keep_memory_true(report);
    const bool whole = !was_cut_short(report.state);   // else nothing is raised, and nothing is over
    if (whole) telling().findings(report.findings, report.current);
    const bool acted = report.heal && report.heal->result != HealResult::not_begun;
    if (whole && !acted) telling().decision(report.decision);
    telling().kill_switch(kill_switch_.stops, kill_switch_.explanation);
    telling().certificate(report.current);

    const MonotonicTime now = ports_.clock.monotonic();
    const Duration heartbeat = policy_.policy().siem.heartbeat;
    if (!last_heartbeat_) last_heartbeat_ = now;
    if (heartbeat > Duration{0} && now - *last_heartbeat_ >= heartbeat) {
        last_heartbeat_ = now;
        telling().tell(EventType::heartbeat, fmt::format("Watching; {}.", report.healthy ? "all is well" : "see the open findings"),
                       {{"cycle", std::to_string(report.number)},
                        {"healthy", report.healthy ? "true" : "false"},
                        {"findings", std::to_string(report.findings.size())},
                        {"version", options_.version}});
    }
    tell_destinations(report);
    const bool saved = save();
    doubt_database(report);
    if (!saved) return;
    tell_forwarding();   // also what an earlier process told without coming to say so
}

/// What became of deliveries. A destination of which nothing can be read changes nothing.
void Cycle::tell_destinations(CycleReport& report) {
    report.destinations = outer_.forwarding.states();
    if (!applied_) return;
    told_ = telling().destinations(*applied_, report.destinations);
}

/// When the outbox found damage, the record looks at the whole database again: it never reads those pages itself.
void Cycle::doubt_database(const CycleReport& report) {
    const MonotonicTime now = ports_.clock.monotonic();
    const bool damaged = std::any_of(report.destinations.begin(), report.destinations.end(),
                                     [](const DestinationState& each) { return each.trouble && each.trouble->kind == ErrorKind::corrupt; });
    if (!damaged || (doubted_ && now - *doubted_ < kBetweenDoubts)) return;
    doubted_ = now;
    record_.doubt();
}

/// Only what is durable is told: until then the outbox counts it as untold.
void Cycle::tell_forwarding() {
    for (const ToldLosses& each : std::exchange(told_.losses, {})) outer_.forwarding.told(each.destination, each.reason, each.total);
}

void Cycle::write_files(const CycleReport& report) {
    if (!options_.writes_status || (was_cut_short(report.state) && !report.heal)) return;
    const auto write = [&](const std::string& path, const std::string& content) {
        if (const auto written = ports_.files.replace(path, content); !written) say(written.error().message());
    };
    write(path_of("status.json"), render_status_json(report, contents(), options_));
    const MetricsFile& metrics = policy_.policy().metrics_file;
    if (metrics) write(metrics->empty() ? path_of("sstp_watchdog.prom") : *metrics, render_metrics(report, contents(), options_));
}

void Cycle::plan_next_look(const CycleReport& report) {
    const Moment now = ports_.clock.now();
    Duration wait = policy_.policy().watch.interval;
    const auto sooner = [&wait](Duration other) { wait = std::min(wait, std::max(other, kSoonest)); };
    if (const auto* refused = std::get_if<Refused>(&report.decision); refused && refused->until) {
        sooner(std::max(*refused->until - now.wall, clock_watch_.doubtful_for(now.monotonic)));
    }
    if (const auto attempt = reader_->next_attempt(now.monotonic)) sooner(*attempt);
    if (more_events_) sooner(kSoonest);
    if (repetitions_due_) sooner(*repetitions_due_);
    if (told_.look_again) sooner(*told_.look_again);
    if (contents().open_heal) sooner(undo_back_off_->wait(now.monotonic));
    if (policy_.problem() || record_trouble_) sooner(kRetryOwnTrouble);
    if (report.heal && report.heal->result == HealResult::not_begun) sooner(kRetryOwnTrouble);
    next_look_ = wait;
}

}  // namespace sstp
