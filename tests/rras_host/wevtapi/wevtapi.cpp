/// Reading half of wevtapi.dll as the Windows Event Log documentation has it: subscriptions by pull, queries, bookmarks.
/// Sessions to other computers, push callbacks, export and channel configuration are not here.

#include <cstring>

#include "store/audit_trail.h"
#include "store/state_folder.h"
#include "wevtapi/evt_call.h"
#include "wevtapi/rendering.h"
#include "wevtapi/result_set.h"
#include "wevtapi/subscription.h"

using namespace sstp::rras_host;

namespace {

std::string text_of(LPCWSTR text) { return text ? to_utf8(text, std::wcslen(text)) : std::string(); }

/// Reads the query and marks what names no channel. Win32 code: 0 when it can be used; with `tolerate` one usable part is enough.
DWORD open_query(LPCWSTR path, LPCWSTR text, bool tolerate, EventQuery& query) {
    query = parse_event_query(text_of(path), text_of(text));
    for (auto& channel : query.channels) {
        if (channel.status != 0 || log_state(channel.channel)) continue;
        channel.status = kChannelNotFound;
        if (query.error == 0)
            query.error = kChannelNotFound, query.message = "The specified channel could not be found: " + channel.channel;
    }
    if (query.error == 0) return NO_ERROR;
    set_extended_status(query.message);
    if (tolerate)
        for (const auto& channel : query.channels)
            if (channel.status == 0) return NO_ERROR;
    return query.error;
}

DWORD place_subscription(ResultSet& result_set, DWORD origin, EVT_HANDLE bookmark_handle) {
    if (origin == EvtSubscribeToFutureEvents) {
        result_set.start_at_end();
        return NO_ERROR;
    }
    if (origin == EvtSubscribeStartAtOldestRecord) return NO_ERROR;
    const auto bookmark = find_object_as<BookmarkObject>(bookmark_handle);
    if (!bookmark) return ERROR_INVALID_HANDLE;
    const std::lock_guard lock(bookmark->mutex);
    return result_set.start_after(bookmark->bookmark);
}

DWORD render_text(const std::string& text, DWORD size, void* buffer, DWORD* used) {
    const std::wstring wide = to_wide(text);
    const auto needed = static_cast<DWORD>((wide.size() + 1) * sizeof(wchar_t));
    *used = needed;
    if (!buffer || size < needed) return ERROR_INSUFFICIENT_BUFFER;
    std::memcpy(buffer, wide.c_str(), needed);
    return NO_ERROR;
}

DWORD render(EVT_HANDLE context_handle, EVT_HANDLE fragment, DWORD flags, DWORD size, void* buffer, DWORD* used, DWORD* count) {
    if (!used || !count) return ERROR_INVALID_PARAMETER;
    *count = 0;
    if (flags == EvtRenderBookmark) {
        const auto bookmark = find_object_as<BookmarkObject>(fragment);
        if (!bookmark) return ERROR_INVALID_HANDLE;
        const std::lock_guard lock(bookmark->mutex);
        return context_handle ? static_cast<DWORD>(ERROR_INVALID_PARAMETER) : render_text(bookmark->bookmark.xml(), size, buffer, used);
    }
    const auto event = find_object_as<EventObject>(fragment);
    if (!event) return ERROR_INVALID_HANDLE;
    if (flags == EvtRenderEventXml)
        return context_handle ? static_cast<DWORD>(ERROR_INVALID_PARAMETER)
                              : render_text(to_xml(to_element(*event->record)), size, buffer, used);
    if (flags != EvtRenderEventValues) return ERROR_INVALID_PARAMETER;
    const auto context = find_object_as<RenderContext>(context_handle);
    if (!context) return ERROR_INVALID_HANDLE;
    const auto values = values_of(*event->record, *context);
    *count = static_cast<DWORD>(values.size());
    return fill_buffer(values, size, buffer, used) ? NO_ERROR : ERROR_INSUFFICIENT_BUFFER;
}

DWORD next_events(EVT_HANDLE handle, DWORD size, EVT_HANDLE* events, DWORD* returned, DWORD ordered_error) {
    if (!events || !returned || size == 0) return ERROR_INVALID_PARAMETER;
    *returned = 0;
    const auto result_set = find_object_as<ResultSet>(handle);
    if (!result_set) return ERROR_INVALID_HANDLE;
    std::vector<std::shared_ptr<const EventRecord>> records;
    if (const DWORD error = result_set->next(size, records)) return error;
    // A batch that RPC cannot carry is lost to the caller: the position has moved past it (beats issue 3112).
    if (ordered_error != NO_ERROR) return ordered_error;
    for (auto& record : records) events[(*returned)++] = open_handle(std::make_shared<EventObject>(std::move(record)));
    return NO_ERROR;
}

}  // namespace

extern "C" {

EVT_HANDLE WINAPI EvtSubscribe(EVT_HANDLE session, HANDLE signal, LPCWSTR path, LPCWSTR query_text, EVT_HANDLE bookmark, PVOID,
                               EVT_SUBSCRIBE_CALLBACK callback, DWORD flags) {
    return evt_open("EvtSubscribe", [&](EVT_HANDLE& handle) -> DWORD {
        const DWORD origin = flags & EvtSubscribeOriginMask;
        if (session) return ERROR_INVALID_HANDLE;
        if (callback || !signal || origin == 0) return ERROR_INVALID_PARAMETER;
        if ((origin == EvtSubscribeStartAfterBookmark) != (bookmark != nullptr)) return ERROR_INVALID_PARAMETER;
        EventQuery query;
        if (const DWORD error = open_query(path, query_text, flags & EvtSubscribeTolerateQueryErrors, query)) return error;
        const auto result_set = std::make_shared<ResultSet>(std::move(query), (flags & EvtSubscribeStrict) != 0, false);
        if (const DWORD error = place_subscription(*result_set, origin, bookmark)) return error;
        result_set->look_for_new();  // what is there already is no news
        signal_new_events(result_set, signal);
        handle = open_handle(result_set);
        return NO_ERROR;
    });
}

EVT_HANDLE WINAPI EvtQuery(EVT_HANDLE session, LPCWSTR path, LPCWSTR query_text, DWORD flags) {
    return evt_open("EvtQuery", [&](EVT_HANDLE& handle) -> DWORD {
        if (session) return ERROR_INVALID_HANDLE;
        if (flags & EvtQueryFilePath) return ERROR_FILE_NOT_FOUND;
        EventQuery query;
        if (const DWORD error = open_query(path, query_text, flags & EvtQueryTolerateQueryErrors, query)) return error;
        const auto result_set = std::make_shared<ResultSet>(std::move(query), true, (flags & EvtQueryReverseDirection) != 0);
        result_set->stop_at_end();
        // What it answers with is what is there now: EvtNext must notice when that is gone.
        if (!(flags & EvtQueryReverseDirection)) result_set->look_for_new();
        handle = open_handle(result_set);
        return NO_ERROR;
    });
}

BOOL WINAPI EvtNext(EVT_HANDLE result_set, DWORD size, EVT_HANDLE* events, DWORD, DWORD flags, PDWORD returned) {
    return evt_answer([&]() -> DWORD {
        if (returned) *returned = 0;
        if (flags != 0) return ERROR_INVALID_PARAMETER;
        const Fault fault = due_fault("EvtNext", size);
        if (fault.fails_first() && fault.error != RPC_S_INVALID_BOUND) return fault.error;
        return next_events(result_set, size, events, returned, fault.error);
    });
}

BOOL WINAPI EvtSeek(EVT_HANDLE handle, LONGLONG position, EVT_HANDLE bookmark_handle, DWORD timeout, DWORD flags) {
    return evt_call("EvtSeek", [&]() -> DWORD {
        const auto result_set = find_object_as<ResultSet>(handle);
        if (!result_set) return ERROR_INVALID_HANDLE;
        if (timeout != 0) return ERROR_INVALID_PARAMETER;  // reserved
        const DWORD origin = flags & EvtSeekOriginMask;
        const auto bookmark = find_object_as<BookmarkObject>(bookmark_handle);
        if (origin == EvtSeekRelativeToBookmark && !bookmark) return ERROR_INVALID_HANDLE;
        return result_set->seek(position, origin, bookmark ? &bookmark->bookmark : nullptr, (flags & EvtSeekStrict) != 0);
    });
}

BOOL WINAPI EvtRender(EVT_HANDLE context, EVT_HANDLE fragment, DWORD flags, DWORD size, PVOID buffer, PDWORD used, PDWORD count) {
    return evt_call("EvtRender", [&] { return render(context, fragment, flags, size, buffer, used, count); });
}

EVT_HANDLE WINAPI EvtCreateRenderContext(DWORD path_count, LPCWSTR* paths, DWORD flags) {
    return evt_open("EvtCreateRenderContext", [&](EVT_HANDLE& handle) -> DWORD {
        if (flags > EvtRenderContextUser) return ERROR_INVALID_PARAMETER;
        if ((flags == EvtRenderContextValues) != (path_count > 0 && paths != nullptr)) return ERROR_INVALID_PARAMETER;
        const auto context = std::make_shared<RenderContext>();
        context->kind = flags;
        for (DWORD i = 0; i < path_count; ++i) {
            bool well_formed = false;
            context->paths.push_back(text_of(paths[i]));
            select_texts(context->paths.back(), Element{}, well_formed);
            if (!well_formed) return ERROR_EVT_INVALID_QUERY;
        }
        handle = open_handle(context);
        return NO_ERROR;
    });
}

EVT_HANDLE WINAPI EvtCreateBookmark(LPCWSTR xml) {
    return evt_open("EvtCreateBookmark", [&](EVT_HANDLE& handle) -> DWORD {
        const auto bookmark = std::make_shared<BookmarkObject>();
        std::string error;
        if (xml && !parse_bookmark(text_of(xml), bookmark->bookmark, error)) {
            set_extended_status(error);
            return ERROR_EVT_MALFORMED_XML_TEXT;
        }
        handle = open_handle(bookmark);
        return NO_ERROR;
    });
}

BOOL WINAPI EvtUpdateBookmark(EVT_HANDLE bookmark_handle, EVT_HANDLE event_handle) {
    return evt_call("EvtUpdateBookmark", [&]() -> DWORD {
        const auto bookmark = find_object_as<BookmarkObject>(bookmark_handle);
        const auto event = find_object_as<EventObject>(event_handle);
        if (!bookmark || !event) return ERROR_INVALID_HANDLE;
        const std::lock_guard lock(bookmark->mutex);
        bookmark->bookmark.move_to(event->record->channel, event->record->record_id);
        return NO_ERROR;
    });
}

BOOL WINAPI EvtClose(EVT_HANDLE handle) {
    return evt_call("EvtClose", [&]() -> DWORD { return close_handle(handle) ? NO_ERROR : ERROR_INVALID_HANDLE; });
}

BOOL WINAPI EvtCancel(EVT_HANDLE handle) {
    // No call of this double waits, so there is never one to cancel.
    return evt_call("EvtCancel", [&]() -> DWORD { return find_object(handle) ? NO_ERROR : ERROR_INVALID_HANDLE; });
}

DWORD WINAPI EvtGetExtendedStatus(DWORD size, LPWSTR buffer, PDWORD used) {
    const std::wstring text = to_wide(extended_status());
    const auto needed = static_cast<DWORD>(text.size() + 1);  // characters, not bytes
    if (used) *used = needed;
    if (!buffer || size < needed) return ERROR_INSUFFICIENT_BUFFER;
    std::memcpy(buffer, text.c_str(), needed * sizeof(wchar_t));
    return NO_ERROR;
}

BOOL WINAPI EvtGetQueryInfo(EVT_HANDLE handle, EVT_QUERY_PROPERTY_ID property, DWORD size, PEVT_VARIANT buffer, PDWORD used) {
    return evt_call("EvtGetQueryInfo", [&]() -> DWORD {
        const auto result_set = find_object_as<ResultSet>(handle);
        if (!result_set) return ERROR_INVALID_HANDLE;
        std::vector<std::string> names;
        std::vector<std::uint32_t> statuses;
        for (const auto& channel : result_set->query().channels) {
            names.push_back(channel.channel);
            statuses.push_back(channel.status);
        }
        if (property != EvtQueryNames && property != EvtQueryStatuses) return ERROR_INVALID_PARAMETER;
        const EventValue value = property == EvtQueryNames ? EventValue{names} : EventValue{statuses};
        return fill_buffer({value}, size, buffer, used) ? NO_ERROR : ERROR_INSUFFICIENT_BUFFER;
    });
}

}  // extern "C"
