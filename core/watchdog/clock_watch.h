#pragma once

#include "core/model/time.h"

#include <optional>

namespace sstp {

/// Notices when the wall clock was set: when it moved against the monotonic clock by more than a minute between two looks.
/// A jump never triggers a heal that rests on dates (facts: safety); until the clocks have gone side by side for a while,
/// the date is doubtful.
class ClockWatch {
public:
    /// Called with each look's moment. True while the date is doubtful.
    bool look(Moment now);
    /// How long it stays so, when nothing else happens.
    [[nodiscard]] Duration doubtful_for(MonotonicTime now) const;

    static constexpr Duration kTolerance = std::chrono::minutes{1};
    static constexpr Duration kSettling = std::chrono::minutes{1};

private:
    std::optional<Moment> last_;
    std::optional<MonotonicTime> jumped_at_;
};

}  // namespace sstp
