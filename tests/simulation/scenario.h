#pragma once

#include "core/model/result.h"
#include "tests/simulated_windows/adversary.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sstp::simulation {

/// A mishap at a time: before the first look (`at_call` = 0) or between two calls of the product.
struct PlannedMishap {
    std::uint64_t at_call = 0;
    std::size_t mishap = 0;      ///< index into mishaps()
    std::uint64_t number = 0;    ///< varies it
};

/// A call, or a run of calls, that does not go as it should.
struct PlannedFault {
    std::uint64_t at_call = 0;
    std::uint64_t how_many = 1;  ///< matching calls from there on; large: ever after
    std::size_t fault = 0;       ///< index into documented_faults(): also which call it strikes
    simulated::Effect effect = simulated::Effect::fails;
    Duration takes{1};
};

struct PlannedCrash {
    std::uint64_t at_call = 0;
    bool after = false;          ///< after the call took effect
    bool machine_too = false;    ///< power is lost: the machine restarts
};

/// A whole run, drawn from a seed. Everything that happens in it is listed, so that it can be shrunk and told.
struct Scenario {
    std::uint64_t seed = 0;
    std::vector<PlannedMishap> mishaps;
    std::vector<PlannedFault> faults;
    std::vector<PlannedCrash> crashes;
    std::uint32_t cycles = 6;    ///< of the safety phase
    bool on_sqlite = false;      ///< the real state database, on a disk that loses power

    [[nodiscard]] std::size_t size() const { return mishaps.size() + faults.size() + crashes.size(); }
    /// The same run without the ingredient at `index` (mishaps first, then faults, then crashes).
    [[nodiscard]] Scenario without(std::size_t index) const;
    /// For people, and for the corpus: a line `run <seed>, <n> cycles`, then one an ingredient.
    [[nodiscard]] std::string tell() const;
};

/// The scenarios of a corpus, which is what `tell` says of each; empty lines and lines that begin with `#` are passed over.
/// Errors: malformed, with the line.
Result<std::vector<Scenario>> read_corpus(const std::string& text);

/// Correlated: a healthy server, then perturbed by few things at once, as servers are.
Scenario draw(std::uint64_t seed);

}  // namespace sstp::simulation
