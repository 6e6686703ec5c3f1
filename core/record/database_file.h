#pragma once

#include "core/model/result.h"

#include <cstdint>
#include <optional>
#include <string>

namespace sstp {

// The state database as a file among others: what SQLite has no function for. Paths are UTF-8. Not std::filesystem: its paths convert
// with the locales of libstdc++, three quarters of a megabyte in the program.

/// Bytes; nothing when there is no such file, it is none (a folder), or it cannot be looked at.
std::optional<std::int64_t> size_of_file(const std::string& path);
/// Whether anything has that name; true too where that cannot be said (no access): who opens it then is told why.
bool is_there(const std::string& path);

/// Errors: busy, with what the system said: somebody has it open, or it is not there; nothing was moved.
Result<void> set_file_aside(const std::string& path, const std::string& aside);
/// Also when there is none.
void remove_file(const std::string& path) noexcept;

}  // namespace sstp
