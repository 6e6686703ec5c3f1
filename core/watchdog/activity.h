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
    void take_as_known(const ServerState& state);

private:
    [[nodiscard]] bool rras_started_on_it(const ServerState& state) const;
    [[nodiscard]] bool rras_failed_on_it(const ServiceStatus& rras) const;
    void note_a_failed_start(const ServerState& state);

    std::optional<ServerState> last_;
    std::optional<MonotonicTime> last_change_;
    std::optional<MonotonicTime> first_change_;
    std::optional<MonotonicTime> name_certificate_change_;
    std::optional<WallTime> last_change_wall_;
    std::optional<MonotonicTime> last_rewrite_;  ///< the last change of what RRAS reads when it starts: store, records, parameters
    std::optional<MonotonicTime> failed_since_;  ///< the look that first found RRAS ended with an error; nothing: no look saw it end
};

}  // namespace sstp
