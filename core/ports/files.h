#pragma once

#include "core/model/result.h"

#include <cstddef>
#include <string>

namespace sstp {

/// Small files under the data folder. Paths are UTF-8.
class Files {
public:
    virtual ~Files() = default;
    /// The whole file. Errors: not_found, access_denied, busy, malformed (larger than `most` bytes).
    virtual Result<std::string> read(const std::string& path, std::size_t most) = 0;
    /// Replaces the file so that a reader, and the disk after a power loss, sees the old content or the new, never a
    /// part: temporary file, flush, rename with write-through, bounded retries while a scanner holds it.
    virtual Result<void> replace(const std::string& path, const std::string& content) = 0;
};

}  // namespace sstp
