#include "service/commands/portable/given_line.h"
#include "service/commands/portable/help_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <vector>

namespace sstp {
namespace {

using testing::ElementsAreArray;

constexpr OptionSyntax kLookOptions[] = {{.name = "json", .does = "As JSON"}, {.name = "verbose", .does = "More", .letter = 'v'}};
constexpr CommandSyntax kLook{.name = "look", .does = "Looks", .options = kLookOptions};
constexpr OptionSyntax kPageOptions[] = {{.name = "html", .does = "A page", .value = "FILE", .value_may_lack = true},
                                         {.name = "days", .does = "How far", .value = "N"},
                                         {.name = "deep", .does = "With days", .needs = "days"}};
constexpr CommandSyntax kPage{
    .name = "page", .does = "Writes", .options = kPageOptions, .words = {WordSyntax::Count::any, "WORD", "WORD ...", "Words"}};
constexpr CommandSyntax kCheck{.name = "check", .does = "Checks", .words = {WordSyntax::Count::one, "FILE", "FILE REQUIRED", "The file"}};
constexpr const CommandSyntax* kPolicyCommands[] = {&kCheck};
constexpr CommandSyntax kPolicy{.name = "policy", .does = "Of policies", .commands = kPolicyCommands};
constexpr OptionSyntax kOptions[] = {{.name = "data", .does = "Folder", .value = "DIR"}};
constexpr const CommandSyntax* kCommands[] = {&kLook, &kPage, &kPolicy};
constexpr CommandSyntax kProgram{.name = "program", .does = "Does\n", .options = kOptions, .commands = kCommands};

using Options = std::map<std::string, std::string, std::less<>>;

struct Case {
    const char* says;
    std::vector<std::string> line;
    std::vector<const CommandSyntax*> commands;
    Options options;
    std::vector<std::string> words;
    std::string mistake;

    friend void PrintTo(const Case& each, std::ostream* out) { *out << each.says; }
};

class Line : public testing::TestWithParam<Case> {};

TEST_P(Line, IsReadByTheTables) {
    const Case& expected = GetParam();
    const GivenLine line = read_line(kProgram, expected.line);
    EXPECT_EQ(line.mistake, expected.mistake) << expected.says;
    EXPECT_EQ(line.options, expected.options) << expected.says;
    EXPECT_THAT(line.words, ElementsAreArray(expected.words)) << expected.says;
    EXPECT_THAT(std::vector(line.commands.begin() + 1, line.commands.end()), ElementsAreArray(expected.commands)) << expected.says;
}

const Case kRight[] = {
    {"a command alone", {"look"}, {&kLook}},
    {"a flag behind its command", {"look", "--json"}, {&kLook}, {{"json", ""}}},
    {"a flag may be said twice", {"look", "--json", "--json"}, {&kLook}, {{"json", ""}}},
    {"a letter stands for its option", {"look", "-v"}, {&kLook}, {{"verbose", ""}}},
    {"help and its letter", {"look", "-h"}, {&kLook}, {{"help", ""}}},
    {"an option of the program before the command", {"--data", "C:\\x", "look"}, {&kLook}, {{"data", "C:\\x"}}},
    {"an option of the program behind the command", {"look", "--data=C:\\x y"}, {&kLook}, {{"data", "C:\\x y"}}},
    {"a value is taken as it stands, also when it looks like an option", {"look", "--data", "--json"}, {&kLook}, {{"data", "--json"}}},
    {"an empty value in an argument of its own is one", {"look", "--data", ""}, {&kLook}, {{"data", ""}}},
    {"a value with letters of any language", {"page", "--html", "C:\\ä€.html"}, {&kPage}, {{"html", "C:\\ä€.html"}}},
    {"options between words", {"page", "a", "--days", "-5", "b"}, {&kPage}, {{"days", "-5"}}, {"a", "b"}},
    {"a value that may lack, before an option", {"page", "--html", "--days=1"}, {&kPage}, {{"html", ""}, {"days", "1"}}},
    {"a value that may lack, at the end", {"page", "--html"}, {&kPage}, {{"html", ""}}},
    {"a value that may lack takes the next argument, and only that", {"page", "--html", "a", "b"}, {&kPage}, {{"html", "a"}}, {"b"}},
    {"nothing is an option behind two hyphens", {"page", "--", "--html", "-x"}, {&kPage}, {}, {"--html", "-x"}},
    {"a hyphen alone and an empty argument are words", {"page", "-", ""}, {&kPage}, {}, {"-", ""}},
    {"a command of a command", {"policy", "--data", "d", "check", "f"}, {&kPolicy, &kCheck}, {{"data", "d"}}, {"f"}},
    {"an option that needs another, with it", {"page", "--deep", "--days", "1"}, {&kPage}, {{"days", "1"}, {"deep", ""}}},
    {"options as Windows writes them", {"look", "/json", "/data:C:\\x"}, {&kLook}, {{"data", "C:\\x"}, {"json", ""}}},
    {"the value of one may stand apart", {"look", "/data", "C:\\x"}, {&kLook}, {{"data", "C:\\x"}}},
    {"a path is no option", {"page", "/tmp/x"}, {&kPage}, {}, {"/tmp/x"}},
};
INSTANTIATE_TEST_SUITE_P(Right, Line, testing::ValuesIn(kRight));

const Case kWrong[] = {
    {"no command", {"--data", "d"}, {}, {{"data", "d"}}, {}, "A subcommand is required"},
    {"no command of a command", {"policy"}, {&kPolicy}, {}, {}, "A subcommand is required"},
    {"a command that there is not", {"nonsense", "--json"}, {}, {}, {}, "there is no command \"nonsense\""},
    {"letters of another case", {"Look"}, {}, {}, {}, "there is no command \"Look\""},
    {"a second command", {"look", "page"}, {&kLook}, {}, {}, "The following argument was not expected: page"},
    {"an option that there is not", {"look", "--bogus"}, {&kLook}, {}, {}, "The following argument was not expected: --bogus"},
    {"the beginning of an option", {"look", "--verb"}, {&kLook}, {}, {}, "The following argument was not expected: --verb"},
    {"the beginning of an option with its value",
     {"look", "--dat=x"},
     {&kLook},
     {},
     {},
     "The following argument was not expected: --dat=x"},
    {"the option of another command", {"look", "--html"}, {&kLook}, {}, {}, "The following argument was not expected: --html"},
    {"an option before its command", {"--json", "look"}, {&kLook}, {}, {}, "The following argument was not expected: --json"},
    {"a letter that there is not, among others",
     {"look", "-vx"},
     {&kLook},
     {{"verbose", ""}},
     {},
     "The following argument was not expected: -vx"},
    {"a value missing at the end", {"look", "--data"}, {&kLook}, {}, {}, "--data needs a value: DIR"},
    {"a value missing behind its equals sign", {"look", "--data="}, {&kLook}, {}, {}, "--data needs a value: DIR"},
    {"a value for a flag", {"look", "--json=no"}, {&kLook}, {}, {}, "--json takes no value"},
    {"a value said twice", {"--data", "a", "look", "--data", "b"}, {&kLook}, {{"data", "b"}}, {}, "--data may be given once"},
    {"a word too few", {"policy", "check"}, {&kPolicy, &kCheck}, {}, {}, "FILE is required"},
    {"a word too many", {"policy", "check", "a", "b"}, {&kPolicy, &kCheck}, {}, {"a"}, "The following argument was not expected: b"},
    {"an option that needs another, without it", {"page", "--deep"}, {&kPage}, {{"deep", ""}}, {}, "--deep requires --days"},
    {"the first mistake is told", {"look", "--bogus", "--data"}, {&kLook}, {}, {}, "The following argument was not expected: --bogus"},
};
INSTANTIATE_TEST_SUITE_P(Wrong, Line, testing::ValuesIn(kWrong));

TEST(HelpText, HasUsageWordsOptionsAndCommandsInColumns) {
    const CommandSyntax* page[] = {&kProgram, &kPage};
    EXPECT_EQ(help_text(page, "Foot."),
              "Writes\nUsage: program page [OPTIONS] [WORD...]\n\n"
              "Positionals:\n  WORD ...                    Words\n\n"
              "Options:\n  -h,--help                   Print this help message and exit\n"
              "  --html FILE                 A page\n  --days N                    How far\n  --deep Needs: --days        With "
              "days\n\n\nFoot.\n");
    const CommandSyntax* program[] = {&kProgram};
    EXPECT_EQ(help_text(program, "Foot."),
              "Does\n\nUsage: program [OPTIONS] SUBCOMMAND\n\n"
              "Options:\n  -h,--help                   Print this help message and exit\n  --data DIR                  Folder\n\n"
              "Subcommands:\n  look                        Looks\n  page                        Writes\n  policy                      Of "
              "policies\n\n\nFoot.\n");
}

}  // namespace
}  // namespace sstp
