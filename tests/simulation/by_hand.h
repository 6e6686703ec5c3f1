#pragma once

#include "tests/simulation/run.h"
#include "tests/simulation/server.h"

#include <cstdint>
#include <optional>

namespace sstp::simulation {

// What people do to a server, with Microsoft's article in hand: the same whoever looks after it meanwhile.

/// The newest certificate of the server's store that names what clients dial and whose key works, as published scripts and
/// administrators take it.
std::optional<Certificate> newest_by_hand(const Server& server);
/// Binds both records, writes the hashes, restarts RemoteAccess if it runs. Gives whether it did.
bool bind_write_restart(Server& server, const Certificate& certificate);

/// Somebody notices that clients are out, and comes at ten in the morning of a working day, two hours later at the earliest [assumed: no
/// monitoring; users ring up when work begins], and every working day again while it lasts. What is over before then, as after a boot,
/// calls nobody. Binds the newest certificate, and, where that did not help, gets one from the CA on the next day.
class Attendance {
public:
    explicit Attendance(Server& server) : server_(server) {}
    /// To be asked whenever time has passed.
    void look();
    /// How often somebody came, and what that cost.
    void add_to(Outcome& outcome) const;

private:
    void come();
    Server& server_;
    std::uint64_t came_ = 0;
    std::uint64_t restarts_ = 0;
    std::uint64_t sessions_ended_ = 0;
    std::optional<CertificateHash> bound_;   ///< in the present outage
    bool is_called_ = false;
    std::uint64_t call_ = 0;   ///< the present one: who was called for an earlier one does not come
};

}  // namespace sstp::simulation
