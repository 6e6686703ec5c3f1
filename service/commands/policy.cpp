#include "core/model/policy.h"

#include "core/policy/read_policy.h"
#include "core/policy/schema.h"
#include "core/policy/show_policy.h"
#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/windows/ntfs_files.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace sstp {

namespace {

constexpr int kInvalid = 2;
constexpr std::size_t kMostBytes = 1024 * 1024;

/// The policy in `file`, or nothing after its problems were printed, one a line, in the form that editors jump to.
std::optional<Policy> read_or_complain(const std::string& file) {
    const auto text = NtfsFiles{}.read(file, kMostBytes);
    if (!text) {
        complain(text.error().message(), kInvalid);
        return std::nullopt;
    }
    PolicyReading reading = read_policy(*text);
    if (!reading.policy) standard_error() << to_lines(reading.problems, file) << '\n';
    return std::move(reading.policy);
}

int check(const std::string& file) {
    const auto policy = read_or_complain(file);
    if (!policy) return kInvalid;
    print(fmt::format("{}: valid. Mode {}, {} SIEM destination{}.\n", file, policy->mode == Mode::heal ? "heal" : "observe",
                      policy->siem.destinations.size(), policy->siem.destinations.size() == 1 ? "" : "s"));
    return 0;
}

int show(const Environment& environment) {
    const auto policy = read_or_complain(environment.places.policy_file);
    if (!policy) return kInvalid;
    print(show_policy(*policy));
    return 0;
}

int schema() {
    const std::string_view text = policy_schema();
    print(std::string{text} + (text.ends_with('\n') ? "" : "\n"));
    return 0;
}

}  // namespace

void add_policy(CLI::App& app, Command& chosen) {
    CLI::App* command = app.add_subcommand("policy", "Validate a policy file, show the effective one, or print the schema");
    command->require_subcommand(1);
    CLI::App* checking = command->add_subcommand("check", "Validate FILE: every error with line, column and JSON pointer");
    const auto file = std::make_shared<std::string>();
    checking->add_option("FILE", *file, "The policy file")->required();
    checking->callback([&chosen, file] { chosen = [file](Environment&) { return check(*file); }; });
    command->add_subcommand("show", "The effective policy with every default")->callback([&chosen] {
        chosen = [](Environment& environment) { return show(environment); };
    });
    command->add_subcommand("schema", "The JSON schema of the policy file")->callback([&chosen] {
        chosen = [](Environment&) { return schema(); };
    });
    for (CLI::App* each : {checking, command}) each->fallthrough();
}

}  // namespace sstp
