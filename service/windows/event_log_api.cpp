#include "service/windows/event_log_api.h"

#include "service/windows/late_bound.h"

namespace sstp {

namespace {

template <class Function>
void bind(Function*& function, const char* name) noexcept {
    function = late_bound<Function>(L"wevtapi.dll", name);
}

EventLogApi bound() noexcept {
    EventLogApi api;
    bind(api.subscribe, "EvtSubscribe");
    bind(api.query, "EvtQuery");
    bind(api.next, "EvtNext");
    bind(api.render, "EvtRender");
    bind(api.create_bookmark, "EvtCreateBookmark");
    bind(api.update_bookmark, "EvtUpdateBookmark");
    bind(api.close, "EvtClose");
    bind(api.extended_status, "EvtGetExtendedStatus");
    return api;
}

}  // namespace

const EventLogApi& system_event_log_api() noexcept {
    static const EventLogApi api = bound();
    return api;
}

}  // namespace sstp
