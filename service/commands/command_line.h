#pragma once

#include "service/host/assembly.h"

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

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

/// The command that the line named, ready to run. Gives the exit code.
using Command = std::function<int(Environment&)>;

/// Each adds its command to `app`, and puts itself into `chosen` when the line names it.
using AddCommand = void (*)(CLI::App& app, Command& chosen);
void add_service(CLI::App& app, Command& chosen);
void add_run(CLI::App& app, Command& chosen);
void add_check(CLI::App& app, Command& chosen);
void add_plan(CLI::App& app, Command& chosen);
void add_forecast(CLI::App& app, Command& chosen);
void add_heal(CLI::App& app, Command& chosen);
void add_status(CLI::App& app, Command& chosen);
void add_history(CLI::App& app, Command& chosen);
void add_snapshot(CLI::App& app, Command& chosen);
void add_rehearse(CLI::App& app, Command& chosen);
void add_support(CLI::App& app, Command& chosen);
void add_policy(CLI::App& app, Command& chosen);
void add_explain(CLI::App& app, Command& chosen);
void add_report(CLI::App& app, Command& chosen);
void add_siem(CLI::App& app, Command& chosen);
void add_install(CLI::App& app, Command& chosen);
void add_uninstall(CLI::App& app, Command& chosen);

/// Reads the line (UTF-8, without the program's name), runs what it names and gives the exit code of the process.
/// Never throws.
int run_command_line(const std::vector<std::string>& arguments, Environment& environment) noexcept;

}  // namespace sstp
