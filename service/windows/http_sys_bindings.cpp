#include "service/windows/http_sys_bindings.h"

#include "service/windows/http_sys_record.h"
#include "service/windows/late_bound.h"
#include "service/windows/os_error.h"
#include "service/windows/registry_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
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
ULONG query(http_api::RecordKind kind, void* what, ULONG size, std::vector<std::byte>& buffer, ULONG& answered) {
    for (;;) {
        answered = 0;
        const ULONG code = HttpQueryServiceConfiguration(nullptr, http_api::config_id(kind), what, size, buffer.data(),
                                                         static_cast<ULONG>(buffer.size()), &answered, nullptr);
        if (code != ERROR_INSUFFICIENT_BUFFER && code != ERROR_MORE_DATA) return code;
        if (answered <= buffer.size() || answered > kLargestRecord) return ERROR_INVALID_DATA;
        buffer.resize(answered);
    }
}

template <class Query>
ULONG query(http_api::RecordKind kind, Query& what, std::vector<std::byte>& buffer) {
    ULONG answered = 0;
    return query(kind, &what, sizeof what, buffer, answered);
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

/// Two codes say another thing here than in general: 1312 sends people after logon sessions, and 87 for a record that is
/// well-formed means that the key is too new (facts: rras-sstp section 4; Server 2025, for seconds to minutes).
Error set_error(const ListenerBinding& record, ULONG code) {
    Error error = os_error(kSet, record.endpoint.to_string(), code);
    if (code == ERROR_NO_SUCH_LOGON_SESSION) {
        error.text += ": HTTP.SYS found no usable private key for the certificate in the machine's key set";
    } else if (code == ERROR_INVALID_PARAMETER && record.thumbprint()) {
        error.kind = ErrorKind::settling;
        error.text += ": HTTP.SYS says so of a well-formed record for a while after the key of its certificate was made";
    }
    return error;
}

/// What a kind of extended parameter is called in netsh's and Microsoft's words.
const char* extended_name(int type) {
    switch (type) {
        case 0: return "HTTP/2 window size";
        case 1: return "HTTP/2 settings limits";
        case 2: return "HTTP performance";
        case 3: return "TLS restrictions";
        case 4: return "error headers";
        case 5: return "TLS session ticket keys";
        default: return "parameters that are newer than this program";
    }
}

/// The first kind of extended parameter that the record at `endpoint` has at other than its default; -1 when there is none, which
/// is also what a Windows means that does not know such parameters. An error is one that leaves it open.
Result<int> extended_parameter_at(const Endpoint& endpoint) {
    constexpr int kKinds = 16;   // more than any Windows knows: an unknown one is refused
    std::vector<std::byte> buffer(1024);
    for (int type = 0; type < kKinds; ++type) {
        http_api::ExtendedQuery exact{};
        exact.QueryDesc = HttpServiceConfigQueryExact;
        exact.KeyDesc.IpPort = to_socket_address(endpoint);
        exact.ParamType = type;
        ULONG answered = 0;
        const ULONG code = query(http_api::RecordKind::address_extended, &exact, sizeof exact, buffer, answered);
        switch (code) {
            case ERROR_SUCCESS: break;
            case ERROR_FILE_NOT_FOUND:
            case ERROR_NOT_FOUND:
            case ERROR_NO_MORE_ITEMS: continue;
            case ERROR_INVALID_PARAMETER:
            case ERROR_NOT_SUPPORTED:
            case ERROR_CALL_NOT_IMPLEMENTED: return -1;
            default: return os_error("read the extended parameters of the HTTP.SYS binding", endpoint.to_string(), code);
        }
        // Everything behind the kind: flags, and a union whose size hangs on the version.
        const std::size_t end = std::min<std::size_t>(answered, buffer.size());
        const auto begin = buffer.begin() + offsetof(http_api::ExtendedSetHead, Flags);
        const bool is_default =
            end <= offsetof(http_api::ExtendedSetHead, Flags) ||
            std::all_of(begin, buffer.begin() + static_cast<std::ptrdiff_t>(end), [](std::byte b) { return b == std::byte{}; });
        if (!is_default) return type;
    }
    return -1;
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
    return {};
}

http_api::UpdateServiceConfiguration* HttpSysBindings::update_function() noexcept {
    static auto* const function = late_bound<http_api::UpdateServiceConfiguration>(L"httpapi.dll", "HttpUpdateServiceConfiguration");
    return function;
}

Result<WallTime> HttpSysBindings::last_written() { return last_write(kSslBindingInfoKey, WriteOf::key_and_subkeys); }

Result<std::vector<IpAddress>> HttpSysBindings::listen_list() {
    constexpr const char* kListenList = "read the IP listen list of HTTP.SYS";
    const auto ready = initialize();
    if (!ready) return ready.error();
    std::vector<std::byte> buffer(sizeof(HTTP_SERVICE_CONFIG_IP_LISTEN_QUERY) + 8 * sizeof(SOCKADDR_STORAGE));
    ULONG answered = 0;
    const ULONG code = query(http_api::RecordKind::listen_list, nullptr, 0, buffer, answered);
    // No list at all is the usual case, and says: everywhere.
    if (code == ERROR_FILE_NOT_FOUND || code == ERROR_NO_MORE_ITEMS) return std::vector<IpAddress>{};
    if (code != ERROR_SUCCESS) return os_error(kListenList, "", code);
    constexpr std::size_t kFirst = offsetof(HTTP_SERVICE_CONFIG_IP_LISTEN_QUERY, AddrList);
    ULONG count = 0;
    std::memcpy(&count, buffer.data(), sizeof count);
    if (count > (buffer.size() - kFirst) / sizeof(SOCKADDR_STORAGE)) {
        return own_error(ErrorKind::malformed, kListenList, "", fmt::format("it says {} addresses and holds less", count));
    }
    std::vector<IpAddress> list;
    for (ULONG i = 0; i < count; ++i) {
        SOCKADDR_STORAGE address{};
        std::memcpy(&address, buffer.data() + kFirst + i * sizeof address, sizeof address);
        const auto endpoint = to_endpoint(reinterpret_cast<const SOCKADDR*>(&address));
        if (!endpoint) return own_error(ErrorKind::malformed, kListenList, "", "an address of it is neither IPv4 nor IPv6");
        list.push_back(IpAddress::of(*endpoint));
    }
    return list;
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

    if (old && has_update()) {
        HTTP_SERVICE_CONFIG_SSL_SET set = wanted.set;
        const ULONG code = update_function()(nullptr, address_records(), &set, sizeof set, nullptr);
        if (code == ERROR_SUCCESS) return {};
        // 50 and 120: exported, but this system does not do it after all.
        if (code != ERROR_NOT_SUPPORTED && code != ERROR_CALL_NOT_IMPLEMENTED) return set_error(record, code);
        update_refused_ = true;
    }
    if (old) return replace(record, *old);
    const ULONG code = set_record(wanted);
    if (code != ERROR_SUCCESS) return set_error(record, code);
    return {};
}

Result<void> HttpSysBindings::replace(const ListenerBinding& record, const ListenerBinding& old) {
    // Everything that can fail on our side has been done before the gap opens.
    const SslRecord wanted(record);
    const SslRecord before(old);
    if (!before.is_valid()) return unintelligible(kRead, old.endpoint.to_string());
    const auto extended = extended_parameter_at(record.endpoint);
    if (!extended) return extended.error();
    if (*extended >= 0) {
        return own_error(
            ErrorKind::not_replaceable, kSet, record.endpoint.to_string(),
            fmt::format("it has extended parameters ({}) that deleting and setting it anew would lose, and this Windows cannot "
                        "update it in place; note them (netsh http show sslcert), and replace the record by hand",
                        extended_name(*extended)));
    }
    const ULONG deleted = delete_record(record.endpoint);
    if (deleted != ERROR_SUCCESS && deleted != ERROR_FILE_NOT_FOUND) return os_error(kDelete, record.endpoint.to_string(), deleted);
    const ULONG code = set_record(wanted);
    if (code == ERROR_SUCCESS) return {};

    Error error = set_error(record, code);
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
