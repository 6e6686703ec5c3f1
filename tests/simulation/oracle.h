#pragma once

#include "core/model/policy.h"
#include "tests/simulation/client_view.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp::simulation {

// Which certificate, once more: written from servers.md and the facts, and from what clients get. Shares no code with core/selection.

/// The certificates with which this server was whole: the hash and a record named them, or clients came through.
class History {
public:
    /// What was in force before anything befell the server. A watchdog that was not there cannot know it: it allows, and forbids nothing.
    void begin(const Server& server, const ClientView& clients);
    /// Looks at the world as it is now.
    void note(const Server& server, const ClientView& clients, const Policy& policy);
    [[nodiscard]] const std::vector<Certificate>& in_force() const { return in_force_; }
    /// One was in force since the run began.
    [[nodiscard]] bool shows_one() const { return shows_one_; }
    /// One that was in force since bears a name that the policy asks for: only such a one tells whose CA clients trust (2.1).
    [[nodiscard]] bool tells_the_ca(const Policy& policy) const;
    /// The hash and a record named it when they last agreed.
    [[nodiscard]] bool is_in_force(const CertificateHash& hash) const;
    /// Clients came through with it.
    [[nodiscard]] bool connected_with(const CertificateHash& hash) const;
    /// The one with which clients came through last; null: with none.
    [[nodiscard]] const Certificate* last_connected() const;

private:
    void keep(const Certificate& certificate);
    void remember(const Certificate& certificate);
    std::optional<CertificateHash> last_;
    std::vector<Certificate> in_force_;  ///< in order, without repetition
    std::vector<CertificateHash> connected_;  ///< the last one behind
    std::vector<Certificate> shown_;  ///< of these, since the run began
    bool shows_one_ = false;
};

/// Every one of the names, a wildcard as it stands: what a server that has learned them must ask of the next certificate (2.1).
bool covers_every(const Certificate& certificate, const std::vector<std::string>& names);

/// Why a certificate must not be put in force here, in a word or two; empty when it may. By promise 1: dates, purpose, key, name,
/// chain, strength, revocation, CA. Doubtful cases are allowed: what this forbids, no reading of the policy allows.
std::string forbidden(const Certificate& certificate, const Server& server, const Policy& policy, const History& history);

/// A certificate that the watchdog has to find by itself, so plainly that no reading of the policy lets it pass it over: in MY, fit,
/// of this server's names and CA, with a key that can be used. The latest of them; nothing: no such demand is made.
std::optional<Certificate> plain_choice(const Server& server, const Policy& policy, const History& history);

/// Would clients of the family come through if records and hashes named this certificate and all services had restarted? Tried
/// out on a copy of the world.
ClientView as_if_healed(const Server& server, const Certificate& certificate, const Policy& policy);

}  // namespace sstp::simulation
