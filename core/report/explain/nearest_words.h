#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// Of `words` (snake_case) those that somebody who typed `typed` may have meant, best first, at most `most`: by the parts that they share,
/// spelling mistakes, beginnings and what administrators say instead (`cert`, `thumbprint`, `ocsp`) allowed for. Empty: nothing is near.
std::vector<std::string> nearest_words(std::string_view typed, const std::vector<std::string>& words, std::size_t most);

}  // namespace sstp
