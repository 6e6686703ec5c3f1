#pragma once

#include "core/model/policy.h"

#include <cstddef>
#include <cstdint>
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
    /// The line of the file around the place, at most 76 characters, without control characters and without what a URL
    /// must not show; empty when the file has no line to show (not UTF-8, too large).
    std::string excerpt;
    std::string marks;       ///< blanks and `^` to be printed under `excerpt`; empty with it

    /// `policy.json:12:17: /certificate/warn_before: "warn_before" must be ...`, without what a console or a log would obey.
    [[nodiscard]] std::string to_string(std::string_view file) const;
    friend bool operator==(const PolicyProblem&, const PolicyProblem&) = default;
};

/// What a policy file, valid or not, says of the mode (promise 7). Without the key: heal, the default.
enum class SaidMode : std::uint8_t {
    heal,        ///< heal, and nothing else
    other,       ///< observe, or a word that is neither, or something that was probably meant as the mode
    unreadable,  ///< the text is no JSON object, so nobody knows
};

struct PolicyReading {
    std::optional<Policy> policy;         ///< there exactly when there are no problems
    std::vector<PolicyProblem> problems;  ///< all of them (at most 100), in the order of the file
    /// Anything but `heal` in an invalid file: nothing is healed until the file is valid, whatever policy stays in force.
    SaidMode mode = SaidMode::heal;
    std::vector<std::string> given;       ///< JSON pointers of all that the file says; empty when it is invalid
};

/// Reads the text of a policy file, strictly: DESIGN sections 5, 5.1 and 7.12. Never throws.
/// At most 1 MiB of UTF-8; comments and a byte order mark are allowed. `{}` is a complete policy.
PolicyReading read_policy(std::string_view text);

/// Every problem on a line of its own: for journal, log and SIEM.
std::string to_lines(const std::vector<PolicyProblem>& problems, std::string_view file);
/// The same for a console: under each problem the line of the file with the place marked.
std::string to_lines_with_excerpts(const std::vector<PolicyProblem>& problems, std::string_view file);

}  // namespace sstp
