#pragma once

#include "core/siem/message_content.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace sstp {

/// The place of a dotted name, made when it is not there.
nlohmann::json& json_at(nlohmann::json& object, std::string_view path);

/// The field's value in the type of its kind: a number, a truth, RFC 3339, a list, an object of a Windows event's data, else text.
/// Nothing when the text is not of that kind.
std::optional<nlohmann::json> json_value(const ContentField& field);

/// One line of ASCII.
std::string json_line(const nlohmann::json& object);

}  // namespace sstp
