#include "core/healing/heal.h"

#include "core/healing/change.h"
#include "core/healing/ending.h"
#include "core/healing/restart_scope.h"
#include "core/healing/retire.h"
#include "core/healing/take_back.h"
#include "core/healing/transaction.h"
#include "core/model/rare.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sstp {

namespace {

HealOutcome not_begun(std::string why) {
    HealOutcome outcome;
    outcome.explanation = std::move(why);
    return outcome;
}

bool was_not_replaceable(const Step& step, const Findings& standing) {
    return std::any_of(standing.begin(), standing.end(), [&](const Finding& each) {
        return each.reason == Reason::binding_not_replaceable && replaces_record(step, each.subject);
    });
}

OpenHeal heal_of(const HealContext& context, const HealPlan& plan, const RecordContents& contents) {
    const Moment now = context.ports.clock.now();
    OpenHeal heal;
    // While the database cannot be read nobody knows our id, nor how many heals there were.
    const std::string ours = contents.installation_id.empty() ? to_rfc3339(now.wall) : contents.installation_id;
    heal.id = fmt::format("{}-h{}", ours, contents.heal_count + 1);
    heal.began = now;
    heal.began_running = running_time(contents.running, now.monotonic);
    heal.target = plan.target;
    heal.urgency = plan.urgency;
    heal.asked_by_administrator = context.asked_by_administrator;
    heal.cures = plan.cures;
    heal.then = plan.then;
    heal.cannot_return = plan.cannot_return;
    heal.before = context.before;
    heal.to_start = contents.owed_starts;
    if (context.memory.held) heal.rras_started = context.memory.held->start;
    for (const Step& step : plan.steps) {
        if (const auto* restart = std::get_if<RestartStep>(&step)) {
            heal.services = restart->services;
        } else {
            heal.changes.push_back({step, ChangePhase::pending});
        }
    }
    // What was refused the last time comes first: refused again, nothing has been changed and taken back for it.
    std::stable_partition(heal.changes.begin(), heal.changes.end(),
                          [&](const RecordedChange& each) { return was_not_replaceable(each.step, context.memory.standing); });
    return heal;
}

Error overtaken_plan(const std::string& field) {
    return {ErrorKind::busy, "begin the heal", field, 0, "somebody else changed it since it was looked at"};
}

/// A record of the family that the plan does not make, and that the look did not see so: moved, deleted or made since.
bool record_has_moved(const OpenHeal& heal, const Unit& planned, const ServerState& looked_at, AddressFamily family) {
    if (why_unreadable(looked_at.binding(family))) return false;
    const auto* seen = value_of(looked_at.binding(family));
    const FieldValue stands = value_at(planned, Endpoint::wildcard(family, looked_at.port));
    const auto* record = std::get_if<ListenerBinding>(&stands);
    if (!record) return seen && seen->app_id == kSstpAppId;
    return record->thumbprint() != heal.target.thumbprint && !(seen && record->thumbprint() == seen->thumbprint());
}

/// What RRAS would read at its start beside what the plan makes, and what the look did not see so: a hash that names another certificate,
/// cannot be read or has gone, a record that was moved, deleted or made. With the flag at 0 the records win over the hash.
std::optional<Error> moved_beside(const OpenHeal& heal, const Unit& now, const ServerState* looked_at) {
    Unit planned = now;
    for (const RecordedChange& change : heal.changes) planned[field_of(change.step)] = after_of(change.step);
    const auto read = sha256_of(planned);
    const bool had_one = looked_at && value_of(looked_at->settings.sha256_hash);
    if (read ? *read != heal.target.hash : had_one) {
        SSTP_RARE("RRAS would be restarted into a hash that somebody has just written or deleted");
        return overtaken_plan(registry_name(SstpValue::sha256_certificate_hash));
    }
    for (const AddressFamily family : kFamilies) {
        if (!looked_at || !record_has_moved(heal, planned, *looked_at, family)) continue;
        SSTP_RARE("RRAS would be restarted onto a record that somebody has just moved or deleted");
        return overtaken_plan(Endpoint::wildcard(family, looked_at->port).to_string());
    }
    return std::nullopt;
}

/// Everything still is as the plan saw it. Looked at before the intent, so that a plan that others have overtaken costs
/// neither budget nor journal.
std::optional<Error> outdated(const OpenHeal& heal, const Unit& now, const ServerState* looked_at) {
    for (const RecordedChange& change : heal.changes) {
        const FieldId field = field_of(change.step);
        const auto found = now.find(field);
        const FieldValue stands = found == now.end() ? FieldValue{} : found->second;
        if (means_the_same(stands, before_of(change.step)) || means_the_same(stands, after_of(change.step))) continue;
        SSTP_RARE("a plan is overtaken before its intent");
        return overtaken_plan(name_of(field));
    }
    return heal.services.empty() ? std::nullopt : moved_beside(heal, now, looked_at);
}

/// What a restart needs is asked before the first write: a dependant that cannot be stopped would leave the unit changed and RRAS
/// on the old values.
std::optional<Error> cannot_restart(Ports& ports, const OpenHeal& heal) {
    if (heal.services.empty()) return std::nullopt;
    const auto scope = what_to_restart(ports, heal.services);
    if (!scope) return scope.error();
    if (scope->has(kRemoteAccess)) return std::nullopt;
    return Error{ErrorKind::not_found, "restart the service", kRemoteAccess, 0,
                 "it does not run, and nothing says that it should: somebody stopped it"};
}

Result<void> begin(HealRun& run, const HealPlan& plan) {
    std::vector<std::string> lines;
    for (const Step& step : plan.steps) lines.push_back(describe(step));
    HealLedger::Fields fields{{"steps", std::to_string(plan.steps.size())},
                              {"urgency", word(plan.urgency)},
                              {"certificate_sha1", plan.target.thumbprint.to_string()},
                              {"certificate_not_after", to_rfc3339(plan.target.not_after)},
                              {"plan", fmt::format("{}", fmt::join(lines, "; "))}};
    if (!run.context.user.empty()) fields["user"] = run.context.user;
    if (plan.replaced) fields["previous_sha256"] = plan.replaced->hash.to_string();
    if (!plan.caused_by.empty()) fields["caused_by"] = fmt::format("{}", fmt::join(plan.caused_by, ","));
    run.ledger.tell(EventType::heal_started,
                    fmt::format("Healing began: {} to make everything name {}.", fmt::join(lines, ", then "), brief(plan.target)),
                    std::move(fields));
    for (std::size_t i = 0; i < run.heal().changes.size(); ++i) {
        run.ledger.tell(EventType::step_begun, fmt::format("About to {}.", describe(run.heal().changes[i].step)),
                        fields_of_change(run.heal(), i));
    }
    return run.ledger.save();
}

HealOutcome transact(HealRun& run) {
    const MonotonicTime began = run.ports.clock.monotonic();
    const auto halted = make_changes(run);
    run.outcome.times.act = run.ports.clock.monotonic() - began;
    if (halted) return give_way(run, *halted);
    if (run.heal().services.empty()) return prove_and_end(run, Patience::one_look_at_rras_that_is_up);
    if (const auto stopped = may_go_on(run)) return give_way(run, *stopped);
    const auto not_restarted = restart_on_whole_unit(run, run.heal().services, ChargeKind::restart);
    if (not_restarted) return give_way(run, *not_restarted);
    return prove_and_end(run, Patience::ready_within);
}

}  // namespace

const char* word(HealResult result) noexcept {
    switch (result) {
        case HealResult::succeeded: return "succeeded";
        case HealResult::undone: return "undone";
        case HealResult::incomplete: return "incomplete";
        case HealResult::overtaken: return "overtaken";
        case HealResult::not_begun: return "not_begun";
    }
    return "unknown";
}

HealOutcome run_heal(HealContext& context, const HealPlan& plan) {
    auto contents = context.ports.record.load();
    if (!contents) return not_begun(contents.error().message());
    if (contents->open_heal) return not_begun("An earlier heal is not finished yet.");
    OpenHeal heal = heal_of(context, plan, *contents);
    HealRun run{context, std::move(*contents)};
    run.ledger.open(std::move(heal));
    run.outcome.heal_id = run.heal().id;
    if (const auto halted = may_go_on(run)) return not_begun(halted->error.message());
    auto unit = read_unit(context.ports, run.heal());
    if (!unit) return not_begun(unit.error().message());
    if (const auto why = outdated(run.heal(), *unit, context.looked_at)) return not_begun(why->message());
    if (const auto why = cannot_restart(context.ports, run.heal())) return not_begun(why->message());
    run.expected = std::move(*unit);
    run.reads_sha1 = rras_reads_sha1(context.ports);
    if (const auto begun = begin(run, plan); !begun) {
        return not_begun(fmt::format("Nothing was changed, because the intent could not be stored: {}.", begun.error().message()));
    }
    HealOutcome outcome = transact(run);
    if (outcome.result == HealResult::succeeded && outcome.still_open.empty()) retire_replaced(context, plan, outcome.heal_id);
    return outcome;
}

}  // namespace sstp
