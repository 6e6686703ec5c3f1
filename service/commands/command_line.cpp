#include "service/commands/command_line.h"

#include "service/commands/console.h"
#include "service/commands/portable/help_text.h"
#include "service/windows/data_folder.h"
#include "watchdog_version.h"

#include <fmt/format.h>

#include <exception>

namespace sstp {

namespace {

constexpr OptionSyntax kOptions[] = {
    {.name = "version", .does = "Display program version information and exit"},
    {.name = "data", .does = "Folder of policy, state and logs (default %ProgramData%\\SSTP Watchdog)", .value = "DIR"},
    {.name = "policy", .does = "Policy file (default policy.json in the data folder)", .value = "FILE"},
};

constexpr const CommandSyntax* kCommands[] = {
    &kCheckCommand,   &kExplainCommand, &kPlanCommand,     &kForecastCommand,  &kHealCommand,    &kStatusCommand,
    &kHistoryCommand, &kReportCommand,  &kSnapshotCommand, &kRehearseCommand,  &kSupportCommand, &kPolicyCommand,
    &kSiemCommand,    &kRunCommand,     &kInstallCommand,  &kUninstallCommand, &kServiceCommand,
};

constexpr CommandSyntax kProgram{
    .name = "sstp-watchdog",
    .does =
        "Keeps the certificate of the SSTP VPN listener working: notices when bindings, hashes or the certificate break, repairs\n"
        "them, proves the repair with a real handshake, and tells.\n",
    .options = kOptions,
    .commands = kCommands,
};

constexpr char kFooter[] =
    "Exit codes: check 0 ok, 1 warning, 2 critical, 3 unknown; plan 0 nothing to do, 10 there is a plan, 11 refused, 3 unknown;\n"
    "heal 0 healthy, 1 failed or something critical is left, 11 refused; everything else 0 or 1; 64 for a mistake in the command line.\n"
    "Looking at bindings and keys needs an elevated console.";

/// What was not given on the line. The data folder is asked of Windows only when it is needed.
int complete(Places& places) {
    if (places.data_folder.empty()) {
        const auto folder = default_data_folder();
        if (!folder) return complain(folder.error().message(), 1);
        places.data_folder = *folder;
    }
    while (places.data_folder.size() > 3 && (places.data_folder.back() == '\\' || places.data_folder.back() == '/'))
        places.data_folder.pop_back();
    if (places.policy_file.empty()) places.policy_file = places.in_data_folder("policy.json");
    return 0;
}

int parse_and_run(const std::vector<std::string>& arguments, Environment& environment) {
    const GivenLine line = read_line(kProgram, arguments);
    if (arguments.empty()) {
        complain_lines(help_text(line.commands, kFooter));
        return kUsageError;
    }
    if (line.has("version") || line.has("help")) {
        print_text(line.has("version") ? fmt::format("SSTP Watchdog {}\n", kWatchdogVersion) : help_text(line.commands, kFooter));
        return 0;
    }
    if (!line.mistake.empty()) return usage_error(line.mistake);
    environment.places.data_folder = line.value("data");
    environment.places.policy_file = line.value("policy");
    if (const int failed = complete(environment.places); failed != 0) return failed;
    return line.command().run(environment, line);
}

}  // namespace

int usage_error(const std::string& mistake) {
    return complain(mistake + ". sstp-watchdog --help lists the commands and their options", kUsageError);
}

int run_command_line(const std::vector<std::string>& arguments, Environment& environment) noexcept {
    try {
        const Utf8Console console;
        return parse_and_run(arguments, environment);
    } catch (const std::exception& error) {
        return complain(std::string{"an unforeseen error ended the command: "} + error.what(), 1);
    }
}

}  // namespace sstp
