#include "core/report/explain/render_explain.h"

#include "service/commands/command_line.h"
#include "service/commands/console.h"

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

constexpr OptionSyntax kExplainOptions[] = {
    {.name = "all", .does = "Everything there is to explain"},
};

}  // namespace

const CommandSyntax kExplainCommand{
    .name = "explain",
    .does = "Say what a finding or an event means, what we do, and what you do",
    .options = kExplainOptions,
    .words = {WordSyntax::Count::any, "WORD", "WORD TEXT ...",
              "A finding's reason (certificate_expired), an event's word or its id; without one: the list"},
    .run = [](Environment&, const GivenLine& line) { return explain(fmt::format("{}", fmt::join(line.words, " ")), line.has("all")); },
};

}  // namespace sstp
