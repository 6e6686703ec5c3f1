#include "core/watchdog/policy_in_force.h"

#include "core/policy/read_policy.h"

#include <fmt/format.h>

#include <utility>

namespace sstp {

PolicyInForce::PolicyInForce(Files& files, std::string path) : files_(files), path_(std::move(path)) { policy_.mode = Mode::observe; }

void PolicyInForce::fall_back_on(const std::optional<std::string>& last_good) {
    if (in_force_ || !last_good) return;
    auto reading = read_policy(*last_good);
    if (!reading.policy) return;   // written by another version: the defaults in observe mode are safe
    policy_ = *std::move(reading.policy);
    in_force_ = last_good;
}

PolicyChange PolicyInForce::refresh(const std::optional<std::string>& last_good) {
    PolicyChange change;
    fall_back_on(last_good);
    const char* instead =
        in_force_ ? "The last good policy stays in force" : "Until there is a valid policy, only defaults in observe mode apply";
    auto text = files_.read(path_, kMostBytes);
    if (!text) {
        const std::string problem = fmt::format("{}. {}.", text.error().message(), instead);
        if (problem_ != problem) change.rejected = problem;
        problem_ = problem;
        seen_.reset();
        return change;
    }
    if (seen_ && *seen_ == *text) return change;
    seen_ = *text;
    if (in_force_ != *text) {
        auto reading = read_policy(*text);
        if (!reading.policy) {
            problem_ = fmt::format("{}\n{}.", to_lines(reading.problems, path_), instead);
            change.rejected = problem_;
            return change;
        }
        policy_ = *std::move(reading.policy);
        in_force_ = *text;
    }
    problem_.reset();
    if (!last_good || *last_good != *text) change.loaded = *std::move(text);
    return change;
}

}  // namespace sstp
