#pragma once

#include "service/windows/unique_handle.h"

#include <ncrypt.h>
#include <wincrypt.h>

namespace sstp {

struct StoreObject {
    using Handle = HCERTSTORE;

    static bool is_open(Handle handle) noexcept { return handle != nullptr; }

    static void close(Handle handle) noexcept { CertCloseStore(handle, 0); }
};

using UniqueStore = UniqueHandle<StoreObject>;

struct CertificateObject {
    using Handle = PCCERT_CONTEXT;

    static bool is_open(Handle handle) noexcept { return handle != nullptr; }

    static void close(Handle handle) noexcept { CertFreeCertificateContext(handle); }
};

using UniqueCertificateContext = UniqueHandle<CertificateObject>;

struct ChainObject {
    using Handle = PCCERT_CHAIN_CONTEXT;

    static bool is_open(Handle handle) noexcept { return handle != nullptr; }

    static void close(Handle handle) noexcept { CertFreeCertificateChain(handle); }
};

using UniqueChain = UniqueHandle<ChainObject>;

/// A key of a classic provider (CSP).
struct CspObject {
    using Handle = HCRYPTPROV;

    static bool is_open(Handle handle) noexcept { return handle != 0; }

    static void close(Handle handle) noexcept { CryptReleaseContext(handle, 0); }
};

using UniqueCspKey = UniqueHandle<CspObject>;

/// A key of a key storage provider (KSP).
struct KspObject {
    using Handle = NCRYPT_HANDLE;

    static bool is_open(Handle handle) noexcept { return handle != 0; }

    static void close(Handle handle) noexcept { NCryptFreeObject(handle); }
};

using UniqueKspKey = UniqueHandle<KspObject>;

}  // namespace sstp
