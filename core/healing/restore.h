#pragma once

#include "core/healing/heal_run.h"

#include <optional>
#include <string>

namespace sstp {

/// What came of putting one value back.
struct Restored {
    bool settled = false;          ///< as it was, or not ours to touch, or impossible for good: nothing is left to do
    bool as_it_was = false;        ///< settled, and exactly what was found
    std::string explanation;       ///< a sentence for journal and console
    std::optional<Error> error;    ///< what stood in the way
};

/// Puts back what the bind or write step at `index` changed, by looking at the present value, and reads it back.
Restored restore(HealRun& run, std::size_t index);

}  // namespace sstp
