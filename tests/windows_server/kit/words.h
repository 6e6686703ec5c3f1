#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sstp::kit {

/// What `{word}` in a line stands for. A secret one is shown and written as `{word}`.
struct Words {
    std::map<std::string, std::string, std::less<>> open;
    std::map<std::string, std::string, std::less<>> secret;

    [[nodiscard]] bool has(std::string_view word) const;
    /// To run it.
    [[nodiscard]] std::string fill(std::string_view line) const;
    /// To show it: secrets stay words.
    [[nodiscard]] std::string show(std::string_view line) const;
    /// Secrets that a command printed become words again.
    [[nodiscard]] std::string hide(std::string text) const;
};

/// The words of a line, each once. A brace of PowerShell is no word: words are lower-case letters and underscores only.
std::vector<std::string> words_of(std::string_view line);

}  // namespace sstp::kit
