#pragma once

#include "service/commands/portable/line_syntax.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// What a line holds, read by the tables of its command.
struct GivenLine {
    std::vector<const CommandSyntax*> commands;   ///< the program itself, then what was named: policy, check
    std::map<std::string, std::string, std::less<>> options;
    std::vector<std::string> words;
    std::string mistake;                          ///< a sentence without its full stop; empty: there is none

    [[nodiscard]] const CommandSyntax& command() const { return *commands.back(); }
    [[nodiscard]] bool has(std::string_view option) const { return options.contains(option); }
    /// Empty when it was not given.
    [[nodiscard]] std::string value(std::string_view option) const;
    /// The first word; empty when there is none.
    [[nodiscard]] std::string word() const { return words.empty() ? std::string{} : words.front(); }
};

/// Reads the line (UTF-8, without the program's name) with getopt_long. Options of `program` may stand anywhere, those of a command behind
/// its name, both also as Windows writes them (/json, /data:DIR). Names are never shortened. Not for two threads at once: getopt has one
/// state in the process.
GivenLine read_line(const CommandSyntax& program, const std::vector<std::string>& arguments);

}  // namespace sstp
