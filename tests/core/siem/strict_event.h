#pragma once

#include "core/model/policy.h"

#include <map>
#include <string>
#include <string_view>

namespace sstp::strict {

/// One event as a receiver has it, whatever the format; or the first rule that the message breaks (`problem` not empty).
struct ReceivedEvent {
    std::string problem;
    std::string id, action, sentence, host;
    std::string event_class;                      ///< number of the event; RFC 5424 does not tell it
    int severity = -1;                            ///< as the format counts
    std::map<std::string, std::string> fields;    ///< by the catalogue's names; `\uXXXX` of ASCII formats undone
};

/// Reads an unframed message by the rules of its format, written from the standards and not from the code that renders.
ReceivedEvent read_event(const SiemDestination& destination, std::string_view message);

/// `\uXXXX` undone. Surrogates that are not paired stay as they are.
std::string without_escapes(std::string_view ascii);

}  // namespace sstp::strict
