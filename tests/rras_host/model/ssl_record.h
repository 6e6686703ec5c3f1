#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sstp::rras_host {

/// AppIds in the form of their registry and netsh text.
constexpr const char* kSstpAppId = "{ba195980-cd49-458b-9e23-c84ee0adcd75}";
constexpr const char* kIisAppId = "{4dc3e181-e14b-4a21-b022-59fc669b0914}";

/// One record of HTTP.SYS that can decide which certificate a TLS connection gets. Every field of
/// HTTP_SERVICE_CONFIG_SSL_PARAM is kept as it was set; "no pointer" and "empty string" are different values.
struct SslRecord {
    enum class Kind { address, server_name, central_store };
    Kind kind = Kind::address;
    std::string endpoint;      ///< "0.0.0.0:443", "[::]:443", "vpn.example.com:443"; for the central store "*:443"
    std::string sockaddr_hex;  ///< the key's SOCKADDR, byte for byte
    std::uint16_t port = 0;
    std::string host;  ///< server_name only
    std::string hash_hex;
    std::string app_id;
    std::optional<std::string> store_name;
    std::uint32_t check_mode = 0;
    std::uint32_t revocation_freshness_time = 0;
    std::uint32_t revocation_url_timeout = 0;
    std::optional<std::string> ctl_identifier;
    std::optional<std::string> ctl_store_name;
    std::uint32_t flags = 0;
};

/// The state file `ssl_records.json`, sorted as an enumeration returns them.
std::string to_json(const std::vector<SslRecord>& records);
std::vector<SslRecord> ssl_records_from_json(const std::string& text);

/// What HTTP.SYS serves to a client that connected to `local_address` ("127.0.0.1", "::1") and sent `server_name` (may be
/// empty): exact address, server name, central store, [::] (IPv6 only), 0.0.0.0 (both families), in this order. Null: none.
const SslRecord* preferred_record(const std::vector<SslRecord>& records, std::string_view local_address, bool ipv6, std::uint16_t port,
                                  std::string_view server_name);

/// Same text but for the case of ASCII letters.
bool same_text(std::string_view a, std::string_view b);

}  // namespace sstp::rras_host
