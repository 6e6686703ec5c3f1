#pragma once

#include "core/diagnosis/diagnose.h"
#include "core/ports/record.h"

#include <map>
#include <string>
#include <vector>

namespace sstp {

/// Findings of probes in a row (DESIGN 7.10). Only in memory: a new process begins to count anew.
class SymptomCounts {
public:
    /// One more look showed these findings. A look that could not read everything counts for nothing.
    void looked(const Findings& findings);
    [[nodiscard]] const std::map<Reason, std::uint32_t>& seen_in_a_row() const { return seen_; }

private:
    std::map<Reason, std::uint32_t> seen_;
};

/// What a diagnosis may remember, from the record and this process.
Memory remember(const RecordContents& record, const SymptomCounts& counts, bool clock_jumped);

/// The symptoms that a restart has not cured, out of their note (`words` makes it).
std::vector<Reason> reported_only_from(const RecordContents& record);
/// Those that are still there: once a symptom has been clear, a restart may be tried again.
std::vector<Reason> still_reported_only(const std::vector<Reason>& reported, const Findings& findings);

}  // namespace sstp
