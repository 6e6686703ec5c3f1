#pragma once

#include "core/model/journal.h"

namespace sstp {

/// The Windows Event Log as a place to tell: classic source SstpWatchdog in Application.
class EventSink {
public:
    virtual ~EventSink() = default;
    /// `id`: event_id() of the event. Errors: not_found (the source is not registered, and nothing was written),
    /// source_unavailable, access_denied.
    virtual Result<void> report(const JournalEvent& event, const std::string& id) = 0;
};

}  // namespace sstp
