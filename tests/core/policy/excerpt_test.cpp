// What a console shows under a problem: the line of the file, and where in it.
#include "core/policy/read_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>

namespace sstp {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Excerpt {
    const char* sentence;
    std::string text;
    const char* shown;  ///< excerpt and marks of the first problem, each on its line
};

std::ostream& operator<<(std::ostream& out, const Excerpt& excerpt) { return out << excerpt.sentence; }

class Excerpts : public testing::TestWithParam<Excerpt> {};

TEST_P(Excerpts, shows_the_place) {
    const PolicyReading reading = read_policy(GetParam().text);
    ASSERT_FALSE(reading.problems.empty());
    EXPECT_EQ(fmt::format("{}\n{}", reading.problems[0].excerpt, reading.problems[0].marks), GetParam().shown) << GetParam().sentence;
}

INSTANTIATE_TEST_SUITE_P(Places, Excerpts,
                         testing::Values(Excerpt{"a key is marked with its quotes", "{\n  \"certificate\": { \"warn_befor\": \"14d\" }\n}",
                                                 "\"certificate\": { \"warn_befor\": \"14d\" }\n"
                                                 "                 ^^^^^^^^^^^^"},
                                         Excerpt{"a number is marked whole", R"({"listener": {"port": 65536}})",
                                                 "{\"listener\": {\"port\": 65536}}\n"
                                                 "                      ^^^^^"},
                                         Excerpt{"of a list or an object only the bracket is marked", R"({"mode": ["heal"]})",
                                                 "{\"mode\": [\"heal\"]}\n"
                                                 "         ^"},
                                         Excerpt{"a tab counts as one character", "{\n\t\"mode\":\t\"heel\"\n}",
                                                 "\"mode\": \"heel\"\n"
                                                 "        ^^^^^^"},
                                         Excerpt{"a character of several bytes counts as one", R"({"log": {"Größe": 1, "level": "x"}})",
                                                 "{\"log\": {\"Größe\": 1, \"level\": \"x\"}}\n"
                                                 "         ^^^^^^^"},
                                         Excerpt{"a file that ends too early is marked behind its end", "{ \"mode\": \"heal\",",
                                                 "{ \"mode\": \"heal\",\n"
                                                 "                 ^"},
                                         Excerpt{"a quote that is missing marks the rest of the line", "{ \"mode\": \"heal\n}",
                                                 "{ \"mode\": \"heal\n"
                                                 "          ^^^^^"},
                                         Excerpt{"a line of Windows ends before its carriage return", "{\r\n\"mode\": \"heal\r\n}",
                                                 "\"mode\": \"heal\n"
                                                 "        ^^^^^"},
                                         Excerpt{"a byte order mark is no character", "\xEF\xBB\xBF{\"mod\": 1}",
                                                 "{\"mod\": 1}\n"
                                                 " ^^^^^"},
                                         Excerpt{"the second of two keys is marked", R"({"mode": "heal", "mode": "heal"})",
                                                 "{\"mode\": \"heal\", \"mode\": \"heal\"}\n"
                                                 "                 ^^^^^^"},
                                         Excerpt{"an empty file has no line to show", "", "\n^"},
                                         Excerpt{"nor has one that is not UTF-8", "{}\n// gr\xFC\xDF", "\n"},
                                         Excerpt{"nor one of zeros", std::string(4096, '\0'), "\n"}));

INSTANTIATE_TEST_SUITE_P(LongLines, Excerpts,
                         testing::Values(Excerpt{"the end of a long line is cut",
                                                 R"({"mod": "heal", "certificate": {"issuer": ")" + std::string(200, 'x') + "\"}}",
                                                 "{\"mod\": \"heal\", \"certificate\": {\"issuer\": \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\n"
                                                 " ^^^^^"},
                                         Excerpt{"so is its beginning",
                                                 R"({"certificate": {"issuer": ")" + std::string(200, 'x') +
                                                     R"("}, "mod": "heal", "listener": {}})",
                                                 "...xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}, \"mod\": \"heal\", \"listener\": {}}\n"
                                                 "                                             ^^^^^"},
                                         Excerpt{"and both",
                                                 R"({"certificate": {"issuer": ")" + std::string(80, 'x') +
                                                     R"("}, "mod": "heal", "log": {"level": ")" + std::string(80, 'y') + "\"}}",
                                                 "...xxxxxxxxxxxxxxxxxxxx\"}, \"mod\": \"heal\", \"log\": {\"level\": \"yyyyyyyyyyyy...\n"
                                                 "                           ^^^^^"},
                                         Excerpt{"marks end with what is shown", R"({"mode": ")" + std::string(200, 'x') + "\"}",
                                                 "{\"mode\": \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\n"
                                                 "         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"}));

// A console obeys escape sequences; a terminal shows text after an override from right to left.
INSTANTIATE_TEST_SUITE_P(Controls, Excerpts,
                         testing::Values(Excerpt{"an escape character is not printed", "{ /* \x1B[2J */ \"mod\": 1 }",
                                                 "{ /* ?[2J */ \"mod\": 1 }\n"
                                                 "             ^^^^^"},
                                         Excerpt{"nor one of the C1 set", "{ /* \xC2\x9B */ \"mod\": 1 }",
                                                 "{ /* ? */ \"mod\": 1 }\n"
                                                 "          ^^^^^"},
                                         Excerpt{"nor an override of direction", "{ /* \xE2\x80\xAE \xE2\x81\xA6 */ \"mod\": 1 }",
                                                 "{ /* ? ? */ \"mod\": 1 }\n"
                                                 "            ^^^^^"},
                                         Excerpt{"a dash is", "{ /* \xE2\x80\x93 */ \"mod\": 1 }",
                                                 "{ /* \xE2\x80\x93 */ \"mod\": 1 }\n"
                                                 "          ^^^^^"}));

// DESIGN 5.1: of a URL only scheme, host, port and first path segment are ever shown.
TEST(ExcerptOfUrl, hides_what_may_be_a_token) {
    for (const char* url :
         {"https://u:5up3r@siem.example.com/in", "https://siem.example.com/in/5up3r", "https://siem.example.com/in?t=5up3r",
          "https://siem.example.com?t=5up3r", "https://siem.example.com/in/a b/5up3r", "siem.example.com/in/5up3r",
          "siem.example.com:8088/in/5up3r", "https:\\/\\/siem.example.com\\/in\\/5up3r", "https:/siem.example.com/5up3r"}) {
        for (const char* key : {"url", "ulr"}) {
            const bool is_recognised = std::string_view(key) == "url" || std::string_view(url).find("://") != std::string_view::npos;
            if (!is_recognised) continue;
            const auto reading = read_policy(fmt::format(R"({{"siem": {{"destinations": [{{"typ": 1, "{}" : "{}"}}]}}}})", key, url));
            ASSERT_FALSE(reading.problems.empty());
            for (const PolicyProblem& problem : reading.problems) {
                EXPECT_THAT(problem.excerpt, Not(HasSubstr("5up3r"))) << url;
                EXPECT_THAT(problem.sentence, Not(HasSubstr("5up3r"))) << url;
            }
            EXPECT_THAT(reading.problems[0].excerpt, HasSubstr("\"typ\": 1")) << url;
        }
    }
    const auto shown = read_policy(R"({"siem": {"destinations": [{"type": "https", "url": "https://h:1/a/b/c", "u": 1}]}})");
    EXPECT_THAT(shown.problems.at(0).excerpt, HasSubstr(R"("https://h:1/a****", "u": 1)"));
}

TEST(Excerpts, fits_a_console_of_80_columns_wherever_the_problem_stands) {
    for (std::size_t before = 0; before < 160; ++before) {
        for (const std::size_t behind : {0U, 30U, 60U, 200U}) {
            const auto reading = read_policy(fmt::format(R"({{{}"mod":1{}}})", std::string(before, ' '), std::string(behind, ' ')));
            const PolicyProblem& problem = reading.problems.at(0);
            ASSERT_LE(problem.excerpt.size(), 75U);
            const std::size_t at = problem.marks.find('^');
            ASSERT_EQ(problem.excerpt.substr(at, problem.marks.size() - at), "\"mod\"") << before << " " << behind;
        }
    }
}

TEST(PolicyProblem, shows_nothing_that_a_console_or_a_log_would_obey) {
    const auto line = [](std::string_view text) { return read_policy(text).problems.at(0).to_string("f"); };
    EXPECT_EQ(line("{\"a\\u001b\\n\\u007f\xE2\x80\xAE\": 1}"), "f:1:2: /a????: \"a\\u001b\\n??\" is no key of a policy.");
    EXPECT_EQ(line("{\"mode\": \"\xC2\x9B\"}"), "f:1:10: /mode: \"mode\" must be \"heal\" or \"observe\"; this is the text \"?\"");
    EXPECT_LT(line("{\"" + std::string(100'000, 'x') + "\": 1}").size(), 400U);
    EXPECT_LT(line("{\"mode\": " + std::string(100'000, 'x') + "}").size(), 400U);
    EXPECT_LT(line("{\"mode\": 1" + std::string(100'000, '2') + "x}").size(), 400U);
}

TEST(ToLinesWithExcerpts, prints_each_problem_with_its_place) {
    const auto reading = read_policy("{\n  \"certificate\": { \"warn_befor\": \"14d\" },\n  \"mode\": \"heel\"\n}");
    EXPECT_EQ(to_lines_with_excerpts(reading.problems, "policy.json"),
              "policy.json:2:20: /certificate/warn_befor: \"warn_befor\" is no key of \"certificate\". Did you mean \"warn_before\"?\n"
              "    \"certificate\": { \"warn_befor\": \"14d\" },\n"
              "                     ^^^^^^^^^^^^\n"
              "policy.json:3:11: /mode: \"mode\" must be \"heal\" or \"observe\"; this is the text \"heel\". Did you mean \"heal\"?\n"
              "    \"mode\": \"heel\"\n"
              "            ^^^^^^\n");
}

}  // namespace
}  // namespace sstp
