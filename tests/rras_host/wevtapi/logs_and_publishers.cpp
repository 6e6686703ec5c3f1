/// The functions of wevtapi.dll about logs as a whole and about the texts of publishers.

#include <cstring>

#include "model/ssl_record.h"
#include "store/audit_trail.h"
#include "store/event_log.h"
#include "store/state_folder.h"
#include "wevtapi/evt_call.h"
#include "wevtapi/rendering.h"
#include "wevtapi/result_set.h"

using namespace sstp::rras_host;

namespace {

struct LogObject : EvtObject {
    std::string channel;
};

struct PublisherObject : EvtObject {
    std::string name;
};

std::string& thread_status() {
    static thread_local std::string text;
    return text;
}

DWORD log_property(const LogState& state, EVT_LOG_PROPERTY_ID property, EventValue& value) {
    const std::uint64_t count = state.next_record_id - state.oldest_record_id;
    constexpr std::uint64_t kHeaderBytes = 69632;  // an empty .evtx file: header and one chunk
    switch (property) {
        case EvtLogCreationTime: value = FileTimeValue{state.created}; return NO_ERROR;
        case EvtLogLastAccessTime:
        case EvtLogLastWriteTime: value = FileTimeValue{state.last_written}; return NO_ERROR;
        case EvtLogFileSize: value = kHeaderBytes; return NO_ERROR;
        case EvtLogAttributes: value = std::uint32_t{FILE_ATTRIBUTE_ARCHIVE}; return NO_ERROR;
        case EvtLogNumberOfLogRecords: value = count; return NO_ERROR;
        case EvtLogOldestRecordNumber: value = state.oldest_record_id; return NO_ERROR;
        case EvtLogFull: value = false; return NO_ERROR;
    }
    return ERROR_INVALID_PARAMETER;
}

/// The texts that a channel-independent flag of EvtFormatMessage asks for.
DWORD formatted(const EventRecord& record, DWORD flags, std::string& text) {
    if (flags == EvtFormatMessageLevel) {
        static const char* const kLevels[] = {"Information", "Critical", "Error", "Warning", "Information", "Verbose"};
        if (record.level > 5) return ERROR_EVT_MESSAGE_NOT_FOUND;
        text = kLevels[record.level];
        return NO_ERROR;
    }
    if (flags == EvtFormatMessageChannel) return text = record.channel, NO_ERROR;
    if (flags == EvtFormatMessageProvider) return text = record.provider, NO_ERROR;
    const auto message = message_of(record);
    if (flags == EvtFormatMessageEvent) return message ? (text = *message, NO_ERROR) : static_cast<DWORD>(ERROR_EVT_MESSAGE_NOT_FOUND);
    if (flags != EvtFormatMessageXml) return ERROR_EVT_MESSAGE_NOT_FOUND;
    Element event = to_element(record);
    Element& info = event.add("RenderingInfo");
    info.attributes.emplace_back("Culture", "en-US");
    if (message) info.add("Message", *message);
    text = to_xml(event);
    return NO_ERROR;
}

}  // namespace

namespace sstp::rras_host {

void set_extended_status(const std::string& text) { thread_status() = text; }

const std::string& extended_status() { return thread_status(); }

}  // namespace sstp::rras_host

extern "C" {

EVT_HANDLE WINAPI EvtOpenLog(EVT_HANDLE session, LPCWSTR path, DWORD flags) {
    return evt_open("EvtOpenLog", [&](EVT_HANDLE& handle) -> DWORD {
        if (session) return ERROR_INVALID_HANDLE;
        if (!path || flags != EvtOpenChannelPath) return ERROR_INVALID_PARAMETER;
        const auto log = std::make_shared<LogObject>();
        log->channel = to_utf8(path, std::wcslen(path));
        if (!log_state(log->channel)) return ERROR_EVT_CHANNEL_NOT_FOUND;
        handle = open_handle(log);
        return NO_ERROR;
    });
}

BOOL WINAPI EvtGetLogInfo(EVT_HANDLE handle, EVT_LOG_PROPERTY_ID property, DWORD size, PEVT_VARIANT buffer, PDWORD used) {
    return evt_call("EvtGetLogInfo", [&]() -> DWORD {
        const auto log = find_object_as<LogObject>(handle);
        if (!log) return ERROR_INVALID_HANDLE;
        const auto state = log_state(log->channel);
        if (!state) return ERROR_EVT_CHANNEL_NOT_FOUND;
        EventValue value;
        if (const DWORD error = log_property(*state, property, value)) return error;
        return fill_buffer({value}, size, buffer, used) ? NO_ERROR : ERROR_INSUFFICIENT_BUFFER;
    });
}

BOOL WINAPI EvtClearLog(EVT_HANDLE session, LPCWSTR path, LPCWSTR target, DWORD flags) {
    return evt_call("EvtClearLog", [&]() -> DWORD {
        if (session) return ERROR_INVALID_HANDLE;
        if (!path || flags != 0) return ERROR_INVALID_PARAMETER;
        if (target) return ERROR_NOT_SUPPORTED;  // no .evtx files here
        std::string channel = to_utf8(path, std::wcslen(path));
        if (!log_state(channel)) return ERROR_EVT_CHANNEL_NOT_FOUND;
        const HostLock host;   // of the audit trail
        const LogLock lock;    // whoever sees the empty log sees the line
        clear_log(channel, false);
        audit("EvtClearLog", channel, NO_ERROR);
        return NO_ERROR;
    });
}

EVT_HANDLE WINAPI EvtOpenPublisherMetadata(EVT_HANDLE session, LPCWSTR name, LPCWSTR, LCID, DWORD flags) {
    return evt_open("EvtOpenPublisherMetadata", [&](EVT_HANDLE& handle) -> DWORD {
        if (session) return ERROR_INVALID_HANDLE;
        if (!name || flags != 0) return ERROR_INVALID_PARAMETER;
        const auto publisher = std::make_shared<PublisherObject>();
        publisher->name = to_utf8(name, std::wcslen(name));
        if (!has_metadata(publisher->name)) return ERROR_EVT_PUBLISHER_METADATA_NOT_FOUND;
        handle = open_handle(publisher);
        return NO_ERROR;
    });
}

BOOL WINAPI EvtFormatMessage(EVT_HANDLE publisher_handle, EVT_HANDLE event_handle, DWORD, DWORD, PEVT_VARIANT, DWORD flags, DWORD size,
                             LPWSTR buffer, PDWORD used) {
    return evt_call("EvtFormatMessage", [&]() -> DWORD {
        if (!used) return ERROR_INVALID_PARAMETER;
        const auto event = find_object_as<EventObject>(event_handle);
        if (!event) return ERROR_INVALID_HANDLE;
        const auto publisher = find_object_as<PublisherObject>(publisher_handle);
        // Without metadata only what the record itself says can be formatted (a forwarded event's RenderingInfo).
        if (!publisher)
            return publisher_handle ? static_cast<DWORD>(ERROR_INVALID_HANDLE) : static_cast<DWORD>(ERROR_EVT_MESSAGE_NOT_FOUND);
        if (!same_text(publisher->name, event->record->provider)) return ERROR_EVT_MESSAGE_NOT_FOUND;
        std::string text;
        if (const DWORD error = formatted(*event->record, flags, text)) return error;
        const std::wstring wide = to_wide(text);
        *used = static_cast<DWORD>(wide.size() + 1);  // characters, not bytes
        if (!buffer || size < *used) return ERROR_INSUFFICIENT_BUFFER;
        std::memcpy(buffer, wide.c_str(), *used * sizeof(wchar_t));
        return NO_ERROR;
    });
}

}  // extern "C"
