#include "tests/windows_server/kit/words.h"

#include <algorithm>

namespace sstp::kit {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }

/// Calls `word(name)` for each word, and `text(piece)` for what lies between.
template <class Text, class Word>
void walk(std::string_view line, Text text, Word word) {
    std::size_t done = 0;
    for (std::size_t at = line.find('{'); at != std::string_view::npos; at = line.find('{', at + 1)) {
        std::size_t end = at + 1;
        while (end < line.size() && is_letter(line[end])) ++end;
        if (end == at + 1 || end >= line.size() || line[end] != '}') continue;
        text(line.substr(done, at - done));
        word(line.substr(at + 1, end - at - 1));
        done = end + 1;
    }
    text(line.substr(done));
}

}  // namespace

bool Words::has(std::string_view word) const {
    const auto is_set = [&](const auto& words) {
        const auto found = words.find(word);
        return found != words.end() && !found->second.empty();
    };
    return is_set(open) || is_set(secret);
}

std::string Words::fill(std::string_view line) const {
    std::string filled;
    walk(
        line, [&](std::string_view piece) { filled += piece; },
        [&](std::string_view word) {
            if (const auto found = open.find(word); found != open.end())
                filled += found->second;
            else if (const auto hidden = secret.find(word); hidden != secret.end())
                filled += hidden->second;
            else
                (filled += '{') += std::string{word} + '}';
        });
    return filled;
}

std::string Words::show(std::string_view line) const {
    Words shown = *this;
    shown.secret.clear();
    return shown.fill(line);
}

std::string Words::hide(std::string text) const {
    for (const auto& [word, value] : secret) {
        for (std::size_t at = text.find(value); !value.empty() && at != std::string::npos; at = text.find(value, at))
            text.replace(at, value.size(), "{" + word + "}");
    }
    return text;
}

std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    walk(
        line, [](std::string_view) {},
        [&](std::string_view word) {
            if (std::find(words.begin(), words.end(), word) == words.end()) words.emplace_back(word);
        });
    return words;
}

}  // namespace sstp::kit
