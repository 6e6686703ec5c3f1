#pragma once

#include "core/model/result.h"
#include "tests/simulated_windows/adversary.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sstp::simulation {

using simulated::PortCall;

/// When something strikes: from a true time on, and where a call is named, right behind its n-th from then on. Tied to a kind of
/// call and not to its number in the run, so that a remembered run keeps its aim when the product makes calls more or fewer.
struct When {
    Duration at{0};
    std::optional<PortCall> behind;
    std::uint32_t nth = 1;
    friend bool operator==(const When&, const When&) = default;
};

struct PlannedTrait {
    std::size_t trait = 0;          ///< index into traits()
    std::uint64_t number = 0;       ///< varies it
    friend bool operator==(const PlannedTrait&, const PlannedTrait&) = default;
};
struct PlannedHappening {
    When when;
    std::size_t happening = 0;      ///< index into happenings()
    std::uint64_t number = 0;
    friend bool operator==(const PlannedHappening&, const PlannedHappening&) = default;
};
/// A call, or a run of calls of its kind, that does not go as it should.
struct PlannedFault {
    When when;                      ///< `behind` is not used: the fault names its call
    std::uint64_t how_many = 1;
    std::size_t fault = 0;          ///< index into documented_faults()
    simulated::Effect effect = simulated::Effect::fails;
    Duration takes{1};
    friend bool operator==(const PlannedFault&, const PlannedFault&) = default;
};
struct PlannedCrash {
    When when;
    bool after = false;             ///< the call took effect
    bool machine_too = false;       ///< power is lost: the machine restarts
    friend bool operator==(const PlannedCrash&, const PlannedCrash&) = default;
};

/// A whole run, drawn from a seed. Everything that happens in it is listed, so that it can be shrunk, told and remembered.
struct Scenario {
    std::uint64_t seed = 0;
    Duration length{0};             ///< true time; then everything calms down, and the server must become healthy
    bool on_sqlite = false;         ///< the real state database, on a disk that loses power
    bool wakes_are_lost = false;    ///< no notification reaches us: only the interval counts
    std::vector<PlannedTrait> traits;
    std::vector<PlannedHappening> happenings;
    std::vector<PlannedFault> faults;
    std::vector<PlannedCrash> crashes;

    [[nodiscard]] std::size_t size() const { return traits.size() + happenings.size() + faults.size() + crashes.size(); }
    /// The same run without the ingredient at `index`: traits first, then happenings, faults, crashes.
    [[nodiscard]] Scenario without(std::size_t index) const;
    /// For people, and for the corpus: a line `run <seed>, <n> s`, then one an ingredient.
    [[nodiscard]] std::string tell() const;
    friend bool operator==(const Scenario&, const Scenario&) = default;
};

/// The scenarios of a corpus, which is what `tell` says of each; empty lines and lines that begin with `#` are passed over.
/// Errors: malformed, with the line.
Result<std::vector<Scenario>> read_corpus(const std::string& text);

/// A day or less of a server that few things befall at once, with faults of calls, and crashes.
Scenario draw_day(std::uint64_t seed);

/// How often things go wrong in a year, beside renewals and reboots, which are the server's habit.
struct FaultRates {
    const char* name = "usual";
    double drifts_a_year = 4;        ///< somebody changes a record, a value, a certificate
    double troubles_a_year = 6;      ///< RRAS or a service gets stuck, hangs, crashes
    double outages_of_ours_a_year = 3;   ///< the database, the disk, the policy file, the event log
    double reboots_a_year = 12;      ///< besides a server's habit
};
/// Four hundred days, at least twenty events.
Scenario draw_year(std::uint64_t seed, const FaultRates& rates = {});

}  // namespace sstp::simulation
