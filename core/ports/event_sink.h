#pragma once

#include "core/record/journal.h"

namespace sstp {

/// The Windows Event Log as a place to tell: classic source SstpWatchdog in Application.
class EventSink {
public:
    virtual ~EventSink() = default;
    virtual Result<void> report(const JournalEvent& event) = 0;
};

}  // namespace sstp
