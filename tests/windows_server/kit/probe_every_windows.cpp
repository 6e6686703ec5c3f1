#include "tests/windows_server/kit/probes.h"

#include "service/windows/text.h"
#include "service/windows/unique_handle.h"
#include "service/windows/windows_headers.h"

#include <fmt/format.h>

#include <cstdio>
#include <stdexcept>

namespace sstp::kit {

int number_of(const std::string& text, const char* what) {
    if (text.empty() || text.size() > 6 || text.find_first_not_of("0123456789") != std::string::npos)
        throw std::runtime_error(fmt::format("'{}' is no {}", text, what));
    return std::stoi(text);
}

void print_line(const std::string& line) {
    std::fputs((line + "\n").c_str(), stdout);
    std::fflush(stdout);
}

int run_words(const Arguments& arguments, std::size_t first) {
    std::wstring line = L"cmd.exe /d /s /c \"";
    for (std::size_t at = first; at < arguments.size(); ++at) {
        const std::wstring word = to_wide_lossy(arguments[at]);
        const bool has_blank = word.find(L' ') != std::wstring::npos;
        line += (at > first ? L" " : L"") + (has_blank ? L"\"" + word + L"\"" : word);
    }
    line += L'"';
    STARTUPINFOW start{};
    start.cb = sizeof start;
    PROCESS_INFORMATION process{};
    if (!CreateProcessW(nullptr, line.data(), nullptr, nullptr, TRUE, 0, nullptr, nullptr, &start, &process))
        throw std::runtime_error(fmt::format("cmd.exe could not be started ({})", GetLastError()));
    const UniqueKernelHandle handle{process.hProcess};
    const UniqueKernelHandle thread{process.hThread};
    WaitForSingleObject(handle.get(), INFINITE);
    DWORD code = 0;
    GetExitCodeProcess(handle.get(), &code);
    return static_cast<int>(code);
}

/// every SECONDS FOR CODE COMMAND...
int probe_every(const Arguments& arguments) {
    if (arguments.size() < 4) throw std::runtime_error("every SECONDS FOR CODE COMMAND...");
    const int pause = number_of(arguments[0], "number of seconds");
    const int total = number_of(arguments[1], "number of seconds");
    const int wanted = number_of(arguments[2], "exit code");
    const ULONGLONG began = GetTickCount64();
    const auto seconds = [&] { return static_cast<double>(GetTickCount64() - began) / 1000.0; };
    int tries = 0;
    do {
        const double at = seconds();
        const int code = run_words(arguments, 3);
        print_line(fmt::format("at={:.1f} exit={}", at, code));
        ++tries;
        if (code == wanted) {
            print_line(fmt::format("first={:.1f} tries={}", seconds(), tries));
            return 0;
        }
        Sleep(static_cast<DWORD>(pause) * 1000);
    } while (seconds() < total);
    print_line(fmt::format("first=never tries={}", tries));
    return 1;
}

}  // namespace sstp::kit
