#pragma once

#include <cstdint>
#include <string>

namespace sstp::rras_host {

/// Notes a write in `audit.jsonl`: when, which process, which function on what, and its answer. Tests assert on it that
/// nothing was written, or what was and in which order. `details` is a JSON object's text, or empty.
/// Whoever sees the change must find its line: call it before that, or under the HostLock under which the change is made.
void audit(const std::string& function, const std::string& subject, std::uint32_t answer, const std::string& details = {});

}  // namespace sstp::rras_host
