#include "core/policy/excerpt.h"

#include "core/policy/json_document.h"
#include "core/policy/json_tokens.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace sstp {

namespace {

constexpr std::size_t kWidth = 75;   // with an indent of 4 it fits a console of 80, whose last column must stay free
constexpr std::size_t kBefore = 24;  // characters shown at least before the place, and at least of what is marked
constexpr std::string_view kDots = "...";

std::size_t find_one_of(const Characters& line, std::size_t from, std::string_view ends) {
    while (from < line.size() && ends.find(line[from][0]) == std::string_view::npos) ++from;
    return from;
}

void hide(Characters& line, std::size_t from, std::size_t to) {
    for (; from < to; ++from) line[from] = "*";
}

/// Of a URL that begins at `at`, behind its scheme, only host, port and first path segment stay readable (DESIGN 5.1).
void hide_rest_of_url(Characters& line, std::size_t at) {
    const std::size_t end = find_one_of(line, at, "\"");
    const std::size_t path = std::min(end, find_one_of(line, at, "/\\?#"));
    for (std::size_t i = path; i > at; --i) {
        if (line[i - 1] == "@") {
            hide(line, at, i - 1);
            break;
        }
    }
    std::size_t rest = path;
    while (rest < end && (line[rest] == "/" || line[rest] == "\\")) ++rest;  // JSON may write a slash as \/
    rest = std::min(end, find_one_of(line, rest, "/\\?#"));
    if (path < end && (line[path] == "?" || line[path] == "#")) rest = path;
    hide(line, rest, end);
}

bool reads(const Characters& line, std::size_t at, std::string_view text) {
    if (at + text.size() > line.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (line[at + i].size() != 1 || line[at + i][0] != text[i]) return false;
    }
    return true;
}

void hide_urls(Characters& line) {
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (reads(line, i, "://")) hide_rest_of_url(line, i + 3);
        if (reads(line, i, ":\\/\\/")) hide_rest_of_url(line, i + 5);
        if (!reads(line, i, "\"url\"")) continue;
        std::size_t value = i + 5;
        while (value < line.size() && (line[value] == " " || line[value] == "\t" || line[value] == ":")) ++value;
        if (!reads(line, value, "\"")) continue;
        const std::size_t scheme = find_one_of(line, value + 1, ":\"");
        if (!reads(line, scheme, "://") && !reads(line, scheme, ":\\/\\/")) hide_rest_of_url(line, value + 1);
    }
}

/// The part of `line` around `column`, which counts from 0 and may be its end, and the marks under it.
void show(const Characters& line, std::size_t column, std::size_t length, PolicyProblem& problem) {
    std::size_t begin = 0;
    while (begin < column && begin < line.size() && (line[begin] == " " || line[begin] == "\t")) ++begin;
    const std::size_t with_dots = kWidth - kDots.size();
    const bool is_cut = line.size() - begin > kWidth && column - begin + std::min(length, kBefore) > with_dots;
    if (is_cut) begin = std::min(column - kBefore, line.size() - with_dots);
    const std::string_view before = is_cut ? kDots : std::string_view{};
    std::size_t room = kWidth - before.size();
    const bool goes_on = line.size() - begin > room;
    if (goes_on) room -= kDots.size();
    const std::size_t end = std::min(line.size(), begin + room);

    problem.excerpt = before;
    for (std::size_t i = begin; i < end; ++i) problem.excerpt += line[i] == "\t" ? " " : is_control_character(line[i]) ? "?" : line[i];
    if (goes_on) problem.excerpt += kDots;
    const std::size_t marked = std::max<std::size_t>(1, std::min(length, end - std::min(end, column)));
    problem.marks = std::string(before.size() + column - begin, ' ') + std::string(marked, '^');
}

bool has_lines(std::string_view text) {
    return text.size() <= kPolicySizeBound && text.find('\0') == std::string_view::npos &&
           first_invalid_utf8(text) == std::string_view::npos;
}

}  // namespace

void add_excerpts(std::string_view text, std::vector<PolicyProblem>& problems) {
    if (problems.empty() || !has_lines(text)) return;
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    std::size_t line = 1;
    std::size_t begin = 0;
    for (PolicyProblem& problem : problems) {
        for (; line < problem.line; ++line) begin = text.find('\n', begin) + 1;
        std::string_view whole = text.substr(begin, text.find('\n', begin) - begin);
        if (whole.ends_with('\r')) whole.remove_suffix(1);
        Characters characters = characters_of(whole);
        const std::size_t column = std::min(problem.column - 1, characters.size());
        std::size_t offset = 0;
        for (std::size_t i = 0; i < column; ++i) offset += characters[i].size();
        const std::size_t length = characters_of(whole.substr(offset, token_length(whole.substr(offset)))).size();
        hide_urls(characters);
        show(characters, column, length, problem);
    }
}

}  // namespace sstp
