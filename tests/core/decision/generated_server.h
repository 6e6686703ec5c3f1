#pragma once

#include "tests/core/diagnosis/server_builder.h"

#include <cstdint>
#include <random>

namespace sstp::test {

/// Plain dice: std::uniform_int_distribution differs between libraries, and a seed must mean the same world everywhere.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}

    std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(engine_() % bound); }

    bool one_in(std::uint32_t chances) { return below(chances) == 0; }

    template <class List>
    const auto& any_of(const List& list) {
        return list[below(static_cast<std::uint32_t>(list.size()))];
    }

private:
    std::mt19937_64 engine_;
};

/// A small world: up to six certificates, mostly fit, in a healthy server of which a few things are changed. Correlated as
/// the field is: renewals of one name, a stranger's record, a hash left behind. Everything in it is readable.
ServerBuilder generated_server(Dice& dice);

}  // namespace sstp::test
