#include "core/event_log/ssl_failure.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>

namespace sstp {

namespace {

constexpr std::uint32_t kSslSettingsUnusable = 15021;
constexpr std::size_t kStatusBytes = 4;

/// Text of an endpoint as HTTP.SYS writes it: `[::]:443`, `0.0.0.0:443`.
bool take_endpoint(std::string_view text, SslFailure& failure) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return false;
    const auto address = IpAddress::parse(text.substr(0, colon));
    const std::string_view port = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), failure.port);
    if (!address || error != std::errc{} || end != port.data() + port.size()) return false;
    failure.address = *address;
    return true;
}

/// The last four bytes of Binary, little endian. The 40 bytes before them are the I/O manager's error log entry.
std::optional<std::uint32_t> status_in(const Bytes& binary) {
    if (binary.size() < kStatusBytes) return std::nullopt;
    std::uint32_t status = 0;
    for (std::size_t i = 0; i < kStatusBytes; ++i) status = status << 8 | binary[binary.size() - 1 - i];
    return status;
}

}  // namespace

std::optional<SslFailure> ssl_failure(const LogEvent& event) {
    if (event.from_rassstp() || event.id != kSslSettingsUnusable) return std::nullopt;
    SslFailure failure;
    // Whichever string reads as an endpoint: the names of the data differ between builds.
    const bool found = std::ranges::any_of(event.strings, [&](const std::string& each) { return take_endpoint(each, failure); });
    if (!found) return std::nullopt;
    failure.status = status_in(event.binary);
    return failure;
}

}  // namespace sstp
