// windows_server_kit.exe: asks a real Windows Server what nobody could ask here. README.md beside this folder is its manual.

#include "tests/windows_server/kit/asking.h"
#include "tests/windows_server/kit/probes.h"
#include "tests/windows_server/kit/shell_windows.h"

#include "service/windows/text.h"
#include "service/windows/unique_handle.h"
#include "service/windows/windows_headers.h"
#include "watchdog_version.h"

#include <shellapi.h>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <stdexcept>

namespace sstp::kit {

namespace {

std::string environment(const wchar_t* name) {
    wchar_t value[1024]{};
    const DWORD length = GetEnvironmentVariableW(name, value, 1023);
    return length == 0 || length >= 1023 ? std::string{} : to_utf8_lossy(value);
}

std::string own_path() {
    wchar_t path[1024]{};
    GetModuleFileNameW(nullptr, path, 1023);
    return to_utf8_lossy(path);
}

std::string full_path(const std::string& path) {
    wchar_t full[1024]{};
    const DWORD length = GetFullPathNameW(to_wide_lossy(path).c_str(), 1023, full, nullptr);
    return length == 0 || length >= 1023 ? path : to_utf8_lossy(full);
}

std::string quoted(const std::string& path) { return path.empty() ? path : "\"" + path + "\""; }

/// Long and mixed enough for every password policy, short enough for `net user` not to ask, and without what cmd.exe reads.
std::string new_password() {
    std::random_device source;
    std::string password = "Kit-";
    for (int at = 0; at < 8; ++at) password += "0123456789abcdefghjkmnpqrstuvwxy"[source() % 32];
    return password + "Z";
}

struct Options {
    std::string msi{}, next{}, siem{}, only{};
    std::string name = "vpn.sstp-kit.test";
    std::string answers = "sstp-kit-answers.json";
    bool dry = false, look_only = false, yes = false, after_restart = false, keep = false;
};

Words words_of(const Options& options) {
    const std::string program_folder = environment(L"ProgramFiles") + "\\SSTP Watchdog";
    const std::string data = environment(L"ProgramData") + "\\SSTP Watchdog";
    Words words;
    words.open = {{"kit", quoted(own_path())},
                  {"kit_plain", own_path()},
                  {"work", environment(L"SystemDrive") + "\\sstp-kit"},
                  {"program", quoted(program_folder + "\\sstp-watchdog.exe")},
                  {"program_plain", program_folder + "\\sstp-watchdog.exe"},
                  {"messages", quoted(program_folder + "\\sstp-watchdog-messages.dll")},
                  {"data", quoted(data)},
                  {"data_plain", data},
                  {"msi", options.msi.empty() ? "" : quoted(full_path(options.msi))},
                  {"next", options.next.empty() ? "" : quoted(full_path(options.next))},
                  {"siem", options.siem},
                  {"name", options.name},
                  {"user", "sstpkit"}};
    words.secret = {{"password", new_password()}};
    return words;
}

class ConsoleOperator final : public Operator {
public:
    explicit ConsoleOperator(bool always_yes) : always_yes_{always_yes} {}

    void tell(const std::string& text) override { std::cout << text << std::endl; }

    Wish ask(const std::string& text) override {
        std::cout << text << std::endl;
        if (always_yes_) return Wish::yes;
        for (std::string line;;) {
            std::cout << "  Go on? [y]es, [n]ot this one, [q]uit: " << std::flush;
            if (!std::getline(std::cin, line)) return Wish::quit;
            if (line == "y") return Wish::yes;
            if (line == "n") return Wish::no;
            if (line == "q") return Wish::quit;
        }
    }

private:
    bool always_yes_;
};

AnswerFile read_file(const std::string& path) {
    std::ifstream file{to_wide_lossy(path).c_str(), std::ios::binary};
    if (!file) throw std::runtime_error("could not read " + path);
    return read(std::string{std::istreambuf_iterator<char>{file}, {}});
}

std::set<std::string> ids_of(const std::string& list) {
    std::set<std::string> ids;
    for (std::size_t from = 0; from < list.size();) {
        const std::size_t end = std::min(list.find(',', from), list.size());
        if (end > from) ids.insert(list.substr(from, end - from));
        from = end + 1;
    }
    for (const auto& id : ids) {
        const auto questions = all_questions();
        if (std::none_of(questions.begin(), questions.end(), [&](const auto& question) { return question.id == id; }))
            throw std::runtime_error("there is no question '" + id + "'; list shows them");
    }
    return ids;
}

/// 0: nothing differs, nothing failed, nothing was left behind.
int verdict_of(const AnswerFile& file) {
    int bad = static_cast<int>(file.to_put_back.size());
    for (const auto& question : file.questions) {
        const bool differs = question.status == QuestionAnswer::Status::asked && question.verdict.kind == Verdict::Kind::differs;
        bad +=
            differs || question.status == QuestionAnswer::Status::failed || question.status == QuestionAnswer::Status::interrupted ? 1 : 0;
    }
    return bad == 0 ? 0 : 1;
}

int ask_all(const Options& options) {
    Run run{.mode = options.dry ? Run::Mode::dry : options.look_only ? Run::Mode::look_only : Run::Mode::ask, .only = ids_of(options.only)};
    run.part = options.after_restart ? Question::Part::after_restart : Question::Part::before_restart;
    run.keep = options.keep;
    AnswerFile file;
    if (options.after_restart && !options.dry) file = read_file(options.answers);
    file.version = std::string{kWatchdogVersion};
    file.mode = options.dry ? "dry" : options.look_only ? "look_only" : "ask";
    keep_ctrl_c_away();
    const auto shell = make_windows_shell(full_path(options.answers));
    ConsoleOperator person{options.yes};
    ask(all_questions(), run, words_of(options), *shell, person, file);
    std::cout << "\nThe answers are in " << full_path(options.answers) << ": send this one file back." << std::endl;
    return verdict_of(file);
}

int put_back_from(const Options& options) {
    AnswerFile file = read_file(options.answers);
    const auto shell = make_windows_shell(full_path(options.answers));
    ConsoleOperator person{true};
    return put_back(words_of(options), *shell, person, file) ? 0 : 1;
}

int list_questions() {
    int seconds = 0;
    for (const auto& question : all_questions()) {
        std::cout << question.id << ": " << question.asks << "\n    answers";
        for (const auto& each : question.answers) std::cout << " [" << each << "]";
        std::cout << ", about " << question.seconds << " s\n";
        seconds += question.seconds;
    }
    std::cout << "About " << (seconds + 59) / 60 << " minutes in all." << std::endl;
    return 0;
}

int run(int count, char** arguments) {
    CLI::App app{
        "Asks a real Windows Server what SSTP Watchdog only assumes. Changes nothing without saying so, puts back what it changed, and "
        "writes one file."};
    app.require_subcommand(1);
    Options options;
    int code = 0;
    CLI::App* asking = app.add_subcommand("ask", "Ask the questions");
    asking->add_flag("--dry-run", options.dry, "Run nothing; write what would be run");
    asking->add_flag("--look-only", options.look_only, "Only questions that change nothing");
    asking->add_flag("--yes", options.yes, "Do not wait for a yes before changes (they are still told)");
    asking->add_flag("--after-restart", options.after_restart, "The part for after a restart of the server, into the same file");
    asking->add_flag("--keep", options.keep, "Leave standing what the part after the restart needs");
    asking->add_option("--only", options.only, "Ids of questions, separated by commas, with what they need");
    asking->add_option("--msi", options.msi, "The package of the watchdog");
    asking->add_option("--next", options.next, "A newer package, for upgrade and rollback");
    asking->add_option("--siem", options.siem, "HOST:PORT of a TLS 1.3 receiver that asks for a client certificate");
    asking->add_option("--name", options.name, "The name of the kit's certificates");
    asking->add_option("--answers", options.answers, "The file of answers");
    asking->callback([&] { code = ask_all(options); });
    CLI::App* undoing = app.add_subcommand("put-back", "Put back what an earlier run left");
    undoing->add_option("--answers", options.answers, "The file of answers");
    undoing->callback([&] { code = put_back_from(options); });
    app.add_subcommand("list", "Show the questions")->callback([&] { code = list_questions(); });
    for (std::size_t at = 0; at < probes().size(); ++at) {
        const Probe& probe = probes()[at];
        CLI::App* command = app.add_subcommand(probe.name, std::string(probe.usage) + ": " + probe.does);
        command->prefix_command();
        command->callback([&code, &probe, command] { code = probe.run(command->remaining()); });
    }
    CLI11_PARSE(app, count, arguments);
    return code;
}

}  // namespace

}  // namespace sstp::kit

int main() {
    int count = 0;
    const sstp::UniqueLocal<wchar_t*> wide{CommandLineToArgvW(GetCommandLineW(), &count)};
    std::vector<std::string> texts;
    for (int at = 0; at < count; ++at) texts.push_back(sstp::to_utf8_lossy(wide.get()[at]));
    std::vector<char*> arguments;
    for (auto& text : texts) arguments.push_back(text.data());
    SetConsoleOutputCP(CP_UTF8);
    try {
        return sstp::kit::run(count, arguments.data());
    } catch (const std::exception& trouble) {
        std::cerr << "windows_server_kit: " << trouble.what() << std::endl;
        return 2;
    }
}
