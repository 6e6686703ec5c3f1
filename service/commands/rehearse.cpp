#include "core/policy/read_policy.h"
#include "core/record/snapshot_file.h"
#include "core/watchdog/rehearsal/stories.h"

#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/looking.h"
#include "service/windows/ntfs_files.h"

#include <fmt/format.h>

namespace sstp {

namespace {

constexpr std::size_t kMostPolicyBytes = 1024 * 1024;
constexpr std::size_t kMostSnapshotBytes = 64U << 20U;

/// The snapshot, or a server of ours where none is given.
Result<Snapshot> server_to_play_on(const std::string& file) {
    if (file.empty()) return rehearsal::example_server(std::chrono::floor<Duration>(std::chrono::system_clock::now()));
    auto text = NtfsFiles{}.read(file, kMostSnapshotBytes);
    if (!text) return text.error();
    return snapshot_from_file(*text);
}

int rehearse(const Environment& environment, const std::string& state, bool json) {
    const std::string& file = environment.places.policy_file;
    const auto text = NtfsFiles{}.read(file, kMostPolicyBytes);
    if (!text) return complain(text.error().message() + ". Name the policy with --policy FILE", 1);
    const PolicyReading reading = read_policy(*text);
    if (!reading.policy) {
        complain_lines(to_lines_with_excerpts(reading.problems, file));
        return 2;
    }
    auto snapshot = server_to_play_on(state);
    if (!snapshot) return complain(snapshot.error().message(), 1);
    snapshot->policy_file = *text;
    const auto stories = rehearsal::rehearse(*snapshot);
    if (stories.empty()) return complain("no certificate is in force on that server: there is nothing to play", 1);
    print(json ? render_rehearsal_json(stories, options_of(environment))
               : render_rehearsal_text(stories, console_columns().value_or(kUsualColumns)));
    return 0;
}

constexpr OptionSyntax kRehearseOptions[] = {
    {.name = "state", .does = "A file of `snapshot` to play on (default: an example server)", .value = "SNAPSHOT"},
    {.name = "json", .does = "One JSON object instead of text"},
};

}  // namespace

const CommandSyntax kRehearseCommand{
    .name = "rehearse",
    .does = "Play a policy (--policy FILE): what it makes of a renewal, an end on a Sunday, a hung service",
    .options = kRehearseOptions,
    .run = [](Environment& environment, const GivenLine& line) { return rehearse(environment, line.value("state"), line.has("json")); },
};

}  // namespace sstp
