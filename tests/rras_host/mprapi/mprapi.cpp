/// The part of mprapi.dll that tells of open VPN connections, as "RAS Administration Functions" in the Windows documentation has it, over
/// a file that the stand-in for RemoteAccess and tests share.
///
/// `sessions.json`: `[{"tunnel": "SSTP", "began": FILETIME}, ...]`, in the order in which they began. Without the file RRAS does not run.

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <cwchar>
#include <new>
#include <stdexcept>
#include <vector>

#include <winsock2.h>
#include <windows.h>

#include <mprapi.h>
#include <mprerror.h>

#include <nlohmann/json.hpp>

#include "store/faults.h"
#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

// The x64 layout of the SDK.
static_assert(sizeof(RAS_CONNECTION_0) == 1128 && sizeof(RAS_PORT_0) == 392);

constexpr DWORD kMostAtOnce = 100;   ///< the rest is for another call, as a bounded answer has it
constexpr ULONG_PTR kServer = 0x5157;
/// Ports that wait for callers, of each kind: RRAS has 128 and more.
constexpr int kIdlePorts = 2;
constexpr const char* kTunnels[] = {"SSTP", "IKEv2", "L2TP", "PPTP"};

struct Session {
    std::string tunnel;
    std::uint64_t began = 0;
};

/// Nothing: RRAS does not run.
std::optional<std::vector<Session>> open_sessions() {
    const HostLock lock;
    const auto text = read_text(state_path(L"sessions.json"));
    if (!text) return std::nullopt;
    std::vector<Session> sessions;
    for (const auto& each : nlohmann::json::parse(*text)) sessions.push_back({each.at("tunnel"), each.at("began")});
    return sessions;
}

DWORD seconds_since(std::uint64_t began) {
    const std::uint64_t now = now_filetime();
    return now > began ? static_cast<DWORD>((now - began) / 10'000'000) : 0;
}

HANDLE handle(std::size_t number) { return reinterpret_cast<HANDLE>(number); }

template <std::size_t N>
void put(wchar_t (&into)[N], const std::string& text) {
    const std::wstring wide = to_wide(text);
    std::wcsncpy(into, wide.c_str(), N - 1);
    into[N - 1] = L'\0';
}

std::vector<RAS_CONNECTION_0> connections_of(const std::vector<Session>& sessions) {
    std::vector<RAS_CONNECTION_0> all;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        RAS_CONNECTION_0 one{};
        one.hConnection = handle(i + 1);
        one.hInterface = handle(i + 1);
        one.dwConnectDuration = seconds_since(sessions[i].began);
        one.dwInterfaceType = ROUTER_IF_TYPE_CLIENT;
        one.dwConnectionFlags = RAS_FLAGS_PPP_CONNECTION;
        put(one.wszInterfaceName, "EXAMPLE\\user" + std::to_string(i));
        put(one.wszUserName, "user" + std::to_string(i));
        put(one.wszLogonDomain, "EXAMPLE");
        all.push_back(one);
    }
    return all;
}

RAS_PORT_0 port(const std::string& tunnel, std::size_t number) {
    RAS_PORT_0 one{};
    one.hPort = handle(1000 + number);
    one.dwPortCondition = RAS_PORT_LISTENING;
    put(one.wszPortName, "VPN0-" + std::to_string(number));
    put(one.wszMediaName, "rastapi");
    put(one.wszDeviceName, "WAN Miniport (" + tunnel + ")");
    put(one.wszDeviceType, "vpn");
    return one;
}

std::vector<RAS_PORT_0> ports_of(const std::vector<Session>& sessions) {
    std::vector<RAS_PORT_0> all;
    for (const char* tunnel : kTunnels) {
        for (int i = 0; i < kIdlePorts; ++i) all.push_back(port(tunnel, all.size()));
    }
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        RAS_PORT_0 one = port(sessions[i].tunnel, all.size());
        one.hConnection = handle(i + 1);
        one.dwPortCondition = RAS_PORT_AUTHENTICATED;
        one.dwTotalNumberOfCalls = 1;
        one.dwConnectDuration = seconds_since(sessions[i].began);
        all.push_back(one);
    }
    return all;
}

template <class Structure>
DWORD hand_out(const std::vector<Structure>& all, BYTE** buffer, DWORD* read, DWORD* total, DWORD* resume) {
    const DWORD from = resume ? *resume : 0;
    const auto left = from < all.size() ? static_cast<DWORD>(all.size() - from) : 0;
    const DWORD count = std::min(left, kMostAtOnce);
    *total = left;
    *read = count;
    *buffer = nullptr;
    if (count > 0) {
        *buffer = static_cast<BYTE*>(::operator new(count * sizeof(Structure)));
        std::memcpy(*buffer, all.data() + from, count * sizeof(Structure));
    }
    const bool more = count < left;
    if (resume) *resume = more ? from + count : 0;
    return more ? static_cast<DWORD>(ERROR_MORE_DATA) : static_cast<DWORD>(NO_ERROR);
}

/// Runs a call under its ordered fault, and keeps C++ exceptions inside the DLL.
template <class Call>
DWORD guarded(const char* function, Call call) noexcept {
    try {
        const Fault fault = due_fault(function);
        if (fault.fails_first()) return fault.error;
        return call();
    } catch (const std::exception&) {
        return ERROR_INTERNAL_ERROR;
    }
}

template <class Make>
DWORD enumerate(const char* function, HANDLE server, DWORD level, BYTE** buffer, DWORD* read, DWORD* total, DWORD* resume,
                Make make) noexcept {
    return guarded(function, [&]() -> DWORD {
        if (reinterpret_cast<ULONG_PTR>(server) != kServer) return RPC_S_INVALID_BINDING;
        if (!buffer || !read || !total) return ERROR_INVALID_PARAMETER;
        if (level != 0) return ERROR_INVALID_LEVEL;
        const auto sessions = open_sessions();
        if (!sessions) return RPC_S_SERVER_UNAVAILABLE;
        return hand_out(make(*sessions), buffer, read, total, resume);
    });
}

}  // namespace

}  // namespace sstp::rras_host

using namespace sstp::rras_host;

extern "C" {

DWORD WINAPI MprAdminServerConnect(LPWSTR server_name, MPR_SERVER_HANDLE* server) {
    return guarded("MprAdminServerConnect", [&]() -> DWORD {
        if (!server || server_name) return ERROR_INVALID_PARAMETER;   // other machines are not here
        *server = reinterpret_cast<MPR_SERVER_HANDLE>(kServer);
        return NO_ERROR;
    });
}

VOID WINAPI MprAdminServerDisconnect(MPR_SERVER_HANDLE) {}

DWORD WINAPI MprAdminConnectionEnum(RAS_SERVER_HANDLE server, DWORD level, LPBYTE* buffer, DWORD, LPDWORD read, LPDWORD total,
                                    LPDWORD resume) {
    return enumerate("MprAdminConnectionEnum", server, level, buffer, read, total, resume, connections_of);
}

DWORD WINAPI MprAdminPortEnum(RAS_SERVER_HANDLE server, DWORD level, HANDLE connection, LPBYTE* buffer, DWORD, LPDWORD read, LPDWORD total,
                              LPDWORD resume) {
    if (!connection) return ERROR_INVALID_HANDLE;
    return enumerate("MprAdminPortEnum", server, level, buffer, read, total, resume, [connection](const std::vector<Session>& sessions) {
        auto all = ports_of(sessions);
        if (connection != INVALID_HANDLE_VALUE) std::erase_if(all, [=](const RAS_PORT_0& each) { return each.hConnection != connection; });
        return all;
    });
}

DWORD WINAPI MprAdminBufferFree(LPVOID buffer) {
    if (!buffer) return ERROR_INVALID_PARAMETER;
    ::operator delete(buffer);
    return NO_ERROR;
}

}  // extern "C"
