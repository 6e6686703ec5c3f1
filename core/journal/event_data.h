#pragma once

#include "core/ports/event_log.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sstp {

// The data of a Windows event in one text: `name=value`, one a line. A line break in a value is followed by a blank, so that what
// a client wrote into it shifts nothing. Data without a name are param1, param2, …, as Winlogbeat calls them, by their place.

std::string event_data_text(const LogEvent& event);
/// Of text that is no such data: as param1.
std::vector<std::pair<std::string, std::string>> event_data_from(std::string_view text);

}  // namespace sstp
