#pragma once

#include "tests/windows_server/kit/shell.h"

#include <memory>
#include <string>

namespace sstp::kit {

/// cmd.exe runs the lines; `file` (UTF-8) holds the answers.
std::unique_ptr<Shell> make_windows_shell(std::string file);
/// Ctrl+C ends the question, not the kit: what was changed has to be put back.
void keep_ctrl_c_away();

}  // namespace sstp::kit
