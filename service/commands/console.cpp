#include "service/commands/console.h"

#include "core/report/render_text.h"
#include "service/windows/unique_handle.h"

#include <fmt/format.h>

#include <iostream>

namespace sstp {

Utf8Console::Utf8Console() : before_(GetConsoleOutputCP()) { SetConsoleOutputCP(CP_UTF8); }

Utf8Console::~Utf8Console() {
    if (before_ != 0) SetConsoleOutputCP(before_);
}

std::ostream& standard_output() { return std::cout; }

std::ostream& standard_error() { return std::cerr; }

void print(const std::string& text) { std::cout << text << std::flush; }

int complain(const std::string& text, int exit_code) noexcept {
    try {
        std::cerr << "sstp-watchdog: " << escape_controls(text) << '\n';
    } catch (...) {   // NOLINT(bugprone-empty-catch): nobody reads the standard error; the exit code still tells
    }
    return exit_code;
}

std::optional<std::size_t> console_columns() {
    CONSOLE_SCREEN_BUFFER_INFO window{};
    if (!GetConsoleScreenBufferInfo(GetStdHandle(STD_OUTPUT_HANDLE), &window)) return std::nullopt;
    const int columns = window.srWindow.Right - window.srWindow.Left;   // one less than there are: a full last column wraps
    constexpr int kNarrowest = 40;
    return static_cast<std::size_t>(columns < kNarrowest ? kNarrowest : columns);
}

bool is_elevated() {
    UniqueKernelHandle token;
    TOKEN_ELEVATION elevation{};
    DWORD size = 0;
    return OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, token.receive()) &&
           GetTokenInformation(token.get(), TokenElevation, &elevation, sizeof elevation, &size) && elevation.TokenIsElevated != 0;
}

bool require_elevation(const char* command) {
    if (is_elevated()) return true;
    complain(fmt::format("{} needs an elevated console: right-click Command Prompt or PowerShell, Run as administrator, and try again.",
                         command),
             1);
    return false;
}

}  // namespace sstp
