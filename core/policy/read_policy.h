#pragma once

#include "core/model/policy.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// One thing that is wrong with a policy file, and where.
struct PolicyProblem {
    std::size_t line = 1;    ///< from 1
    std::size_t column = 1;  ///< from 1, in characters
    std::string pointer;     ///< JSON pointer (RFC 6901) to the value or key; empty: the whole file
    std::string sentence;    ///< for a person, one line

    /// `policy.json:12:17: /certificate/warn_before: "warn_before" must be ...`
    [[nodiscard]] std::string to_string(std::string_view file) const;
    friend bool operator==(const PolicyProblem&, const PolicyProblem&) = default;
};

struct PolicyReading {
    std::optional<Policy> policy;         ///< there exactly when there are no problems
    std::vector<PolicyProblem> problems;  ///< all of them (at most 100), in the order of the file
};

/// Reads the text of a policy file, strictly: DESIGN sections 5, 5.1 and 7.12. Never throws.
/// At most 1 MiB of UTF-8; comments and a byte order mark are allowed. `{}` is a complete policy.
PolicyReading read_policy(std::string_view text);

/// Every problem on a line of its own, for a message to a person.
std::string to_lines(const std::vector<PolicyProblem>& problems, std::string_view file);

}  // namespace sstp
