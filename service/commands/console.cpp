#include "service/commands/console.h"

#include "core/report/fitted.h"
#include "core/report/render_text.h"
#include "service/windows/unique_handle.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

namespace sstp {

Utf8Console::Utf8Console() : before_(GetConsoleOutputCP()) { SetConsoleOutputCP(CP_UTF8); }

Utf8Console::~Utf8Console() {
    if (before_ != 0) SetConsoleOutputCP(before_);
}

namespace {

std::optional<std::size_t> columns_of_console(DWORD stream) {
    CONSOLE_SCREEN_BUFFER_INFO window{};
    if (!GetConsoleScreenBufferInfo(GetStdHandle(stream), &window)) return std::nullopt;
    const int columns = window.srWindow.Right - window.srWindow.Left;   // one less than there are: a full last column wraps
    constexpr int kNarrowest = 40;
    return static_cast<std::size_t>(columns < kNarrowest ? kNarrowest : columns);
}

/// A console takes the sequences if it can be told so, which those before Windows 10 1511 cannot. NO_COLOR: see no-color.org.
bool takes_colour(DWORD stream) {
    constexpr DWORD kUnderstandsSequences = 0x0004;   // ENABLE_VIRTUAL_TERMINAL_PROCESSING, which mingw-w64 10 does not always have
    const HANDLE handle = GetStdHandle(stream);
    DWORD mode = 0;
    if (GetEnvironmentVariableW(L"NO_COLOR", nullptr, 0) > 1 || !GetConsoleMode(handle, &mode)) return false;
    return (mode & kUnderstandsSequences) != 0 || SetConsoleMode(handle, mode | kUnderstandsSequences);
}

/// At once. As ever, nobody is told when nobody reads it: a pipe whose reader has left, no standard error of a service.
void write(const std::string& text, std::FILE* stream) {
    std::fwrite(text.data(), 1, text.size(), stream);
    std::fflush(stream);
}

}  // namespace

void print(const std::string& text) { write(text, stdout); }

void print_text(const std::string& text) {
    std::string shown = fitted(text, console_columns());
    print(takes_colour(STD_OUTPUT_HANDLE) ? coloured(std::move(shown)) : shown);
}

void complain_lines(const std::string& text) { write(fitted(text, columns_of_console(STD_ERROR_HANDLE)), stderr); }

int complain(const std::string& text, int exit_code) noexcept {
    try {
        complain_lines("sstp-watchdog: " + escape_controls(text) + "\n");
    } catch (...) {   // NOLINT(bugprone-empty-catch): nobody reads the standard error; the exit code still tells
    }
    return exit_code;
}

std::optional<std::size_t> console_columns() { return columns_of_console(STD_OUTPUT_HANDLE); }

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

std::string with_way_out(const Error& error) {
    if (error.kind != ErrorKind::access_denied || is_elevated()) return error.message();
    return error.message() + ". Use an elevated console (Run as administrator).";
}

}  // namespace sstp
