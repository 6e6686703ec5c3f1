#include "service/commands/portable/given_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

// The port for MSVC takes the names of plain text for those of wide text where these are defined.
#if defined(_MSC_VER)
#undef UNICODE
#undef _UNICODE
#endif
#include <getopt.h>

namespace sstp {

namespace {

/// getopt_long over the whole line, in its order ("-"), and one table after the other: which options there are depends on the command named
/// before them.
class LineReader {
public:
    LineReader(const CommandSyntax& program, const std::vector<std::string>& arguments) : arguments_{program.name} {
        line_.commands.push_back(&program);
        arguments_.insert(arguments_.end(), arguments.begin(), arguments.end());
        for (std::string& each : arguments_) pointers_.push_back(each.data());
        pointers_.push_back(nullptr);
    }

    GivenLine read() {
        optind = 0;  // begins anew, in glibc and in mingw-w64
        opterr = 0;
        for (;;) {
            const int at = std::max(optind, 1);
            const int found = next();
            if (found == -1) break;
            if (found == kWord) {
                word(optarg);
            } else if (found == '?') {
                refused(argument(at));
            } else {
                taken(argument(at), found);
            }
        }
        for (; optind < count(); ++optind) name_or_word(pointers_[static_cast<std::size_t>(optind)]);  // behind "--"
        judge();
        return std::move(line_);
    }

private:
    static constexpr int kWord = 1;  // what getopt gives for an argument that is no option
    static constexpr int kFirstLong = 256;  // behind all letters

    [[nodiscard]] int count() const { return static_cast<int>(pointers_.size()) - 1; }

    /// Those of the command named last, those of the program, and help.
    [[nodiscard]] std::vector<const OptionSyntax*> known() const {
        std::vector<const OptionSyntax*> options{&kHelpOption};
        for (const OptionSyntax& each : line_.command().options) options.push_back(&each);
        if (line_.commands.size() > 1) {
            for (const OptionSyntax& each : line_.commands.front()->options) options.push_back(&each);
        }
        return options;
    }

    int next() {
        std::string letters = "-";  // in order
        std::vector<option> table;
        for (const OptionSyntax* each : known()) {
            const int value = each->value == nullptr ? no_argument : each->value_may_lack ? optional_argument : required_argument;
            table.push_back({each->name, value, nullptr, kFirstLong + static_cast<int>(table.size())});
            if (each->letter != 0) letters += each->letter;
        }
        table.push_back({nullptr, 0, nullptr, 0});
        return getopt_long(count(), pointers_.data(), letters.c_str(), table.data(), nullptr);
    }

    void mistake(std::string text) {
        if (line_.mistake.empty()) line_.mistake = std::move(text);
    }
    void not_expected(std::string_view argument) { mistake(fmt::format("The following argument was not expected: {}", argument)); }

    [[nodiscard]] const std::string& argument(int at) const { return arguments_[static_cast<std::size_t>(at)]; }

    /// The option that an argument names in full; null: none does. getopt also takes the beginning of a name.
    [[nodiscard]] const OptionSyntax* named(std::string_view name) const {
        const auto options = known();
        const auto found = std::ranges::find_if(options, [name](const OptionSyntax* each) { return name == each->name; });
        return found == options.end() ? nullptr : *found;
    }

    void refused(std::string_view text) {
        const OptionSyntax* option = text.starts_with("--") ? named(text.substr(2, text.find('=') - 2)) : nullptr;
        if (option == nullptr) {
            not_expected(text);
        } else if (option->value != nullptr) {
            misses_value(*option);
        } else {
            mistake(fmt::format("--{} takes no value", option->name));
        }
    }

    void taken(std::string_view text, int found) {
        const auto options = known();
        if (found < kFirstLong) {  // a letter
            set(**std::ranges::find_if(options, [found](const OptionSyntax* each) { return each->letter == found; }), {});
            return;
        }
        const OptionSyntax& option = *options[static_cast<std::size_t>(found - kFirstLong)];
        const std::size_t equals = text.find('=');
        if (named(text.substr(2, equals - 2)) != &option) {  // shortened
            not_expected(text);
        } else if (option.value != nullptr && !option.value_may_lack && equals == text.size() - 1) {
            misses_value(option);
        } else {
            set(option, value_of(option));
        }
    }

    /// A value that may lack may also stand in an argument of its own, which getopt leaves where it is.
    [[nodiscard]] std::string value_of(const OptionSyntax& option) const {
        if (optarg != nullptr) return optarg;
        const char* next = pointers_[static_cast<std::size_t>(optind)];
        if (!option.value_may_lack || next == nullptr || *next == '-') return {};
        ++optind;
        return next;
    }

    void misses_value(const OptionSyntax& option) { mistake(fmt::format("--{} needs a value: {}", option.name, option.value)); }

    void set(const OptionSyntax& option, std::string value) {
        const bool is_new = line_.options.insert_or_assign(option.name, std::move(value)).second;
        if (!is_new && option.value != nullptr) mistake(fmt::format("--{} may be given once", option.name));
    }

    void word(const std::string& text) {
        if (!windows_option(text)) name_or_word(text);
    }

    /// `/json`, `/data:DIR` and `/data DIR`. What is no name of an option is a word, such as a path.
    bool windows_option(std::string_view text) {
        if (!text.starts_with('/')) return false;
        const std::size_t colon = text.find(':');
        const OptionSyntax* option = named(text.substr(1, colon == text.npos ? colon : colon - 1));
        if (option == nullptr || (option->value == nullptr && colon != text.npos)) return false;
        if (option->value == nullptr) {
            set(*option, {});
        } else if (colon != text.npos) {
            set(*option, std::string{text.substr(colon + 1)});
        } else if (option->value_may_lack || optind >= count()) {
            option->value_may_lack ? set(*option, {}) : misses_value(*option);
        } else {
            set(*option, pointers_[static_cast<std::size_t>(optind++)]);
        }
        return true;
    }

    void name_or_word(const std::string& text) {
        const CommandSyntax& command = line_.command();
        if (!command.commands.empty()) {
            const auto found = std::ranges::find_if(command.commands, [&text](const CommandSyntax* each) { return text == each->name; });
            if (found != command.commands.end()) {
                line_.commands.push_back(*found);
            } else {
                mistake(fmt::format("there is no command \"{}\"", text));
            }
        } else if (command.words.count == WordSyntax::Count::none ||
                   (command.words.count == WordSyntax::Count::one && !line_.words.empty())) {
            not_expected(text);
        } else {
            line_.words.push_back(text);
        }
    }

    void judge() {
        const CommandSyntax& command = line_.command();
        if (!command.commands.empty()) mistake("A subcommand is required");
        if (command.words.count == WordSyntax::Count::one && line_.words.empty())
            mistake(fmt::format("{} is required", command.words.name));
        for (const OptionSyntax& each : command.options) {
            if (each.needs != nullptr && line_.has(each.name) && !line_.has(each.needs))
                mistake(fmt::format("--{} requires --{}", each.name, each.needs));
        }
    }

    std::vector<std::string> arguments_;
    std::vector<char*> pointers_;
    GivenLine line_;
};

}  // namespace

std::string GivenLine::value(std::string_view option) const {
    const auto found = options.find(option);
    return found == options.end() ? std::string{} : found->second;
}

GivenLine read_line(const CommandSyntax& program, const std::vector<std::string>& arguments) {
    return LineReader{program, arguments}.read();
}

}  // namespace sstp
