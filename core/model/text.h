#pragma once

#include <string_view>

namespace sstp {

/// ASCII letters are equal whatever their case, as in DNS names (RFC 4343), store names and registry text.
bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept;

}  // namespace sstp
