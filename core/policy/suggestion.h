#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// Edits (insert, delete, replace, swap of neighbours) between two words, ASCII letters without case.
std::size_t edit_distance(std::string_view left, std::string_view right);

/// The word that somebody who wrote `typed` probably meant: at most two edits away, and less than half of it. The first of equals.
std::optional<std::string> closest(std::string_view typed, const std::vector<std::string>& words);

}  // namespace sstp
