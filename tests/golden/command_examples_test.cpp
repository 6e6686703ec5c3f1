#include "core/report/explain/render_explain.h"
#include "core/report/fitted.h"
#include "core/report/render_check.h"
#include "core/report/render_forecast.h"
#include "core/report/render_history.h"
#include "core/report/render_metrics.h"
#include "core/report/render_plan.h"
#include "core/report/render_status.h"
#include "core/watchdog/rehearsal/stories.h"
#include "tests/core/policy/repository_files.h"
#include "tests/core/report/example_forecast.h"
#include "tests/core/report/example_reports.h"
#include "tests/core/report/support/example_material.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace sstp {
namespace {

constexpr std::size_t kConsole = 80;

std::string on_console(const std::string& text) { return fitted(text, kConsole); }

/// Every block of service/commands/README.md that follows a line `<!-- example: NAME -->`, by name.
const std::map<std::string, std::function<std::string()>> kExamples{
    {"check", [] { return render_check_brief(example::ended_out_of_budget(), example::policy(), ""); }},
    {"check --verbose", [] { return on_console(render_check_text(example::ended_out_of_budget(), example::policy(), "", kConsole)); }},
    {"check, healthy", [] { return render_check_brief(example::healthy(), example::policy(), ""); }},
    {"check, not elevated", [] { return render_check_brief(example::not_elevated(), example::policy(), ""); }},
    {"check, successor waits", [] { return render_check_brief(example::successor_waits(), example::policy(), ""); }},
    {"explain", [] { return render_explanation("certificate_expired", 80).value(); }},
    {"check --json", [] { return render_check_json(example::ended(), example::head()); }},
    {"plan", [] { return on_console(render_plan_text(example::ended())); }},
    {"plan, successor waits", [] { return on_console(render_plan_text(example::successor_waits())); }},
    {"forecast", [] { return render_forecast_text(example::forecast(), 80); }},
    {"forecast --json", [] { return render_forecast_json(example::forecast(3), example::head()); }},
    {"support", [] { return support_bundle(example::support_material()).contents; }},
    {"rehearse", [] { return render_rehearsal_text(rehearsal::rehearse(rehearsal::example_server(test::look_time())), 80); }},
    {"plan --json", [] { return render_plan_json(example::ended(), example::head()); }},
    {"status",
     [] { return on_console(render_status_text(render_status_json(example::healed(), example::record(), example::head())).value()); }},
    {"status --json", [] { return render_status_json(example::healed(), example::record(), example::head()); }},
    {"history", [] { return render_history_text(example::events(), kConsole); }},
    {"history --json", [] { return render_history_json(example::events(), example::head()); }},
    {"sstp_watchdog.prom", [] { return render_metrics(example::ended(), example::record(), example::head()); }},
};

CycleReport observed() {
    test::Around around = example::experienced();
    around.permission = Permission::observe_by_policy;
    return example::look_at(example::ended_server(), around);
}

/// The walk-through of the README.
const std::map<std::string, std::function<std::string()>> kFirstDay{
    {"first day, healthy",
     [] { return "> sstp-watchdog check\n" + render_check_brief(example::healthy(), example::policy(), "", kConsole); }},
    {"first day, ended", [] { return "> sstp-watchdog check\n" + render_check_brief(observed(), example::policy(), "", kConsole); }},
    {"first day, plan", [] { return "> sstp-watchdog plan\n" + on_console(render_plan_text(observed())); }},
    {"first day, explain", [] { return render_explanation("certificate_expired", kConsole).value(); }},
    {"first day, history", [] { return "> sstp-watchdog history --since 1h\n" + render_history_text(example::events(), kConsole); }},
};

using Examples = std::map<std::string, std::function<std::string()>>;

/// The document with the content of every marked block replaced by what the program prints now.
std::string with_fresh_examples(std::string document, const Examples& examples, std::size_t& replaced) {
    for (const auto& [name, render] : examples) {
        const std::size_t marker = document.find("<!-- example: " + name + " -->\n");
        if (marker == std::string::npos) continue;
        const std::size_t fence = document.find("```", marker);
        const std::size_t begin = document.find('\n', fence) + 1;
        const std::size_t end = document.find("```", begin);
        document.replace(begin, end - begin, render());
        ++replaced;
    }
    return document;
}

/// SSTP_UPDATE_GOLDEN=1 rewrites the examples; the difference is then reviewed like code.
void expect_fresh_examples(const char* file, const Examples& examples) {
    const std::string document = read_repository_file(file);
    ASSERT_FALSE(document.empty()) << file;
    std::size_t replaced = 0;
    const std::string fresh = with_fresh_examples(document, examples, replaced);
    EXPECT_EQ(replaced, examples.size()) << "an example has no marked block in " << file;
    if (std::getenv("SSTP_UPDATE_GOLDEN")) std::ofstream{repository() / file, std::ios::binary} << fresh;
    EXPECT_EQ(document, fresh);
}

TEST(CommandExamples, in_the_documentation_are_what_the_program_prints) { expect_fresh_examples("service/commands/README.md", kExamples); }

TEST(CommandExamples, of_the_first_day_are_what_the_program_prints) { expect_fresh_examples("README.md", kFirstDay); }

/// A newcomer types what stands there.
TEST(CommandExamples, of_the_readme_name_commands_that_exist) {
    std::set<std::string> commands;
    const std::regex listed{"CommandSyntax k[A-Za-z]+\\{\\s+\\.name = \"([a-z]+)\""};
    for (const auto& entry : std::filesystem::directory_iterator(repository() / "service/commands")) {
        if (entry.path().extension() != ".cpp") continue;
        const std::string source = read_repository_file(std::filesystem::path("service/commands") / entry.path().filename());
        for (std::sregex_iterator each{source.begin(), source.end(), listed}, end; each != end; ++each) commands.insert((*each)[1]);
    }
    ASSERT_GE(commands.size(), 12U);
    const std::regex typed{"sstp-watchdog ([a-z]+)"};
    std::size_t named = 0;
    const std::string page = read_repository_file("README.md");
    for (std::sregex_iterator each{page.begin(), page.end(), typed}, end; each != end; ++each) {
        EXPECT_EQ(commands.count((*each)[1]), 1U) << each->str();
        ++named;
    }
    EXPECT_GE(named, 10U);
}

}  // namespace
}  // namespace sstp
