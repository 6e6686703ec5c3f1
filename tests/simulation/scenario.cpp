#include "tests/simulation/scenario.h"

#include "tests/simulation/faults.h"
#include "tests/simulation/happenings.h"
#include "tests/simulation/random.h"
#include "tests/simulation/traits.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace sstp::simulation {

using simulated::Effect;
using namespace std::chrono_literals;

namespace {

constexpr Duration kDay = 24h;
constexpr Duration kYear = 400 * kDay;

/// Calls behind which something strikes: those between which a heal can be caught, and those of a look.
constexpr PortCall kAims[] = {
    PortCall::bindings_put,     PortCall::bindings_put, PortCall::parameters_write,  PortCall::services_stop,  PortCall::services_start,
    PortCall::record_commit,    PortCall::probe,        PortCall::certificates_list, PortCall::services_query, PortCall::clock_pause,
    PortCall::kill_switch_read, PortCall::bindings_at,  PortCall::parameters_read};

When draw_when(Random& random, Duration within, bool aimed) {
    When when;
    when.at = Duration{static_cast<Duration::rep>(random.below(static_cast<std::uint64_t>(within.count()) + 1))};
    if (!aimed) return when;
    when.behind = kAims[random.below(std::size(kAims))];
    when.nth = 1 + static_cast<std::uint32_t>(random.below(6));
    return when;
}

/// Every kind of server by its own chance; of a group at most one.
std::vector<PlannedTrait> draw_traits(Random& random) {
    std::vector<PlannedTrait> drawn;
    std::set<std::string_view> groups;
    for (std::size_t i = 0; i < traits().size(); ++i) {
        const Trait& trait = traits()[i];
        const bool hit = random.one_in(trait.one_in);
        const std::uint64_t number = random.below(1'000'000);
        if (hit && groups.insert(trait.group).second) drawn.push_back({i, number});
    }
    // A plain server is worth its share of runs: bugs that hide behind oddities are rarer than those that need none.
    if (random.one_in(4)) drawn.clear();
    return drawn;
}

std::size_t draw_happening(Random& random) {
    std::uint64_t total = 0;
    for (const Happening& each : happenings()) total += each.weight;
    std::uint64_t ticket = random.below(total);
    for (std::size_t i = 0; i < happenings().size(); ++i) {
        if (ticket < happenings()[i].weight) return i;
        ticket -= happenings()[i].weight;
    }
    return 0;
}

std::size_t named(std::string_view name) {
    const auto all = happenings();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Happening& each) { return name == each.name; });
    return static_cast<std::size_t>(found - all.begin());
}

PlannedFault draw_fault(Random& random, Duration within, bool of_a_change) {
    PlannedFault drawn;
    drawn.when = draw_when(random, within, false);
    do {
        drawn.fault = random.below(documented_faults().size());
    } while (of_a_change && !simulated::changes(documented_faults()[drawn.fault].call));
    // A look is made often; what changes something is called a few times in a run, or once.
    drawn.when.nth = 1 + static_cast<std::uint32_t>(random.below(simulated::changes(documented_faults()[drawn.fault].call) ? 2 : 8));
    drawn.how_many = random.one_in(3) ? 1 + random.below(60) : 1 + random.below(3);
    const DocumentedFault& fault = documented_faults()[drawn.fault];
    const std::uint64_t kind = random.below(simulated::changes(fault.call) ? 4 : 1);
    drawn.effect = kind == 2 ? Effect::fails_but_did : kind == 3 ? Effect::lies : Effect::fails;
    // A damaged database is set aside by the call that finds it.
    if (fault.call == PortCall::record_load)
        drawn.how_many = fault.kind == ErrorKind::corrupt ? 1 : std::min<std::uint64_t>(drawn.how_many, 5);
    if (random.one_in(8)) drawn.takes = std::chrono::seconds{1 + static_cast<int>(random.below(400))};
    return drawn;
}

/// True times at which a process with so many events a year strikes, in order.
std::vector<Duration> draw_times(Random& random, double a_year) {
    const double wanted = a_year * 400.0 / 365.0;
    auto count = static_cast<std::uint64_t>(wanted);
    if (static_cast<double>(random.below(1000)) < (wanted - static_cast<double>(count)) * 1000.0) ++count;
    std::vector<Duration> times;
    for (std::uint64_t i = 0; i < count; ++i) times.push_back(draw_when(random, kYear - 3 * kDay, false).at);
    std::sort(times.begin(), times.end());
    return times;
}

/// The kinds of happenings that a rate is about, by who acts.
std::size_t draw_of(Random& random, bool drift) {
    for (;;) {
        const std::size_t drawn = draw_happening(random);
        const Happening& each = happenings()[drawn];
        if (each.act == renew || each.who == Actor::clients) continue;
        const bool is_drift = each.who == Actor::administrator || each.who == Actor::iis || each.who == Actor::group_policy ||
                              each.who == Actor::acme_client || each.who == Actor::auto_enrolment;
        if (is_drift == drift) return drawn;
    }
}

/// Renewal comes when a third of a lifetime is left, as ACME clients do it; of short-lived ones when half is.
Duration renewal_period(const std::vector<PlannedTrait>& drawn) {
    Duration lifetime = 90 * kDay;
    for (const PlannedTrait& each : drawn) {
        const std::string_view name = traits()[each.trait].name;
        if (name == "certificates last 6 days") lifetime = 6 * kDay;
        if (name == "certificates last 47 days") lifetime = 47 * kDay;
        if (name == "certificates last a year") lifetime = 365 * kDay;
    }
    return lifetime <= 6 * kDay ? lifetime / 2 : lifetime * 2 / 3;
}

}  // namespace

Scenario draw_day(std::uint64_t seed) {
    Random random(seed);
    Scenario drawn;
    drawn.seed = seed;
    drawn.length = random.one_in(3) ? 26h : 3h;
    drawn.wakes_are_lost = random.one_in(8);
    drawn.traits = draw_traits(random);
    // Most servers have proven and learned their certificate before anything befalls them.
    drawn.happenings.push_back({{random.one_in(8) ? drawn.length : 30s, std::nullopt, 1}, named("clients dial"), 0});
    for (std::uint64_t n = 1 + random.below(4); n > 0; --n) {
        const bool aimed = random.one_in(3);
        PlannedHappening one{draw_when(random, drawn.length / 2, aimed), draw_happening(random), random.below(1'000'000)};
        if (!aimed && random.one_in(4)) one.when.at = 0ms;   // as we find it at our first look
        drawn.happenings.push_back(one);
    }
    for (std::uint64_t n = random.below(4) == 0 ? random.below(3) : 0; n > 0; --n)
        drawn.faults.push_back(draw_fault(random, drawn.length / 2, random.one_in(2)));  // a heal makes few calls among the many of looks
    for (std::uint64_t n = random.below(3) == 0 ? 1 + random.below(2) : 0; n > 0; --n) {
        drawn.crashes.push_back({draw_when(random, drawn.length / 2, true), random.one_in(2), random.one_in(4)});
    }
    return drawn;
}

Scenario draw_year(std::uint64_t seed, const FaultRates& rates) {
    Random random(seed * 0x9E3779B97F4A7C15ULL + 7);
    Scenario drawn;
    drawn.seed = seed;
    drawn.length = kYear;
    drawn.wakes_are_lost = random.one_in(12);
    drawn.traits = draw_traits(random);
    drawn.happenings.push_back({{30s, std::nullopt, 1}, named("clients dial"), 0});
    const Duration period = renewal_period(drawn.traits);
    Duration at = Duration{static_cast<Duration::rep>(random.below(static_cast<std::uint64_t>((period / 3).count())))};
    // The CA or the ACME client fails now and then; the next attempt comes a few days later.
    for (; at < kYear - 3 * kDay; at += period) {
        const bool late = random.one_in(20);
        drawn.happenings.push_back(
            {{late ? at + period / 4 : at, std::nullopt, 1}, named("the certificate is renewed"), random.below(1'000'000)});
    }
    const std::uint64_t habit = random.below(4);  // reboots: weekly, monthly, daily for one in four, hardly ever
    const Duration between = habit == 0 ? 7 * kDay : habit == 1 ? 30 * kDay : habit == 2 ? kDay : 200 * kDay;
    for (Duration boot = between; boot < kYear - kDay; boot += between) {
        drawn.happenings.push_back({{boot + 4h, std::nullopt, 1}, named("the machine restarts"), 0});
    }
    for (const Duration each : draw_times(random, rates.reboots_a_year)) {
        drawn.happenings.push_back({{each, std::nullopt, 1}, named("the machine restarts"), 0});
    }
    for (const Duration each : draw_times(random, rates.drifts_a_year)) {
        drawn.happenings.push_back({{each, std::nullopt, 1}, draw_of(random, true), random.below(1'000'000)});
    }
    for (const Duration each : draw_times(random, rates.troubles_a_year)) {
        drawn.happenings.push_back({{each, std::nullopt, 1}, draw_of(random, false), random.below(1'000'000)});
    }
    for (const Duration each : draw_times(random, rates.outages_of_ours_a_year)) {
        PlannedFault fault = draw_fault(random, 1ms, false);
        fault.when.at = each;
        drawn.faults.push_back(fault);
    }
    if (random.one_in(3)) drawn.crashes.push_back({draw_when(random, kYear - 3 * kDay, true), random.one_in(2), random.one_in(4)});
    return drawn;
}

Scenario Scenario::without(std::size_t index) const {
    Scenario smaller = *this;
    const auto take = [&](auto& from) {
        if (index < from.size()) {
            from.erase(from.begin() + static_cast<std::ptrdiff_t>(index));
            return true;
        }
        index -= from.size();
        return false;
    };
    (void)(take(smaller.traits) || take(smaller.happenings) || take(smaller.faults) || take(smaller.crashes));
    return smaller;
}

}  // namespace sstp::simulation
