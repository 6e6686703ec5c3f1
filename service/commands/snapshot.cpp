#include "core/record/snapshot_file.h"
#include "core/report/support/redaction.h"

#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/taken_snapshot.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

namespace sstp {

namespace {

int snapshot(const Environment& environment, const std::string& file) {
    const auto taken = take_snapshot(environment);
    if (!taken) return complain(taken.error().message(), 1);
    const Redaction redaction{*taken};
    const std::filesystem::path path{std::u8string{file.begin(), file.end()}};
    std::ofstream out{path, std::ios::binary};
    out << snapshot_file_of(*taken, [&](std::string_view text) { return redaction.apply(text); });
    out.close();
    if (!out) return complain(fmt::format("could not write {}: is the folder there, and may you write to it?", file), 1);
    print(
        fmt::format("Written: {}\nNames, addresses, thumbprints and identities are replaced. Read it before you hand it on.\n"
                    "To play a policy on it: sstp-watchdog rehearse --policy FILE --state {}\n",
                    file, file));
    return 0;
}

}  // namespace

void add_snapshot(CLI::App& app, Command& chosen) {
    CLI::App* command = app.add_subcommand("snapshot", "Look once and write what was seen and is remembered to a file, redacted");
    const auto file = std::make_shared<std::string>();
    command->add_option("FILE", *file, "The file that is written")->required();
    command->callback([&chosen, file] { chosen = [file](Environment& environment) { return snapshot(environment, *file); }; });
}

}  // namespace sstp
