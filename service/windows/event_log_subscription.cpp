#include "service/windows/event_log_subscription.h"

#include "core/event_log/event_query.h"
#include "core/event_log/event_xml.h"
#include "core/model/text.h"
#include "service/windows/os_error.h"
#include "service/windows/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sstp {

namespace {

/// Above some hundreds EvtNext fails with RPC_S_INVALID_BOUND on records of usual size (beats issue 3112).
constexpr std::size_t kLargestBatch = 128;
constexpr std::size_t kFirstBuffer = 8 * 1024;
/// Characters. A record has at most 64 KiB of data, which escaping may multiply.
constexpr std::size_t kLargestBuffer = 1 << 20;
constexpr char kSubscribe[] = "subscribe to the event log";
constexpr char kRead[] = "read the event log";
constexpr char kRender[] = "render a record of the event log";
constexpr char kReach[] = "ask how far back the event log goes in";
constexpr char kBookmark[] = "keep the position in the event log";

std::string in_words(const std::vector<std::string>& channels) {
    std::string text;
    for (const auto& channel : channels) text += (text.empty() ? "" : ", ") + channel;
    return text;
}

/// A record that cannot be rendered or understood is a reason to look all the same, and is told with what there is of it.
LogEvent unread(std::string xml, const Error& why) {
    LogEvent event;
    event.strings.push_back(why.message());
    event.xml = std::move(xml);
    return event;
}

}  // namespace

ErrorKind event_log_error_kind(std::uint32_t code) noexcept {
    switch (code) {
        case ERROR_EVT_QUERY_RESULT_STALE:
        case ERROR_EVT_QUERY_RESULT_INVALID_POSITION:
        case ERROR_NOT_FOUND: return ErrorKind::position_lost;
        case RPC_S_INVALID_BOUND: return ErrorKind::batch_too_large;
        case ERROR_INVALID_HANDLE:
        case ERROR_SERVICE_NOT_ACTIVE:
        case RPC_S_SERVER_UNAVAILABLE:
        case RPC_S_SERVER_TOO_BUSY:
        case RPC_S_CALL_FAILED:
        case RPC_S_CALL_FAILED_DNE:
        case RPC_S_CALL_CANCELLED:
        case RPC_S_UNKNOWN_IF:
        case EPT_S_NOT_REGISTERED:
        case ERROR_EVT_CHANNEL_NOT_FOUND:
        case ERROR_EVT_INVALID_CHANNEL_PATH:
        case ERROR_EVT_PUBLISHER_METADATA_NOT_FOUND:
        case ERROR_EVT_PUBLISHER_DISABLED: return ErrorKind::source_unavailable;
        case ERROR_EVT_INVALID_QUERY:
        case ERROR_EVT_MALFORMED_XML_TEXT: return ErrorKind::malformed;
        default: return kind_of(code);
    }
}

EventLogSubscription::EventLogSubscription(std::function<void()> on_signal, const StopSignal& stop, const EventLogApi& api)
    : api_(api), stop_(stop), on_signal_(std::move(on_signal)) {}

EventLogSubscription::~EventLogSubscription() {
    if (wait_) UnregisterWaitEx(wait_, INVALID_HANDLE_VALUE);
}

void CALLBACK EventLogSubscription::signalled(void* self, BOOLEAN /*timed_out*/) noexcept {
    const auto& subscription = *static_cast<const EventLogSubscription*>(self);
    if (subscription.on_signal_) subscription.on_signal_();
}

/// Auto-reset: with a manual-reset event, a record that arrives between the last EvtNext and ResetEvent wakes nobody.
Result<void> EventLogSubscription::arm_signal() {
    if (!signal_) {
        signal_.reset(CreateEventW(nullptr, FALSE, FALSE, nullptr));
        const DWORD error = GetLastError();
        if (!signal_) return os_error("make the signal of the event log", "", error);
    }
    if (!wait_ && !RegisterWaitForSingleObject(&wait_, signal_.get(), &signalled, this, INFINITE, WT_EXECUTEINWAITTHREAD)) {
        const DWORD error = GetLastError();
        wait_ = nullptr;
        return os_error("wait for the signal of the event log", "", error);
    }
    return {};
}

Result<UniqueEvt> EventLogSubscription::bookmark_at(const std::string& xml) const {
    const std::wstring wide = to_wide_lossy(xml);
    UniqueEvt bookmark(api_, api_.create_bookmark(xml.empty() ? nullptr : wide.c_str()));
    const DWORD error = GetLastError();
    if (bookmark) return bookmark;
    // Whatever the code: this text is no position, and never will be.
    if (!xml.empty()) return os_error(ErrorKind::malformed, "read the stored position in the event log", "", error);
    return failure(kBookmark, error);
}

Result<void> EventLogSubscription::subscribe(const EventQuery& query, StartAt where, const std::string& bookmark) {
    subscription_.reset();
    bookmark_.reset();
    channels_ = in_words(query.channels);
    if (!api_.complete()) {
        return own_error(ErrorKind::source_unavailable, kSubscribe, channels_,
                         "wevtapi.dll could not be loaded from System32, or lacks a function");
    }
    const bool from_bookmark = where != StartAt::oldest;
    if (from_bookmark && bookmark.empty())
        return own_error(ErrorKind::malformed, kSubscribe, channels_, "an empty bookmark is no position");
    const std::string xml = to_xml(query);
    const auto wide = to_wide(xml);
    if (xml.empty() || !wide) return own_error(ErrorKind::malformed, kSubscribe, channels_, "the query selects nothing");
    if (auto armed = arm_signal(); !armed) return armed;
    auto position = bookmark_at(from_bookmark ? bookmark : std::string{});
    if (!position) return position.error();

    // Strict makes a loss an error, now and later; without it Windows goes on behind the gap and says nothing.
    DWORD flags = from_bookmark ? EvtSubscribeStartAfterBookmark : EvtSubscribeStartAtOldestRecord;
    if (where != StartAt::nearest_bookmark) flags |= EvtSubscribeStrict;
    UniqueEvt subscription(api_, api_.subscribe(nullptr, signal_.get(), nullptr, wide->c_str(), from_bookmark ? position->get() : nullptr,
                                                nullptr, nullptr, flags));
    const DWORD error = GetLastError();
    if (!subscription) return failure(kSubscribe, error);
    subscription_ = std::move(subscription);
    bookmark_ = std::move(*position);
    owner_ = GetCurrentThreadId();
    SetEvent(signal_.get());  // what is there already sets no signal
    return {};
}

Result<EventBatch> EventLogSubscription::read(std::size_t most) {
    if (!subscription_) return failure(kRead, ERROR_INVALID_HANDLE);
    if (owner_ != GetCurrentThreadId())
        return own_error(ErrorKind::unexpected, kRead, channels_, "another thread than this one subscribed");

    std::array<EVT_HANDLE, kLargestBatch> handles{};
    DWORD count = 0;
    const auto wanted = static_cast<DWORD>(std::clamp<std::size_t>(most, 1, kLargestBatch));
    // No time-out: a subscription has what it has, and the signal tells of more.
    const BOOL got_some = api_.next(subscription_.get(), wanted, handles.data(), 0, 0, &count);
    const DWORD error = GetLastError();
    EventBatch batch;
    if (!got_some) {
        // 259 is the documented end; some versions answer 4317 or, with no time-out, 1460 in its place.
        if (error == ERROR_NO_MORE_ITEMS || error == ERROR_INVALID_OPERATION || error == ERROR_TIMEOUT) return batch;
        subscription_.reset();
        return failure(kRead, error);
    }

    std::array<UniqueEvt, kLargestBatch> records;
    for (DWORD i = 0; i < count; ++i) records[i] = UniqueEvt(api_, handles[i]);
    batch.drained = count == 0;
    for (DWORD i = 0; i < count; ++i) {
        if (auto taken = take(records[i].get(), batch); !taken) {
            subscription_.reset();
            return taken.error();
        }
    }
    if (count > 0) {
        auto position = rendered(bookmark_.get(), EvtRenderBookmark, kBookmark);
        if (!position) {
            subscription_.reset();
            return position.error();
        }
        batch.bookmark = std::move(*position);
    }
    return batch;
}

/// The bookmark is moved for every record and not for the last one only: it holds one position for each channel.
Result<void> EventLogSubscription::take(EVT_HANDLE record, EventBatch& batch) {
    auto xml = rendered(record, EvtRenderEventXml, kRender);
    if (!xml) {
        batch.events.push_back(unread({}, xml.error()));
    } else if (auto event = parse_event_xml(*xml); event) {
        batch.events.push_back(std::move(*event));
    } else {
        batch.events.push_back(unread(std::move(*xml), event.error()));
    }
    if (!api_.update_bookmark(bookmark_.get(), record)) {
        const DWORD error = GetLastError();
        return failure(kBookmark, error);
    }
    return {};
}

Result<UniqueEvt> EventLogSubscription::query(const std::string& channel, const wchar_t* xpath, DWORD direction) const {
    if (!api_.complete()) {
        return own_error(ErrorKind::source_unavailable, kReach, channel,
                         "wevtapi.dll could not be loaded from System32, or lacks a function");
    }
    const auto wide = to_wide(channel);
    if (!wide || wide->empty()) return own_error(ErrorKind::source_unavailable, kReach, channel, "that is no name of a channel");
    UniqueEvt result(api_, api_.query(nullptr, wide->c_str(), xpath, EvtQueryChannelPath | direction));
    const DWORD error = GetLastError();
    if (!result) return failure(kReach, error);
    return result;
}

Result<UniqueEvt> EventLogSubscription::next_of(const UniqueEvt& query, const std::string& channel) const {
    // A query, unlike a subscription, may have to search. In parts, between which our own stop is heard, and each longer than the one
    // before: whether Windows goes on behind a time-out where it was, or begins anew, is not documented.
    constexpr DWORD kParts[] = {500, 1500, 4000};   // ms
    EVT_HANDLE handle = nullptr;
    DWORD count = 0, error = ERROR_TIMEOUT;
    for (const DWORD part : kParts) {
        if (error != ERROR_TIMEOUT) break;
        if (stop_.requested()) return own_error(ErrorKind::stopped, kReach, channel, "the watchdog is being stopped");
        const BOOL got_some = api_.next(query.get(), 1, &handle, part, 0, &count);
        error = GetLastError();
        if (got_some) return count == 1 ? UniqueEvt(api_, handle) : UniqueEvt{};
    }
    if (error == ERROR_NO_MORE_ITEMS || error == ERROR_SUCCESS) return UniqueEvt{};
    Error why = failure(kReach, error);
    why.subject = channel;
    return why;
}

Result<std::optional<WallTime>> EventLogSubscription::cleared_at(const std::string& channel) {
    // A log that is cleared says so in System, whichever it was (Microsoft, event 104 of Microsoft-Windows-Eventlog).
    constexpr int kMostClears = 1000;
    const auto clears =
        query("System", L"*[System[Provider[@Name='Microsoft-Windows-Eventlog'] and (EventID=104)]]", EvtQueryReverseDirection);
    if (!clears) return clears.error();
    for (int seen = 0; seen < kMostClears; ++seen) {
        const auto record = next_of(*clears, "System");
        if (!record) return record.error();
        if (!*record) break;
        const auto xml = rendered(record->get(), EvtRenderEventXml, kRender);
        if (!xml) return xml.error();
        const auto event = parse_event_xml(*xml);
        if (!event) continue;   // not understood: an older one may be
        for (std::size_t i = 0; i < event->names.size() && i < event->strings.size(); ++i) {
            if (event->names[i] == "Channel" && equal_ignoring_case(event->strings[i], channel)) return std::optional{event->time};
        }
    }
    return std::optional<WallTime>{};
}

Result<std::optional<WallTime>> EventLogSubscription::oldest_record(const std::string& channel) {
    const auto all = query(channel, L"*", EvtQueryForwardDirection);
    if (!all) return all.error();
    const auto oldest = next_of(*all, channel);
    if (!oldest) return oldest.error();
    if (!*oldest) return std::optional<WallTime>{};
    const auto xml = rendered(oldest->get(), EvtRenderEventXml, kRender);
    if (!xml) return xml.error();
    const auto event = parse_event_xml(*xml);
    if (!event) return event.error();
    return std::optional{event->time};
}

Result<std::string> EventLogSubscription::bookmark_at_end(const EventQuery& query_of) {
    UniqueEvt end;
    for (const std::string& channel : channels_of(query_of)) {
        const auto all = query(channel, L"*", EvtQueryReverseDirection);
        if (!all) return all.error();
        const auto newest = next_of(*all, channel);
        if (!newest) return newest.error();
        if (!*newest) continue;
        if (!end) {
            auto made = bookmark_at({});
            if (!made) return made.error();
            end = std::move(*made);
        }
        if (!api_.update_bookmark(end.get(), newest->get())) {
            const DWORD error = GetLastError();
            return failure(kBookmark, error);
        }
    }
    return end ? rendered(end.get(), EvtRenderBookmark, kBookmark) : Result<std::string>{std::string{}};
}

Result<std::string> EventLogSubscription::rendered(EVT_HANDLE handle, DWORD flags, const char* operation) {
    if (buffer_.empty()) buffer_.resize(kFirstBuffer);
    for (;;) {
        DWORD used = 0;
        DWORD properties = 0;
        const auto size = static_cast<DWORD>(buffer_.size() * sizeof(wchar_t));
        if (api_.render(nullptr, handle, flags, size, buffer_.data(), &used, &properties)) {
            const std::size_t length = std::min<std::size_t>(used / sizeof(wchar_t), buffer_.size());
            const auto end = std::find(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(length), L'\0');
            return to_utf8_lossy({buffer_.data(), static_cast<std::size_t>(end - buffer_.begin())});
        }
        const DWORD error = GetLastError();
        if (error != ERROR_INSUFFICIENT_BUFFER) return failure(operation, error);
        const std::size_t needed = std::max(used / sizeof(wchar_t) + 1, buffer_.size() * 2);
        if (buffer_.size() >= kLargestBuffer || needed > kLargestBuffer) {
            return own_error(ErrorKind::malformed, operation, channels_, "it has more than a million characters");
        }
        buffer_.resize(needed);
    }
}

Error EventLogSubscription::failure(const char* operation, std::uint32_t code) const {
    Error error = os_error(event_log_error_kind(code), operation, channels_, code);
    // Wine's own library, which cannot subscribe, answers null and no code.
    if (code == 0) error.kind = ErrorKind::source_unavailable;
    if (code == ERROR_EVT_INVALID_QUERY || code == ERROR_EVT_CHANNEL_NOT_FOUND) error.text += extended_status();
    return error;
}

std::string EventLogSubscription::extended_status() const {
    if (!api_.extended_status) return {};
    std::array<wchar_t, 512> text{};
    DWORD used = 0;
    // The last character stays a terminator, whatever the function does with a text that is too long.
    if (api_.extended_status(static_cast<DWORD>(text.size() - 1), text.data(), &used) != ERROR_SUCCESS) return {};
    const std::string words = to_utf8_lossy(text.data());
    return words.empty() ? words : " (" + words + ")";
}

}  // namespace sstp
