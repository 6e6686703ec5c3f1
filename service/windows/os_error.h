#pragma once

#include "core/model/result.h"

#include <cstdint>
#include <string>

namespace sstp {

/// What a Win32 code, or an HRESULT that wraps one, means to a caller who knows no code. Adapters with words of their
/// own (HTTP.SYS, the SCM, the event log) look at the code first.
ErrorKind kind_of(std::uint32_t code) noexcept;

/// The system's sentence for `code`, in English where the system has it (support knows that text, and so do search
/// engines), without line ends and final full stop. Empty when the system has none.
std::string system_text(std::uint32_t code);

/// The failure of one call. Take GetLastError into a variable on the line after the call, then build the error:
/// making the strings may change it.
Error os_error(std::string operation, std::string subject, std::uint32_t code);
Error os_error(ErrorKind kind, std::string operation, std::string subject, std::uint32_t code);

/// A failure that Windows did not report: our own sentence instead of a code.
Error own_error(ErrorKind kind, std::string operation, std::string subject, std::string text);

}  // namespace sstp
