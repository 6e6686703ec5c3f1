#include "core/observation/kill_switch_reading.h"
#include "core/policy/policy_values.h"
#include "core/policy/read_policy.h"
#include "core/policy/schema.h"
#include "core/policy/show_policy.h"
#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/windows/group_policy_registry.h"
#include "service/windows/kill_switch_registry.h"
#include "service/windows/ntfs_files.h"

#include <fmt/format.h>

namespace sstp {

namespace {

constexpr int kInvalid = 2;
constexpr std::size_t kMostBytes = 1024 * 1024;

struct ShowOptions {
    bool origins = false;
    bool json = false;
};

/// The policy in `file`, or nothing after its problems were printed, one a line, in the form that editors jump to, each with
/// its place.
std::optional<PolicyReading> read_or_complain(const std::string& file) {
    const auto text = NtfsFiles{}.read(file, kMostBytes);
    if (!text) {
        complain(with_way_out(text.error()), kInvalid);
        return std::nullopt;
    }
    PolicyReading reading = read_policy(*text);
    if (reading.policy) return reading;
    complain_lines(to_lines_with_excerpts(reading.problems, file));
    return std::nullopt;
}

int check(const std::string& file) {
    const auto reading = read_or_complain(file);
    if (!reading) return kInvalid;
    const std::size_t destinations = reading->policy->siem.destinations.size();
    print_text(fmt::format("{}: valid. Mode {}, {} SIEM destination{}.\n", file, reading->policy->mode == Mode::heal ? "heal" : "observe",
                           destinations, destinations == 1 ? "" : "s"));
    return 0;
}

/// File and Group Policy as they stand now. The service believes a value that is gone for another minute.
int show(const Environment& environment, const ShowOptions& options) {
    const auto reading = read_or_complain(environment.places.policy_file);
    if (!reading) return kInvalid;
    PolicyUnderGroupPolicy in_force = under_group_policy(*reading->policy, GroupPolicyRegistry{}.read());
    const KillSwitchReading kill_switch = interpret_kill_switch(KillSwitchRegistry{}.read());
    if (options.origins) {
        const auto values = policy_values(in_force, reading->given, kill_switch.stops);
        if (options.json) {
            print(policy_values_json(values, in_force.problems));
        } else {
            print_text(render_policy_values(values));
        }
    } else {
        if (kill_switch.stops) in_force.policy.mode = Mode::observe;
        print(show_policy(in_force.policy, ShownUrls::shortened));
    }
    for (const GroupPolicyProblem& problem : in_force.problems) complain(problem.text, kInvalid);
    if (kill_switch.finding) complain(kill_switch.finding->explanation, kInvalid);
    return in_force.problems.empty() && !kill_switch.finding ? 0 : kInvalid;
}

int schema() {
    print(std::string{policy_schema()});
    return 0;
}

const CommandSyntax kPolicyCheck{
    .name = "check",
    .does = "Validate FILE: every error with line, column and JSON pointer",
    .words = {WordSyntax::Count::one, "FILE", "FILE TEXT REQUIRED", "The policy file"},
    .run = [](Environment&, const GivenLine& line) { return check(line.word()); },
};

constexpr OptionSyntax kShowOptions[] = {
    {.name = "origins", .does = "Each value with where it comes from"},
    {.name = "json", .does = "With --origins: one JSON object instead of text", .needs = "origins"},
};
const CommandSyntax kPolicyShow{
    .name = "show",
    .does = "The effective policy with every default: file and Group Policy",
    .options = kShowOptions,
    .run = [](Environment& environment, const GivenLine& line) { return show(environment, {line.has("origins"), line.has("json")}); },
};

const CommandSyntax kPolicySchema{
    .name = "schema",
    .does = "The JSON schema of the policy file",
    .run = [](Environment&, const GivenLine&) { return schema(); },
};

constexpr const CommandSyntax* kPolicyCommands[] = {&kPolicyCheck, &kPolicyShow, &kPolicySchema};

}  // namespace

const CommandSyntax kPolicyCommand{
    .name = "policy",
    .does = "Validate a policy file, show the effective one, or print the schema",
    .commands = kPolicyCommands,
};

}  // namespace sstp
