#pragma once

#include "core/selection/candidates.h"

#include <string>

namespace sstp::selection {

/// What findings of the choice speak of: `LocalMachine\MY`.
inline constexpr char kStoreSubject[] = "LocalMachine\\MY";

/// "3F2A..91 (vpn.example.com) and 8C10..4E (www.example.com)"; of many the first five and how many more.
std::string list(const Candidates& certificates);
/// "3F2A..91 (vpn.example.com), of a public CA, and …".
std::string list_with_ca(const Candidates& certificates);

/// Why no certificate of the store will do, the worst against each of the few that end last, and the names with their origin.
std::string why_none(const Basis& basis, const CandidatePool& pool);
/// " Every certificate … looks ended: check the machine's clock." or nothing.
std::string clock_suspicion(const Basis& basis);

Finding names_presumed(const RequiredNames& names, const Certificate& active);
/// A second choice is in force or is to be: for a week a warning.
Finding names_changed(const Basis& basis, const Certificate& taken);
/// Information: the date planned for the successor is the diagnosis' to know, and to warn of once it has passed.
Finding superseded(const Basis& basis, const Successor& successor);
/// Information: what is to follow waits until the record of a site names it too, or until too little time is left.
Finding waits_for_a_site(const Basis& basis, const Certificate& next, const ListenerBinding& record);
Finding other_ca(const Basis& basis, const ActiveStanding& active, const Candidates& others, bool has_own_successor);
Finding renewal_link_pending(const Basis& basis, const Certificate& next, bool is_fit);
/// A newer certificate that is not taken for its key: what an import without its key leaves behind, or a provider that only HTTP.SYS can
/// ask.
Finding newest_without_key(const Basis& basis, const ActiveStanding& active, const JudgedCandidate& newest, bool has_own_successor);

}  // namespace sstp::selection
