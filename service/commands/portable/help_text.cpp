#include "service/commands/portable/help_text.h"

#include <fmt/format.h>

namespace sstp {

namespace {

constexpr std::size_t kColumns = 30;   // of the names

std::string row(const std::string& name, const char* does) { return fmt::format("  {:<{}}{}\n", name, kColumns - 2, does); }

std::string name_of(const OptionSyntax& option) {
    std::string name = option.letter == 0 ? fmt::format("--{}", option.name) : fmt::format("-{},--{}", option.letter, option.name);
    if (option.value != nullptr) name += fmt::format(" {}", option.value);
    if (option.needs != nullptr) name += fmt::format(" Needs: --{}", option.needs);
    return name;
}

std::string usage(std::span<const CommandSyntax* const> commands) {
    std::string line = "Usage:";
    for (const CommandSyntax* each : commands) line += fmt::format(" {}", each->name);
    line += " [OPTIONS]";
    const CommandSyntax& command = *commands.back();
    if (command.words.count == WordSyntax::Count::one) line += fmt::format(" {}", command.words.name);
    if (command.words.count == WordSyntax::Count::any) line += fmt::format(" [{}...]", command.words.name);
    if (!command.commands.empty()) line += " SUBCOMMAND";
    return line + "\n";
}

}  // namespace

std::string help_text(std::span<const CommandSyntax* const> commands, std::string_view footer) {
    const CommandSyntax& command = *commands.back();
    std::string text = fmt::format("{}\n{}", command.does, usage(commands));
    if (command.words.count != WordSyntax::Count::none) text += "\nPositionals:\n" + row(command.words.shown, command.words.does);
    text += "\nOptions:\n" + row(name_of(kHelpOption), kHelpOption.does);
    for (const OptionSyntax& each : command.options) text += row(name_of(each), each.does);
    if (!command.commands.empty()) text += "\nSubcommands:\n";
    for (const CommandSyntax* each : command.commands) text += row(each->name, each->does);
    return text + fmt::format("\n\n{}\n", footer);
}

}  // namespace sstp
