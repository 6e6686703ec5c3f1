#pragma once

#include "core/record/snapshot.h"

#include <functional>
#include <string>
#include <string_view>

namespace sstp {

/// What every text of a file is passed through: a redaction.
using Rewrite = std::function<std::string(std::string_view)>;

/// A snapshot as a file: one JSON object in ASCII, with the members of the state database for what is remembered.
std::string snapshot_file_of(const Snapshot& snapshot, const Rewrite& rewrite = {});
/// Members that nobody knows are passed over. Errors: malformed, with the place.
Result<Snapshot> snapshot_from_file(std::string_view text);

}  // namespace sstp
