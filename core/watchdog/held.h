#pragma once

#include "core/model/memory.h"
#include "core/model/server_state.h"

#include <optional>
#include <vector>

namespace sstp {

/// What RRAS holds, brought up to date by a look (DESIGN 2.3): the values of the first look after its start, provided that the
/// last-write times of `SstpSvc\Parameters` and of the records' keys are older than that start (in automatic mode RRAS's own
/// write a moment after it is part of the start). Nothing: unknown. `session_began`: of the newest SSTP session ever seen; one that began
/// after all of what is stored was written proves that RRAS holds it, for it passed crypto binding (MS-SSTP 2.2.6).
std::optional<HeldByRras> held_after(const std::optional<HeldByRras>& before, const ServerState& state,
                                     const std::optional<WallTime>& session_began = std::nullopt);

/// Complaints of RasSstp that belong to the present start of RemoteAccess; those before it are void. `previous_ids`: of the
/// start before, kept by the record; moved on when a new start is seen.
struct ComplaintsByStart {
    std::vector<Complaint> present;
    std::optional<StartedBetween> start;   ///< to which they belong; nothing: none was seen yet
    std::vector<std::uint32_t> previous_ids;
    friend bool operator==(const ComplaintsByStart&, const ComplaintsByStart&) = default;
};
ComplaintsByStart complaints_after(const ComplaintsByStart& before, const std::vector<Complaint>& fresh, const ServerState& state);

}  // namespace sstp
