#include "service/host/first_policy_file.h"

#include "core/policy/first_policy.h"
#include "core/policy/read_policy.h"
#include "service/windows/ntfs_files.h"
#include "service/windows/os_error.h"
#include "service/windows/registry_key.h"
#include "service/windows/text.h"

#include <algorithm>

namespace sstp {

namespace {

constexpr MachineKey kInstallKey{L"SOFTWARE\\SSTP Watchdog\\Install", "HKLM\\SOFTWARE\\SSTP Watchdog\\Install"};
constexpr std::size_t kMostBytes = 1024 * 1024;
constexpr char kWrite[] = "write the first policy file";

/// What the MSI was told; empty when it was told nothing, or a value of another type is there.
std::string told(const wchar_t* value) {
    const auto text = decode_text(read_value(kInstallKey, value));
    const std::string* found = value_of(text);
    return found ? *found : std::string{};
}

Result<std::string> program_folder() {
    std::wstring path(32'768, L'\0');   // the longest path that Windows knows
    const DWORD length = GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
    if (length == 0 || length >= path.size()) {
        const DWORD code = GetLastError();
        return os_error("find the folder of the program", {}, code);
    }
    path.resize(length);
    path.resize(path.find_last_of(L'\\') + 1);
    if (auto folder = to_utf8(path)) return *std::move(folder);
    return own_error(ErrorKind::malformed, "find the folder of the program", to_utf8_lossy(path), "its name is not well-formed");
}

Result<std::string> shipped_default(NtfsFiles& files) {
    const auto folder = program_folder();
    if (!folder) return folder.error();
    auto text = files.read(*folder + "default-policy.json", kMostBytes);
    if (text) return text;
    if (text.error().kind != ErrorKind::not_found) return text.error();
    return first_policy("heal", {});   // installed by hand: the program carries its defaults
}

Result<std::string> first_text(NtfsFiles& files) {
    const std::string mode = told(L"Mode");
    const std::string names = told(L"DnsNames");
    if (mode.empty() && names.empty()) return shipped_default(files);
    return first_policy(mode.empty() ? "heal" : mode, split_names(names));
}

}  // namespace

Result<bool> write_first_policy_file(const Places& places) {
    NtfsFiles files;
    const auto there = files.read(places.policy_file, kMostBytes);
    if (there) return false;
    // Only "not there" is a reason to write: a file that is locked, too large or a link is somebody's.
    if (there.error().kind != ErrorKind::not_found) return there.error();
    const auto text = first_text(files);
    if (!text) return text.error();
    if (const PolicyReading reading = read_policy(*text); !reading.policy) {
        return own_error(ErrorKind::malformed, kWrite, places.policy_file, to_lines(reading.problems, "the text to be written"));
    }
    if (const auto written = files.replace(places.policy_file, *text); !written) return written.error();
    return true;
}

}  // namespace sstp
