#include "core/decision/budget.h"

#include "core/model/rare.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>

namespace sstp {

namespace {

constexpr Duration kHour = std::chrono::hours{1};
constexpr Duration kDay = std::chrono::hours{24};

Duration age(const BudgetCharge& charge, RunningTime now) { return std::max(now - charge.at, Duration::zero()); }

/// Ages of the charges that are younger than `span`, oldest first.
std::vector<Duration> ages_within(const std::vector<BudgetCharge>& charges, RunningTime now, Duration span) {
    std::vector<Duration> ages;
    for (const BudgetCharge& each : charges) {
        if (age(each, now) < span) ages.push_back(age(each, now));
    }
    std::sort(ages.begin(), ages.end(), std::greater<>{});
    return ages;
}

struct Rule {
    BudgetVerdict::Limit limit;
    Duration span;
    std::uint32_t most;
    const char* name;
};

const char* restarts(std::size_t count) { return count == 1 ? "restart" : "restarts"; }

void apply(const Rule& rule, const std::vector<BudgetCharge>& charges, RunningTime now, std::uint32_t needed, BudgetVerdict& verdict) {
    const auto ages = ages_within(charges, now, rule.span);
    if (ages.size() + needed <= rule.most) return;
    const std::size_t must_age = ages.size() + needed - rule.most;  // so many of the oldest have to leave the span first
    std::optional<Duration> wait;
    if (must_age <= ages.size()) wait = rule.span - ages[must_age - 1];
    const bool longer = verdict.allowed || !wait || (verdict.wait && *wait > *verdict.wait);
    if (!longer) return;  // the longest wait is the one that matters
    verdict = {false, rule.limit, fmt::format("{} {} in the last {} (limit {})", ages.size(), restarts(ages.size()), rule.name, rule.most),
               wait};
}

}  // namespace

std::vector<BudgetCharge> prune(const std::vector<BudgetCharge>& charges, RunningTime now) {
    std::vector<BudgetCharge> kept;
    std::copy_if(charges.begin(), charges.end(), std::back_inserter(kept), [=](const BudgetCharge& each) { return age(each, now) < kDay; });
    return kept;
}

BudgetVerdict may_spend(const std::vector<BudgetCharge>& charges, const LimitPolicy& limits, RunningTime now, std::uint32_t needed,
                        bool unreadable, std::uint32_t charges_since_unreadable) {
    using Limit = BudgetVerdict::Limit;
    BudgetVerdict verdict;
    constexpr std::uint32_t kOneHeal = 2;  // its restart, and one for taking back
    if (unreadable && charges_since_unreadable + needed > kOneHeal) {
        SSTP_RARE("the record of restarts was damaged");
        const auto ages = ages_within(charges, now, kHour);
        verdict = {false, Limit::unreadable, "the record of earlier restarts was damaged, which leaves one heal for an hour",
                   ages.empty() ? kHour : kHour - ages.front()};
    }
    apply({Limit::hour, kHour, limits.restarts_per_hour, "hour"}, charges, now, needed, verdict);
    apply({Limit::day, kDay, limits.restarts_per_day, "day"}, charges, now, needed, verdict);
    return verdict;
}

}  // namespace sstp
