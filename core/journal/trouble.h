#pragma once

#include "core/model/journal.h"

#include <string>

namespace sstp {

/// What an event does to a trouble: receivers keep one open from the first of these to the last.
enum class TroubleStep : std::uint8_t {
    none,      ///< the event is about none
    opened,
    goes_on,   ///< a reminder
    ended,
};

/// Which step the event is: by the catalogue, a problem or an alert opens one, what resolves ends it.
TroubleStep trouble_step(const JournalEvent& event);

/// Names the trouble, the same in every event about it: `binding_missing_ipv6-1b2c3d4e5f607182`. The word is the finding's reason, else
/// that of the event that opens it; the digits stand for what it is about (subject, destination or heal), where the event that ends it says
/// so as well. Letters, digits, `_` and `-`. Empty: the event is about none.
std::string trouble_of(const JournalEvent& event);

}  // namespace sstp
