#pragma once

#include "core/selection/basis.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp::selection {

/// What records that we may not touch make of the choice (DESIGN 2.1, "Foreign records").
struct ForeignRecords {
    /// What answers all clients of a name that they dial is fit, lies in MY and is what a probe gets: the target, whatever its CA.
    std::optional<Certificate> target;
    bool by_host_names_alone = false;   ///< with a target: nothing but records for host names decides
    bool by_a_wildcard = false;         ///< with a target: a wildcard decides, which answers one family
    Findings of_the_target;             ///< that it is what SSTP has to name; for whoever follows it
    std::string because;   ///< with a target: which record decides, and who can change that
    /// It will not do, or two decide and differ: nothing of the unit is changed.
    std::optional<Obstacle> obstacle;
    Findings findings;
};
ForeignRecords foreign_records(const Basis& basis);

/// What a probe that the record should answer got.
enum class Evidence : std::uint8_t { gets_it, gets_another, none };

/// A record that answers all clients of a name that they dial.
struct DecidingRecord {
    const ListenerBinding* record = nullptr;
    std::string name;                        ///< that name; empty: every name
    const Certificate* certificate = nullptr;   ///< in MY and not archived; null: not there
    const Certificate* served = nullptr;     ///< a leaf that its clients got
    Evidence evidence = Evidence::none;
};
/// Those of other owners, wildcards first, then SNI records, exact addresses, the central store. One of which a probe got another
/// certificate than it names is among them and does not decide.
std::vector<DecidingRecord> deciding_records(const Basis& basis);

/// SNI records for names that are required of a certificate, and that clients are not taken to dial: they decide nothing.
std::vector<const ShadowingBinding*> records_of_other_names(const Basis& basis);

/// Exact-address records beside others never decide: told where clients of ours meet them (servers.md 21, 22).
Findings exact_address_findings(const Basis& basis);

/// For people: "vpn.example.com:443 (owner IIS)".
std::string describe(const ListenerBinding& record);

}  // namespace sstp::selection
