#pragma once

#include "core/diagnosis/assess.h"
#include "core/model/finding.h"
#include "core/model/time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace sstp {

/// What only probes say, counted over looks in a row (DESIGN 7.8). In memory only: a new process begins to count anew.
class Symptoms {
public:
    /// One more look showed these. A look that could not read everything counts for nothing.
    void seen(const Assessment& assessment, MonotonicTime now);
    [[nodiscard]] const std::map<Reason, std::uint32_t>& in_a_row() const { return in_a_row_; }
    [[nodiscard]] std::optional<MonotonicTime> since() const { return since_; }
    /// Some symptom still has to show `confirmations` times.
    [[nodiscard]] bool unconfirmed(std::uint32_t confirmations) const;

private:
    std::map<Reason, std::uint32_t> in_a_row_;
    std::optional<MonotonicTime> since_;
};

/// Those that a restart has not cured and that are still there: once a symptom has been clear, a restart may be tried again.
std::vector<Reason> still_reported_only(const std::vector<Reason>& reported, const Assessment& assessment);

}  // namespace sstp
