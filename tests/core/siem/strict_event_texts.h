#pragma once

#include "tests/core/siem/strict_event.h"
#include "tests/core/siem/strict_json.h"
#include "tests/core/siem/strict_ocsf.h"

#include <string_view>

namespace sstp::strict {

// The text of each format, as what a receiver has of it.
void take_cef(std::string_view text, ReceivedEvent& event);
void take_leef(std::string_view text, ReceivedEvent& event);
void take_ecs(const EcsObject& ecs, ReceivedEvent& event);
void take_ocsf(const OcsfObject& ocsf, ReceivedEvent& event);

}  // namespace sstp::strict
