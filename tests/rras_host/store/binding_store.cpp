#include "store/binding_store.h"

#include <algorithm>

#include "store/state_folder.h"

#include <objbase.h>

namespace sstp::rras_host {

namespace {

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
    RegSetValueExW(key, name, 0, REG_SZ, reinterpret_cast<const BYTE*>(text.c_str()), static_cast<DWORD>((text.size() + 1) * sizeof(wchar_t)));
}

void mirror(const SslRecord& record) {
    HKEY key = nullptr;
    if (RegCreateKeyExW(HKEY_LOCAL_MACHINE, mirror_path(record).c_str(), 0, nullptr, 0, KEY_WRITE, nullptr, &key, nullptr) != ERROR_SUCCESS) return;
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

}  // namespace

std::vector<SslRecord> load_ssl_records() { return ssl_records_from_json(read_text(records_file()).value_or("")); }

void save_ssl_records(std::vector<SslRecord> records) {
    std::sort(records.begin(), records.end(), [](const SslRecord& a, const SslRecord& b) {
        return std::pair(a.kind, a.endpoint) < std::pair(b.kind, b.endpoint);
    });
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

}  // namespace sstp::rras_host
