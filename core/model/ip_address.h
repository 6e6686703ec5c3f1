#pragma once

#include "core/model/binding.h"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sstp {

/// An address of this machine, IPv4 or IPv6.
struct IpAddress {
    AddressFamily family = AddressFamily::ipv4;
    std::array<std::uint8_t, 16> bytes{};  ///< network order; IPv4 uses the first four
    std::uint32_t scope = 0;               ///< IPv6 zone index, 0 for none

    static IpAddress loopback(AddressFamily family);
    static std::optional<IpAddress> parse(std::string_view text);  ///< "203.0.113.5", "2001:db8::5", "::1", with or without brackets
    /// The address of a record of kind `address`.
    static IpAddress of(const Endpoint& endpoint);
    [[nodiscard]] bool is_wildcard() const;
    [[nodiscard]] bool is_loopback() const;                        ///< 127.0.0.0/8, ::1
    [[nodiscard]] std::string to_string() const;                   ///< `203.0.113.5`, `2001:db8::5`
    [[nodiscard]] Endpoint at(std::uint16_t port) const;
    friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

}  // namespace sstp
