#include "service/windows/https_exchange.h"

#include "service/tls/trust.h"
#include "service/windows/os_error.h"
#include "service/windows/system_clock.h"

#include <utility>

namespace sstp {

namespace {

/// WinHTTP may be in the middle of a call when its handle is closed. A stop has 5 s in all.
constexpr Duration kClosing = std::chrono::seconds{2};

}  // namespace

HttpsExchange::HttpsExchange(std::string body_to_send, Judge judge, std::string host)
    : body(std::move(body_to_send)),
      judge_(std::move(judge)),
      host_(std::move(host)),
      arrived_(CreateEventW(nullptr, FALSE, FALSE, nullptr)),
      closed_(CreateEventW(nullptr, TRUE, FALSE, nullptr)) {}

void CALLBACK HttpsExchange::on_status(HINTERNET handle, DWORD_PTR context, DWORD status, LPVOID information, DWORD length) noexcept {
    auto* self = reinterpret_cast<HttpsExchange*>(context);
    if (self != nullptr) self->take(handle, status, information, length);
}

void HttpsExchange::adopt(HINTERNET request, std::shared_ptr<HttpsExchange> self) {
    request_ = request;
    self_ = std::move(self);
}

void HttpsExchange::close() noexcept {
    if (const HINTERNET handle = request_.exchange(nullptr)) WinHttpCloseHandle(handle);
}

void HttpsExchange::wait_for_last_report() const noexcept { WaitForSingleObject(closed_.get(), wait_milliseconds(kClosing)); }

std::optional<Error> HttpsExchange::refusal() const {
    const std::lock_guard lock{mutex_};
    return refusal_;
}

std::string HttpsExchange::peer() const {
    const std::lock_guard lock{mutex_};
    return peer_;
}

std::optional<HttpsExchange::News> HttpsExchange::next(const StopSignal& stop, MonotonicTime deadline) {
    for (;;) {
        {
            const std::lock_guard lock{mutex_};
            if (news_.step != Step::none) return std::exchange(news_, {});
        }
        const HANDLE either[] = {arrived_.get(), stop.event()};
        if (WaitForMultipleObjects(2, either, FALSE, wait_milliseconds(deadline - monotonic_now())) != WAIT_OBJECT_0) return std::nullopt;
    }
}

void HttpsExchange::take(HINTERNET handle, DWORD status, LPVOID information, DWORD length) noexcept {
    switch (status) {
        case WINHTTP_CALLBACK_STATUS_SENDING_REQUEST: before_sending(handle); break;
        case WINHTTP_CALLBACK_STATUS_REQUEST_SENT:
            if (information != nullptr && length == sizeof(DWORD)) sent_bytes_ += *static_cast<const DWORD*>(information);
            break;
        case WINHTTP_CALLBACK_STATUS_SENDREQUEST_COMPLETE: post({Step::sent, 0, 0}); break;
        case WINHTTP_CALLBACK_STATUS_HEADERS_AVAILABLE: post({Step::headers, 0, 0}); break;
        case WINHTTP_CALLBACK_STATUS_READ_COMPLETE: post({Step::read, 0, length}); break;
        case WINHTTP_CALLBACK_STATUS_REQUEST_ERROR:
            post({Step::failed, static_cast<const WINHTTP_ASYNC_RESULT*>(information)->dwError, 0});
            break;
        case WINHTTP_CALLBACK_STATUS_HANDLE_CLOSING: {
            SetEvent(closed_.get());
            const std::shared_ptr<HttpsExchange> last = std::move(self_);  // perhaps the end of this
            break;
        }
        default: break;
    }
}

/// TLS is there, and nothing has been sent through it: the moment to look at who is at the other end. Closing the handle here keeps
/// Windows from sending anything; Wine sends all the same.
void HttpsExchange::before_sending(HINTERNET handle) noexcept {
    try {
        PCCERT_CONTEXT shown = nullptr;
        DWORD size = sizeof(PCCERT_CONTEXT);
        if (!WinHttpQueryOption(handle, WINHTTP_OPTION_SERVER_CERT_CONTEXT, &shown, &size) || shown == nullptr) {
            const DWORD code = GetLastError();
            // Not yet TLS: this is the CONNECT to a proxy, which carries nothing of ours. The next report is the one.
            if (code == ERROR_WINHTTP_INCORRECT_HANDLE_STATE) return;
            return refuse(os_error("ask for the certificate of", host_, code));
        }
        const UniqueCertificateContext certificate{shown};
        {
            const std::lock_guard lock{mutex_};
            peer_ = peer_in_words(shown);
        }
        if (const auto judged = judge_(shown, host_); !judged) return refuse(judged.error());
        judged_ = true;
        post({Step::sending, 0, 0});
    } catch (...) {
        refuse(Error{});
    }
}

void HttpsExchange::refuse(Error why) noexcept {
    {
        const std::lock_guard lock{mutex_};
        refusal_ = std::move(why);
    }
    post({Step::failed, ERROR_WINHTTP_SECURE_FAILURE, 0});
    close();
}

void HttpsExchange::post(News news) noexcept {
    {
        const std::lock_guard lock{mutex_};
        if (news_.step != Step::failed) news_ = news;
    }
    SetEvent(arrived_.get());
}

}  // namespace sstp
