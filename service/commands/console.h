#pragma once

#include "core/model/result.h"

#include <cstddef>
#include <optional>
#include <string>

namespace sstp {

/// While it lives, the console takes UTF-8; what it took before is put back, since it outlives us.
class Utf8Console {
public:
    Utf8Console();
    ~Utf8Console();
    Utf8Console(const Utf8Console&) = delete;
    Utf8Console& operator=(const Utf8Console&) = delete;

private:
    unsigned before_;
};

/// To the standard output, as it stands and at once: JSON, and what is laid out already.
void print(const std::string& text);
/// The same for a person: on a console fitted to its width, and in colour where it takes colour (core/report/fitted.h).
void print_text(const std::string& text);
/// Lines to the standard error, fitted likewise.
void complain_lines(const std::string& text);
/// `sstp-watchdog: text` to the standard error. Gives `exit_code` back.
int complain(const std::string& text, int exit_code) noexcept;

/// Width of the window that the standard output goes to; nothing when it goes to a file, a pipe or a monitoring system.
std::optional<std::size_t> console_columns();
/// What fits everywhere else.
inline constexpr std::size_t kUsualColumns = 80;

/// Whether this process has an administrator's full token. HTTP.SYS, private keys and the data folder answer nobody else.
bool is_elevated();
/// Complains unless elevated. True when the command may go on.
bool require_elevation(const char* command);
/// The error's message, with the way out where this process lacks an administrator's full token.
std::string with_way_out(const Error& error);

}  // namespace sstp
