#include "service/windows/ras_sessions.h"

#include "service/windows/beside.h"
#include "service/windows/late_bound.h"
#include "service/windows/os_error.h"
#include "service/windows/system_clock.h"
#include "service/windows/text.h"

#include <fmt/format.h>
#include <mprapi.h>
#include <mprerror.h>

#include <atomic>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace sstp {
// Outside the unnamed namespace: RasSessions::Question, which has linkage, holds one.
struct RasAnswer {
    std::vector<RasConnection> connections;
    std::vector<RasPort> ports;
    WallTime at{};
};

namespace {

constexpr const char* kOperation = "ask RRAS for its VPN sessions";

// The x64 layout of the SDK: what is handed out is an array of these.
static_assert(sizeof(RAS_CONNECTION_0) == 1128 && offsetof(RAS_CONNECTION_0, dwConnectDuration) == 16);
static_assert(sizeof(RAS_PORT_0) == 392 && offsetof(RAS_PORT_0, hConnection) == 8 && offsetof(RAS_PORT_0, wszDeviceName) == 96);

/// Servers and clients have mprapi.dll; bound late because it is no KnownDLL.
struct MprApi {
    decltype(&MprAdminServerConnect) connect = late_bound<decltype(MprAdminServerConnect)>(L"mprapi.dll", "MprAdminServerConnect");
    decltype(&MprAdminServerDisconnect) disconnect =
        late_bound<decltype(MprAdminServerDisconnect)>(L"mprapi.dll", "MprAdminServerDisconnect");
    decltype(&MprAdminConnectionEnum) connections = late_bound<decltype(MprAdminConnectionEnum)>(L"mprapi.dll", "MprAdminConnectionEnum");
    decltype(&MprAdminPortEnum) ports = late_bound<decltype(MprAdminPortEnum)>(L"mprapi.dll", "MprAdminPortEnum");
    decltype(&MprAdminBufferFree) free = late_bound<decltype(MprAdminBufferFree)>(L"mprapi.dll", "MprAdminBufferFree");

    [[nodiscard]] bool complete() const noexcept { return connect && disconnect && connections && ports && free; }
};

const MprApi& mpr_api() {
    static const MprApi kApi;
    return kApi;
}

/// Owns the connection to the local RRAS.
class LocalServer {
public:
    LocalServer() = default;
    ~LocalServer() {
        if (handle != nullptr) mpr_api().disconnect(handle);
    }
    LocalServer(const LocalServer&) = delete;
    LocalServer& operator=(const LocalServer&) = delete;

    MPR_SERVER_HANDLE handle = nullptr;
};

Error failure(DWORD code) {
    switch (code) {
        case ERROR_DDM_NOT_RUNNING:
        case ERROR_ROUTER_STOPPED:
        case RPC_S_UNKNOWN_IF:
        case EPT_S_NOT_REGISTERED:
        case ERROR_SERVICE_NOT_ACTIVE: {
            Error error = os_error(ErrorKind::source_unavailable, kOperation, "RemoteAccess", code);
            if (error.text.empty()) error.text = "RRAS does not run";
            return error;
        }
        default: return os_error(kOperation, "RemoteAccess", code);
    }
}

/// Calls `enumerate` until all is there, and `take` for each structure of what it hands out.
template <class Structure, class Enumerate, class Take>
DWORD for_each(Enumerate enumerate, Take take) {
    constexpr DWORD kMostRounds = 1000;
    DWORD resume = 0;
    for (DWORD round = 0; round < kMostRounds; ++round) {
        BYTE* buffer = nullptr;
        DWORD count = 0;
        DWORD total = 0;
        const DWORD code = enumerate(&buffer, &count, &total, &resume);
        if (code != NO_ERROR && code != ERROR_MORE_DATA) return code;
        const auto* each = reinterpret_cast<const Structure*>(buffer);
        for (DWORD i = 0; buffer != nullptr && i < count; ++i) take(each[i]);
        if (buffer != nullptr) mpr_api().free(buffer);
        if (code == NO_ERROR || resume == 0) return NO_ERROR;
    }
    return ERROR_INVALID_DATA;
}

std::uint64_t number_of(HANDLE handle) noexcept { return reinterpret_cast<std::uintptr_t>(handle); }

Result<RasAnswer> ask() {
    const MprApi& api = mpr_api();
    if (!api.complete()) return own_error(ErrorKind::not_supported, kOperation, "RemoteAccess", "this Windows has no mprapi.dll");
    LocalServer server;
    DWORD code = api.connect(nullptr, &server.handle);
    if (code != NO_ERROR) {
        server.handle = nullptr;
        return failure(code);
    }
    constexpr DWORD kAll = static_cast<DWORD>(-1);
    RasAnswer answer;
    code = for_each<RAS_CONNECTION_0>(
        [&](BYTE** buffer, DWORD* count, DWORD* total, DWORD* resume) {
            return api.connections(server.handle, 0, buffer, kAll, count, total, resume);
        },
        [&](const RAS_CONNECTION_0& each) { answer.connections.push_back({number_of(each.hConnection), each.dwConnectDuration}); });
    if (code != NO_ERROR) return failure(code);
    FILETIME now{};
    GetSystemTimeAsFileTime(&now);
    answer.at = to_wall_time(now);
    code = for_each<RAS_PORT_0>(
        [&](BYTE** buffer, DWORD* count, DWORD* total, DWORD* resume) {
            return api.ports(server.handle, 0, INVALID_HANDLE_VALUE, buffer, kAll, count, total, resume);
        },
        [&](const RAS_PORT_0& each) {
            constexpr std::size_t kLongest = std::size(decltype(each.wszDeviceName){});
            const std::wstring_view name{each.wszDeviceName, wcsnlen(each.wszDeviceName, kLongest)};
            answer.ports.push_back({number_of(each.hConnection), to_utf8_lossy(name)});
        });
    if (code != NO_ERROR) return failure(code);
    return answer;
}

}  // namespace

/// Shared with the thread that asks, which may outlive whoever waits for it.
struct RasSessions::Question {
    UniqueKernelHandle answered{CreateEventW(nullptr, TRUE, FALSE, nullptr)};
    std::optional<Result<RasAnswer>> answer;   ///< written before `answered` is set
    MonotonicTime at;                       ///< when that was
};

Result<Sessions> RasSessions::read(Duration deadline) {
    constexpr Duration kFresh = std::chrono::seconds{30};
    const auto is_answered = [](const Question& question) { return WaitForSingleObject(question.answered.get(), 0) == WAIT_OBJECT_0; };
    if (asked_ && is_answered(*asked_) && monotonic_now() - asked_->at > kFresh) asked_.reset();
    if (asked_ && !is_answered(*asked_)) {
        // The one under way goes on: RRAS that does not answer is not asked a second time meanwhile.
        const HANDLE either[] = {asked_->answered.get(), stop_.event()};
        WaitForMultipleObjects(2, either, FALSE, wait_milliseconds(deadline));
    } else if (!asked_) {
        asked_ = std::make_shared<Question>();
        if (!asked_->answered) {
            asked_.reset();
            return own_error(ErrorKind::unexpected, kOperation, "RemoteAccess", "Windows gave no event object");
        }
        const auto question = asked_;
        (void)beside(
            stop_,
            [question]() noexcept {
                question->answer = ask();
                question->at = monotonic_now();
                SetEvent(question->answered.get());
                return 0;
            },
            deadline);
    }
    if (stop_.requested()) return own_error(ErrorKind::stopped, kOperation, "RemoteAccess", "our own stop was requested");
    if (!is_answered(*asked_)) {
        return own_error(ErrorKind::timed_out, kOperation, "RemoteAccess",
                         fmt::format("there was no answer within {}", to_string(deadline)));
    }
    const auto question = std::exchange(asked_, nullptr);
    const Result<RasAnswer>& answer = *question->answer;
    if (!answer) return answer.error();
    return counter_.count(answer->connections, answer->ports, answer->at);
}

}  // namespace sstp
