#include "core/record/snapshot_file.h"
#include "core/report/support/redaction.h"

#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/taken_snapshot.h"
#include "service/commands/written_file.h"

#include <fmt/format.h>

namespace sstp {

namespace {

int snapshot(const Environment& environment, const std::string& file) {
    const auto taken = take_snapshot(environment);
    if (!taken) return complain(taken.error().message(), 1);
    const Redaction redaction{*taken};
    const std::string content = snapshot_file_of(*taken, [&](std::string_view text) { return redaction.apply(text); });
    if (const auto written = write_file(file, content); !written) return complain_of_unwritten(written.error());
    print(
        fmt::format("Written: {}\nNames, addresses, thumbprints and identities are replaced. Read it before you hand it on.\n"
                    "To play a policy on it: sstp-watchdog rehearse --policy FILE --state {}\n",
                    file, file));
    return 0;
}

}  // namespace

const CommandSyntax kSnapshotCommand{
    .name = "snapshot",
    .does = "Look once and write what was seen and is remembered to a file, redacted",
    .words = {WordSyntax::Count::one, "FILE", "FILE TEXT REQUIRED", "The file that is written"},
    .run = [](Environment& environment, const GivenLine& line) { return snapshot(environment, line.word()); },
};

}  // namespace sstp
