#pragma once

#include "service/commands/portable/given_line.h"
#include "service/host/assembly.h"

#include <string>
#include <vector>

namespace sstp {

/// What every command is given: where this instance is, and how to reach Windows.
struct Environment {
    Places places;            ///< filled in when the command line has been read
    std::string program;      ///< full path of the executable
    std::string computer;
    std::string hardening;    ///< summary of the measures that the process took
    Assemble assemble;
};

/// Exit code of a mistake in the command line: EX_USAGE of sysexits.h, which no other result of any command has, so that
/// a monitoring system never takes a typing error for "critical".
inline constexpr int kUsageError = 64;

// The commands, each in the file of its name.
extern const CommandSyntax kServiceCommand;
extern const CommandSyntax kRunCommand;
extern const CommandSyntax kCheckCommand;
extern const CommandSyntax kPlanCommand;
extern const CommandSyntax kForecastCommand;
extern const CommandSyntax kHealCommand;
extern const CommandSyntax kStatusCommand;
extern const CommandSyntax kHistoryCommand;
extern const CommandSyntax kSnapshotCommand;
extern const CommandSyntax kRehearseCommand;
extern const CommandSyntax kSupportCommand;
extern const CommandSyntax kPolicyCommand;
extern const CommandSyntax kExplainCommand;
extern const CommandSyntax kReportCommand;
extern const CommandSyntax kSiemCommand;
extern const CommandSyntax kInstallCommand;
extern const CommandSyntax kUninstallCommand;

/// Says that the line, or a value on it, is a mistake, and where help is. Gives kUsageError.
int usage_error(const std::string& mistake);

/// Reads the line (UTF-8, without the program's name), runs what it names and gives the exit code of the process.
/// Never throws.
int run_command_line(const std::vector<std::string>& arguments, Environment& environment) noexcept;

}  // namespace sstp
