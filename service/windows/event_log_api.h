#pragma once

#include "service/windows/unique_handle.h"

#include <winevt.h>

namespace sstp {

/// The exports of wevtapi.dll that reading needs. Bound when first asked for and not by the loader: a machine on
/// which the library is broken still gets its timer, registry and store watched, and says what is wrong.
struct EventLogApi {
    decltype(&EvtSubscribe) subscribe = nullptr;
    decltype(&EvtQuery) query = nullptr;
    decltype(&EvtNext) next = nullptr;
    decltype(&EvtRender) render = nullptr;
    decltype(&EvtCreateBookmark) create_bookmark = nullptr;
    decltype(&EvtUpdateBookmark) update_bookmark = nullptr;
    decltype(&EvtClose) close = nullptr;
    /// Says in words what is wrong with a query. Null where it is missing.
    decltype(&EvtGetExtendedStatus) extended_status = nullptr;

    [[nodiscard]] bool complete() const noexcept {
        return subscribe && query && next && render && create_bookmark && update_bookmark && close;
    }
};

/// System32's. Not `complete()` when the library or an export is missing.
const EventLogApi& system_event_log_api() noexcept;

/// Owns one EVT_HANDLE: subscription, bookmark or record. Source: Microsoft, EvtClose.
class UniqueEvt {
public:
    UniqueEvt() noexcept = default;

    UniqueEvt(const EventLogApi& api, EVT_HANDLE handle) noexcept : api_(&api), handle_(handle) {}

    UniqueEvt(UniqueEvt&& other) noexcept : api_(other.api_), handle_(std::exchange(other.handle_, nullptr)) {}

    UniqueEvt& operator=(UniqueEvt&& other) noexcept {
        if (this != &other) {
            reset();
            api_ = other.api_;
            handle_ = std::exchange(other.handle_, nullptr);
        }
        return *this;
    }

    ~UniqueEvt() { reset(); }

    [[nodiscard]] EVT_HANDLE get() const noexcept { return handle_; }

    explicit operator bool() const noexcept { return handle_ != nullptr; }

    void reset() noexcept {
        if (handle_ == nullptr) return;
        const DWORD error = GetLastError();
        api_->close(std::exchange(handle_, nullptr));
        SetLastError(error);
    }

private:
    const EventLogApi* api_ = nullptr;
    EVT_HANDLE handle_ = nullptr;
};

}  // namespace sstp
