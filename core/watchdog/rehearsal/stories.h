#pragma once

#include "core/record/snapshot.h"
#include "core/report/rehearsal.h"

#include <vector>

namespace sstp::rehearsal {

/// What a policy (the snapshot's) makes of each of these, one after the other, each on the server as the snapshot shows it: a renewal; an
/// end on a Sunday with the renewal on Monday; IIS taking the record; the certificate deleted and RRAS restarted by somebody; a service
/// that hangs when it is to stop; auto-enrolment's renewal link. The real cycle decides and heals.
std::vector<RehearsedStory> rehearse(const Snapshot& snapshot);

/// A server to rehearse on where there is no snapshot: one certificate of a public CA for vpn.example.com that ends in 60 days, both
/// records and hashes name it, 12 SSTP sessions are open, and all of it is learned and proven.
Snapshot example_server(WallTime now);

}  // namespace sstp::rehearsal
