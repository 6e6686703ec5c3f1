#pragma once

#include "tests/contracts/services_contract.h"

#include <optional>
#include <string>

namespace sstp::contracts {

/// This program also is the services that the suite installs: `<program> --stand-in <behaviour>`.
inline constexpr wchar_t kStandInOption[] = L"--stand-in";

/// Runs as a service until it is stopped, when the command line asks for it; nothing otherwise. Gives the exit code.
std::optional<int> run_as_stand_in(int count, wchar_t** arguments);

}  // namespace sstp::contracts
