#include "core/model/binding.h"

#include "core/model/text.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>

namespace sstp {

// {BA195980-CD49-458B-9E23-C84EE0ADCD75} and {4DC3E181-E14B-4A21-B022-59FC669B0914}
const AppId kSstpAppId{{0xBA, 0x19, 0x59, 0x80, 0xCD, 0x49, 0x45, 0x8B, 0x9E, 0x23, 0xC8, 0x4E, 0xE0, 0xAD, 0xCD, 0x75}};
const AppId kIisAppId{{0x4D, 0xC3, 0xE1, 0x81, 0xE1, 0x4B, 0x4A, 0x21, 0xB0, 0x22, 0x59, 0xFC, 0x66, 0x9B, 0x09, 0x14}};

const char* word(AddressFamily family) noexcept { return family == AddressFamily::ipv4 ? "ipv4" : "ipv6"; }

std::optional<AppId> AppId::parse(std::string_view text) {
    if (text.size() == 38 && text.front() == '{' && text.back() == '}') text = text.substr(1, 36);
    if (text.size() != 36) return std::nullopt;
    for (const std::size_t hyphen : {8U, 13U, 18U, 23U}) {
        if (text[hyphen] != '-') return std::nullopt;
    }
    const auto bytes = from_hex(text);
    if (!bytes || bytes->size() != 16) return std::nullopt;
    AppId id;
    std::copy(bytes->begin(), bytes->end(), id.bytes.begin());
    return id;
}

std::string AppId::to_string() const {
    std::string text = to_hex(bytes);
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
    return fmt::format("{{{}-{}-{}-{}-{}}}", text.substr(0, 8), text.substr(8, 4), text.substr(12, 4), text.substr(16, 4), text.substr(20));
}

std::string owner_name(const AppId& app_id) {
    if (app_id == kSstpAppId) return "SSTP";
    if (app_id == kIisAppId) return "IIS";
    return app_id.to_string();
}

Endpoint Endpoint::wildcard(AddressFamily family, std::uint16_t port) {
    Endpoint endpoint;
    endpoint.family = family;
    endpoint.port = port;
    return endpoint;
}

bool Endpoint::is_wildcard() const {
    return kind == Kind::address && std::all_of(address.begin(), address.end(), [](std::uint8_t b) { return b == 0; });
}

namespace {

/// RFC 5952: the longest run of two or more zero groups is written `::`.
std::string ipv6_text(const std::array<std::uint8_t, 16>& address) {
    std::array<unsigned, 8> groups{};
    for (std::size_t i = 0; i < 8; ++i) groups[i] = static_cast<unsigned>(address[2 * i] << 8 | address[2 * i + 1]);
    std::size_t best = 8;
    std::size_t best_length = 1;
    for (std::size_t i = 0; i < 8; ++i) {
        std::size_t length = 0;
        while (i + length < 8 && groups[i + length] == 0) ++length;
        if (length > best_length) {
            best = i;
            best_length = length;
        }
    }
    std::string text;
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == best) {
            text += "::";
            i += best_length - 1;
            continue;
        }
        if (!text.empty() && text.back() != ':') text += ':';
        text += fmt::format(FMT_COMPILE("{:x}"), groups[i]);
    }
    return text;
}

}  // namespace

std::string Endpoint::to_string() const {
    switch (kind) {
        case Kind::host_name: return fmt::format("{}:{}", host, port);
        case Kind::central_store: return fmt::format("central store:{}", port);
        case Kind::address: break;
    }
    if (family == AddressFamily::ipv4) {
        return fmt::format(FMT_COMPILE("{}.{}.{}.{}:{}"), address[0], address[1], address[2], address[3], port);
    }
    const std::string zone = scope == 0 ? std::string{} : fmt::format("%{}", scope);
    return fmt::format(FMT_COMPILE("[{}{}]:{}"), ipv6_text(address), zone, port);
}

bool is_my_store(const std::optional<std::string>& store) { return !store || store->empty() || equal_ignoring_case(*store, "MY"); }

}  // namespace sstp
