#include "core/healing/proof.h"

#include "core/model/rare.h"
#include "core/model/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

namespace sstp {

namespace {

using namespace std::chrono_literals;

/// A listener that came up may go down again while RRAS is still setting up the other family.
constexpr Duration kOneMoreLookAfter = 2s;

using Levels = std::map<AddressFamily, Level>;

Level level_in(const Levels& levels, AddressFamily family, Level otherwise) {
    const auto found = levels.find(family);
    return found == levels.end() ? otherwise : found->second;
}

/// With `verify.uri_status` answered wrongly for good (DESIGN 7.8) TLS with the right certificate is all that can be proven.
Level best_possible(const Memory& memory) {
    const auto& reported = memory.reported_only;
    const bool is_standing = std::find(reported.begin(), reported.end(), Reason::sstp_uri_unhealthy) != reported.end();
    return is_standing ? Level::crypto_binding : Level::answers;
}

/// Its silence has outlived a restart and is only reported (DESIGN 7.8): no heal waits for it, or restarts more for it.
bool is_known_to_be_out(AddressFamily family, const Memory& memory) {
    const Reason reason = family == AddressFamily::ipv4 ? Reason::listener_unreachable_ipv4 : Reason::listener_unreachable_ipv6;
    return std::find(memory.reported_only.begin(), memory.reported_only.end(), reason) != memory.reported_only.end();
}

bool nothing_required(const Levels& required) {
    return std::all_of(required.begin(), required.end(), [](const auto& each) { return each.second == Level::nothing; });
}

void add_missing_levels(const Look& look, const Levels& required, const Memory& memory, std::vector<std::string>& open) {
    const Levels& levels = look.assessment.levels;
    if (nothing_required(required)) {
        const bool one = std::any_of(levels.begin(), levels.end(), [&](const auto& each) { return each.second >= best_possible(memory); });
        if (!levels.empty() && !one) open.push_back("no listener answers yet");
        return;
    }
    for (const auto& [family, level] : required) {
        const auto found = levels.find(family);
        if (found == levels.end() || found->second >= level) continue;
        open.push_back(fmt::format("{} is at level {} ({}) and should be at {} ({})", word(family), static_cast<int>(found->second),
                                   word(found->second), static_cast<int>(level), word(level)));
    }
}

/// A complaint counts against the family that it names, if it did not follow the start before as well, and only while that family
/// is below its best.
bool counts(const Complaint& complaint, const Look& look, const Levels& required, const Memory& memory) {
    if (complaint.at_previous_start_too) return false;
    const Level otherwise = nothing_required(required) ? best_possible(memory) : Level::nothing;
    return std::any_of(look.assessment.levels.begin(), look.assessment.levels.end(), [&](const auto& each) {
        return complaint.is_about(each.first) && each.second < level_in(required, each.first, otherwise);
    });
}

bool wants_a_write(const Difference& difference) { return difference.step.has_value(); }

/// What others have broken: the fields, for telling one look from the next.
std::vector<std::string> broken_fields(const Look& look) {
    std::vector<std::string> fields;
    for (const Difference& each : look.assessment.differences) {
        if (wants_a_write(each)) fields.push_back(describe(*each.step));
    }
    return fields;
}

void judge_unit(const Look& look, const OpenHeal& heal, Judgement& judgement) {
    const auto& desired = look.assessment.desired.certificate;
    if (!desired) {
        const auto& obstacle = look.assessment.desired.obstacle;
        judgement.open = obstacle ? obstacle->explanation : std::string{"what should be named cannot be told"};
        return;
    }
    if (desired->hash != heal.target.hash) {
        judgement.standing = Standing::never;
        judgement.open = fmt::format("{} should be named by now, not {}", brief(*desired), brief(heal.target));
        return;
    }
    const auto broken = broken_fields(look);
    judgement.unit_is_right = broken.empty();
    if (broken.empty()) return;
    judgement.standing = Standing::broken_meanwhile;
    judgement.open = fmt::format("somebody changed what the heal had put right: still to do: {}", fmt::join(broken, "; "));
}

bool is_ours_to_start(const OpenHeal& heal) { return has_name(heal.to_start, kRemoteAccess); }

bool still_has_its_turn(const ServiceStatus& status, const Memory& memory) {
    return status.never_started() && (!memory.up_time || *memory.up_time < kStartingAfterBoot);
}

void judge_service(const Look& look, const OpenHeal& heal, const Memory& memory, Judgement& judgement, std::vector<std::string>& open) {
    const ServiceStatus* status = look.state.service(kRemoteAccess);
    if (status && status->state == ServiceState::running) return;
    if (!status) {
        open.push_back("RemoteAccess cannot be asked");
    } else if (status->failed()) {
        judgement.standing = Standing::never;
        open.push_back(
            fmt::format("RemoteAccess ended with error {}", status->exit_code == 1066 ? status->specific_exit_code : status->exit_code));
    } else if (status->state == ServiceState::stopped && is_ours_to_start(heal)) {
        judgement.standing = Standing::never;
        open.push_back("RemoteAccess, which the heal stopped, could not be started again");
    } else if (status->state == ServiceState::stopped && !still_has_its_turn(*status, memory)) {
        judgement.standing = Standing::stopped_by_others;
        open.push_back("RemoteAccess was stopped");
    } else {
        open.push_back(fmt::format("RemoteAccess is {}", word(status->state)));
    }
}

}  // namespace

Levels required_levels(const Memory& memory, const Levels& before) {
    const Level best = best_possible(memory);
    Levels required;
    if (memory.proven) {
        for (const auto& [family, level] : memory.proven->levels)
            required[family] = is_known_to_be_out(family, memory) ? Level::nothing : std::min(level, best);
        return required;
    }
    for (const auto& [family, level] : before) {
        if (level > Level::nothing) required[family] = best;
    }
    return required;
}

std::vector<AddressFamily> lower_than_before(const Look& look, const OpenHeal& heal) {
    std::vector<AddressFamily> lower;
    for (const auto& [family, level] : heal.before) {
        if (level_in(look.assessment.levels, family, level) < level) lower.push_back(family);
    }
    return lower;
}

Judgement judge(const Look& look, const OpenHeal& heal, const Memory& memory) {
    Judgement judgement;
    judgement.lower = lower_than_before(look, heal);
    if (is_somebodys_choice(look, heal) || is_left_to_somebody(look)) {
        judgement.standing = Standing::overtaken;
        return judgement;
    }
    judge_unit(look, heal, judgement);
    std::vector<std::string> open;
    if (!judgement.open.empty()) open.push_back(judgement.open);
    judge_service(look, heal, memory, judgement, open);
    Levels required = required_levels(memory, heal.before);
    for (const AddressFamily family : judgement.lower) {
        required[family] = std::max(level_in(required, family, Level::nothing), level_in(heal.before, family, Level::nothing));
    }
    add_missing_levels(look, required, memory, open);
    for (const Complaint& complaint : memory.complaints) {
        if (counts(complaint, look, required, memory)) {
            open.push_back(fmt::format("RRAS complained with event {} at {}", complaint.event_id, to_minute(complaint.at)));
        }
    }
    judgement.open = fmt::format("{}", fmt::join(open, "; "));
    if (open.empty()) judgement.standing = Standing::ready;
    return judgement;
}

bool is_left_to_somebody(const Look& look) { return has(look.assessment.findings, Reason::hash_unknown_to_this_server); }

bool is_somebodys_choice(const Look& look, const OpenHeal& heal) {
    const auto* hash = value_of(look.state.settings.sha256_hash);
    const Certificate* theirs = hash && *hash != heal.target.hash ? look.state.find(*hash) : nullptr;
    if (!theirs || theirs->archived) return false;
    bool named = false;
    for (const AddressFamily family : kFamilies) {
        const auto* record = value_of(look.state.binding(family));
        if (!record) continue;
        if (record->thumbprint() != theirs->thumbprint) return false;
        named = true;
    }
    if (!named) return false;
    const DesiredState& desired = look.assessment.desired;
    if (desired.adopt && desired.adopt->hash == *hash) return true;
    if (desired.certificate && desired.certificate->hash == *hash) return true;
    return std::any_of(desired.candidates.begin(), desired.candidates.end(), [&](const Candidate& each) {
        return each.certificate.hash == *hash && std::none_of(each.against.begin(), each.against.end(), [](const Unfitness& unfitness) {
                   return unfitness.severity == Severity::critical;
               });
    });
}

namespace {

/// Until when RRAS that somebody started a moment ago may still be coming up. Nothing: it does not run, or has had its time.
std::optional<Duration> still_coming_up_for(const Look& look, const Policy& policy) {
    const ServiceStatus* rras = look.state.service(kRemoteAccess);
    if (!rras || rras->state != ServiceState::running || !rras->started) return std::nullopt;
    const Duration age = look.state.looked_at.wall - rras->started->latest;
    const Duration left = policy.verify.ready_within - age;
    return age >= Duration{0} && left > Duration{0} ? std::optional{left} : std::nullopt;
}

}  // namespace

Judgement await_ready(HealRun& run, Patience patience) {
    MonotonicTime deadline = run.ready_from + run.policy().verify.ready_within;
    Duration pause = kFirstPause;
    bool confirming = false, first_ready = false;
    std::vector<std::string> broken;
    std::optional<MonotonicTime> broken_since;
    const auto being_stopped = [](const Judgement& seen) {
        return Judgement{Standing::our_stop, seen.unit_is_right, seen.lower, "the watchdog is being stopped"};
    };
    for (;;) {
        const Look& look = run.look();
        Judgement seen = judge(look, run.heal(), run.memory);
        if (run.stop_requested()) return being_stopped(seen);
        const MonotonicTime now = run.ports.clock.monotonic();
        const auto coming_up = still_coming_up_for(look, run.policy());
        if (patience == Patience::one_look_at_rras_that_is_up && seen.standing == Standing::not_yet && coming_up) {
            SSTP_RARE("RRAS that somebody started in the middle of a heal is given its time");
            patience = Patience::ready_within;
            deadline = now + *coming_up;
        }
        if (seen.standing == Standing::ready) {
            if (patience != Patience::ready_within || confirming) return seen;
            if (!first_ready) run.outcome.times.ready += now - run.ready_from;
            first_ready = true;
        } else if (seen.standing == Standing::broken_meanwhile) {
            const auto fields = broken_fields(look);
            if (!broken_since || fields != broken) {
                broken = fields;
                broken_since = now;
            }
            if (now - *broken_since >= run.policy().limits.quiet_period) return seen;
        } else if (seen.standing != Standing::not_yet || patience != Patience::ready_within) {
            return seen;
        }
        const bool is_broken = seen.standing == Standing::broken_meanwhile;
        if (!is_broken) broken_since.reset();
        if (!is_broken && seen.standing != Standing::ready && now >= deadline) return seen;
        confirming = seen.standing == Standing::ready;
        if (!confirming) run.say(fmt::format("not yet: {}", seen.open));
        if (!run.ports.clock.pause(confirming ? kOneMoreLookAfter : pause)) return being_stopped(seen);
        pause = next_pause(pause);
    }
}

}  // namespace sstp
