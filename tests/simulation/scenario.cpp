#include "tests/simulation/scenario.h"

#include "tests/simulation/faults.h"
#include "tests/simulation/mishap.h"
#include "tests/simulation/random.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace sstp::simulation {

using simulated::Effect;

namespace {

/// Long enough to reach every part of the longest heal with its recovery (about 150 calls), short enough to hit often.
constexpr std::uint64_t kCallsOfInterest = 200;

PlannedMishap draw_mishap(Random& random, bool before) {
    PlannedMishap drawn;
    drawn.at_call = before ? 0 : 1 + random.below(kCallsOfInterest);
    drawn.mishap = random.below(mishaps().size());
    drawn.number = random.below(10'000);
    return drawn;
}

PlannedFault draw_fault(Random& random) {
    PlannedFault drawn;
    drawn.at_call = 1 + random.below(kCallsOfInterest);
    drawn.fault = random.below(documented_faults().size());
    switch (random.below(4)) {   // once, a burst, for long, ever after
        case 0: drawn.how_many = 1; break;
        case 1: drawn.how_many = 2 + random.below(4); break;
        case 2: drawn.how_many = 20; break;
        default: drawn.how_many = 1'000'000; break;
    }
    const bool changing = changes(documented_faults()[drawn.fault].call);
    const std::uint64_t kind = random.below(changing ? 4 : 1);
    drawn.effect = kind == 2 ? Effect::fails_but_did : kind == 3 ? Effect::lies : Effect::fails;
    // A damaged database is set aside by the call that finds it, and one that cannot be read for over an hour counts as gone
    // (core/record): both are bounded, unlike other faults.
    if (documented_faults()[drawn.fault].call == simulated::PortCall::record_load)
        drawn.how_many = std::min<std::uint64_t>(drawn.how_many, documented_faults()[drawn.fault].kind == ErrorKind::corrupt ? 1 : 5);
    if (random.one_in(8)) drawn.takes = std::chrono::seconds{1 + static_cast<int>(random.below(400))};
    return drawn;
}

std::size_t mishap_named(std::string_view name) {
    const auto all = mishaps();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Mishap& each) { return name == each.name; });
    return static_cast<std::size_t>(found - all.begin());
}

/// A certificate is retired only after a heal has replaced it, and if the policy says so: that must not be left to chance.
void make_retirement_likely(Random& random, Scenario& drawn) {
    const auto is_of_retirement = [](const PlannedFault& each) {
        const simulated::PortCall call = documented_faults()[each.fault].call;
        return call == simulated::PortCall::certificates_archive || call == simulated::PortCall::certificates_remove;
    };
    if (std::none_of(drawn.faults.begin(), drawn.faults.end(), is_of_retirement)) return;
    static const std::size_t kPolicyChanges = mishap_named("the policy file changes");
    static const std::size_t kExpires = mishap_named("the certificate expires");
    static const std::size_t kRenewed = mishap_named("a renewed certificate appears");
    drawn.mishaps.push_back({0, kPolicyChanges, 5 + random.below(2)});   // retire_old: archive, delete
    drawn.mishaps.push_back({0, kExpires, random.below(10'000)});
    drawn.mishaps.push_back({0, kRenewed, random.below(10'000)});
    for (PlannedFault& each : drawn.faults) {
        if (is_of_retirement(each)) each.at_call = 1;
    }
}

}  // namespace

Scenario draw(std::uint64_t seed) {
    Random random(seed);
    Scenario drawn;
    drawn.seed = seed;
    drawn.cycles = 1 + static_cast<std::uint32_t>(random.below(4));
    for (std::uint64_t n = random.below(4); n > 0; --n) drawn.mishaps.push_back(draw_mishap(random, true));
    for (std::uint64_t n = random.below(4); n > 0; --n) drawn.mishaps.push_back(draw_mishap(random, false));
    for (std::uint64_t n = random.below(3); n > 0; --n) drawn.faults.push_back(draw_fault(random));
    make_retirement_likely(random, drawn);
    for (std::uint64_t n = random.below(3); n > 0; --n) {
        drawn.crashes.push_back({1 + random.below(kCallsOfInterest), random.one_in(2), random.one_in(4)});
    }
    return drawn;
}

Scenario Scenario::without(std::size_t index) const {
    Scenario smaller = *this;
    if (index < mishaps.size()) {
        smaller.mishaps.erase(smaller.mishaps.begin() + static_cast<std::ptrdiff_t>(index));
        return smaller;
    }
    index -= mishaps.size();
    if (index < faults.size()) {
        smaller.faults.erase(smaller.faults.begin() + static_cast<std::ptrdiff_t>(index));
        return smaller;
    }
    index -= faults.size();
    smaller.crashes.erase(smaller.crashes.begin() + static_cast<std::ptrdiff_t>(index));
    return smaller;
}

}  // namespace sstp::simulation
