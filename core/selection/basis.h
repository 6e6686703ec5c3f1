#pragma once

#include "core/selection/ca_rule.h"
#include "core/selection/desired_state.h"

#include <optional>
#include <vector>

namespace sstp::selection {

/// What every question of the selection rests on, worked out once for a look. Pointers go into the state.
struct Basis {
    const SelectionInput& in;
    std::vector<AddressFamily> families;      ///< whose clients are ours: the policy has them on, and HTTP.SYS listens
    std::vector<const Certificate*> leaves;   ///< that our own records served, one for each probe that got any
    std::optional<Certificate> active;
    const Certificate* stored_active = nullptr;   ///< the active one in LocalMachine\MY, archived or not
    RequiredNames names;
    CaRule ca;

    [[nodiscard]] const Certificate* active_pointer() const { return active ? &*active : nullptr; }
};

/// `active`: who is to count as active whatever is named; nothing: `active_certificate` says.
Basis basis_of(const SelectionInput& input, std::optional<Certificate> active = std::nullopt);

/// The certificate in force (DESIGN 2.1): the one proven last as long as a record, the hash or a listener names it; else the
/// one that hash and a listener agree on; else the one that the SHA-256 names, the IPv4 record, the IPv6 record; else,
/// where nothing leads to any other, the one proven last. Whole even when it has left the store.
std::optional<Certificate> active_certificate(const SelectionInput& input);

/// Whose clients are ours.
std::vector<AddressFamily> families_with_clients(const ServerState& state, const Policy& policy);
/// The leaves that our own records served.
std::vector<const Certificate*> served_leaves(const ServerState& state, const Policy& policy);

/// SSTP's own wildcard, or any where the policy takes over; never another's beside DirectAccess or NLB (DESIGN 2.1).
bool may_be_rewritten(const ListenerBinding& record, const SelectionInput& input);

/// What there is of wildcard records, ours or another's, IPv4 first.
std::vector<const ListenerBinding*> wildcards(const ServerState& state);
/// `is_still_named`, or the SHA-1 alone does, where the SHA-256 is nothing that could be read.
bool is_named_somewhere(const Certificate& certificate, const Basis& basis);
/// Both records where clients are ours, every other record of ours, and both hashes name it: nothing would have to be written.
bool is_named_everywhere(const Certificate& certificate, const Basis& basis);
/// Every listener of ours that answered served it, at least one did, and the stored hash names it.
bool is_served_rightly(const Certificate& certificate, const Basis& basis);
/// Some listener, ours or another's, has just served it: its key is usable.
bool is_served_anywhere(const Certificate& certificate, const ServerState& state);

/// A listener or a record has it, or it was proven: clients get it, or got it. What a hash alone names beside records of another one was
/// given to nobody.
bool is_at_work(const Certificate& certificate, const Basis& basis);

/// The SHA-256, a wildcard record or one of `leaves` names it.
bool is_still_named(const Certificate& certificate, const ServerState& state, const std::vector<const Certificate*>& leaves);

/// By the clock, and by what it showed before it was set back, where it is in doubt: which of the two is wrong is not known.
bool has_not_ended(const Certificate& certificate, const SelectionInput& input);

/// It is the certificate proven last.
bool was_proven(const Certificate& certificate, const Basis& basis);
/// RRAS is known to have read its SHA-256 at its start.
bool rras_holds(const Certificate& certificate, const Memory& memory);

/// What speaks against a certificate here; `at_work`: what cannot be judged is no reason to leave.
FitnessInput fitness_input(const Certificate& certificate, const Basis& basis, bool at_work);

}  // namespace sstp::selection
