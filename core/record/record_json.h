#pragma once

#include "core/ports/record.h"

#include <string>
#include <string_view>
#include <vector>

namespace sstp {

// How values of the record are spelled in the database and in the file of unsaved updates. Bytes are hex, times are
// milliseconds, reasons and phases their stable words. Reading gives `malformed` for what we did not write.

std::string to_json(const OpenHeal& heal);
Result<OpenHeal> open_heal_from_json(std::string_view text);

std::string to_json(const KnownGood& known_good);
Result<KnownGood> known_good_from_json(std::string_view text);

std::string to_json(const Findings& findings);
Result<Findings> findings_from_json(std::string_view text);

std::string to_json(const std::map<std::string, std::string>& fields);
Result<std::map<std::string, std::string>> fields_from_json(std::string_view text);

/// A whole update, for the file that stands in while the database cannot be written.
std::string to_json(const RecordUpdate& update);
std::string unsaved_file_of(const std::vector<std::string>& updates);   ///< of updates spelled by `to_json`
Result<std::vector<RecordUpdate>> updates_from_json(std::string_view text);

}  // namespace sstp
