#include "core/report/explain/render_explain.h"
#include "core/report/render_check.h"
#include "core/report/render_forecast.h"
#include "core/report/render_history.h"
#include "core/report/render_metrics.h"
#include "core/report/render_plan.h"
#include "core/report/render_status.h"
#include "core/watchdog/rehearsal/stories.h"
#include "tests/core/report/example_forecast.h"
#include "tests/core/report/example_reports.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>

namespace sstp {
namespace {

/// Every block of service/commands/README.md that follows a line `<!-- example: NAME -->`, by name.
const std::map<std::string, std::function<std::string()>> kExamples{
    {"check", [] { return render_check_brief(example::ended_out_of_budget(), example::policy(), ""); }},
    {"check --verbose", [] { return render_check_text(example::ended_out_of_budget(), example::policy(), ""); }},
    {"check, healthy", [] { return render_check_brief(example::healthy(), example::policy(), ""); }},
    {"check, not elevated", [] { return render_check_brief(example::not_elevated(), example::policy(), ""); }},
    {"check, successor waits", [] { return render_check_brief(example::successor_waits(), example::policy(), ""); }},
    {"explain", [] { return render_explanation("certificate_expired", 80).value(); }},
    {"check --json", [] { return render_check_json(example::ended(), example::head()); }},
    {"plan", [] { return render_plan_text(example::ended()); }},
    {"plan, successor waits", [] { return render_plan_text(example::successor_waits()); }},
    {"forecast", [] { return render_forecast_text(example::forecast(), 80); }},
    {"forecast --json", [] { return render_forecast_json(example::forecast(3), example::head()); }},
    {"rehearse", [] { return render_rehearsal_text(rehearsal::rehearse(rehearsal::example_server(test::look_time())), 80); }},
    {"plan --json", [] { return render_plan_json(example::ended(), example::head()); }},
    {"status", [] { return render_status_text(render_status_json(example::healed(), example::record(), example::head())).value(); }},
    {"status --json", [] { return render_status_json(example::healed(), example::record(), example::head()); }},
    {"history", [] { return render_history_text(example::events()); }},
    {"history --json", [] { return render_history_json(example::events(), example::head()); }},
    {"sstp_watchdog.prom", [] { return render_metrics(example::ended(), example::record(), example::head()); }},
};

std::string readme_path() {
    const char* source = std::getenv("SSTP_SOURCE_DIR");
    return std::string{source ? source : "."} + "/service/commands/README.md";
}

std::string read(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

/// The document with the content of every marked block replaced by what the program prints now.
std::string with_fresh_examples(std::string document, std::size_t& replaced) {
    for (const auto& [name, render] : kExamples) {
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
TEST(CommandExamples, in_the_documentation_are_what_the_program_prints) {
    const std::string document = read(readme_path());
    ASSERT_FALSE(document.empty()) << readme_path();
    std::size_t replaced = 0;
    const std::string fresh = with_fresh_examples(document, replaced);
    EXPECT_EQ(replaced, kExamples.size()) << "an example has no marked block in " << readme_path();
    if (std::getenv("SSTP_UPDATE_GOLDEN")) std::ofstream{readme_path(), std::ios::binary} << fresh;
    EXPECT_EQ(document, fresh);
}

}  // namespace
}  // namespace sstp
