#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace sstp {

/// ASCII letters are equal whatever their case, as in DNS names (RFC 4343), store names and registry text.
bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept;

/// `name` is one of `names`, whatever its case.
template <class Names>
bool has_name(const Names& names, std::string_view name) noexcept {
    return std::any_of(names.begin(), names.end(), [&](std::string_view each) { return equal_ignoring_case(each, name); });
}

/// A stable number for a text: 64-bit FNV-1a, the same on every build and platform. Keys of stored things, seeds of a machine.
std::uint64_t stable_number(std::string_view text) noexcept;

}  // namespace sstp
