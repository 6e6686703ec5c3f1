#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// Columns that a line of UTF-8 takes, one a code point.
std::size_t columns_of(std::string_view text);

/// The text in lines of at most `columns` (at least 20), broken at blanks; a word that is longer is broken as well. Never empty.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

/// At most `columns` of it; what is cut off ends with "...", at a blank where there is one nearby.
std::string cut_to_columns(std::string_view text, std::size_t columns);

}  // namespace sstp
