#pragma once

#include "service/windows/windows_headers.h"

namespace sstp {

/// Winsock is at hand while one of these lives: WSAStartup counts. Should it fail, every call of Winsock says so (10093).
class Winsock {
public:
    Winsock() noexcept {
        WSADATA ignored{};
        started_ = WSAStartup(MAKEWORD(2, 2), &ignored) == 0;
    }
    Winsock(const Winsock& /*other*/) noexcept : Winsock() {}
    Winsock& operator=(const Winsock&) = delete;
    ~Winsock() {
        if (started_) WSACleanup();
    }

private:
    bool started_ = false;
};

struct SocketObject {
    using Handle = SOCKET;

    // 0 is what an empty handle holds; Windows never gives it out.
    static bool is_open(Handle handle) noexcept { return handle != 0 && handle != INVALID_SOCKET; }

    static void close(Handle handle) noexcept { closesocket(handle); }
};

}  // namespace sstp
