#include "core/watchdog/symptoms.h"

#include <algorithm>
#include <iterator>

namespace sstp {

void Symptoms::seen(const Assessment& assessment, MonotonicTime now) {
    if (has(assessment.findings, Reason::state_unreadable)) return;
    std::map<Reason, std::uint32_t> counted;
    for (const Reason reason : assessment.symptoms) {
        const auto before = in_a_row_.find(reason);
        counted[reason] = before == in_a_row_.end() ? 1 : before->second + 1;
    }
    in_a_row_ = std::move(counted);
    if (in_a_row_.empty()) {
        since_.reset();
    } else if (!since_) {
        since_ = now;
    }
}

bool Symptoms::unconfirmed(std::uint32_t confirmations) const {
    return std::any_of(in_a_row_.begin(), in_a_row_.end(), [=](const auto& each) { return each.second < confirmations; });
}

std::vector<Reason> still_reported_only(const std::vector<Reason>& reported, const Assessment& assessment) {
    // Not seen is not clear: neither what could not be read, nor what a listener would say that does not answer at all (RRAS is starting).
    const auto& levels = assessment.levels;
    const bool silent =
        !levels.empty() && std::all_of(levels.begin(), levels.end(), [](const auto& each) { return each.second == Level::nothing; });
    if (silent || has(assessment.findings, Reason::state_unreadable)) return reported;
    std::vector<Reason> still;
    std::copy_if(reported.begin(), reported.end(), std::back_inserter(still),
                 [&](Reason reason) { return has(assessment.findings, reason); });
    return still;
}

}  // namespace sstp
