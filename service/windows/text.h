#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sstp {

// Text is UTF-8 in core and UTF-16 in Windows. Names (paths, services, stores) are converted strictly: a name that does
// not survive the way there is another object. Text of foreign programs is converted with U+FFFD for what is broken.

/// Nothing when `text` is not well-formed UTF-8 or holds a NUL, at which Windows would cut the name short.
std::optional<std::wstring> to_wide(std::string_view text);
/// As above, with U+FFFD for what is broken: for messages, never for names.
std::wstring to_wide_lossy(std::string_view text);

/// Nothing when a surrogate stands alone or a NUL is inside: registry and file names may hold both.
std::optional<std::string> to_utf8(std::wstring_view text);
/// As above, with U+FFFD for what is broken.
std::string to_utf8_lossy(std::wstring_view text);

}  // namespace sstp
