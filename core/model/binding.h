#pragma once

#include "core/model/digest.h"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sstp {

enum class AddressFamily : std::uint8_t { ipv4, ipv6 };
inline constexpr std::array kFamilies = {AddressFamily::ipv4, AddressFamily::ipv6};
const char* word(AddressFamily family) noexcept;  ///< "ipv4", "ipv6"

/// The owner of an HTTP.SYS record, bytes in the order in which a GUID is printed.
struct AppId {
    std::array<std::uint8_t, 16> bytes{};

    static std::optional<AppId> parse(std::string_view text);  ///< with or without braces, any case
    [[nodiscard]] std::string to_string() const;               ///< `{ba195980-cd49-458b-9e23-c84ee0adcd75}`
    friend auto operator<=>(const AppId&, const AppId&) = default;
};

/// SSTP's own AppId (Microsoft, resolution of RasSstp event 13) and that of IIS.
extern const AppId kSstpAppId;
extern const AppId kIisAppId;
/// "SSTP", "IIS" or the GUID: what a person calls the owner.
std::string owner_name(const AppId& app_id);

/// The key of a record: the address and port that a client connects to, or a name, or the central store.
struct Endpoint {
    enum class Kind : std::uint8_t {
        address,        ///< `0.0.0.0:443`, `[::]:443` (wildcards) or an exact address
        host_name,      ///< SNI record, `vpn.example.com:443`
        central_store,  ///< central certificate store record, one a port
    };
    Kind kind = Kind::address;
    AddressFamily family = AddressFamily::ipv4;    ///< of an address
    std::array<std::uint8_t, 16> address{};        ///< network order; IPv4 uses the first four bytes
    std::uint32_t scope = 0;                       ///< IPv6 zone index, 0 for none
    std::string host;                              ///< of a host_name record
    std::uint16_t port = 0;

    static Endpoint wildcard(AddressFamily family, std::uint16_t port);
    [[nodiscard]] bool is_wildcard() const;
    [[nodiscard]] std::string to_string() const;   ///< `0.0.0.0:443`, `[::]:443`, `vpn.example.com:443`, `central store:443`
    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

/// The fields of a record that SSTP Watchdog never interprets and always carries over, bit for bit.
/// Source: Microsoft, HTTP_SERVICE_CONFIG_SSL_PARAM.
struct BindingOptions {
    std::uint32_t certificate_check_mode = 0;
    std::uint32_t revocation_freshness_seconds = 0;
    std::uint32_t revocation_url_timeout_milliseconds = 0;
    std::optional<std::string> ctl_identifier;  ///< nothing and empty are different on the wire
    std::optional<std::string> ctl_store;
    std::uint32_t flags = 0;                    ///< DefaultFlags; RD Gateway depends on 1

    friend bool operator==(const BindingOptions&, const BindingOptions&) = default;
};

/// Store name of a record: null, empty and any spelling of MY mean LocalMachine\MY.
bool is_my_store(const std::optional<std::string>& store);

/// One HTTP.SYS certificate record, whole: writing it back restores it exactly.
struct ListenerBinding {
    Endpoint endpoint;
    Bytes certificate;                       ///< the hash field as it is: 20 bytes of SHA-1 in a sane record, none for central_store
    AppId app_id;
    std::optional<std::string> store;        ///< as written; nothing means MY
    BindingOptions options;

    [[nodiscard]] std::optional<Thumbprint> thumbprint() const { return Thumbprint::from_bytes(certificate); }
    friend bool operator==(const ListenerBinding&, const ListenerBinding&) = default;
};

}  // namespace sstp
