#pragma once

#include "service/windows/late_bound.h"

#include <gtest/gtest.h>

#include <vector>

namespace sstp::contracts {

/// `world` on Windows, nothing on Wine: for suites over what Wine leaves out (README.md of this folder names them all).
template <class MakeWorld>
auto on_windows_proper(MakeWorld world) {
    const bool is_wine = export_of(L"ntdll.dll", "wine_get_version") != nullptr;
    return testing::ValuesIn(is_wine ? std::vector<MakeWorld>{} : std::vector<MakeWorld>{world});
}

}  // namespace sstp::contracts
