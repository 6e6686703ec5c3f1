#include "core/decision/budget.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

constexpr Duration kHour = std::chrono::hours{1};
constexpr Duration kDay = std::chrono::hours{24};

/// Ages of all charges, oldest first.
std::vector<Duration> ages_of(const std::vector<BudgetCharge>& charges, MonotonicTime now) {
    std::vector<Duration> ages;
    ages.reserve(charges.size());
    for (const BudgetCharge& each : charges) ages.push_back(age_at_least(each, now));
    std::sort(ages.begin(), ages.end(), std::greater<>{});
    return ages;
}

/// How long until fewer than `limit` charges are younger than `span`; nothing when that is so already.
std::optional<Duration> wait_for(const std::vector<Duration>& ages, Duration span, std::uint32_t limit) {
    const auto first = std::find_if(ages.begin(), ages.end(), [=](Duration age) { return age < span; });
    const auto count = static_cast<std::size_t>(ages.end() - first);
    if (count < limit) return std::nullopt;
    if (limit == 0) return span;  // the policy's range forbids it; still, never a crash
    return span - *(first + static_cast<std::ptrdiff_t>(count - limit));
}

std::size_t younger_than(const std::vector<Duration>& ages, Duration span) {
    return static_cast<std::size_t>(std::count_if(ages.begin(), ages.end(), [=](Duration age) { return age < span; }));
}

const char* heals(std::size_t count) { return count == 1 ? "heal or restart" : "heals and restarts"; }

}  // namespace

Duration age_at_least(const BudgetCharge& charge, MonotonicTime now) {
    if (charge.at.monotonic <= now) return now - charge.at.monotonic;
    return now.since_boot;
}

std::vector<BudgetCharge> prune(const std::vector<BudgetCharge>& charges, MonotonicTime now) {
    std::vector<BudgetCharge> kept;
    std::copy_if(charges.begin(), charges.end(), std::back_inserter(kept),
                 [=](const BudgetCharge& each) { return age_at_least(each, now) < kDay; });
    return kept;
}

BudgetVerdict may_spend(const std::vector<BudgetCharge>& charges, const LimitPolicy& limits, MonotonicTime now,
                        std::optional<MonotonicTime> unreadable_since) {
    BudgetVerdict verdict;
    const auto forbid = [&verdict](BudgetVerdict::Limit limit, Duration wait, std::string explanation) {
        if (verdict.wait && *verdict.wait >= wait) return;  // the longest wait is the one that matters
        verdict = {false, limit, std::move(explanation), wait};
    };
    if (unreadable_since) {
        // A time later than now is from before a boot: only the time since then is certain.
        const Duration age = *unreadable_since <= now ? now - *unreadable_since : now.since_boot;
        if (age < kHour)
            forbid(BudgetVerdict::Limit::unreadable, kHour - age,
                   "the record of earlier heals was damaged and counts as spent for an hour");
    }
    const std::vector<Duration> ages = ages_of(charges, now);
    if (const auto wait = wait_for(ages, kHour, limits.heals_per_hour)) {
        const std::size_t count = younger_than(ages, kHour);
        forbid(BudgetVerdict::Limit::hour, *wait,
               fmt::format("{} {} in the last hour (limit {})", count, heals(count), limits.heals_per_hour));
    }
    if (const auto wait = wait_for(ages, kDay, limits.heals_per_day)) {
        const std::size_t count = younger_than(ages, kDay);
        forbid(BudgetVerdict::Limit::day, *wait,
               fmt::format("{} {} in the last day (limit {})", count, heals(count), limits.heals_per_day));
    }
    if (!ages.empty() && ages.back() < limits.cooldown) {
        forbid(BudgetVerdict::Limit::cooldown, limits.cooldown - ages.back(),
               fmt::format("the last heal is less than {} ago (cooldown)", to_string(limits.cooldown)));
    }
    return verdict;
}

}  // namespace sstp
