#pragma once

#include "service/windows/windows_headers.h"

namespace sstp {

/// The export `name` of a system DLL, or null. Only for functions that some supported Windows lacks: the others are
/// called as usual, and the build delays the loading of DLLs that are not KnownDLLs. Looked for in System32 alone; the
/// DLL stays loaded, so that the function may be kept.
FARPROC export_of(const wchar_t* library, const char* name) noexcept;

/// `late_bound<decltype(HttpQueryServiceConfiguration)>(L"httpapi.dll", "HttpUpdateServiceConfiguration")`
template <class Function>
Function* late_bound(const wchar_t* library, const char* name) noexcept {
    return function_at<Function>(export_of(library, name));
}

}  // namespace sstp
