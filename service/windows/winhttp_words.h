#pragma once

#include "core/model/result.h"

#include <cstdint>
#include <string>

namespace sstp {

/// The failure of a WinHTTP call (codes 12000 to 12999 are its own), in words for an administrator.
Error winhttp_error(std::string operation, std::string subject, std::uint32_t code);

}  // namespace sstp
