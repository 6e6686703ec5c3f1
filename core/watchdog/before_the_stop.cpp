#include "core/watchdog/before_the_stop.h"

#include "core/selection/fitness.h"

#include <algorithm>

namespace sstp {

namespace {

/// A renewal tool works for seconds, or for the minutes that DNS takes for its challenge.
constexpr Duration kJustBefore = std::chrono::minutes{15};

bool covers_any(const Certificate& certificate, const std::vector<std::string>& names) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return covers(certificate, name); });
}

/// One of `left` that covers a name is not in `right`.
bool lacks_one(const CertificateList& left, const CertificateList& right, const std::vector<std::string>& names) {
    return !left.is_shared_with(right) && std::any_of(left.begin(), left.end(), [&](const Certificate& each) {
        return covers_any(each, names) &&
               std::none_of(right.begin(), right.end(), [&](const Certificate& other) { return other.hash == each.hash; });
    });
}

std::optional<WallTime> just_before(const std::optional<WallTime>& at, WallTime stopped) {
    return at && *at <= stopped && stopped - *at <= kJustBefore ? at : std::nullopt;
}

}  // namespace

void BeforeTheStop::seen(const ServerState& state, const std::vector<std::string>& names) {
    if (last_) {
        const auto* before = value_of(last_->certificates);
        const auto* now = value_of(state.certificates);
        if (before && now && (lacks_one(*before, *now, names) || lacks_one(*now, *before, names))) certificate_ = state.looked_at.wall;
    }
    const ServiceStatus* rras = state.service(kRemoteAccess);
    if (rras && rras->state == ServiceState::running) {
        changes_.reset();
        started_ = rras->started ? std::optional{rras->started->latest} : std::nullopt;
    } else if (rras && rras->state == ServiceState::stopped && !changes_ && started_) {
        const WallTime stopped = state.looked_at.wall;
        const auto by_others = [&](const std::optional<WallTime>& written, const std::optional<WallTime>& ours) {
            const bool counts = written != ours && written > *started_ + kPartOfTheStart;
            return counts ? just_before(written, stopped) : std::nullopt;
        };
        changes_ = ChangesBeforeStop{just_before(certificate_, stopped), by_others(state.settings.written, our_parameters_),
                                     by_others(state.bindings_written, our_records_)};
    }
    last_ = state;
}

void BeforeTheStop::take_as_known(const ServerState& state) {
    last_ = state;
    our_parameters_ = state.settings.written;
    our_records_ = state.bindings_written;
}

}  // namespace sstp
