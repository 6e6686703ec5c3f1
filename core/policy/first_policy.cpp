#include "core/policy/first_policy.h"

#include "core/policy/policy_rule.h"

#include <fmt/format.h>

namespace sstp {

namespace {

constexpr std::string_view kHeading =
    "// SSTP Watchdog: the policy. Every key is optional, and stands here with its default; {} is a complete policy.\n"
    "// The file is read again when it changes. Try a change first: sstp-watchdog policy check FILE\n"
    "// Durations: a whole number with ms, s, m, h or d.\n";

/// Comment lines, broken between words before column 120.
std::string comment(std::string_view text, const std::string& indent) {
    constexpr std::size_t kWidth = 120;
    std::string lines;
    std::string line;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        if (!line.empty() && indent.size() + 3 + line.size() + 1 + word.size() > kWidth) {
            lines += fmt::format("{}// {}\n", indent, line);
            line.clear();
        }
        if (!line.empty()) line += ' ';
        line += word;
        text.remove_prefix(std::min(word.size() + 1, text.size()));
    }
    return lines + fmt::format("{}// {}\n", indent, line);
}

std::string on_one_line(const Json& value) {
    if (!value.is_array()) return value.dump();
    std::string text;
    for (const Json& element : value) text += (text.empty() ? "" : ", ") + element.dump();
    return "[" + text + "]";
}

/// The words that a key takes, and an example where the default does not show how a value looks.
std::string note_on(const Json& schema) {
    std::string note = schema.value("description", "");
    if (const auto words = schema.find("enum"); words != schema.end()) {
        std::string list;
        for (const Json& word : *words) list += (list.empty() ? "" : " | ") + word.get<std::string>();
        note = fmt::format("{} ({})", note, list);
    }
    if (const auto examples = schema.find("examples"); examples != schema.end())
        note += fmt::format(" Example: {}", on_one_line(examples->front()));
    return note;
}

std::string commented(const Json& values, const Json& schema, const std::string& indent) {
    std::string text;
    for (const auto& [key, value] : values.items()) {
        const Json& described = schema.at("properties").at(key);
        const bool is_section = described.contains("properties");
        if (!text.empty()) text += indent.size() == 2 ? ",\n\n" : ",\n";
        text += comment(note_on(described), indent);
        text += fmt::format("{}\"{}\": ", indent, key);
        text += is_section ? "{\n" + commented(value, described, indent + "  ") + "\n" + indent + "}" : on_one_line(value);
    }
    return text;
}

Error refused(std::string subject, std::string text) {
    return {ErrorKind::malformed, "write the first policy", std::move(subject), 0, std::move(text)};
}

}  // namespace

Result<std::string> first_policy(std::string_view mode, const std::vector<std::string>& dns_names) {
    Policy policy;
    if (mode != word_of(Mode::heal) && mode != word_of(Mode::observe)) {
        return refused("mode", fmt::format("the mode must be \"heal\" or \"observe\"; this is {}", in_quotes(mode)));
    }
    policy.mode = mode == word_of(Mode::heal) ? Mode::heal : Mode::observe;
    for (const std::string& name : dns_names) {
        const auto good = certificate_name_from_text(name);
        if (!good) return refused("dns_names", fmt::format("a name {}; this is {}", good.error().why, in_quotes(name)));
    }
    policy.certificate.dns_names = dns_names;

    const auto& rule = policy_rule();
    std::string text = fmt::format("{}{{\n{}\n}}\n", kHeading, commented(rule.show(policy), rule.schema, "  "));
    // The reader has the last word: too many names, one of them twice.
    if (const auto reading = read_policy(text); !reading.policy) return refused("dns_names", reading.problems.front().sentence);
    return text;
}

std::vector<std::string> split_names(std::string_view list) {
    constexpr std::string_view kSeparators = ",; \t\r\n";
    std::vector<std::string> names;
    while (true) {
        const std::size_t start = list.find_first_not_of(kSeparators);
        if (start == std::string_view::npos) return names;
        list.remove_prefix(start);
        const std::size_t end = std::min(list.find_first_of(kSeparators), list.size());
        names.emplace_back(list.substr(0, end));
        list.remove_prefix(end);
    }
}

}  // namespace sstp
