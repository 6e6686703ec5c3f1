#include "core/decision/due.h"

#include "core/decision/plan_details.h"
#include "core/decision/window.h"
#include "core/model/rare.h"
#include "core/model/schedule.h"
#include "core/selection/fitness.h"

#include <algorithm>

namespace sstp {

namespace {

using namespace std::chrono_literals;

constexpr Duration kBeforeTheEnd = 30min;  // of a certificate that ends before the next window
constexpr Duration kFleetSpread = 10min;
constexpr std::size_t kFreeWritesAnHour = 4;

std::optional<WallTime> earlier(std::optional<WallTime> a, std::optional<WallTime> b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

/// Planned work has the days of the window, and any day from replace_before on; what the next start of RRAS breaks has any day.
std::optional<WallTime> next_slot(const Work& work, const DecisionInput& input) {
    const WallTime now = input.now.wall;
    const MaintenanceWindow& window = input.policy.restart.window;
    const auto begin = [&](const MaintenanceWindow& days, WallTime from) {
        return next_begin(days, from, input.local_offset, input.machine_key, time_needed(input.policy));
    };
    if (work.plan.urgency == Urgency::soon) return begin(on_any_day(window), now);
    const auto& replaced = work.plan.replaced;
    if (!replaced) return begin(window, now);
    const WallTime from = std::max(now, replaced->not_after - replace_before(*replaced, input.policy.certificate));
    return earlier(begin(window, now), begin(on_any_day(window), from));
}

}  // namespace

std::optional<WallTime> begin_by_window(const Work& work, const DecisionInput& input) {
    const WallTime now = input.now.wall;
    if (work.plan.urgency == Urgency::now || !restarts(work.plan)) return now;
    const auto slot = next_slot(work, input);
    const auto& replaced = work.plan.replaced;
    if (!replaced || replaced->not_after <= now || (slot && *slot < replaced->not_after)) return slot;
    SSTP_RARE("a certificate ends before the next window");
    return std::max(now, replaced->not_after - kBeforeTheEnd + machine_share(input.machine_key, kFleetSpread));
}

std::optional<Duration> wait_by_schedule(const Work& work, const DecisionInput& input) {
    const Attempts* attempts = failed_attempts(input, work.plan.target.hash);
    if (attempts == nullptr) return std::nullopt;
    // Putting back what restarts nothing goes on while restarts follow the schedule; a write that itself was refused does not: each try
    // makes and takes back what stands before it.
    if (!restarts(work.plan) && attempts->service_was_asked_to_stop) return std::nullopt;
    const Schedule& schedule = attempts->service_was_asked_to_stop ? kFailedHealSchedule : kFailedWithoutStopSchedule;
    const Duration left = schedule.after(attempts->failures) - (input.running - attempts->last);
    return left > Duration::zero() ? std::optional{left} : std::nullopt;
}

std::optional<Duration> wait_for_a_free_write(const Work& work, const DecisionInput& input) {
    if (restarts(work.plan)) return std::nullopt;
    constexpr Duration kOneHour = 1h;
    std::vector<WallTime> recent;
    for (const WallTime each : input.free_writes) {
        if (each <= input.now.wall && input.now.wall - each < kOneHour) recent.push_back(each);
    }
    if (recent.size() < kFreeWritesAnHour) return std::nullopt;
    std::sort(recent.begin(), recent.end());
    return kOneHour - (input.now.wall - recent[recent.size() - kFreeWritesAnHour]);
}

std::optional<Duration> wait_for_own_share(const Work& work, const DecisionInput& input) {
    if (work.kind != Work::Kind::symptom) return std::nullopt;
    const auto& since = input.memory.symptoms_since;
    const Duration stood = since && *since <= input.now.monotonic ? input.now.monotonic - *since : Duration::zero();
    const Duration left = machine_share(input.machine_key, kFleetSpread) - stood;
    return left > Duration::zero() ? std::optional{left} : std::nullopt;
}

}  // namespace sstp
