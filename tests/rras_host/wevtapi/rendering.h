#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/event_record.h"
#include "wevtapi/variants.h"

namespace sstp::rras_host {

struct RenderContext : EvtObject {
    DWORD kind = EvtRenderContextSystem;  ///< EVT_RENDER_CONTEXT_FLAGS
    std::vector<std::string> paths;       ///< of EvtRenderContextValues
};

/// The values of an event that a context asks for, typed as EVT_SYSTEM_PROPERTY_ID documents them.
std::vector<EventValue> values_of(const EventRecord& record, const RenderContext& context);

/// Message text of the events that this host writes, as far as public documentation gives it. Nothing for any other:
/// a publisher without metadata is what a reader must be able to live with.
std::optional<std::string> message_of(const EventRecord& record);
bool has_metadata(const std::string& publisher);

}  // namespace sstp::rras_host
