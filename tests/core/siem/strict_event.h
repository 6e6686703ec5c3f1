#pragma once

#include "core/model/policy.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sstp::strict {

/// One event as a receiver has it, whatever the format; or the first rule that the message breaks (`problem` not empty).
struct ReceivedEvent {
    std::string problem;
    std::string id, action, sentence, host;
    std::string event_class;                      ///< number of the event; RFC 5424 does not tell it
    int severity = -1;                            ///< as the format counts
    std::vector<std::string> addresses;           ///< of the server, in the order of the message
    std::string kind;                             ///< `cat` of CEF and LEEF; the others have none
    std::map<std::string, std::string> fields;    ///< by the catalogue's names; `\uXXXX` of ASCII formats undone
};

/// Reads an unframed message by the rules of its format, written from the standards and not from the code that renders.
ReceivedEvent read_event(const SiemDestination& destination, std::string_view message);

/// The data of a Windows event (field `strings`) as they come out of a JSON object: `name=value`, one a line, sorted by name; a line
/// break in a value is followed by a blank, what has no name is paramN by its place, and more than 99 are none.
std::string sorted_event_data(std::string_view text);

/// `\uXXXX` undone. Surrogates that are not paired stay as they are.
std::string without_escapes(std::string_view ascii);

}  // namespace sstp::strict
