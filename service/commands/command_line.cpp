#include "service/commands/command_line.h"

#include "service/commands/console.h"
#include "service/windows/data_folder.h"
#include "watchdog_version.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <sstream>

namespace sstp {

namespace {

constexpr AddCommand kCommands[] = {add_check,   add_explain, add_plan,     add_forecast,  add_heal,    add_status,
                                    add_history, add_report,  add_snapshot, add_rehearse,  add_support, add_policy,
                                    add_siem,    add_run,     add_install,  add_uninstall, add_service};

constexpr char kDescription[] =
    "Keeps the certificate of the SSTP VPN listener working: notices when bindings, hashes or the certificate break, repairs\n"
    "them, proves the repair with a real handshake, and tells.\n";

constexpr char kFooter[] =
    "\nExit codes: check 0 ok, 1 warning, 2 critical, 3 unknown; plan 0 nothing to do, 10 there is a plan, 11 refused, 3 unknown;\n"
    "heal 0 healthy, 1 failed or something critical is left, 11 refused; everything else 0 or 1; 64 for a mistake in the command line.\n"
    "Looking at bindings and keys needs an elevated console.";

/// CLI11 asks for a subcommand before it wonders at a word that is none: the word is what the person wants to read.
int usage_error(const CLI::App& app, const CLI::ParseError& error) {
    std::string text = error.what();
    for (const std::string& word : app.remaining()) {
        if (!word.starts_with('-')) {
            text = fmt::format("there is no command \"{}\"", word);
            break;
        }
    }
    return complain(text + ". sstp-watchdog --help lists the commands and their options", kUsageError);
}

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
    CLI::App app{kDescription, "sstp-watchdog"};
    app.footer(kFooter);
    app.set_version_flag("--version", fmt::format("SSTP Watchdog {}", kWatchdogVersion));
    app.add_option("--data", environment.places.data_folder, "Folder of policy, state and logs (default %ProgramData%\\SSTP Watchdog)")
        ->type_name("DIR");
    app.add_option("--policy", environment.places.policy_file, "Policy file (default policy.json in the data folder)")->type_name("FILE");
    app.require_subcommand(1);
    app.fallthrough();   // --data and --policy may stand behind the command's name
    Command chosen;
    for (const AddCommand add : kCommands) add(app, chosen);
    if (arguments.empty()) {
        complain_lines(app.help());
        return kUsageError;
    }
    try {
        app.parse(std::vector<std::string>{arguments.rbegin(), arguments.rend()});   // CLI11 wants them reversed
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::Success)) return usage_error(app, error);
        std::ostringstream help;   // or the version
        app.exit(error, help, help);
        print_text(help.str());
        return 0;
    }
    if (const int failed = complete(environment.places); failed != 0) return failed;
    return chosen(environment);
}

}  // namespace

int run_command_line(const std::vector<std::string>& arguments, Environment& environment) noexcept {
    try {
        const Utf8Console console;
        return parse_and_run(arguments, environment);
    } catch (const std::exception& error) {
        return complain(std::string{"an unforeseen error ended the command: "} + error.what(), 1);
    }
}

}  // namespace sstp
