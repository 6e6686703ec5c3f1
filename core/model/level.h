#pragma once

#include <compare>
#include <cstdint>

namespace sstp {

/// What clients of one family get, measured against what RRAS held at that moment, never against the target (DESIGN 2.4).
/// Ordered: more is better.
enum class Level : std::uint8_t {
    nothing = 0,        ///< nothing answers
    refused = 1,        ///< a certificate that clients refuse (dates, name, key, revocation), or that the held hash does not name
    crypto_binding = 2, ///< a fit one that this hash names
    answers = 3,        ///< and the SSTP URI answers with a status of verify.uri_status
};
const char* word(Level level) noexcept;   ///< "nothing", "refused", "crypto_binding", "answers"

}  // namespace sstp
