#pragma once

#include "core/model/certificate_authority.h"
#include "core/model/finding.h"
#include "core/model/heal_plan.h"
#include "core/model/memory.h"
#include "core/model/policy.h"
#include "core/model/server_state.h"
#include "core/selection/fitness.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// Everything that the question "which certificate" rests on. Pure: the same values give the same answer.
struct SelectionInput {
    const ServerState& state;
    const Policy& policy;
    const Memory& memory;
    WallTime now;
};

/// Where a required name, or the demand for a CA, comes from.
enum class Origin : std::uint8_t {
    policy,     ///< certificate.dns_names, thumbprint, issuer
    learned,    ///< clients were seen to connect with them
    presumed,   ///< of the active certificate: a guess until it is learned
    none,       ///< nothing is known
};
const char* word(Origin origin) noexcept;   ///< "policy", "learned", "presumed", "none"

struct RequiredNames {
    std::vector<std::string> names;
    Origin origin = Origin::none;
    std::string primary;                    ///< what a second choice must cover; empty: none is known
    /// For people: "learned from 3F2A..91, with which clients connected; certificate.dns_names ends that".
    std::string because;
};

/// Why nothing is chosen.
struct Obstacle {
    Reason reason{};                        ///< no_fit_certificate, ambiguous_certificate, successor_other_ca, binding_shadowed,
                      ///< binding_foreign_owner, certificate_in_other_store, state_unreadable, tls_offloaded,
                      ///< sstp_not_configured, hash_unknown_to_this_server, choice_not_confirmed, clock_not_believed
    std::string explanation;  ///< a sentence or two, with the remedy and the policy key that decides
};

/// One certificate of the store that was looked at, with what speaks against it: for messages, pages and forecasts.
struct Candidate {
    Certificate certificate;
    std::vector<Unfitness> against;  ///< empty: fit
    std::string why_not;  ///< why it is not taken though nothing speaks against it; empty for the one chosen
};

/// A fit certificate that is to take the active one's place, and when.
struct Successor {
    Certificate certificate;
    Urgency urgency = Urgency::planned;  ///< `soon` where the next start of RRAS breaks what is served now
    std::string why;  ///< "newer", "the renewal that auto-enrolment linked", …
};

/// What every binding, hash and listener should name (DESIGN 2.1). Nobody else answers "which certificate".
struct DesiredState {
    /// The certificate in force: proven last, else named by hash and listener, hash, records. Whole even when it has left the
    /// store (from the wire, or remembered); nothing when nothing names one that is known.
    std::optional<Certificate> active;
    bool active_is_in_store = false;  ///< and not archived
    /// What everything should name now: the active one while it will do, else its replacement. Nothing: see `obstacle`.
    std::optional<Certificate> certificate;
    std::optional<Successor> successor;  ///< takes the place of `certificate` when its time has come
    std::optional<Obstacle> obstacle;  ///< with an obstacle nothing of the unit is changed
    RequiredNames names;
    Origin ca_origin = Origin::none;
    std::optional<CertificateAuthority> ca;
    bool sstp_in_use = true;
    /// No SSTP session was ever seen, and other tunnels are open: what needs a restart waits for the window, unless RRAS does not run.
    bool never_seen_in_use = false;
    /// What clients of both families get by somebody else's records, whatever SSTP's own records and hashes name; nothing: no such record
    /// decides, or only one that answers a single family.
    std::optional<CertificateHash> given_by_others;
    bool second_choice = false;  ///< `certificate` covers only some of the learned names
    /// Somebody changed all of it, and it counts: the cycle learns this certificate with its names and CA, and tells it.
    std::optional<Certificate> adopt;
    /// With choice_not_confirmed: the certificate proven before, to which an administrator's `heal` moves back; nothing
    /// where it is no longer fit or there.
    std::optional<Certificate> move_back_to;
    /// A listener serves the renewal link of the bound certificate: followed at once.
    bool follows_renewal_link = false;
    std::vector<Candidate> candidates;  ///< of the store, best first
    /// For people, where no successor waits though a certificate of the store seems to be one: which, why it is not taken, and the key that
    /// decides. Empty: none seems to be.
    std::string passed_over;
    /// What selection itself has to say (successor_other_ca, names_presumed, names_changed, ambiguous_certificate,
    /// choice_not_confirmed, served_by_renewal_link, renewal_link_pending, certificate_in_other_store, binding_shadowed,
    /// sstp_not_configured, hash_unknown_to_this_server, certificate_superseded, …), severities as DESIGN 6.1.
    Findings findings;
};

DesiredState desired_state(const SelectionInput& input);

}  // namespace sstp
