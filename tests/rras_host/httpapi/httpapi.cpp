/// The configuration half of httpapi.dll, as "HTTP Server API" in the Windows documentation has it, over a state that all
/// processes of the test prefix share. Requests, URL groups and queues are not here: nothing under test uses them.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "httpapi/record_marshalling.h"
#include "store/audit_trail.h"
#include "store/binding_store.h"
#include "store/faults.h"
#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

std::atomic<int> configuration_users{0};

ULONG answer_of(const Fault& fault, ULONG answer) { return fault.fails_after() && answer == NO_ERROR ? fault.error : answer; }

/// Runs a call under its ordered fault, and keeps C++ exceptions inside the DLL.
template <class Call>
ULONG guarded(const char* function, Call call) noexcept {
    try {
        const Fault fault = due_fault(function);
        if (fault.fails_first()) return fault.error;
        if (fault.pretends()) return NO_ERROR;
        return answer_of(fault, call());
    } catch (const std::exception&) {
        return ERROR_INTERNAL_ERROR;
    }
}

/// The same for a call that writes; whatever the answer, the attempt is in the audit trail, and whoever sees the record sees its line.
template <class Call>
ULONG guarded_write(const char* function, const std::optional<SslRecord>& record, Call call) noexcept {
    try {
        const Fault fault = due_fault(function);   // waits, if it is so ordered: not under the lock
        const HostLock lock;
        ULONG answer = NO_ERROR;
        if (fault.fails_first())
            answer = fault.error;
        else if (!fault.pretends())
            answer = answer_of(fault, call());
        audit(function, record ? record->endpoint : "", answer, record ? nlohmann::json::parse(to_json({*record})).at(0).dump() : "");
        return answer;
    } catch (const std::exception&) {
        return ERROR_INTERNAL_ERROR;
    }
}

enum class Reads { key_and_parameters, key_alone };

std::optional<SslRecord> record_from(ULONG id, const void* information, ULONG length, Reads reads) {
    std::optional<SslRecord> record;
    const HTTP_SERVICE_CONFIG_SSL_PARAM* parameters = nullptr;
    if (!information) return record;
    if (id == kSslCertInfo && length >= sizeof(HTTP_SERVICE_CONFIG_SSL_SET)) {
        const auto& set = *static_cast<const HTTP_SERVICE_CONFIG_SSL_SET*>(information);
        record = key_from(set.KeyDesc);
        parameters = &set.ParamDesc;
    } else if (id == kSslSniCertInfo && length >= sizeof(SniSet)) {
        const auto& set = *static_cast<const SniSet*>(information);
        record = key_from(set.KeyDesc);
        parameters = &set.ParamDesc;
    } else if (id == kSslCcsCertInfo && length >= sizeof(CcsSet)) {
        const auto& set = *static_cast<const CcsSet*>(information);
        record = key_from(set.KeyDesc);
        parameters = &set.ParamDesc;
    }
    if (record && reads == Reads::key_and_parameters) take_parameters(*parameters, *record);
    return record;
}

struct Question {
    SslRecord::Kind kind = SslRecord::Kind::address;
    bool next = false;
    DWORD token = 0;
    std::optional<SslRecord> key;
};

template <class Query>
std::optional<Question> question_from(SslRecord::Kind kind, const void* input, ULONG length) {
    if (!input || length < sizeof(Query)) return std::nullopt;
    const auto& query = *static_cast<const Query*>(input);
    if (query.QueryDesc == HttpServiceConfigQueryNext) return Question{kind, true, query.dwToken, std::nullopt};
    if (query.QueryDesc != HttpServiceConfigQueryExact) return std::nullopt;
    auto key = key_from(query.KeyDesc);
    if (!key) return std::nullopt;
    return Question{kind, false, 0, std::move(key)};
}

std::optional<Question> question_from(ULONG id, const void* input, ULONG length) {
    if (id == kSslCertInfo) return question_from<HTTP_SERVICE_CONFIG_SSL_QUERY>(SslRecord::Kind::address, input, length);
    if (id == kSslSniCertInfo) return question_from<SniQuery>(SslRecord::Kind::server_name, input, length);
    if (id == kSslCcsCertInfo) return question_from<CcsQuery>(SslRecord::Kind::central_store, input, length);
    return std::nullopt;
}

ULONG answer_with(const SslRecord& record, void* output, ULONG length, ULONG* return_length) {
    const ULONG needed = set_size(record);
    if (return_length) *return_length = needed;
    if (!output || length < needed) return ERROR_INSUFFICIENT_BUFFER;
    write_set(record, output);
    return NO_ERROR;
}

ULONG query(const Question& question, void* output, ULONG length, ULONG* return_length) {
    const HostLock lock;
    if (!question.next) {
        auto records = load_ssl_records();
        const auto found = find_ssl_record(records, *question.key);
        return found == records.end() ? static_cast<ULONG>(ERROR_FILE_NOT_FOUND) : answer_with(*found, output, length, return_length);
    }
    DWORD index = 0;
    for (const auto& record : known_ssl_records())
        if (record.kind == question.kind && index++ == question.token) return answer_with(record, output, length, return_length);
    return ERROR_NO_MORE_ITEMS;
}

/// `listen_list.json`: the addresses, as text; no file: HTTP.SYS listens everywhere.
ULONG answer_listen_list(void* output, ULONG length, ULONG* return_length) {
    const HostLock lock;
    std::vector<SOCKADDR_STORAGE> addresses;
    const auto list = nlohmann::json::parse(read_text(state_path(L"listen_list.json")).value_or("[]"));
    for (const auto& each : list) {
        if (const auto address = address_from(each.get<std::string>())) addresses.push_back(*address);
    }
    const std::size_t first = offsetof(HTTP_SERVICE_CONFIG_IP_LISTEN_QUERY, AddrList);
    const auto needed = static_cast<ULONG>(first + addresses.size() * sizeof(SOCKADDR_STORAGE));
    if (return_length) *return_length = needed;
    if (!output || length < needed) return ERROR_INSUFFICIENT_BUFFER;
    std::memset(output, 0, needed);
    static_cast<HTTP_SERVICE_CONFIG_IP_LISTEN_QUERY*>(output)->AddrCount = static_cast<ULONG>(addresses.size());
    if (!addresses.empty()) std::memcpy(static_cast<char*>(output) + first, addresses.data(), addresses.size() * sizeof(SOCKADDR_STORAGE));
    return NO_ERROR;
}

/// `ssl_extended.json`: endpoints whose record has TLS restrictions, the only extended parameter of this double.
ULONG answer_extended(const void* input, ULONG input_length, void* output, ULONG length, ULONG* return_length) {
    if (!input || input_length < sizeof(ExQuery)) return ERROR_INVALID_PARAMETER;
    const auto& query = *static_cast<const ExQuery*>(input);
    const auto key = key_from(query.KeyDesc);
    if (query.QueryDesc != HttpServiceConfigQueryExact || !key || query.ParamType < 0 || query.ParamType > 6)
        return ERROR_INVALID_PARAMETER;
    const HostLock lock;
    const auto extended = nlohmann::json::parse(read_text(state_path(L"ssl_extended.json")).value_or("[]"));
    const bool has_it = std::find(extended.begin(), extended.end(), key->endpoint) != extended.end();
    if (!has_it || query.ParamType != kTlsRestrictions) return ERROR_FILE_NOT_FOUND;
    if (return_length) *return_length = sizeof(ExSet);
    if (!output || length < sizeof(ExSet)) return ERROR_INSUFFICIENT_BUFFER;
    ExSet set{};
    set.KeyDesc = query.KeyDesc;
    set.ParamType = query.ParamType;
    set.RestrictionCount = 1;
    set.TlsRestrictions = static_cast<char*>(output) + sizeof(ExSet);
    std::memcpy(output, &set, sizeof set);
    return NO_ERROR;
}

/// What is wrong with the arguments that all functions share; 0: nothing.
ULONG check_call(HANDLE service_handle, const void* overlapped) {
    if (service_handle || overlapped) return ERROR_INVALID_PARAMETER;  // both are reserved
    return configuration_users.load() > 0 ? static_cast<ULONG>(NO_ERROR) : static_cast<ULONG>(ERROR_INVALID_HANDLE);
}

template <class Change>
ULONG change(const char* function, HANDLE service_handle, ULONG id, const void* information, ULONG length, const void* overlapped,
             Reads reads, Change make) {
    const auto record = record_from(id, information, length, reads);
    return guarded_write(function, record, [&]() -> ULONG {
        if (const ULONG wrong = check_call(service_handle, overlapped)) return wrong;
        return record ? static_cast<ULONG>(make(*record)) : static_cast<ULONG>(ERROR_INVALID_PARAMETER);
    });
}

}  // namespace

}  // namespace sstp::rras_host

using namespace sstp::rras_host;

extern "C" {

ULONG WINAPI HttpInitialize(HTTPAPI_VERSION version, ULONG flags, PVOID reserved) {
    return guarded("HttpInitialize", [&]() -> ULONG {
        if (reserved || flags == 0 || (flags & ~(HTTP_INITIALIZE_SERVER | HTTP_INITIALIZE_CONFIG))) return ERROR_INVALID_PARAMETER;
        const bool version_1 = version.HttpApiMajorVersion == 1 && version.HttpApiMinorVersion == 0;
        const bool version_2 = version.HttpApiMajorVersion == 2 && version.HttpApiMinorVersion == 0;
        if (!version_1 && !version_2) return ERROR_REVISION_MISMATCH;
        if (flags & HTTP_INITIALIZE_CONFIG) ++configuration_users;
        return NO_ERROR;
    });
}

ULONG WINAPI HttpTerminate(ULONG flags, PVOID reserved) {
    if (reserved || flags == 0) return ERROR_INVALID_PARAMETER;
    if ((flags & HTTP_INITIALIZE_CONFIG) && configuration_users > 0) --configuration_users;
    return NO_ERROR;
}

ULONG WINAPI HttpSetServiceConfiguration(HANDLE service_handle, HTTP_SERVICE_CONFIG_ID id, PVOID information, ULONG length,
                                         LPOVERLAPPED overlapped) {
    return change("HttpSetServiceConfiguration", service_handle, id, information, length, overlapped, Reads::key_and_parameters,
                  [](const SslRecord& record) { return set_ssl_record(record); });
}

ULONG WINAPI HttpUpdateServiceConfiguration(HANDLE service_handle, HTTP_SERVICE_CONFIG_ID id, PVOID information, ULONG length,
                                            LPOVERLAPPED overlapped) {
    return change("HttpUpdateServiceConfiguration", service_handle, id, information, length, overlapped, Reads::key_and_parameters,
                  [](const SslRecord& record) { return update_ssl_record(record); });
}

ULONG WINAPI HttpDeleteServiceConfiguration(HANDLE service_handle, HTTP_SERVICE_CONFIG_ID id, PVOID information, ULONG length,
                                            LPOVERLAPPED overlapped) {
    return change("HttpDeleteServiceConfiguration", service_handle, id, information, length, overlapped, Reads::key_alone,
                  delete_ssl_record);
}

ULONG WINAPI HttpQueryServiceConfiguration(HANDLE service_handle, HTTP_SERVICE_CONFIG_ID id, PVOID input, ULONG input_length, PVOID output,
                                           ULONG output_length, PULONG return_length, LPOVERLAPPED overlapped) {
    return guarded("HttpQueryServiceConfiguration", [&]() -> ULONG {
        if (const ULONG wrong = check_call(service_handle, overlapped)) return wrong;
        if (!output && !return_length) return ERROR_INVALID_PARAMETER;
        if (static_cast<ULONG>(id) == kIpListenList) return answer_listen_list(output, output_length, return_length);
        if (static_cast<ULONG>(id) == kSslCertInfoEx) return answer_extended(input, input_length, output, output_length, return_length);
        const auto question = question_from(id, input, input_length);
        if (!question) return ERROR_INVALID_PARAMETER;
        return query(*question, output, output_length, return_length);
    });
}

}  // extern "C"
