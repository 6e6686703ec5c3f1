#include "core/model/ip_address.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace sstp {

namespace {

std::optional<IpAddress> parse_ipv4(std::string_view text) {
    IpAddress address;
    for (std::size_t i = 0; i < 4; ++i) {
        unsigned value = 256;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || value > 255) return std::nullopt;
        address.bytes[i] = static_cast<std::uint8_t>(value);
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        if (i == 3) break;
        if (text.empty() || text.front() != '.') return std::nullopt;
        text.remove_prefix(1);
    }
    return text.empty() ? std::optional{address} : std::nullopt;
}

/// Groups of hex digits between colons into `bytes`; the number of bytes, or nothing.
std::optional<std::size_t> groups(std::string_view text, std::array<std::uint8_t, 16>& bytes) {
    std::size_t count = 0;
    while (!text.empty()) {
        unsigned value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
        if (error != std::errc{} || value > 0xFFFF || count + 2 > bytes.size()) return std::nullopt;
        bytes[count++] = static_cast<std::uint8_t>(value >> 8);
        bytes[count++] = static_cast<std::uint8_t>(value & 0xFF);
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        if (text.empty()) break;
        if (text.front() != ':' || text.size() == 1) return std::nullopt;
        text.remove_prefix(1);
    }
    return count;
}

std::optional<IpAddress> parse_ipv6(std::string_view text) {
    IpAddress address;
    address.family = AddressFamily::ipv6;
    if (const auto zone = text.find('%'); zone != std::string_view::npos) {
        const std::string_view scope = text.substr(zone + 1);
        const auto [end, error] = std::from_chars(scope.data(), scope.data() + scope.size(), address.scope);
        if (error != std::errc{} || end != scope.data() + scope.size()) return std::nullopt;
        text = text.substr(0, zone);
    }
    const auto gap = text.find("::");
    if (gap == std::string_view::npos) {
        const auto count = groups(text, address.bytes);
        return count == 16U ? std::optional{address} : std::nullopt;
    }
    std::array<std::uint8_t, 16> behind{};
    const auto front_bytes = groups(text.substr(0, gap), address.bytes);
    const auto behind_bytes = groups(text.substr(gap + 2), behind);
    if (!front_bytes || !behind_bytes || *front_bytes + *behind_bytes > 14) return std::nullopt;
    std::copy_n(behind.begin(), *behind_bytes, address.bytes.end() - static_cast<std::ptrdiff_t>(*behind_bytes));
    return address;
}

}  // namespace

IpAddress IpAddress::loopback(AddressFamily family) {
    IpAddress address;
    address.family = family;
    if (family == AddressFamily::ipv4) {
        address.bytes[0] = 127;
        address.bytes[3] = 1;
    } else {
        address.bytes[15] = 1;
    }
    return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    if (text.size() > 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
    return text.find(':') == std::string_view::npos ? parse_ipv4(text) : parse_ipv6(text);
}

IpAddress IpAddress::of(const Endpoint& endpoint) { return {endpoint.family, endpoint.address, endpoint.scope}; }

bool IpAddress::is_wildcard() const {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

bool IpAddress::is_loopback() const {
    return family == AddressFamily::ipv4 ? bytes[0] == 127 : bytes == loopback(AddressFamily::ipv6).bytes;
}

Endpoint IpAddress::at(std::uint16_t port) const {
    Endpoint endpoint;
    endpoint.family = family;
    endpoint.address = bytes;
    endpoint.scope = scope;
    endpoint.port = port;
    return endpoint;
}

std::string IpAddress::to_string() const {
    const std::string text = at(0).to_string();   // "203.0.113.5:0", "[2001:db8::5]:0"
    const std::string address = text.substr(0, text.rfind(':'));
    return address.front() == '[' ? address.substr(1, address.size() - 2) : address;
}

}  // namespace sstp
