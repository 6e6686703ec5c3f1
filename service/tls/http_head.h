#pragma once

#include "core/model/digest.h"
#include "core/model/result.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace sstp {

/// `HEAD uri HTTP/1.1` with Host and `Connection: close`. `host` is a name or an address without brackets.
/// Errors: malformed, when either would not stay inside its line (a ServerURI is whatever somebody wrote into the registry).
Result<std::string> head_request(const std::string& host, std::uint16_t port, const std::string& uri);

/// Reads the status of an answer as it comes in, and nothing behind it. Interim answers (1xx) are passed over.
/// Source: RFC 9112 section 4, RFC 9110 section 15.2.
class StatusReader {
public:
    /// The status once it is known, nothing as long as more is needed.
    /// Errors: malformed (no HTTP/1.x status line, or none within 16 KiB).
    Result<std::optional<int>> feed(std::span<const std::uint8_t> bytes);

private:
    std::string text_;
    std::size_t seen_ = 0;
    bool skipping_fields_ = false;  ///< of an interim answer
};

}  // namespace sstp
