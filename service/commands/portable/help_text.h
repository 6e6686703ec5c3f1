#pragma once

#include "service/commands/portable/line_syntax.h"

#include <span>
#include <string>
#include <string_view>

namespace sstp {

/// The help of the last of `commands`, which are the names on the line from the program on. `footer` stands below each.
std::string help_text(std::span<const CommandSyntax* const> commands, std::string_view footer);

}  // namespace sstp
