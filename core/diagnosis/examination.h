#pragma once

#include "core/decision/choose_certificate.h"
#include "core/decision/standing_records.h"
#include "core/diagnosis/diagnose.h"

#include <span>
#include <string>
#include <vector>

namespace sstp {

/// A certificate of the store that clients meet, and what names it.
struct InForce {
    const Certificate* certificate = nullptr;
    std::vector<const ListenerBinding*> records;
    bool named_by_hash = false;            ///< by the stored SHA-256
};

/// What the checks share, worked out once for a look. Pointers go into the state of the diagnosis.
struct Examination : Grounds {
    const Diagnosis& d;
    std::span<const AddressFamily> families;  ///< switched on in the policy
    CertificateChoice choice;
    std::vector<InForce> in_force;         ///< by bindings, records before ours, SHA-256
    /// False when something on which the choice rests could not be read. Unknown is not broken: checks that compare
    /// with the choice stay silent then.
    bool certain = false;
    /// The certificate with which bindings, hashes and listeners are compared: see examine(). Null: with none.
    const Certificate* reference = nullptr;
};

/// The reference is the target, with two exceptions that keep one trouble from being told many times over:
/// a working certificate that only has a successor stays the reference until its planned replacement begins, and
/// settings that all agree on an unfit certificate are in agreement: the certificate is the trouble, not they.
Examination examine(const Diagnosis& diagnosis);

/// A service of the policy's list must be stopped and started again by a restart; RemoteAccess is always looked at.
std::vector<std::string> watched_services(const Policy& policy);

/// True when the family was seen to serve this certificate.
bool serves(const ServerState& state, AddressFamily family, const Certificate& certificate);
/// A probe that ended because our own stop was requested says nothing about the listener.
bool was_interrupted(const ProbeOutcome& outcome);
/// Our own stop ended a part of the look: what it hid is no news, and what it no longer saw is not over. The next start looks anew.
bool was_cut_short(const ServerState& state);

/// Registry path of a value for people: "SstpSvc\Parameters\Sha1CertificateHash".
std::string parameter_name(SstpValue value);

}  // namespace sstp
