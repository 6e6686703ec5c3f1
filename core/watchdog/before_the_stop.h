#pragma once

#include "core/model/memory.h"
#include "core/model/server_state.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// Remembers what others did at the server, so that a RemoteAccess that somebody stopped can be told with it (DESIGN 7.7). Found by
/// comparing each look with the one before, in memory only: of what happened while nobody looked nothing is said.
class BeforeTheStop {
public:
    /// `names`: required ones; a certificate that covers one of them and came or went is what a renewal tool leaves first.
    void seen(const ServerState& state, const std::vector<std::string>& names);
    /// What stands now is ours (after a heal): no change of somebody else's.
    void take_as_known(const ServerState& state);
    /// Nothing: RemoteAccess runs, or nobody saw it run before.
    [[nodiscard]] const std::optional<ChangesBeforeStop>& changes() const { return changes_; }

private:
    std::optional<ServerState> last_;
    std::optional<WallTime> started_;          ///< when the RemoteAccess that was last seen running had started
    std::optional<WallTime> certificate_;      ///< when one that covers a name last came or went
    std::optional<WallTime> our_parameters_, our_records_;   ///< last-write times that are ours
    std::optional<ChangesBeforeStop> changes_;
};

}  // namespace sstp
