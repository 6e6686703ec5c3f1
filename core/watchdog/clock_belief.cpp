#include "core/watchdog/clock_belief.h"

#include "core/model/rare.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sstp {

void ClockBelief::look(Moment now, std::optional<WallTime> last_record, bool synchronised) {
    if (!last_) since_ = now.monotonic;
    if (last_record && !std::exchange(compared_, true) && now.wall + kTolerance < *last_record) {
        SSTP_RARE("the clock stands before our last record");
        earlier_than_ = last_record;
        in_doubt_ = true;
    }
    notice_a_jump(now);
    const bool ran_long_enough = now.monotonic - since_ >= kTrusted;
    if (synchronised && ran_long_enough) {   // certificates can be dated ahead, too
        believe();
        furthest_ = now.wall.time_since_epoch() - now.monotonic.since_boot;
    }
    if (!earlier_than_) return;
    if (synchronised || ran_long_enough || now.wall >= *earlier_than_) earlier_than_.reset();
}

void ClockBelief::notice_a_jump(Moment now) {
    if (last_ && now.monotonic < last_->monotonic) return;   // of a look that was judged already
    if (last_) {
        const Duration drift = (now.wall - last_->wall) - (now.monotonic - last_->monotonic);
        if (drift > kTolerance || drift < -kTolerance) {
            SSTP_RARE("the clock has jumped");
            jumped_at_ = now.monotonic;
            in_doubt_ = true;
            since_ = now.monotonic;
        }
    }
    last_ = now;
    furthest_ = std::max(furthest_, now.wall.time_since_epoch() - now.monotonic.since_boot);
    if (begun_by_what_it_belies()) {
        SSTP_RARE("the clock stands before the begin of a certificate that has begun");
        in_doubt_ = true;
    }
}

void ClockBelief::clients_accepted_one_that_began(std::optional<WallTime> not_before) { accepted_began_ = not_before; }
void ClockBelief::one_is_named_that_begins(std::optional<WallTime> not_before) { named_begins_ = not_before; }

/// Windows' clients take no certificate before its begin (by their own clocks): one that they took has begun.
std::optional<WallTime> ClockBelief::begun_by_what_it_belies() const {
    if (!last_) return std::nullopt;
    const auto lies_ahead = [&](const std::optional<WallTime>& begin) {
        return begin && last_->wall + kTolerance < *begin && (!believed_before_ || *begin > *believed_before_);
    };
    if (lies_ahead(accepted_began_)) return accepted_began_;
    return lies_ahead(named_begins_) && *named_begins_ <= as_it_ran_before(last_->monotonic) ? named_begins_ : std::nullopt;
}

void ClockBelief::believe() {
    earlier_than_.reset();
    while (const auto begun = begun_by_what_it_belies()) believed_before_ = begun;   // of both rules
}

bool ClockBelief::settles(MonotonicTime now) { return !doubtful(now) && std::exchange(in_doubt_, false); }

std::optional<WallTime> ClockBelief::was_as_late_as(MonotonicTime now) const {
    if (!last_ || !doubtful(now)) return std::nullopt;
    const WallTime latest = as_it_ran_before(now);
    return latest > last_->wall + kTolerance ? std::optional{latest} : std::nullopt;
}

Duration ClockBelief::doubtful_for(MonotonicTime now) const {
    if (!jumped_at_ || now - *jumped_at_ >= kSettling) return Duration{0};
    return kSettling - (now - *jumped_at_);
}

std::string ClockBelief::explanation(MonotonicTime now) const {
    if (earlier_than_) {
        return fmt::format(
            "The clock stands before {}, when this service last wrote something. Until Windows' time service is synchronised, or the clock "
            "has run for an hour, nothing is done that rests on dates. If it is right: sstp-watchdog heal",
            to_minute(*earlier_than_));
    }
    if (const auto begun = begun_by_what_it_belies()) {
        return fmt::format(
            "The clock stands before {}, when the certificate began {}. Until it is set, nothing is done that rests on dates. "
            "If it is right: sstp-watchdog heal",
            to_minute(*begun), begun == accepted_began_ ? "with which clients have connected" : "that is in force, and has been set back");
    }
    if (doubtful_for(now) > Duration{0}) return "The clock has just been changed: what rests on dates waits for a minute.";
    return {};
}

}  // namespace sstp
