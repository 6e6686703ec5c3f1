#include "core/watchdog/policy_in_force.h"

#include "core/policy/policy_values.h"

#include <fmt/format.h>

#include <utility>

namespace sstp {

PolicyInForce::PolicyInForce(Files& files, std::string path) : files_(files), path_(std::move(path)) {
    file_.mode = Mode::observe;
    policy_ = file_;
    fingerprint_ = policy_fingerprint(policy_);
}

void PolicyInForce::fall_back_on(const std::optional<std::string>& last_good) {
    if (in_force_ || !last_good) return;
    auto reading = read_policy(*last_good);
    if (!reading.policy) return;   // written by another version: the defaults in observe mode are safe
    file_ = *std::move(reading.policy);
    in_force_ = last_good;
}

void PolicyInForce::reject(std::string why, SaidMode said, PolicyChange& change) {
    said_ = said;
    std::string problem = fmt::format(
        "{}\n{}.", why,
        in_force_ ? "The last good policy stays in force" : "Until there is a valid policy, only defaults in observe mode apply");
    if (said != SaidMode::heal) problem += " Nothing is changed meanwhile, for the file may be meant to say so.";
    if (problem_ != problem) change.rejected = problem;
    problem_ = std::move(problem);
}

void PolicyInForce::look_at_file(const std::optional<std::string>& last_good, PolicyChange& change) {
    auto text = files_.read(path_, kMostBytes);
    if (!text) {
        seen_.reset();
        // A file that is not there says nothing of the mode; one that cannot be read may.
        const bool gone = text.error().kind == ErrorKind::not_found;
        return reject(text.error().message() + ".", gone ? SaidMode::heal : SaidMode::unreadable, change);
    }
    if (in_force_ == *text && last_good != *text) change.loaded = *text;   // until the record keeps it
    if (seen_ && *seen_ == *text) return;
    seen_ = *text;
    if (in_force_ != *text) {
        auto reading = read_policy(*text);
        if (!reading.policy) return reject(to_lines(reading.problems, path_), reading.mode, change);
        file_ = *std::move(reading.policy);
        in_force_ = *text;
    }
    change.accepted = problem_.has_value();
    problem_.reset();
    if (last_good != *text) change.loaded = *std::move(text);
}

PolicyChange PolicyInForce::refresh(const LastGoodPolicy& last_good, const GroupPolicyValues& group) {
    PolicyChange change;
    fall_back_on(last_good.file);
    look_at_file(last_good.file, change);
    PolicyUnderGroupPolicy under = under_group_policy(file_, group, from_kept_text(last_good.group_policy));
    if (policy_ != under.policy) {
        policy_ = std::move(under.policy);
        fingerprint_ = policy_fingerprint(policy_);
    }
    group_ = std::move(under.in_force);
    group_problems_ = std::move(under.problems);
    std::string decides = set_values(group_);
    if (group_decides_ != decides) change.group_policy = decides;   // at the first look too: an earlier process may have told others
    group_decides_ = std::move(decides);
    return change;
}

}  // namespace sstp
