#pragma once

#include "core/diagnosis/diagnose.h"
#include "core/model/certificate.h"

#include <span>
#include <string>
#include <vector>

namespace sstp {

/// True when the policy lets us change this wildcard record: it is SSTP's own and names a certificate of the store that
/// the policy looks into, or the policy says take over.
/// Why the store: HTTP.SYS looks a record's hash up in the record's store. Our certificate would not be found in another
/// one, and the store name of our own record is not ours to change (promise not-ours).
bool may_rewrite(const ListenerBinding& record, const Policy& policy);

/// Store names as Windows compares them; nothing and empty mean MY.
bool same_store(const std::optional<std::string>& left, const std::optional<std::string>& right);

/// A record that stands before ours, or in place of ours, and that we may not touch.
struct StandingRecord {
    const ListenerBinding* record = nullptr;
    bool shadows = false;                      ///< exact address, SNI or central store; else a wildcard of a foreign owner
    bool decides = false;                      ///< clients of ours get its certificate, so it is the target if it is fit
    const Certificate* certificate = nullptr;  ///< null: not in the policy's store, so its fitness cannot be known
};

/// All of them, wildcards first. An SNI record counts only when its name is one that our clients ask for; one that a mere
/// wildcard of ours covers is taken for another site of the machine. A central store only decides when a listener was seen
/// to serve something other than its wildcard record names.
/// `names`: those that our clients may ask for.
std::vector<StandingRecord> standing_records(const Diagnosis& diagnosis, const std::vector<std::string>& names);

/// An SNI record for a name that only a wildcard of ours covers, and that names this certificate; else null. It may be the
/// VPN's own name: as long as the certificate works, moving away from it could break those clients without anybody seeing it.
const ListenerBinding* record_under_our_wildcard(const Diagnosis& diagnosis, const std::vector<std::string>& names,
                                                 const Certificate& certificate);

/// An SNI record for one of the certificate's own names that names another certificate; else null. Where no name is required,
/// it is the first to say which of the two clients of that name are to get.
const ListenerBinding* rival_record(const Diagnosis& diagnosis, const Certificate& certificate);

/// What those records make of the choice (DESIGN 7.8).
struct Dictation {
    enum class Verdict : std::uint8_t {
        none,   ///< the choice is ours
        fit,    ///< their certificate is the target
        unfit,  ///< nothing may be changed: `explanation` says which record and why
    };
    Verdict verdict = Verdict::none;
    const Certificate* certificate = nullptr;  ///< of the first deciding record, fit or not; null when not in the store
    std::string explanation;
};

/// `names`: those that a fit certificate must cover.
Dictation dictated(const Diagnosis& diagnosis, const std::vector<StandingRecord>& records, const std::vector<std::string>& names);

/// The families that the policy switches on, IPv4 first.
std::span<const AddressFamily> families(const Policy& policy);

/// The certificate that our own settings put in force, foreign records left aside: what the stored SHA-256 names, else
/// the IPv4 binding's, else the IPv6 binding's (DESIGN 7.3). Null when none of them is in the store.
const Certificate* configured_certificate(const Diagnosis& diagnosis);

}  // namespace sstp
