#pragma once

#include "core/model/digest.h"
#include "core/model/ip_address.h"
#include "core/model/journal.h"
#include "core/record/snapshot.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <variant>

namespace sstp {

/// What tells whose server it is, by kind, as it was found under keys and in texts: what a Redaction replaces.
struct TellingWords {
    std::set<std::string> names;                 ///< of hosts and domains, lower case, without "*."
    std::set<std::string> others;                ///< subjects, and names of private CAs
    std::set<std::string> ids;
    std::set<std::string> serials;
    std::set<std::string> accounts;              ///< `CORP\alice`, SIDs of people, names of their folders
    std::set<std::string> secrets;               ///< what stands behind "token=" and the like; nothing of ours ever prints one
    std::set<std::string> urls;                  ///< only those that say more than may be shown (DESIGN 5.1)
    std::set<IpAddress> addresses;
    std::set<Thumbprint> thumbprints;
    std::set<CertificateHash> hashes;
    std::set<PublicKeyHash> keys;
    std::map<std::string, std::variant<Thumbprint, CertificateHash>> spelled;  ///< digests in another spelling than ours
    std::set<std::string> public_authorities;    ///< these keep their names
};

/// Of everything that was observed, is remembered, and stands in the policy under its key.
TellingWords telling_words_of(const Snapshot& snapshot);
/// Of an event: its fields by what the catalogue says that they hold, and its texts.
void add_telling_words(TellingWords& words, const JournalEvent& event);
/// Of a text whose writer is not known (a log, a message of Windows), by their shape: addresses, names with dots, digests, accounts, SIDs,
/// URLs, UNC paths, folders of users. Names of files, keys of the policy and addresses that every server has are none.
void add_telling_words(TellingWords& words, std::string_view text);

/// For the files of this folder alone: a host, which may be an address; whatever holds a blank or a path is none.
void add_host(TellingWords& words, std::string_view text);
/// The same: a digest in any spelling. False when it is none.
bool add_digest(TellingWords& words, std::string_view text);

}  // namespace sstp
