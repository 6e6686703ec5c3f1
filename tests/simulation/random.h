#pragma once

#include <cstddef>
#include <cstdint>

namespace sstp::simulation {

/// SplitMix64: one word of state, the same numbers on every machine and compiler (std distributions differ between them).
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t word() {
        std::uint64_t mixed = state_ += 0x9E3779B97F4A7C15ULL;
        mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9ULL;
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBULL;
        return mixed ^ mixed >> 31;
    }
    /// 0 .. bound - 1.
    std::uint64_t below(std::uint64_t bound) { return word() % bound; }
    bool one_in(std::uint64_t chances) { return below(chances) == 0; }

private:
    std::uint64_t state_;
};

}  // namespace sstp::simulation
