#pragma once

#include <cstdint>
#include <string>

namespace sstp::rras_host {

/// What FormatMessage says of the codes with which HTTP.SYS refuses a record, with the blank that it has at the end; others by their
/// number.
std::string error_text(std::uint32_t code);

}  // namespace sstp::rras_host
