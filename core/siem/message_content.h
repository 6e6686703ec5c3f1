#pragma once

#include "core/journal/catalogue.h"
#include "core/journal/trouble.h"
#include "core/siem/message.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace sstp {

/// A field with a value. Fields without one are left out: receivers treat the two alike, and CEF cannot write it.
struct ContentField {
    const CatalogueField* known = nullptr;   ///< null: another version of the catalogue may know it
    std::string name;                        ///< the catalogue's; else `x_` and what is left of the name: lower-case letters and digits
    std::string value;                       ///< valid UTF-8, not empty
};

/// What every format says of an event, made fit for all of them: valid UTF-8, bounded names, a time with a year of four digits.
struct MessageContent {
    const CatalogueEntry* entry = nullptr;
    EventSeverity severity{};
    std::string id;                          ///< installation id and sequence; letters, digits and hyphens
    std::uint64_t sequence = 0;
    WallTime time{};                         ///< when it happened; from 1970 to 2286: milliseconds have at most 13 digits
    WallTime created{};                      ///< when we told it; later than `time` for an event of Windows
    UtcOffset local_offset{};                ///< of `time`, on the machine that tells
    std::string text;
    std::vector<ContentField> fields;        ///< sorted by name
    std::string computer;                    ///< at most 253 bytes
    std::vector<IpAddress> addresses;        ///< the server's, IPv4 first; at most kMostAddresses
    std::string version;                     ///< 1 to 32 characters, printable ASCII without blanks
    std::uint32_t process_id = 0;
    std::string installation_id;             ///< as in `id`
    TroubleStep trouble_step{};              ///< whether the event opens a trouble or ends one,
    std::string trouble;                     ///< and which: told before anything is shortened

    /// The value of a field; empty when the event has none.
    [[nodiscard]] std::string_view value(std::string_view name) const;
    /// The address of the family that the server is known by; empty when it has none.
    [[nodiscard]] std::string address(AddressFamily family) const;
    /// What CEF and LEEF sort events by: the reason of a finding, which receivers give a rule and a severity of its own, else the
    /// event's category.
    [[nodiscard]] std::string_view kind() const;
};

MessageContent content_of(const JournalEvent& event, const Sender& sender);

/// The message that `render` makes of the content; when it is longer than `most` (0: no limit), of the content with its longest
/// texts shortened and marked, as little as is enough. Words, numbers, hashes and times come last; a field is left out only when
/// there is no other way.
std::string fitted(MessageContent content, std::size_t most, const std::function<std::string(const MessageContent&)>& render);

}  // namespace sstp
