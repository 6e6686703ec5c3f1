#include "core/model/result.h"

#include <fmt/format.h>

#include <stdexcept>

namespace sstp {

const char* word(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::unexpected: return "unexpected";
        case ErrorKind::access_denied: return "access_denied";
        case ErrorKind::not_found: return "not_found";
        case ErrorKind::already_exists: return "already_exists";
        case ErrorKind::no_usable_key: return "no_usable_key";
        case ErrorKind::malformed: return "malformed";
        case ErrorKind::timed_out: return "timed_out";
        case ErrorKind::stopped: return "stopped";
        case ErrorKind::busy: return "busy";
        case ErrorKind::service_disabled: return "service_disabled";
        case ErrorKind::service_hung: return "service_hung";
        case ErrorKind::service_gone: return "service_gone";
        case ErrorKind::dependents_running: return "dependents_running";
        case ErrorKind::disk_full: return "disk_full";
        case ErrorKind::corrupt: return "corrupt";
        case ErrorKind::position_lost: return "position_lost";
        case ErrorKind::batch_too_large: return "batch_too_large";
        case ErrorKind::source_unavailable: return "source_unavailable";
        case ErrorKind::settling: return "settling";
        case ErrorKind::not_replaceable: return "not_replaceable";
        case ErrorKind::not_supported: return "not_supported";
        case ErrorKind::verification_failed: return "verification_failed";
    }
    return "unexpected";
}

std::string Error::message() const {
    std::string line = fmt::format("could not {}", operation);
    if (!subject.empty()) line += fmt::format(" {}", subject);
    if (!text.empty()) line += fmt::format(": {}", text);
    if (code != 0) line += code > 0xFFFF ? fmt::format(" (0x{:08X})", code) : fmt::format(" ({})", code);
    return line;
}

void throw_exception_from_error(const Error& error, const boost::source_location& /*where*/) { throw std::logic_error(error.message()); }

}  // namespace sstp
