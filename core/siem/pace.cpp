#include "core/siem/pace.h"

#include <algorithm>

namespace sstp {

namespace {

constexpr int kMostDoublings = 20;
/// Jitter may be next to nothing; a loop without any pause is not.
constexpr Duration kShortest = std::chrono::milliseconds{100};

Duration scaled(Duration whole, double share) {
    return Duration{static_cast<std::int64_t>(static_cast<double>(whole.count()) * std::clamp(share, 0.0, 1.0))};
}

bool is_configuration(HandoverFailure failure) { return failure == HandoverFailure::untrusted || failure == HandoverFailure::refused_us; }

}  // namespace

std::size_t Pace::host(MonotonicTime now) {
    const bool round_begins = tried_ == 0;
    if (round_begins && host_ != 0 && left_first_ && now - *left_first_ >= limits_.back_to_first_host) host_ = 0;
    return host_;
}

void Pace::confirmed(MonotonicTime now) {
    if (host_ == 0) left_first_.reset();
    if (host_ != 0 && !left_first_) left_first_ = now;
    failures_ = 0;
    first_failure_.reset();
    tried_ = misconfigured_ = 0;
    retry_after_.reset();
    due_ = {};
}

bool Pace::failed(HandoverFailure failure, std::optional<Duration> retry_after, bool down, MonotonicTime now, double random) {
    ++tried_;
    if (is_configuration(failure)) ++misconfigured_;
    if (retry_after) retry_after_ = std::max(retry_after_.value_or(Duration{0}), *retry_after);
    if (host_ == 0) left_first_ = now;
    host_ = (host_ + 1) % hosts_;
    if (tried_ < hosts_) return false;
    failed_everywhere(retry_after_, misconfigured_ == tried_, down, now, random);
    host_ = 0;
    return true;
}

void Pace::failed_everywhere(std::optional<Duration> retry_after, bool configuration, bool down, MonotonicTime now, double random) {
    const Duration doubled = limits_.first_back_off * (std::int64_t{1} << std::min(failures_, kMostDoublings));
    Duration wait = scaled(std::min(doubled, limits_.longest_back_off), random);
    // The first failures may still be a certificate that is just being exchanged.
    if (configuration && down) wait = limits_.configuration_back_off / 2 + scaled(limits_.configuration_back_off / 2, random);
    if (retry_after) {
        const Duration asked = std::clamp(*retry_after, Duration{0}, limits_.longest_retry_after);
        wait = std::max(wait, asked + scaled(limits_.first_back_off, random));
    }
    due_ = now + std::max(wait, kShortest);
    ++failures_;
    if (!first_failure_) first_failure_ = now;
    tried_ = misconfigured_ = 0;
    retry_after_.reset();
}

bool Pace::is_down(MonotonicTime now) const {
    if (!first_failure_) return false;
    const Duration since = failing_for(now);
    return since >= limits_.longest_before_down || (failures_ >= limits_.failures_before_down && since >= limits_.shortest_before_down);
}

}  // namespace sstp
