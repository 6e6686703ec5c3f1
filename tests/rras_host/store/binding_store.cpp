#include "store/binding_store.h"

#include <algorithm>

#include "store/certificate_arrivals.h"
#include "store/event_log.h"
#include "store/machine_certificate.h"
#include "store/state_folder.h"

#include <objbase.h>

namespace sstp::rras_host {

namespace {

constexpr std::size_t kSha1Bytes = 20;
constexpr std::uint32_t kNoUsableKey = ERROR_NO_SUCH_LOGON_SESSION;  // 1312: what HTTP.SYS answers for a certificate without usable key

const wchar_t* mirror_key(SslRecord::Kind kind) {
    switch (kind) {
        case SslRecord::Kind::server_name: return L"SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslSniBindingInfo";
        case SslRecord::Kind::central_store: return L"SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslCcsBindingInfo";
        case SslRecord::Kind::address: break;
    }
    return L"SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslBindingInfo";
}

std::wstring mirror_path(const SslRecord& record) { return std::wstring(mirror_key(record.kind)) + L"\\" + to_wide(record.endpoint); }

void set_number(HKEY key, const wchar_t* name, DWORD value) {
    RegSetValueExW(key, name, 0, REG_DWORD, reinterpret_cast<const BYTE*>(&value), sizeof value);
}

void set_binary(HKEY key, const wchar_t* name, const std::string& bytes) {
    RegSetValueExW(key, name, 0, REG_BINARY, reinterpret_cast<const BYTE*>(bytes.data()), static_cast<DWORD>(bytes.size()));
}

void set_string(HKEY key, const wchar_t* name, const std::optional<std::string>& value) {
    if (!value) {
        RegDeleteValueW(key, name);
        return;
    }
    const std::wstring text = to_wide(*value);
    RegSetValueExW(key, name, 0, REG_SZ, reinterpret_cast<const BYTE*>(text.c_str()),
                   static_cast<DWORD>((text.size() + 1) * sizeof(wchar_t)));
}

void mirror(const SslRecord& record) {
    HKEY key = nullptr;
    if (RegCreateKeyExW(HKEY_LOCAL_MACHINE, mirror_path(record).c_str(), 0, nullptr, 0, KEY_WRITE, nullptr, &key, nullptr) != ERROR_SUCCESS)
        return;
    GUID app_id{};
    CLSIDFromString(to_wide(record.app_id).c_str(), &app_id);
    set_binary(key, L"AppId", std::string(reinterpret_cast<const char*>(&app_id), sizeof app_id));
    set_binary(key, L"SslCertHash", from_hex(record.hash_hex));
    set_string(key, L"SslCertStoreName", record.store_name);
    set_number(key, L"DefaultSslCertCheckMode", record.check_mode);
    set_number(key, L"DefaultSslRevocationFreshnessTime", record.revocation_freshness_time);
    set_number(key, L"DefaultSslRevocationUrlRetrievalTimeout", record.revocation_url_timeout);
    set_string(key, L"DefaultSslCtlIdentifier", record.ctl_identifier);
    set_string(key, L"DefaultSslCtlStoreName", record.ctl_store_name);
    set_number(key, L"DefaultFlags", record.flags);
    RegCloseKey(key);
}

bool same_record(const SslRecord& a, const SslRecord& b) { return to_json({a}) == to_json({b}); }

std::wstring records_file() { return state_path(L"ssl_records.json"); }

std::uint32_t check_certificate(const SslRecord& record) {
    // A central-store record names no certificate: the file share has one per server name.
    if (record.kind == SslRecord::Kind::central_store) return record.hash_hex.empty() ? NO_ERROR : ERROR_INVALID_PARAMETER;
    if (record.hash_hex.size() != kSha1Bytes * 2) return ERROR_INVALID_PARAMETER;
    if (!has_usable_certificate(record.store_name.value_or("MY"), record.hash_hex)) return kNoUsableKey;
    return has_new_key(record.hash_hex) ? ERROR_INVALID_PARAMETER : NO_ERROR;
}

/// 15300 (settings deleted) and 15301 (settings created) as the HTTP driver writes them to System.
void write_http_event(std::uint32_t id, const std::string& endpoint) {
    EventRecord event;
    event.provider = kHttpEventProvider;
    event.provider_guid = kHttpEventGuid;
    event.event_source = "HTTP";
    event.id = id;
    event.qualifiers = 32768;
    event.level = 3;
    event.process_id = 4;  // the System process: a driver logs it
    event.data = {{"DeviceObject", "\\Device\\Http\\ReqQueue"}, {"Endpoint", endpoint}};
    append_events("System", {event});
}

}  // namespace

const std::vector<SslRecord>& known_ssl_records() {
    static std::vector<SslRecord> records;
    static std::string known;
    if (std::string now = state_of_file(records_file()); now.empty() || now != known) {
        records = load_ssl_records();
        known = std::move(now);
    }
    return records;
}

std::vector<SslRecord> load_ssl_records() { return ssl_records_from_json(read_text(records_file()).value_or("")); }

void save_ssl_records(std::vector<SslRecord> records) {
    std::sort(records.begin(), records.end(),
              [](const SslRecord& a, const SslRecord& b) { return std::pair(a.kind, a.endpoint) < std::pair(b.kind, b.endpoint); });
    const auto before = load_ssl_records();
    const auto key_is = [](const SslRecord& wanted) {
        return [&wanted](const SslRecord& other) { return other.kind == wanted.kind && other.endpoint == wanted.endpoint; };
    };
    write_text(records_file(), to_json(records));
    for (const auto& old : before)
        if (std::none_of(records.begin(), records.end(), key_is(old))) RegDeleteKeyW(HKEY_LOCAL_MACHINE, mirror_path(old).c_str());
    for (const auto& record : records) {
        const auto old = std::find_if(before.begin(), before.end(), key_is(record));
        if (old == before.end() || !same_record(*old, record)) mirror(record);
    }
}

std::vector<SslRecord>::iterator find_ssl_record(std::vector<SslRecord>& records, const SslRecord& key) {
    return std::find_if(records.begin(), records.end(),
                        [&](const SslRecord& record) { return record.kind == key.kind && same_text(record.endpoint, key.endpoint); });
}

std::uint32_t set_ssl_record(const SslRecord& record, Certificate certificate) {
    const HostLock lock;
    auto records = load_ssl_records();
    if (find_ssl_record(records, record) != records.end()) return ERROR_ALREADY_EXISTS;
    if (const auto unfit = certificate == Certificate::checked ? check_certificate(record) : NO_ERROR) return unfit;
    records.push_back(record);
    save_ssl_records(records);
    write_http_event(15301, record.endpoint);
    return NO_ERROR;
}

std::uint32_t update_ssl_record(const SslRecord& record, Certificate certificate) {
    const HostLock lock;
    auto records = load_ssl_records();
    const auto existing = find_ssl_record(records, record);
    if (existing == records.end()) return ERROR_FILE_NOT_FOUND;
    if (const auto unfit = certificate == Certificate::checked ? check_certificate(record) : NO_ERROR) return unfit;
    *existing = record;
    save_ssl_records(records);
    write_http_event(15301, record.endpoint);
    return NO_ERROR;
}

std::uint32_t delete_ssl_record(const SslRecord& key) {
    const HostLock lock;
    auto records = load_ssl_records();
    const auto existing = find_ssl_record(records, key);
    if (existing == records.end()) return ERROR_FILE_NOT_FOUND;
    const std::string endpoint = existing->endpoint;
    records.erase(existing);
    save_ssl_records(records);
    write_http_event(15300, endpoint);
    return NO_ERROR;
}

}  // namespace sstp::rras_host
