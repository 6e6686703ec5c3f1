#include "httpapi/record_marshalling.h"

#include <cstring>

#include <objbase.h>

#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

std::string guid_text(const GUID& guid) {
    wchar_t text[64];
    const int length = StringFromGUID2(guid, text, 64);
    std::string utf8 = to_utf8(text, length > 0 ? static_cast<std::size_t>(length - 1) : 0);
    for (char& c : utf8)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return utf8;
}

std::string address_text(const sockaddr& address) {
    char text[INET6_ADDRSTRLEN] = {};
    if (address.sa_family == AF_INET) {
        inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text, sizeof text);
        return text;
    }
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, text, sizeof text);
    return '[' + std::string(text) + ']';
}

std::optional<SslRecord> from_sockaddr(const sockaddr* address) {
    if (!address || (address->sa_family != AF_INET && address->sa_family != AF_INET6)) return std::nullopt;
    SslRecord record;
    record.port = ntohs(reinterpret_cast<const sockaddr_in*>(address)->sin_port);  // at the same offset in sockaddr_in6
    if (record.port == 0) return std::nullopt;
    record.sockaddr_hex = to_hex(address, address->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    record.endpoint = address_text(*address) + ':' + std::to_string(record.port);
    return record;
}

bool is_ipv4_wildcard(const SOCKADDR_STORAGE& address) {
    return address.ss_family == AF_INET && reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr == INADDR_ANY;
}

std::optional<std::string> text_or_nothing(PCWSTR text) {
    if (!text) return std::nullopt;
    return to_utf8(text, std::wcslen(text));
}

ULONG aligned(std::size_t size) { return static_cast<ULONG>((size + 7) & ~std::size_t{7}); }

ULONG text_size(const std::optional<std::string>& text) { return text ? aligned((to_wide(*text).size() + 1) * sizeof(wchar_t)) : 0; }

ULONG structure_size(SslRecord::Kind kind) {
    switch (kind) {
        case SslRecord::Kind::server_name: return sizeof(SniSet);
        case SslRecord::Kind::central_store: return sizeof(CcsSet);
        case SslRecord::Kind::address: break;
    }
    return sizeof(HTTP_SERVICE_CONFIG_SSL_SET);
}

/// Hands out the room behind the structure.
class Tail {
public:
    explicit Tail(char* begin) : at_(begin) {}

    void* bytes(const std::string& content) {
        if (content.empty()) return nullptr;
        std::memcpy(at_, content.data(), content.size());
        return advance(content.size());
    }

    PWSTR text(const std::optional<std::string>& content) {
        if (!content) return nullptr;
        const std::wstring wide = to_wide(*content);
        const std::size_t size = (wide.size() + 1) * sizeof(wchar_t);
        std::memcpy(at_, wide.c_str(), size);
        return static_cast<PWSTR>(advance(size));
    }

private:
    void* advance(std::size_t size) {
        void* here = at_;
        at_ += aligned(size);
        return here;
    }

    char* at_;
};

void write_parameters(const SslRecord& record, HTTP_SERVICE_CONFIG_SSL_PARAM& out, Tail& tail) {
    const std::string hash = from_hex(record.hash_hex);
    out.SslHashLength = static_cast<ULONG>(hash.size());
    out.pSslHash = tail.bytes(hash);
    CLSIDFromString(to_wide(record.app_id).c_str(), &out.AppId);
    out.pSslCertStoreName = tail.text(record.store_name);
    out.DefaultCertCheckMode = record.check_mode;
    out.DefaultRevocationFreshnessTime = record.revocation_freshness_time;
    out.DefaultRevocationUrlRetrievalTimeout = record.revocation_url_timeout;
    out.pDefaultSslCtlIdentifier = tail.text(record.ctl_identifier);
    out.pDefaultSslCtlStoreName = tail.text(record.ctl_store_name);
    out.DefaultFlags = record.flags;
}

}  // namespace

std::optional<SslRecord> key_from(const HTTP_SERVICE_CONFIG_SSL_KEY& key) { return from_sockaddr(key.pIpPort); }

std::optional<SslRecord> key_from(const SniKey& key) {
    if (!key.Host || !*key.Host || !is_ipv4_wildcard(key.IpPort)) return std::nullopt;
    auto record = from_sockaddr(reinterpret_cast<const sockaddr*>(&key.IpPort));
    if (!record) return std::nullopt;
    record->kind = SslRecord::Kind::server_name;
    record->host = to_utf8(key.Host, std::wcslen(key.Host));
    record->endpoint = record->host + ':' + std::to_string(record->port);
    return record;
}

std::optional<SslRecord> key_from(const ExKey& key) { return from_sockaddr(reinterpret_cast<const sockaddr*>(&key.IpPort)); }

std::optional<SOCKADDR_STORAGE> address_from(const std::string& text) {
    SOCKADDR_STORAGE storage{};
    auto& ipv4 = reinterpret_cast<sockaddr_in&>(storage);
    auto& ipv6 = reinterpret_cast<sockaddr_in6&>(storage);
    if (inet_pton(AF_INET, text.c_str(), &ipv4.sin_addr) == 1) {
        storage.ss_family = AF_INET;
    } else if (inet_pton(AF_INET6, text.c_str(), &ipv6.sin6_addr) == 1) {
        storage.ss_family = AF_INET6;
    } else {
        return std::nullopt;
    }
    return storage;
}

std::optional<SslRecord> key_from(const CcsKey& key) {
    if (!is_ipv4_wildcard(key.LocalAddress)) return std::nullopt;
    auto record = from_sockaddr(reinterpret_cast<const sockaddr*>(&key.LocalAddress));
    if (!record) return std::nullopt;
    record->kind = SslRecord::Kind::central_store;
    record->endpoint = "*:" + std::to_string(record->port);
    return record;
}

void take_parameters(const HTTP_SERVICE_CONFIG_SSL_PARAM& parameters, SslRecord& record) {
    record.hash_hex = to_hex(parameters.pSslHash, parameters.pSslHash ? parameters.SslHashLength : 0);
    record.app_id = guid_text(parameters.AppId);
    record.store_name = text_or_nothing(parameters.pSslCertStoreName);
    record.check_mode = parameters.DefaultCertCheckMode;
    record.revocation_freshness_time = parameters.DefaultRevocationFreshnessTime;
    record.revocation_url_timeout = parameters.DefaultRevocationUrlRetrievalTimeout;
    record.ctl_identifier = text_or_nothing(parameters.pDefaultSslCtlIdentifier);
    record.ctl_store_name = text_or_nothing(parameters.pDefaultSslCtlStoreName);
    record.flags = parameters.DefaultFlags;
}

ULONG set_size(const SslRecord& record) {
    ULONG size = structure_size(record.kind) + aligned(record.hash_hex.size() / 2);
    size += text_size(record.store_name) + text_size(record.ctl_identifier) + text_size(record.ctl_store_name);
    if (record.kind == SslRecord::Kind::address) size += aligned(record.sockaddr_hex.size() / 2);
    if (record.kind == SslRecord::Kind::server_name) size += text_size(record.host);
    return size;
}

void write_set(const SslRecord& record, void* buffer) {
    std::memset(buffer, 0, structure_size(record.kind));
    Tail tail(static_cast<char*>(buffer) + structure_size(record.kind));
    const std::string address = from_hex(record.sockaddr_hex);
    if (record.kind == SslRecord::Kind::address) {
        auto* set = static_cast<HTTP_SERVICE_CONFIG_SSL_SET*>(buffer);
        set->KeyDesc.pIpPort = static_cast<PSOCKADDR>(tail.bytes(address));
        write_parameters(record, set->ParamDesc, tail);
    } else if (record.kind == SslRecord::Kind::server_name) {
        auto* set = static_cast<SniSet*>(buffer);
        std::memcpy(&set->KeyDesc.IpPort, address.data(), address.size());
        set->KeyDesc.Host = tail.text(record.host);
        write_parameters(record, set->ParamDesc, tail);
    } else {
        auto* set = static_cast<CcsSet*>(buffer);
        std::memcpy(&set->KeyDesc.LocalAddress, address.data(), address.size());
        write_parameters(record, set->ParamDesc, tail);
    }
}

}  // namespace sstp::rras_host
