#pragma once

#include "core/model/result.h"

#include <string>

namespace sstp {

/// A file that the person asked for, where they asked for it: made, or written over. Errors: as of the system; a part may be there then.
Result<void> write_file(const std::string& path, const std::string& content);

/// Says that it could not be written, and what to look for. Gives 1.
int complain_of_unwritten(const Error& error);

/// `path` from the root of its drive; as it stands where Windows does not know.
std::string whole_path(const std::string& path);

}  // namespace sstp
