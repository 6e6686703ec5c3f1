// Whatever a policy file holds: the reader ends, says at least one thing about what it does not take, points into the
// text, and what it takes is the same policy when it is shown and read again.
#include "core/policy/read_policy.h"
#include "core/policy/show_policy.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const sstp::PolicyReading reading = sstp::read_policy(text);
    require(reading.policy.has_value() == reading.problems.empty());
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    for (const sstp::PolicyProblem& problem : reading.problems) {
        require(problem.line >= 1 && problem.line <= lines && problem.column >= 1 && problem.column <= size + 1);
        require(!problem.sentence.empty() && problem.sentence.find('\n') == std::string::npos);
    }
    if (!reading.policy) return 0;
    const std::string shown = show_policy(*reading.policy);
    const sstp::PolicyReading again = sstp::read_policy(shown);
    require(again.policy.has_value() && *again.policy == *reading.policy);
    require(show_policy(*again.policy) == shown);
    return 0;
}
