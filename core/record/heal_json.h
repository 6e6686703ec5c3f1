#pragma once

#include "core/ports/record.h"

#include <nlohmann/json.hpp>

namespace sstp {

// The open heal as a JSON value, for whoever spells it alone or within an update.

nlohmann::json json_of(const OpenHeal& heal);
/// Throws nlohmann::json::exception for what `json_of` did not make.
OpenHeal open_heal_from(const nlohmann::json& json);

}  // namespace sstp
