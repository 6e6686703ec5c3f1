#pragma once

#include "core/record/snapshot.h"

#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// Takes out of texts what tells whose server it is, each thing under the same made-up word everywhere, so that what is equal stays equal
/// and a wildcard goes on covering its names: host and domain names (label by label), addresses, MachineGuid and SMBIOS UUID, installation
/// id, the names of private CAs, serial numbers, and thumbprints and hashes (in their order), by which a public certificate is found in the
/// logs of Certificate Transparency. Public CAs keep their names. Keys and users are in none of our texts to begin with.
class Redaction {
public:
    /// Learns the words from what was observed and from the policy that is in force.
    explicit Redaction(const Snapshot& snapshot);

    /// Whatever case the words are in; not within longer words.
    [[nodiscard]] std::string apply(std::string_view text) const;
    /// How many things it knows.
    [[nodiscard]] std::size_t size() const { return words_.size(); }

private:
    struct Word {
        std::string from;  ///< lower case
        std::string to;
    };
    void add(const std::string& from, const std::string& to);
    std::vector<Word> words_;  ///< longest first
};

}  // namespace sstp
