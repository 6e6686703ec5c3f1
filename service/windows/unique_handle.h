#pragma once

#include "service/windows/windows_headers.h"

#include <utility>

namespace sstp {

/// Owns one handle. `Policy` says its type, how it is closed, and which values are no handle. Closing never changes
/// GetLastError: an error built after a scope was left still tells of the call that failed.
template <class Policy>
class UniqueHandle {
public:
    using Handle = typename Policy::Handle;

    UniqueHandle() noexcept = default;

    explicit UniqueHandle(Handle handle) noexcept : handle_(handle) {}

    UniqueHandle(UniqueHandle&& other) noexcept : handle_(other.release()) {}

    UniqueHandle& operator=(UniqueHandle&& other) noexcept {
        if (this != &other) reset(other.release());
        return *this;
    }

    UniqueHandle(const UniqueHandle&) = delete;
    UniqueHandle& operator=(const UniqueHandle&) = delete;

    ~UniqueHandle() { reset(); }

    [[nodiscard]] Handle get() const noexcept { return handle_; }

    explicit operator bool() const noexcept { return Policy::is_open(handle_); }

    Handle release() noexcept { return std::exchange(handle_, Handle{}); }

    void reset(Handle handle = Handle{}) noexcept {
        const Handle old = std::exchange(handle_, handle);
        if (!Policy::is_open(old)) return;
        const DWORD error = GetLastError();
        Policy::close(old);
        SetLastError(error);
    }

    /// Where a function that hands out a handle may put it. What was held is closed first.
    Handle* receive() noexcept {
        reset();
        return &handle_;
    }

private:
    Handle handle_{};
};

/// Events, threads, processes, files. CreateFileW answers INVALID_HANDLE_VALUE, everything else null: neither is one.
struct KernelObject {
    using Handle = HANDLE;

    static bool is_open(Handle handle) noexcept { return handle != nullptr && handle != INVALID_HANDLE_VALUE; }

    static void close(Handle handle) noexcept { CloseHandle(handle); }
};

using UniqueKernelHandle = UniqueHandle<KernelObject>;

struct ServiceObject {
    using Handle = SC_HANDLE;

    static bool is_open(Handle handle) noexcept { return handle != nullptr; }

    static void close(Handle handle) noexcept { CloseServiceHandle(handle); }
};

using UniqueServiceHandle = UniqueHandle<ServiceObject>;

struct RegistryKeyObject {
    using Handle = HKEY;

    static bool is_open(Handle handle) noexcept { return handle != nullptr; }

    static void close(Handle handle) noexcept { RegCloseKey(handle); }
};

using UniqueRegistryKey = UniqueHandle<RegistryKeyObject>;

struct ChangeNotificationObject {
    using Handle = HANDLE;

    static bool is_open(Handle handle) noexcept { return handle != nullptr && handle != INVALID_HANDLE_VALUE; }

    static void close(Handle handle) noexcept { FindCloseChangeNotification(handle); }
};

using UniqueChangeNotification = UniqueHandle<ChangeNotificationObject>;

struct FindObject {
    using Handle = HANDLE;

    static bool is_open(Handle handle) noexcept { return handle != nullptr && handle != INVALID_HANDLE_VALUE; }

    static void close(Handle handle) noexcept { FindClose(handle); }
};

using UniqueFind = UniqueHandle<FindObject>;

/// Memory that Windows allocated with LocalAlloc and wants back by LocalFree.
template <class T>
struct LocalMemory {
    using Handle = T*;

    static bool is_open(Handle handle) noexcept { return handle != nullptr; }

    static void close(Handle handle) noexcept { LocalFree(handle); }
};
template <class T>
using UniqueLocal = UniqueHandle<LocalMemory<T>>;

}  // namespace sstp
