#pragma once

// The Windows SDK's http.h has what mingw-w64's lacks: identifiers and structures of SNI and central-store records
// (http.h of Windows 8 and later). Layout is that of the SDK; the static_asserts hold it.

#undef HTTPAPI_LINKAGE
#define HTTPAPI_LINKAGE
#include <winsock2.h>
#include <ws2tcpip.h>

#include <windows.h>

#include <http.h>

namespace sstp::rras_host {

constexpr auto kSslCertInfo = static_cast<ULONG>(HttpServiceConfigSSLCertInfo);
constexpr ULONG kSslSniCertInfo = 5;  ///< HttpServiceConfigSslSniCertInfo
constexpr ULONG kSslCcsCertInfo = 6;  ///< HttpServiceConfigSslCcsCertInfo
constexpr auto kIpListenList = static_cast<ULONG>(HttpServiceConfigIPListenList);
constexpr ULONG kSslCertInfoEx = 8;   ///< HttpServiceConfigSslCertInfoEx
constexpr int kTlsRestrictions = 3;   ///< ExParamTypeTlsRestrictions

struct SniKey {
    SOCKADDR_STORAGE IpPort;
    PWSTR Host;
};

struct SniSet {
    SniKey KeyDesc;
    HTTP_SERVICE_CONFIG_SSL_PARAM ParamDesc;
};

struct SniQuery {
    HTTP_SERVICE_CONFIG_QUERY_TYPE QueryDesc;
    SniKey KeyDesc;
    DWORD dwToken;
};

struct CcsKey {
    SOCKADDR_STORAGE LocalAddress;
};

struct CcsSet {
    CcsKey KeyDesc;
    HTTP_SERVICE_CONFIG_SSL_PARAM ParamDesc;
};

struct CcsQuery {
    HTTP_SERVICE_CONFIG_QUERY_TYPE QueryDesc;
    CcsKey KeyDesc;
    DWORD dwToken;
};

struct ExKey {
    SOCKADDR_STORAGE IpPort;
};

struct ExQuery {
    HTTP_SERVICE_CONFIG_QUERY_TYPE QueryDesc;
    ExKey KeyDesc;
    DWORD dwToken;
    int ParamType;
};

/// HTTP_SERVICE_CONFIG_SSL_SET_EX of a version whose union is as large as HTTP_TLS_RESTRICTIONS_PARAM.
struct ExSet {
    ExKey KeyDesc;
    int ParamType;
    ULONGLONG Flags;
    ULONG RestrictionCount;
    PVOID TlsRestrictions;
};

static_assert(sizeof(ExQuery) == 144 && sizeof(ExSet) == 160);
static_assert(sizeof(HTTP_SERVICE_CONFIG_SSL_PARAM) == 80);
static_assert(sizeof(HTTP_SERVICE_CONFIG_SSL_SET) == 88);
static_assert(sizeof(SniKey) == 136);
static_assert(sizeof(SniSet) == 216);
static_assert(sizeof(CcsSet) == 208);

}  // namespace sstp::rras_host
