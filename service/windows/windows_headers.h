#pragma once

// The one place where Windows' headers, and what differs between mingw-w64 and MSVC, come in. Their order matters:
// winsock2.h before windows.h, else the old winsock.h slips in. The build defines NOMINMAX, WIN32_LEAN_AND_MEAN, UNICODE.

// CERT_CHAIN_PARA with its time limit for fetching CRLs, which wincrypt.h hides by default.
#ifndef CERT_CHAIN_PARA_HAS_EXTRA_FIELDS
#define CERT_CHAIN_PARA_HAS_EXTRA_FIELDS
#endif

#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>

#include <cstring>
#include <type_traits>

namespace sstp {

/// The address of an export as a function of type `Function`. GetProcAddress answers with a function of no arguments,
/// and GCC warns of every direct cast between function types (-Wcast-function-type): the bits are copied instead.
template <class Function>
Function* function_at(FARPROC address) noexcept {
    static_assert(std::is_function_v<Function> && sizeof(Function*) == sizeof(FARPROC));
    Function* function = nullptr;
    std::memcpy(&function, &address, sizeof function);
    return function;
}

}  // namespace sstp
