#include "core/report/explain/render_explain.h"

#include "service/commands/command_line.h"
#include "service/commands/console.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <string>
#include <vector>

namespace sstp {

namespace {

int explain(const std::string& word, bool all) {
    const std::size_t columns = console_columns().value_or(kUsualColumns);
    if (all || word.empty()) {
        print(all ? render_all_explanations(columns) : render_explained_words(columns));
        return 0;
    }
    const auto text = render_explanation(word, columns);
    if (!text) {
        complain_lines(explain_unknown(word, columns));
        return kUsageError;
    }
    print(*text);
    return 0;
}

}  // namespace

void add_explain(CLI::App& app, Command& chosen) {
    CLI::App* command = app.add_subcommand("explain", "Say what a finding or an event means, what we do, and what you do");
    const auto words = std::make_shared<std::vector<std::string>>();
    const auto all = std::make_shared<bool>(false);
    command->add_option("WORD", *words, "A finding's reason (certificate_expired), an event's word or its id; without one: the list");
    command->add_flag("--all", *all, "Everything there is to explain");
    command->callback([&chosen, words, all] {
        chosen = [words, all](Environment&) { return explain(fmt::format("{}", fmt::join(*words, " ")), *all); };
    });
}

}  // namespace sstp
