#pragma once

#include "core/model/result.h"

#include <string>

namespace sstp {

/// Owner Administrators; full control for SYSTEM and Administrators, inherited; nothing from above (facts:
/// safety-and-security section 3).
inline constexpr wchar_t kDataFolderDescriptor[] = L"O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";

/// `%ProgramData%\SSTP Watchdog`, asked of the shell's known folders, not of the environment, which others may set.
Result<std::string> default_data_folder();

/// Creates the folder with its descriptor, or takes over the one that is there: links are refused, and so is any owner but
/// SYSTEM, Administrators, TrustedInstaller and the account that this process runs as (SYSTEM for the service). The descriptor is
/// set where it was not in force. Somebody else may have put files there then: before anything is changed, each must have such an
/// owner too and be no link; then it loses whatever access of its own it grants. Left-over temporary files are deleted.
/// Errors: access_denied (a foreign owner or a link: says which, and what to do), malformed.
Result<void> prepare_data_folder(const std::string& path);

}  // namespace sstp
