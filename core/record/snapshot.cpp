#include "core/record/snapshot.h"

#include <algorithm>

namespace sstp {

UtcOffset offset_at(const std::vector<OffsetChange>& changes, WallTime at) {
    if (changes.empty()) return {};
    const auto later =
        std::upper_bound(changes.begin() + 1, changes.end(), at, [](WallTime time, const OffsetChange& each) { return time < each.from; });
    return (later - 1)->offset;
}

std::vector<OffsetChange> offset_changes(Clock& clock, WallTime from, WallTime until) {
    using namespace std::chrono_literals;
    std::vector<OffsetChange> changes{{from, clock.local_offset(from)}};
    constexpr Duration kStep = 24h;
    for (WallTime at = from; at < until; at += kStep) {
        const UtcOffset before = changes.back().offset;
        const UtcOffset after = clock.local_offset(at + kStep);
        if (after == before) continue;
        WallTime still = at;
        WallTime changed = at + kStep;
        while (changed - still > 1min) {
            const WallTime middle = std::chrono::floor<std::chrono::minutes>(still + (changed - still) / 2);
            if (middle <= still) break;
            (clock.local_offset(middle) == before ? still : changed) = middle;
        }
        changes.push_back({changed, after});
    }
    return changes;
}

}  // namespace sstp
