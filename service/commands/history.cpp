#include "core/report/render_history.h"

#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/looking.h"

namespace sstp {

namespace {

struct HistoryOptions {
    bool json = false;
    std::string since;
};

int history(const Environment& environment, const HistoryOptions& options) {
    const StopSignal stop;
    const auto assembled =
        environment.assemble({environment.places, Errand::look, stop, {}, [](const std::string& text) { complain(text, 0); }});
    if (!assembled) return complain(assembled.error().message(), 1);
    Ports ports = (*assembled)->ports();
    std::optional<WallTime> since;
    if (!options.since.empty()) {
        since = read_since(options.since, ports.clock.wall());
        if (!since)
            return complain("--since takes a time (2026-11-21T02:00:00Z) or an age (30m, 24h, 7d), not: " + options.since, kUsageError);
    }
    const auto contents = ports.record.load();
    if (!contents) return complain(with_way_out(contents.error()), 1);
    // Without a database nothing has happened yet; that is no error, and its journal cannot be opened.
    const auto events =
        contents->installation_id.empty() ? Result<std::vector<JournalEvent>>{std::vector<JournalEvent>{}} : ports.record.journal(since, 0);
    if (!events) return complain(events.error().message(), 1);
    print(options.json ? render_history_json(*events, options_of(environment)) : render_history_text(*events, console_columns()));
    return 0;
}

constexpr OptionSyntax kHistoryOptions[] = {
    {.name = "json", .does = "One JSON object instead of text"},
    {.name = "since", .does = "A time (2026-11-21T02:00:00Z) or an age (30m, 24h, 7d)", .value = "T"},
};

}  // namespace

const CommandSyntax kHistoryCommand{
    .name = "history",
    .does = "What happened: the journal, oldest first",
    .options = kHistoryOptions,
    .run = [](Environment& environment, const GivenLine& line) { return history(environment, {line.has("json"), line.value("since")}); },
};

}  // namespace sstp
