#include "core/watchdog/aftermath.h"

#include "core/model/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

constexpr Duration kDay = std::chrono::hours{24};
constexpr std::size_t kMostOutages = 10;
constexpr std::size_t kMostPutBacks = 20;
constexpr std::size_t kMostTargets = 20;

std::string subject_of(const Step& step) {
    if (const auto* bind = std::get_if<BindStep>(&step)) return bind->after.endpoint.to_string();
    return registry_name(std::get<WriteValueStep>(step).value);
}

std::string value_of_step(const Step& step) {
    if (const auto* bind = std::get_if<BindStep>(&step)) return to_hex(bind->after.certificate);
    return to_hex(std::get<WriteValueStep>(step).after.data);
}

std::string value_before(const Step& step) {
    if (const auto* bind = std::get_if<BindStep>(&step)) return bind->before ? to_hex(bind->before->certificate) : std::string{};
    const auto& before = std::get<WriteValueStep>(step).before;
    return before ? to_hex(before->data) : std::string{};
}

/// What stands at a subject now, as hex; nothing when it could not be read.
std::optional<std::string> stands_at(const ServerState& state, const std::string& subject) {
    for (const AddressFamily family : kFamilies) {
        if (subject != Endpoint::wildcard(family, state.port).to_string()) continue;
        if (why_unreadable(state.binding(family))) return std::nullopt;
        const auto* record = value_of(state.binding(family));
        return record ? to_hex(record->certificate) : std::string{};
    }
    const auto hash = [](const auto& stored) -> std::optional<std::string> {
        if (why_unreadable(stored)) return std::nullopt;
        const auto* value = value_of(stored);
        return value ? value->to_string() : std::string{};
    };
    if (subject == registry_name(SstpValue::sha1_certificate_hash)) return hash(state.settings.sha1_hash);
    if (subject == registry_name(SstpValue::sha256_certificate_hash)) return hash(state.settings.sha256_hash);
    return std::nullopt;
}

std::string in_brief(const std::string& hex) {
    if (hex.empty()) return "nothing";
    return hex.size() > 8 ? hex.substr(0, 4) + ".." + hex.substr(hex.size() - 2) : hex;
}

void watch_cures(RecordContents& contents, const HealPlan& plan, RunningTime running) {
    for (const Step& step : plan.steps) {
        if (std::holds_alternative<RestartStep>(step)) continue;
        const std::string subject = subject_of(step);
        std::erase_if(contents.cures, [&](const Cure& each) { return each.subject == subject; });
        contents.cures.push_back({subject, value_of_step(step), running, value_before(step)});
    }
}

void remember_attempt(RecordContents& contents, const HealPlan& plan, const HealOutcome& outcome, const std::string& policy,
                      RunningTime running) {
    const bool failed = outcome.result == HealResult::undone || outcome.result == HealResult::incomplete;
    const bool restarted = outcome.restarts > 0;
    // One that succeeds and does not last counts like one that failed: what restarts follows the schedule.
    const bool does_not_last = outcome.result == HealResult::succeeded && restarted && !contents.put_backs.empty();
    const auto of_target = [&](const Attempts& each) { return each.target == plan.target.hash; };
    if (!failed && !does_not_last) {
        // A write that goes through says nothing of restarts that failed: what needs one is still on its schedule.
        const auto is_over = [&](const Attempts& each) { return of_target(each) && (restarted || !each.service_was_asked_to_stop); };
        if (outcome.result == HealResult::succeeded) std::erase_if(contents.attempts, is_over);
        return;
    }
    const auto known = std::find_if(contents.attempts.begin(), contents.attempts.end(),
                                    [&](const Attempts& each) { return of_target(each) && each.policy == policy; });
    Attempts attempts = known == contents.attempts.end() ? Attempts{plan.target.hash, 0, {}, false, policy, {}, 0} : *known;
    ++attempts.failures;
    attempts.with_stop += outcome.service_was_asked_to_stop ? 1 : 0;
    attempts.last = running;
    attempts.service_was_asked_to_stop = outcome.service_was_asked_to_stop;
    attempts.last_failure = outcome.explanation;
    std::erase_if(contents.attempts, of_target);
    contents.attempts.push_back(std::move(attempts));
    if (contents.attempts.size() > kMostTargets) contents.attempts.erase(contents.attempts.begin());
}

const Certificate* named_by_the_hash(const ServerState& state) {
    const auto* hash = value_of(state.settings.sha256_hash);
    if (!hash) return nullptr;
    if (const Certificate* stored = state.find(*hash)) return stored;
    for (const Probe& probe : state.probes) {
        const auto* served = std::get_if<Served>(&probe.outcome);
        if (served && served->leaf.hash == *hash) return &served->leaf;
    }
    return nullptr;
}

/// Hashes and every record of SSTP's name one certificate.
bool is_whole(const ServerState& state) {
    const Certificate* named = named_by_the_hash(state);
    if (!named) return false;
    const auto* sha1 = value_of(state.settings.sha1_hash);
    if (state.settings.reads_sha1() && (!sha1 || *sha1 != named->thumbprint)) return false;
    for (const AddressFamily family : kFamilies) {
        const auto* record = value_of(state.binding(family));
        if (record && record->app_id == kSstpAppId && record->thumbprint() != named->thumbprint) return false;
    }
    return true;
}

bool rras_holds_what_is_stored(const Ended& by) {
    if (!by.memory.held) return !has(by.assessment.findings, Reason::hash_newer_than_service);
    const auto* stored = value_of(by.state.settings.sha256_hash);
    return stored && by.memory.held->sha256 == *stored;
}

bool some_family_is_lower(const std::map<AddressFamily, Level>& before, const std::map<AddressFamily, Level>& now) {
    return std::any_of(before.begin(), before.end(), [&](const auto& each) {
        const auto found = now.find(each.first);
        return found != now.end() && found->second < each.second;
    });
}

bool is_still_rewritten(const std::string& endpoint, const Ended& by) {
    const auto rewrites = [&](const std::vector<Difference>& all) {
        return std::any_of(all.begin(), all.end(),
                           [&](const Difference& each) { return each.step && replaces_record(*each.step, endpoint); });
    };
    const DesiredState& desired = by.assessment.desired;
    return rewrites(by.assessment.differences) ||
           (desired.successor && rewrites(differences(by.state, desired, &desired.successor->certificate, by.policy)));
}

}  // namespace

void start_schedule_afresh(RecordContents& contents, const CertificateHash& target) {
    std::erase_if(contents.attempts, [&](const Attempts& each) { return each.target == target; });
}

void remember_heal(RecordContents& contents, const HealPlan& plan, const HealOutcome& outcome, const std::string& policy, Moment now,
                   RunningTime running) {
    if (outcome.result == HealResult::not_begun) {
        // What stood in the way may be SstpSvc's or RasMan's: the next try asks for restart.services alone.
        if (!only_restarts(plan) && restarts(plan, kSstpSvc)) contents.then_brought_clients = 0;
        return;
    }
    remember_attempt(contents, plan, outcome, policy, running);
    if (outcome.result != HealResult::succeeded) return;
    watch_cures(contents, plan, running);
    if (outcome.restart_was_timed) {
        contents.heals.outages.push_back(outcome.times.stop + outcome.times.start + outcome.times.ready);
        if (contents.heals.outages.size() > kMostOutages) contents.heals.outages.erase(contents.heals.outages.begin());
    }
    const bool with_sstpsvc = restarts(plan, kSstpSvc);
    AwaitedClient awaited{outcome.heal_id, now.wall};
    awaited.changed_a_hash = changes_a_hash(plan.steps);
    awaited.only_services_restarted = outcome.restarts > 0 && !outcome.then_done && !with_sstpsvc;
    const bool somebody_was_connected = outcome.sessions_ended && outcome.sessions_ended->sstp.open > 0;
    awaited.after_then = with_sstpsvc && !somebody_was_connected &&
                         std::find(plan.cures.begin(), plan.cures.end(), Reason::no_client_since_heal) != plan.cures.end();
    contents.awaited_client = std::move(awaited);
}

HealPlan plan_of(const OpenHeal& heal) {
    HealPlan plan;
    plan.urgency = heal.urgency;
    plan.target = heal.target;
    plan.then = heal.then;
    plan.cannot_return = heal.cannot_return;
    plan.cures = heal.cures;
    for (const RecordedChange& each : heal.changes) plan.steps.push_back(each.step);
    if (!heal.services.empty()) plan.steps.emplace_back(RestartStep{heal.services});
    return plan;
}

bool are_owed_no_longer(const std::vector<std::string>& owed, const ServerState& state) {
    if (!has_name(owed, kRemoteAccess)) return true;
    const ServiceStatus* status = state.service(kRemoteAccess);
    return status && (status->state == ServiceState::running || status->never_started() || status->start_type == StartType::disabled);
}

bool is_over(const Finding& standing, const Ended& by) {
    if (has(by.assessment.findings, Reason::state_unreadable)) return false;
    switch (standing.reason) {
        case Reason::heal_incomplete:
            // What we stopped and could not start keeps people out, whatever the next heal of it found before it.
            return is_whole(by.state) && rras_holds_what_is_stored(by) && are_owed_no_longer(by.memory.owed_starts, by.state) &&
                   !(by.incomplete && by.incomplete->id == standing.subject &&
                     some_family_is_lower(by.incomplete->before, by.assessment.levels));
        case Reason::binding_not_replaceable: return !by.assessment.desired.obstacle && !is_still_rewritten(standing.subject, by);
        default: return false;
    }
}

void forgive_refused_keys(RecordContents& contents, const ServerState& state, RunningTime running, bool anew) {
    std::erase_if(contents.refused_keys, [&](const auto& each) {
        const auto& [hash, refused] = each;
        if (contents.open_heal && contents.open_heal->target.hash == hash) return false;
        const Certificate* stored = state.find(hash);
        return anew || running - refused.at >= kRefusedFor || (stored && stored->key != refused.key);
    });
}

std::vector<PutBack> find_put_backs(RecordContents& contents, const ServerState& state, RunningTime running) {
    std::vector<PutBack> found;
    std::erase_if(contents.cures, [&](const Cure& cure) {
        if (running - cure.at >= kDay) return true;
        const auto stands = stands_at(state, cure.subject);
        if (!stands || *stands == cure.value) return false;
        // A third value is somebody's next choice, or other drift: it puts nothing back (DESIGN 2.5), and the cure is over.
        if (!stands->empty() && cure.before && *stands != *cure.before) return true;
        const auto known = std::find_if(contents.put_backs.begin(), contents.put_backs.end(),
                                        [&](const PutBack& each) { return each.subject == cure.subject; });
        PutBack put_back = known == contents.put_backs.end() ? PutBack{cure.subject, {}, 0, {}, {}} : *known;
        put_back.to = in_brief(*stands);
        ++put_back.times;
        put_back.last = running;
        put_back.last_wall = state.looked_at.wall;
        if (known == contents.put_backs.end()) {
            contents.put_backs.push_back(put_back);
        } else {
            *known = put_back;
        }
        found.push_back(std::move(put_back));
        return true;
    });
    std::erase_if(contents.put_backs, [&](const PutBack& each) { return running - each.last >= kDay; });
    if (contents.put_backs.size() > kMostPutBacks) contents.put_backs.erase(contents.put_backs.begin());
    return found;
}

std::optional<Finding> does_not_last(const RecordContents& contents, RunningTime running) {
    std::string text;
    for (const PutBack& each : contents.put_backs) {
        if (running - each.last >= kDay) continue;
        text += fmt::format("{}Somebody puts {} back to {} ({} {}, last {}).", text.empty() ? "" : " ", each.subject, each.to, each.times,
                            each.times == 1 ? "time" : "times", to_minute(each.last_wall));
    }
    if (text.empty()) return std::nullopt;
    text +=
        " Look for what writes it: a Group Policy preference, a renewal script, IIS (customMetadata of its bindings). Repairs without a "
        "restart go on; those that restart RemoteAccess come at a falling rate.";
    return Finding{Reason::heal_does_not_last, Severity::warning, "heal", std::move(text)};
}

}  // namespace sstp
