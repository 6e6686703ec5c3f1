#include "service/host/first_policy_file.h"

#include "core/policy/first_policy.h"
#include "service/windows/ntfs_files.h"
#include "service/windows/registry_key.h"

namespace sstp {

namespace {

constexpr MachineKey kInstallKey{L"SOFTWARE\\SSTP Watchdog\\Install", "HKLM\\SOFTWARE\\SSTP Watchdog\\Install"};
constexpr std::size_t kMostBytes = 1024 * 1024;

/// What the MSI was told; empty when it was told nothing, or a value of another type is there.
std::string told(const wchar_t* value) {
    const auto text = decode_text(read_value(kInstallKey, value));
    const std::string* found = value_of(text);
    return found ? *found : std::string{};
}

}  // namespace

Result<bool> write_first_policy_file(const Places& places, bool last_good_is_stored) {
    if (last_good_is_stored) return false;
    NtfsFiles files;
    const auto there = files.read(places.policy_file, kMostBytes);
    if (there) return false;
    // Only "not there" is a reason to write: a file that is locked, too large or a link is somebody's.
    if (there.error().kind != ErrorKind::not_found) return there.error();
    const auto text = first_policy({told(L"Mode"), split_list(told(L"DnsNames")), split_list(told(L"SiemHost"))});
    if (!text) return text.error();
    if (const auto written = files.replace(places.policy_file, *text); !written) return written.error();
    return true;
}

}  // namespace sstp
