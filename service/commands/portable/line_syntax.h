#pragma once

#include <cstdint>
#include <span>

namespace sstp {

struct Environment;
struct GivenLine;

/// `--name`, or `-l`.
struct OptionSyntax {
    const char* name;
    const char* does;
    const char* value = nullptr;   ///< what the help calls it; null: the option takes none
    char letter = 0;
    bool value_may_lack = false;
    const char* needs = nullptr;   ///< another option, without which this one means nothing
};

/// What a command is told without an option before it.
struct WordSyntax {
    enum class Count : std::uint8_t { none, one, any };
    Count count = Count::none;
    const char* name = nullptr;
    const char* shown = nullptr;   ///< in the list of the help: "WORD TEXT ..."
    const char* does = nullptr;
};

/// One command as tables: what its line may hold, and what it runs. With commands of its own it runs none: one of them must be named.
struct CommandSyntax {
    const char* name;
    const char* does;
    std::span<const OptionSyntax> options = {};
    WordSyntax words = {};
    std::span<const CommandSyntax* const> commands = {};
    int (*run)(Environment& environment, const GivenLine& line) = nullptr;   ///< gives the exit code
};

/// Options of every command, in the order of the help.
inline constexpr OptionSyntax kHelpOption{.name = "help", .does = "Print this help message and exit", .letter = 'h'};

}  // namespace sstp
