#pragma once

#include "service/windows/windows_headers.h"

#include <http.h>

#include <cstddef>
#include <cstring>

// What mingw-w64's http.h (it ends at UrlAclInfo) lacks of Microsoft's: names of our own, so that nothing clashes where the
// SDK has them. Source: Microsoft, http.h, HTTP_SERVICE_CONFIG_ID and the structures of each id.
namespace sstp::http_api {

/// The kinds of records. mingw-w64's enumeration ends at 3, and a cast to a value beyond an enumeration's range is
/// undefined: the number is copied into it.
enum class RecordKind : int {
    listen_list = 0,       ///< HttpServiceConfigIPListenList
    address = 1,           ///< HttpServiceConfigSSLCertInfo
    host_name = 5,         ///< HttpServiceConfigSslSniCertInfo
    central_store = 6,     ///< HttpServiceConfigSslCcsCertInfo
    address_extended = 8,  ///< HttpServiceConfigSslCertInfoEx: TLS restrictions, window sizes and the like, beside the plain record
};

inline HTTP_SERVICE_CONFIG_ID config_id(RecordKind kind) noexcept {
    HTTP_SERVICE_CONFIG_ID id{};
    static_assert(sizeof id == sizeof kind);
    std::memcpy(&id, &kind, sizeof id);
    return id;
}

/// HTTP_SERVICE_CONFIG_SSL_SNI_KEY
struct HostNameKey {
    SOCKADDR_STORAGE IpPort;
    PWSTR Host;
};

/// HTTP_SERVICE_CONFIG_SSL_SNI_SET
struct HostNameSet {
    HostNameKey KeyDesc;
    HTTP_SERVICE_CONFIG_SSL_PARAM ParamDesc;
};

/// HTTP_SERVICE_CONFIG_SSL_SNI_QUERY
struct HostNameQuery {
    HTTP_SERVICE_CONFIG_QUERY_TYPE QueryDesc;
    HostNameKey KeyDesc;
    DWORD dwToken;
};

/// HTTP_SERVICE_CONFIG_SSL_CCS_KEY
struct CentralStoreKey {
    SOCKADDR_STORAGE LocalAddress;
};

/// HTTP_SERVICE_CONFIG_SSL_CCS_SET
struct CentralStoreSet {
    CentralStoreKey KeyDesc;
    HTTP_SERVICE_CONFIG_SSL_PARAM ParamDesc;
};

/// HTTP_SERVICE_CONFIG_SSL_CCS_QUERY
struct CentralStoreQuery {
    HTTP_SERVICE_CONFIG_QUERY_TYPE QueryDesc;
    CentralStoreKey KeyDesc;
    DWORD dwToken;
};

/// HTTP_SERVICE_CONFIG_SSL_KEY_EX
struct ExtendedKey {
    SOCKADDR_STORAGE IpPort;
};

/// HTTP_SERVICE_CONFIG_SSL_QUERY_EX. ParamType: 0 Http2Window, 1 Http2SettingsLimits, 2 HttpPerformance, 3 TlsRestrictions, 4
/// ErrorHeaders, 5 TlsSessionTicketKeys, and what later versions add.
struct ExtendedQuery {
    HTTP_SERVICE_CONFIG_QUERY_TYPE QueryDesc;
    ExtendedKey KeyDesc;
    DWORD dwToken;
    int ParamType;
};

/// The head of HTTP_SERVICE_CONFIG_SSL_SET_EX: key, kind of parameter, flags. A union follows whose size grows with Windows.
struct ExtendedSetHead {
    ExtendedKey KeyDesc;
    int ParamType;
    ULONGLONG Flags;
};

// The x64 layout that httpapi.dll reads and writes.
static_assert(offsetof(ExtendedQuery, KeyDesc) == 8 && offsetof(ExtendedQuery, dwToken) == 136 &&
              offsetof(ExtendedQuery, ParamType) == 140 && sizeof(ExtendedQuery) == 144);
static_assert(offsetof(ExtendedSetHead, ParamType) == 128 && offsetof(ExtendedSetHead, Flags) == 136 && sizeof(ExtendedSetHead) == 144);
static_assert(offsetof(HTTP_SERVICE_CONFIG_IP_LISTEN_QUERY, AddrList) == 8);
static_assert(static_cast<int>(HttpServiceConfigSSLCertInfo) == 1);
static_assert(sizeof(SOCKADDR_STORAGE) == 128 && alignof(SOCKADDR_STORAGE) == 8);
static_assert(sizeof(HTTP_SERVICE_CONFIG_SSL_PARAM) == 80);
static_assert(offsetof(HTTP_SERVICE_CONFIG_SSL_PARAM, pSslCertStoreName) == 32);
static_assert(offsetof(HTTP_SERVICE_CONFIG_SSL_PARAM, DefaultFlags) == 72);
static_assert(sizeof(HTTP_SERVICE_CONFIG_SSL_SET) == 88 && sizeof(HTTP_SERVICE_CONFIG_SSL_QUERY) == 24);
static_assert(offsetof(HostNameKey, Host) == 128 && sizeof(HostNameKey) == 136);
static_assert(offsetof(HostNameSet, ParamDesc) == 136 && sizeof(HostNameSet) == 216);
static_assert(offsetof(HostNameQuery, KeyDesc) == 8 && offsetof(HostNameQuery, dwToken) == 144 && sizeof(HostNameQuery) == 152);
static_assert(offsetof(CentralStoreSet, ParamDesc) == 128 && sizeof(CentralStoreSet) == 208);
static_assert(offsetof(CentralStoreQuery, dwToken) == 136 && sizeof(CentralStoreQuery) == 144);

/// HttpUpdateServiceConfiguration: Windows 10 1703 and later; of servers its page says "none supported". Absent from mingw-w64's
/// import library.
using UpdateServiceConfiguration = ULONG WINAPI(HANDLE, HTTP_SERVICE_CONFIG_ID, PVOID, ULONG, LPOVERLAPPED);

}  // namespace sstp::http_api
