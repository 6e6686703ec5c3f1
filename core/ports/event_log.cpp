#include "core/ports/event_log.h"

#include "core/model/text.h"

namespace sstp {

// Older systems name the classic source alone; the manifest name is what current ones render.
bool LogEvent::from_rassstp() const {
    return equal_ignoring_case(provider, "Microsoft-Windows-RasSstp") || equal_ignoring_case(provider, "RasSstp");
}

}  // namespace sstp
