#include "core/policy/suggestion.h"

#include <algorithm>

namespace sstp {

std::size_t edit_distance(std::string_view left, std::string_view right) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    const std::size_t width = right.size() + 1;
    std::vector<std::size_t> before(width);  // row i - 2
    std::vector<std::size_t> above(width);   // row i - 1
    std::vector<std::size_t> row(width);
    for (std::size_t j = 0; j < width; ++j) row[j] = j;
    for (std::size_t i = 1; i <= left.size(); ++i) {
        before.swap(above);
        above.swap(row);
        row[0] = i;
        for (std::size_t j = 1; j < width; ++j) {
            const bool equal = lower(left[i - 1]) == lower(right[j - 1]);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (equal ? 0 : 1)});
            const bool swapped = i > 1 && j > 1 && lower(left[i - 1]) == lower(right[j - 2]) && lower(left[i - 2]) == lower(right[j - 1]);
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
    }
    return row[right.size()];
}

std::optional<std::string> closest(std::string_view typed, const std::vector<std::string>& words) {
    constexpr std::size_t kLongest = 64;  // no word of ours is longer: the cost stays bounded whatever the file holds
    constexpr std::size_t kMostEdits = 2;
    if (typed.empty() || typed.size() > kLongest) return std::nullopt;
    std::optional<std::string> best;
    std::size_t least = kMostEdits + 1;
    for (const std::string& word : words) {
        const std::size_t distance = edit_distance(typed, word);
        if (distance >= least || distance * 2 >= std::max(typed.size(), word.size())) continue;
        least = distance;
        best = word;
    }
    return best;
}

}  // namespace sstp
