#pragma once

#include "core/model/result.h"
#include "service/windows/windows_headers.h"

#include <optional>
#include <string>

namespace sstp {

/// What is behind a handle that was opened with FILE_FLAG_OPEN_REPARSE_POINT. An error when it is a link (symbolic link,
/// junction, mount point) or a folder; nothing when it is a plain file. By handle, so that nobody can swap it afterwards.
std::optional<Error> refuse_link_or_folder(HANDLE file, const char* operation, const std::string& subject);

/// As above for a folder: an error when it is a link, or no folder.
std::optional<Error> refuse_link_or_file(HANDLE folder, const char* operation, const std::string& subject);

}  // namespace sstp
