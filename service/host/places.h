#pragma once

#include <string>

namespace sstp {

/// Where one instance keeps its files. UTF-8 paths.
struct Places {
    std::string data_folder;   ///< %ProgramData%\SSTP Watchdog, or --data
    std::string policy_file;   ///< policy.json in it, or --policy

    /// `name` within the data folder.
    [[nodiscard]] std::string in_data_folder(const char* name) const { return data_folder + "\\" + name; }
};

inline constexpr wchar_t kServiceName[] = L"SstpWatchdog";
inline constexpr char kServiceNameText[] = "SstpWatchdog";
inline constexpr wchar_t kServiceDisplayName[] = L"SSTP Certificate Watchdog";

/// User-defined control codes of the service (Microsoft, ControlService: 128 to 255), guarded by the service's own
/// descriptor: SYSTEM and Administrators.
enum class ServiceControl : unsigned { heal = 128, heal_ignoring_window = 129, siem_test = 130 };

}  // namespace sstp
