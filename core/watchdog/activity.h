#pragma once

#include "core/decision/decide.h"
#include "core/model/server_state.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// What others do at the server (DESIGN 2.2, quiet period), found by comparing each look with the one before. In memory only: a new
/// process goes by last-write times for its first look.
class ActivityWatch {
public:
    /// `names`: required ones: a certificate that covers one of them and came or went is a renewal under way. `quiet`: limits.quiet_period.
    Activity seen(const ServerState& state, const std::vector<std::string>& names, Duration quiet);
    /// What stands now is ours (after a heal): no change of somebody else's.
    void take_as_known(const ServerState& state) { last_ = state; }

private:
    [[nodiscard]] bool rras_started_on_it(const ServerState& state) const;

    std::optional<ServerState> last_;
    std::optional<MonotonicTime> last_change_;
    std::optional<MonotonicTime> first_change_;
    std::optional<MonotonicTime> name_certificate_change_;
    std::optional<WallTime> last_change_wall_;
};

}  // namespace sstp
