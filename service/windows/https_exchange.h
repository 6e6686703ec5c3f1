#pragma once

#include "core/model/result.h"
#include "core/model/time.h"
#include "service/windows/crypto_handles.h"
#include "service/windows/stop_signal.h"

// winhttp.h wants what sspi.h and schannel.h declare for the list of issuers.
#include "service/tls/sspi.h"

#include <winhttp.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace sstp {

struct InternetObject {
    using Handle = HINTERNET;

    static bool is_open(Handle handle) noexcept { return handle != nullptr; }

    static void close(Handle handle) noexcept { WinHttpCloseHandle(handle); }
};

using UniqueInternet = UniqueHandle<InternetObject>;

/// How much of an answer's body is kept.
inline constexpr std::size_t kMostOfAnswer = 4096;

/// What WinHTTP's threads and ours share of one asynchronous request. Lives until the request's handle is closed for good, whoever waits
/// that long. Source: Microsoft, WINHTTP_STATUS_CALLBACK.
class HttpsExchange {
public:
    /// Called on a thread of WinHTTP, before the first byte of the request is sent.
    using Judge = std::function<Result<void>(PCCERT_CONTEXT shown, const std::string& host)>;

    HttpsExchange(std::string body_to_send, Judge judge, std::string host);

    static void CALLBACK on_status(HINTERNET handle, DWORD_PTR context, DWORD status, LPVOID information, DWORD length) noexcept;

    /// The request is made: its callbacks keep this alive from now on.
    void adopt(HINTERNET request, std::shared_ptr<HttpsExchange> self);
    /// Ends whatever is under way. The handle is closed once, by whoever comes first.
    void close() noexcept;
    /// Waits for WinHTTP's last report: what `judge` uses must not go away before.
    void wait_for_last_report() const noexcept;

    enum class Step : std::uint8_t { none, sending, sent, headers, data, read, failed };

    struct News {
        Step step = Step::none;
        DWORD code = 0;    ///< of failed
        DWORD length = 0;  ///< of read
    };

    /// The next thing that WinHTTP reports; nothing when the time is up or our stop was requested.
    std::optional<News> next(const StopSignal& stop, MonotonicTime deadline);

    /// Why the server is not to be trusted; nothing was sent then.
    [[nodiscard]] std::optional<Error> refusal() const;
    [[nodiscard]] bool judged() const noexcept { return judged_; }
    /// Subject and SHA-256 of what the server showed.
    [[nodiscard]] std::string peer() const;

    /// WinHTTP has sent as much as the body has, headers included: what became of it is the receiver's to say.
    [[nodiscard]] bool handed_over() const noexcept { return sent_bytes_ > body.size(); }

    std::string body;
    std::array<char, kMostOfAnswer> buffer{};

private:
    void take(HINTERNET handle, DWORD status, LPVOID information, DWORD length) noexcept;
    void before_sending(HINTERNET handle) noexcept;
    void refuse(Error why) noexcept;
    void post(News news) noexcept;

    Judge judge_;
    std::string host_;
    UniqueKernelHandle arrived_;
    UniqueKernelHandle closed_;
    std::atomic<HINTERNET> request_{nullptr};
    std::shared_ptr<HttpsExchange> self_;
    mutable std::mutex mutex_;
    News news_;
    std::optional<Error> refusal_;
    std::string peer_;
    std::atomic<bool> judged_{false};
    std::atomic<std::uint64_t> sent_bytes_{0};
};

}  // namespace sstp
