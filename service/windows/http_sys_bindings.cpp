#include "service/windows/http_sys_bindings.h"

#include "service/windows/http_sys_record.h"
#include "service/windows/late_bound.h"
#include "service/windows/os_error.h"

#include <fmt/format.h>

#include <cstddef>
#include <vector>

namespace sstp {
namespace {

constexpr const char* kList = "list HTTP.SYS bindings";
constexpr const char* kRead = "read the HTTP.SYS binding";
constexpr const char* kSet = "set the HTTP.SYS binding";
constexpr const char* kDelete = "delete the HTTP.SYS binding";

// A machine with more has another problem, and a list that never ends must not be ours.
constexpr DWORD kMostRecords = 10'000;
constexpr ULONG kLargestRecord = 1 << 20;

HTTP_SERVICE_CONFIG_ID address_records() noexcept { return http_api::config_id(http_api::RecordKind::address); }

/// One query: the first answer may be no more than the size that the second needs, and the record may grow in between.
template <class Query>
ULONG query(http_api::RecordKind kind, Query& what, std::vector<std::byte>& buffer) {
    for (;;) {
        ULONG needed = 0;
        const ULONG code = HttpQueryServiceConfiguration(nullptr, http_api::config_id(kind), &what, sizeof what, buffer.data(),
                                                         static_cast<ULONG>(buffer.size()), &needed, nullptr);
        if (code != ERROR_INSUFFICIENT_BUFFER && code != ERROR_MORE_DATA) return code;
        if (needed <= buffer.size() || needed > kLargestRecord) return ERROR_INVALID_DATA;
        buffer.resize(needed);
    }
}

Error unintelligible(const char* operation, std::string subject) {
    return own_error(ErrorKind::malformed, operation, std::move(subject),
                     "HTTP.SYS answered with a record that cannot be carried over exactly");
}

/// Appends every record of one kind. Records may come and go meanwhile: the next look sees them.
template <class Query, class Set>
Result<void> append_all(http_api::RecordKind kind, const char* name, std::vector<ListenerBinding>& into) {
    std::vector<std::byte> buffer(sizeof(Set) + 512);
    for (DWORD token = 0; token < kMostRecords; ++token) {
        Query next{};
        next.QueryDesc = HttpServiceConfigQueryNext;
        next.dwToken = token;
        const ULONG code = query(kind, next, buffer);
        // 259 ends the list; 2 is what a system says that never had a record of the kind.
        if (code == ERROR_NO_MORE_ITEMS || code == ERROR_FILE_NOT_FOUND) return {};
        if (code != ERROR_SUCCESS) return os_error(kList, name, code);
        auto record = to_binding(*reinterpret_cast<const Set*>(buffer.data()));
        if (!record) return unintelligible(kList, fmt::format("{}, number {}", name, token + 1));
        into.push_back(*std::move(record));
    }
    return own_error(ErrorKind::malformed, kList, name, fmt::format("there are more than {}", kMostRecords));
}

ULONG set_record(const SslRecord& record) {
    HTTP_SERVICE_CONFIG_SSL_SET set = record.set;
    return HttpSetServiceConfiguration(nullptr, address_records(), &set, sizeof set, nullptr);
}

ULONG delete_record(const Endpoint& endpoint) {
    SOCKADDR_STORAGE address = to_socket_address(endpoint);
    HTTP_SERVICE_CONFIG_SSL_SET set{};
    set.KeyDesc.pIpPort = reinterpret_cast<PSOCKADDR>(&address);
    return HttpDeleteServiceConfiguration(nullptr, address_records(), &set, sizeof set, nullptr);
}

/// 1312 sends people after logon sessions; what it means here is another matter.
Error set_error(const Endpoint& endpoint, ULONG code) {
    Error error = os_error(kSet, endpoint.to_string(), code);
    if (code == ERROR_NO_SUCH_LOGON_SESSION) {
        error.text += ": HTTP.SYS found no usable private key for the certificate in the machine's key set";
    }
    return error;
}

Error no_address(const char* operation, const Endpoint& endpoint) {
    return own_error(ErrorKind::malformed, operation, endpoint.to_string(), "only records of an address are read one by one, or changed");
}

bool is_plain_address(const Endpoint& endpoint) noexcept { return endpoint.kind == Endpoint::Kind::address && endpoint.port != 0; }

}  // namespace

HttpSysBindings::~HttpSysBindings() {
    if (initialized_) HttpTerminate(HTTP_INITIALIZE_CONFIG, nullptr);
}

Result<void> HttpSysBindings::initialize() {
    if (initialized_) return {};
    const ULONG code = HttpInitialize(HTTPAPI_VERSION HTTPAPI_VERSION_1, HTTP_INITIALIZE_CONFIG, nullptr);
    if (code != ERROR_SUCCESS) return os_error("open the configuration of HTTP.SYS", "", code);
    initialized_ = true;
    update_ = late_bound<http_api::UpdateServiceConfiguration>(L"httpapi.dll", "HttpUpdateServiceConfiguration");
    return {};
}

Result<std::vector<ListenerBinding>> HttpSysBindings::all() {
    const auto ready = initialize();
    if (!ready) return ready.error();
    std::vector<ListenerBinding> records;
    using namespace http_api;
    auto read = append_all<HTTP_SERVICE_CONFIG_SSL_QUERY, HTTP_SERVICE_CONFIG_SSL_SET>(RecordKind::address, "of addresses", records);
    if (read) read = append_all<HostNameQuery, HostNameSet>(RecordKind::host_name, "of host names", records);
    if (read) read = append_all<CentralStoreQuery, CentralStoreSet>(RecordKind::central_store, "of the central certificate store", records);
    if (!read) return read.error();
    return records;
}

Result<ListenerBinding> HttpSysBindings::at(const Endpoint& endpoint) {
    if (!is_plain_address(endpoint)) return no_address(kRead, endpoint);
    const auto ready = initialize();
    if (!ready) return ready.error();
    SOCKADDR_STORAGE address = to_socket_address(endpoint);
    HTTP_SERVICE_CONFIG_SSL_QUERY exact{};
    exact.QueryDesc = HttpServiceConfigQueryExact;
    exact.KeyDesc.pIpPort = reinterpret_cast<PSOCKADDR>(&address);
    std::vector<std::byte> buffer(sizeof(HTTP_SERVICE_CONFIG_SSL_SET) + 512);
    const ULONG code = query(http_api::RecordKind::address, exact, buffer);
    if (code != ERROR_SUCCESS) return os_error(kRead, endpoint.to_string(), code);
    auto record = to_binding(*reinterpret_cast<const HTTP_SERVICE_CONFIG_SSL_SET*>(buffer.data()));
    if (!record || record->endpoint != endpoint) return unintelligible(kRead, endpoint.to_string());
    return *std::move(record);
}

Result<void> HttpSysBindings::put(const ListenerBinding& record, const std::optional<ListenerBinding>& instead_of) {
    if (!is_plain_address(record.endpoint)) return no_address(kSet, record.endpoint);
    const SslRecord wanted(record);
    if (!wanted.is_valid())
        return own_error(ErrorKind::malformed, kSet, record.endpoint.to_string(), "a name in it is not well-formed text");
    const auto old = at(record.endpoint);
    if (!old && old.error().kind != ErrorKind::not_found) return old.error();
    // HTTP.SYS has no compare-and-set: between this look and the next call somebody else can still come.
    if ((old ? std::optional{*old} : std::nullopt) != instead_of) {
        return own_error(ErrorKind::busy, kSet, record.endpoint.to_string(),
                         "another record stands there than the one that was to be replaced; somebody changed it in the meantime");
    }

    if (old && update_ != nullptr) {
        HTTP_SERVICE_CONFIG_SSL_SET set = wanted.set;
        const ULONG code = update_(nullptr, address_records(), &set, sizeof set, nullptr);
        if (code == ERROR_SUCCESS) return {};
        // 50 and 120: exported, but this system does not do it after all.
        if (code != ERROR_NOT_SUPPORTED && code != ERROR_CALL_NOT_IMPLEMENTED) return set_error(record.endpoint, code);
        return replace(record, *old);
    } else if (old) {
        return replace(record, *old);
    }
    const ULONG code = set_record(wanted);
    if (code != ERROR_SUCCESS) return set_error(record.endpoint, code);
    return {};
}

Result<void> HttpSysBindings::replace(const ListenerBinding& record, const ListenerBinding& old) {
    // Everything that can fail on our side has been done before the gap opens.
    const SslRecord wanted(record);
    const SslRecord before(old);
    if (!before.is_valid()) return unintelligible(kRead, old.endpoint.to_string());
    const ULONG deleted = delete_record(record.endpoint);
    if (deleted != ERROR_SUCCESS && deleted != ERROR_FILE_NOT_FOUND) return os_error(kDelete, record.endpoint.to_string(), deleted);
    const ULONG code = set_record(wanted);
    if (code == ERROR_SUCCESS) return {};

    Error error = set_error(record.endpoint, code);
    // 183: somebody else set a record in the gap. It is theirs now, and not ours to overwrite.
    if (code == ERROR_ALREADY_EXISTS) return error;
    const ULONG back = set_record(before);
    if (back != ERROR_SUCCESS && back != ERROR_ALREADY_EXISTS) {
        error.text += fmt::format("; and the record that was there could not be put back: {} ({})", system_text(back), back);
    }
    return error;
}

Result<void> HttpSysBindings::remove(const Endpoint& endpoint) {
    if (!is_plain_address(endpoint)) return no_address(kDelete, endpoint);
    const auto ready = initialize();
    if (!ready) return ready.error();
    const ULONG code = delete_record(endpoint);
    if (code != ERROR_SUCCESS) return os_error(kDelete, endpoint.to_string(), code);
    return {};
}

}  // namespace sstp
