#include "service/windows/http_sys_record.h"

#include "service/windows/text.h"

#include <algorithm>
#include <cstring>

namespace sstp {
namespace {

// SHA-1 has 20 bytes; whatever a record holds is carried over, within reason.
constexpr ULONG kLongestHash = 256;

// GUID and port have another byte order in memory than in print and on the wire.
GUID to_guid(const AppId& id) noexcept {
    const auto& b = id.bytes;
    GUID guid{};
    guid.Data1 =
        static_cast<std::uint32_t>(b[0]) << 24 | static_cast<std::uint32_t>(b[1]) << 16 | static_cast<std::uint32_t>(b[2]) << 8 | b[3];
    guid.Data2 = static_cast<std::uint16_t>(b[4] << 8 | b[5]);
    guid.Data3 = static_cast<std::uint16_t>(b[6] << 8 | b[7]);
    std::copy(b.begin() + 8, b.end(), std::begin(guid.Data4));
    return guid;
}

AppId to_app_id(const GUID& guid) noexcept {
    AppId id;
    auto& b = id.bytes;
    const auto first = static_cast<std::uint32_t>(guid.Data1);
    for (int i = 0; i < 4; ++i) b[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(first >> (24 - 8 * i));
    b[4] = static_cast<std::uint8_t>(guid.Data2 >> 8);
    b[5] = static_cast<std::uint8_t>(guid.Data2);
    b[6] = static_cast<std::uint8_t>(guid.Data3 >> 8);
    b[7] = static_cast<std::uint8_t>(guid.Data3);
    std::copy(std::begin(guid.Data4), std::end(guid.Data4), b.begin() + 8);
    return id;
}

std::uint16_t swapped(std::uint16_t number) noexcept { return static_cast<std::uint16_t>(number << 8 | number >> 8); }

/// Null stays null and empty stays empty: on the wire they are different. False when the text cannot be kept exactly.
bool read_text(PCWSTR text, std::optional<std::string>& into) {
    into.reset();
    if (text == nullptr) return true;
    into = to_utf8(text);
    return into.has_value();
}

bool read_parameters(const HTTP_SERVICE_CONFIG_SSL_PARAM& from, ListenerBinding& into) {
    if (from.SslHashLength > kLongestHash || (from.SslHashLength != 0 && from.pSslHash == nullptr)) return false;
    const auto* hash = static_cast<const std::uint8_t*>(from.pSslHash);
    into.certificate.assign(hash, hash + from.SslHashLength);
    into.app_id = to_app_id(from.AppId);
    into.options.certificate_check_mode = from.DefaultCertCheckMode;
    into.options.revocation_freshness_seconds = from.DefaultRevocationFreshnessTime;
    into.options.revocation_url_timeout_milliseconds = from.DefaultRevocationUrlRetrievalTimeout;
    into.options.flags = from.DefaultFlags;
    return read_text(from.pSslCertStoreName, into.store) && read_text(from.pDefaultSslCtlIdentifier, into.options.ctl_identifier) &&
           read_text(from.pDefaultSslCtlStoreName, into.options.ctl_store);
}

}  // namespace

SOCKADDR_STORAGE to_socket_address(const Endpoint& endpoint) noexcept {
    SOCKADDR_STORAGE storage{};
    if (endpoint.kind != Endpoint::Kind::address) return storage;
    if (endpoint.family == AddressFamily::ipv4) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = swapped(endpoint.port);
        std::memcpy(&address.sin_addr, endpoint.address.data(), sizeof address.sin_addr);
        std::memcpy(&storage, &address, sizeof address);
    } else {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        address.sin6_port = swapped(endpoint.port);
        address.sin6_scope_id = endpoint.scope;
        std::memcpy(&address.sin6_addr, endpoint.address.data(), sizeof address.sin6_addr);
        std::memcpy(&storage, &address, sizeof address);
    }
    return storage;
}

std::optional<Endpoint> to_endpoint(const SOCKADDR* address) noexcept {
    if (address == nullptr) return std::nullopt;
    Endpoint endpoint;
    if (address->sa_family == AF_INET) {
        sockaddr_in in{};
        std::memcpy(&in, address, sizeof in);
        endpoint.family = AddressFamily::ipv4;
        endpoint.port = swapped(in.sin_port);
        std::memcpy(endpoint.address.data(), &in.sin_addr, sizeof in.sin_addr);
        return endpoint;
    }
    if (address->sa_family == AF_INET6) {
        sockaddr_in6 in{};
        std::memcpy(&in, address, sizeof in);
        endpoint.family = AddressFamily::ipv6;
        endpoint.port = swapped(in.sin6_port);
        endpoint.scope = in.sin6_scope_id;
        std::memcpy(endpoint.address.data(), &in.sin6_addr, sizeof in.sin6_addr);
        return endpoint;
    }
    return std::nullopt;
}

SslRecord::SslRecord(const ListenerBinding& record) : address_(to_socket_address(record.endpoint)), certificate_(record.certificate) {
    if (record.endpoint.kind != Endpoint::Kind::address || certificate_.size() > kLongestHash) valid_ = false;
    set.KeyDesc.pIpPort = reinterpret_cast<PSOCKADDR>(&address_);
    HTTP_SERVICE_CONFIG_SSL_PARAM& parameters = set.ParamDesc;
    parameters.SslHashLength = static_cast<ULONG>(certificate_.size());
    parameters.pSslHash = certificate_.empty() ? nullptr : certificate_.data();
    parameters.AppId = to_guid(record.app_id);
    parameters.pSslCertStoreName = keep(record.store, store_);
    parameters.DefaultCertCheckMode = record.options.certificate_check_mode;
    parameters.DefaultRevocationFreshnessTime = record.options.revocation_freshness_seconds;
    parameters.DefaultRevocationUrlRetrievalTimeout = record.options.revocation_url_timeout_milliseconds;
    parameters.pDefaultSslCtlIdentifier = keep(record.options.ctl_identifier, ctl_identifier_);
    parameters.pDefaultSslCtlStoreName = keep(record.options.ctl_store, ctl_store_);
    parameters.DefaultFlags = record.options.flags;
}

PWSTR SslRecord::keep(const std::optional<std::string>& text, std::optional<std::wstring>& place) {
    if (!text) return nullptr;
    place = to_wide(*text);
    if (!place) valid_ = false;
    return place ? place->data() : nullptr;
}

std::optional<ListenerBinding> to_binding(const HTTP_SERVICE_CONFIG_SSL_SET& set) {
    const auto endpoint = to_endpoint(set.KeyDesc.pIpPort);
    ListenerBinding record;
    if (!endpoint || !read_parameters(set.ParamDesc, record)) return std::nullopt;
    record.endpoint = *endpoint;
    return record;
}

std::optional<ListenerBinding> to_binding(const http_api::HostNameSet& set) {
    const auto address = to_endpoint(reinterpret_cast<const SOCKADDR*>(&set.KeyDesc.IpPort));
    ListenerBinding record;
    if (!address || set.KeyDesc.Host == nullptr || !read_parameters(set.ParamDesc, record)) return std::nullopt;
    record.endpoint.kind = Endpoint::Kind::host_name;
    record.endpoint.host = to_utf8_lossy(set.KeyDesc.Host);
    record.endpoint.port = address->port;
    return record;
}

std::optional<ListenerBinding> to_binding(const http_api::CentralStoreSet& set) {
    const auto address = to_endpoint(reinterpret_cast<const SOCKADDR*>(&set.KeyDesc.LocalAddress));
    ListenerBinding record;
    if (!address || !read_parameters(set.ParamDesc, record)) return std::nullopt;
    record.endpoint.kind = Endpoint::Kind::central_store;
    record.endpoint.port = address->port;
    return record;
}

}  // namespace sstp
