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
    address = 1,        ///< HttpServiceConfigSSLCertInfo
    host_name = 5,      ///< HttpServiceConfigSslSniCertInfo
    central_store = 6,  ///< HttpServiceConfigSslCcsCertInfo
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

// The x64 layout that httpapi.dll reads and writes.
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

/// HttpUpdateServiceConfiguration: Windows 10 1703, Server 2019 and later; absent from mingw-w64's import library.
using UpdateServiceConfiguration = ULONG WINAPI(HANDLE, HTTP_SERVICE_CONFIG_ID, PVOID, ULONG, LPOVERLAPPED);

}  // namespace sstp::http_api
