#include "tests/windows_server/kit/probes.h"

#include "service/windows/http_api.h"
#include "service/windows/late_bound.h"
#include "service/windows/text.h"

#include <fmt/format.h>

#include <cstddef>
#include <vector>

namespace sstp::kit {

namespace {

std::string address_of(const SOCKADDR* address) {
    if (address == nullptr) return "none";
    wchar_t text[128]{};
    DWORD length = 127;
    const DWORD size = address->sa_family == AF_INET6 ? sizeof(SOCKADDR_IN6) : sizeof(SOCKADDR_IN);
    SOCKADDR_STORAGE copy{};
    std::memcpy(&copy, address, size);
    if (WSAAddressToStringW(reinterpret_cast<SOCKADDR*>(&copy), size, nullptr, text, &length) != 0) return "unknown";
    return to_utf8_lossy(text);
}

std::string hex_of(const void* bytes, std::size_t size) {
    std::string hex;
    for (std::size_t at = 0; at < size; ++at) hex += fmt::format("{:02X}", static_cast<const unsigned char*>(bytes)[at]);
    return hex.empty() ? "none" : hex;
}

void print_parameters(const HTTP_SERVICE_CONFIG_SSL_PARAM& value) {
    print_line(fmt::format("  hash={} app_id={} store={} check_mode={:#x} freshness={} url_timeout={} flags={:#x}",
                           hex_of(value.pSslHash, value.pSslHash == nullptr ? 0 : value.SslHashLength),
                           hex_of(&value.AppId, sizeof value.AppId),
                           value.pSslCertStoreName == nullptr ? "null" : to_utf8_lossy(value.pSslCertStoreName),
                           static_cast<unsigned>(value.DefaultCertCheckMode), value.DefaultRevocationFreshnessTime,
                           value.DefaultRevocationUrlRetrievalTimeout, static_cast<unsigned>(value.DefaultFlags)));
}

template <class Query, class Print>
void print_kind(http_api::RecordKind kind, const char* name, Print print) {
    for (DWORD token = 0;; ++token) {
        Query query{};
        query.QueryDesc = HttpServiceConfigQueryNext;
        query.dwToken = token;
        ULONG needed = 0;
        ULONG code = HttpQueryServiceConfiguration(nullptr, http_api::config_id(kind), &query, sizeof query, nullptr, 0, &needed, nullptr);
        std::vector<std::max_align_t> buffer(needed / sizeof(std::max_align_t) + 1);
        if (code == ERROR_INSUFFICIENT_BUFFER) {
            code = HttpQueryServiceConfiguration(nullptr, http_api::config_id(kind), &query, sizeof query, buffer.data(),
                                                 static_cast<ULONG>(buffer.size() * sizeof(std::max_align_t)), &needed, nullptr);
        }
        if (code != ERROR_SUCCESS) {
            print_line(fmt::format("{}: {} records, then {}", name, token, code));
            return;
        }
        print(buffer.data(), needed);
    }
}

}  // namespace

/// records: all that HTTP.SYS holds for TLS, and what its API has.
int probe_records(const Arguments&) {
    HTTPAPI_VERSION version{};
    version.HttpApiMajorVersion = 2;
    if (const ULONG code = HttpInitialize(version, HTTP_INITIALIZE_CONFIG, nullptr); code != ERROR_SUCCESS) {
        print_line(fmt::format("HttpInitialize={}", code));
        return 1;
    }
    print_line(fmt::format("update={}", export_of(L"httpapi.dll", "HttpUpdateServiceConfiguration") == nullptr ? "absent" : "exported"));
    print_kind<HTTP_SERVICE_CONFIG_SSL_QUERY>(http_api::RecordKind::address, "address", [](const void* record, ULONG) {
        const auto* set = static_cast<const HTTP_SERVICE_CONFIG_SSL_SET*>(record);
        print_line("address=" + address_of(set->KeyDesc.pIpPort));
        print_parameters(set->ParamDesc);
    });
    print_kind<http_api::HostNameQuery>(http_api::RecordKind::host_name, "host_name", [](const void* record, ULONG) {
        const auto* set = static_cast<const http_api::HostNameSet*>(record);
        print_line("host_name=" + to_utf8_lossy(set->KeyDesc.Host == nullptr ? L"" : set->KeyDesc.Host));
        print_parameters(set->ParamDesc);
    });
    print_kind<http_api::CentralStoreQuery>(http_api::RecordKind::central_store, "central_store", [](const void* record, ULONG) {
        print_line("central_store");
        print_parameters(static_cast<const http_api::CentralStoreSet*>(record)->ParamDesc);
    });
    print_kind<http_api::ExtendedQuery>(http_api::RecordKind::address_extended, "extended", [](const void* record, ULONG size) {
        const auto* head = static_cast<const http_api::ExtendedSetHead*>(record);
        print_line(fmt::format("extended type={} flags={:#x} size={} bytes={}", head->ParamType, head->Flags, size, hex_of(record, size)));
    });
    HttpTerminate(HTTP_INITIALIZE_CONFIG, nullptr);
    return 0;
}

}  // namespace sstp::kit
