#pragma once

#include <cstdint>
#include <string>

namespace sstp::simulation {

/// A promise of DESIGN section 1 was broken. Thrown through the product: nothing in it catches.
struct Violation {
    std::string promise;
    std::string explanation;
    std::uint64_t at_call = 0;
};

}  // namespace sstp::simulation
