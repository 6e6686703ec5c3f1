#pragma once

#include "core/report/support/telling_words.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// Takes out of texts what tells whose server it is, each thing under the same made-up word everywhere, so that what is equal stays equal
/// and a wildcard goes on covering its names: host and domain names (label by label), addresses, MachineGuid and SMBIOS UUID, installation
/// id, the names of private CAs, serial numbers, accounts, and thumbprints and hashes (in their order), by which a public certificate is
/// found in the logs of Certificate Transparency. Of a URL as much is left as may ever be shown. Public CAs keep their names.
class Redaction {
public:
    explicit Redaction(const TellingWords& words);
    /// Of what was observed, and of the policy.
    explicit Redaction(const Snapshot& snapshot) : Redaction(telling_words_of(snapshot)) {}

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
    void add_digests(const TellingWords& words);
    void add_people(const TellingWords& words);
    void arrange();

    std::vector<Word> words_;                            ///< longest first
    std::map<char, std::vector<std::size_t>> by_first_;  ///< places in `words_` by their first character, in their order
};

}  // namespace sstp
