#include "core/siem/message_content.h"

#include "core/ports/machine.h"
#include "core/siem/unicode.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace sstp {

namespace {

constexpr std::size_t kLongestComputer = 253;
constexpr std::size_t kLongestVersion = 32;          // RFC 5424 7.2.4, swVersion
constexpr std::size_t kLongestInstallationId = 64;
constexpr std::size_t kLongestWord = 64;             // a SHA-256 in hex
constexpr std::size_t kLongestUnknownName = 30;      // with x_ a PARAM-NAME
constexpr WallTime kLatest{Duration{9'999'999'999'999}};
/// Down to so many bytes texts are shortened before words are, and words before fields are left out.
constexpr std::size_t kShortest = 8;
constexpr std::size_t kShortestComputer = 63;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// Letters and digits of a name that the catalogue does not have: whatever another version or a fault has put there.
std::string unknown_name(std::string_view name) {
    std::string plain = "x_";
    for (const char c : name.substr(0, kLongestUnknownName)) {
        if (is_letter_or_digit(c)) plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return plain;
}

std::string printable(std::string_view text, std::size_t most, std::string_view instead) {
    std::string clean;
    for (const char c : text.substr(0, most)) clean += c > 0x20 && c < 0x7F ? c : '_';
    return clean.empty() ? std::string(instead) : clean;
}

std::string id_of_installation(std::string_view text) {
    std::string clean;
    for (const char c : text.substr(0, kLongestInstallationId)) clean += is_letter_or_digit(c) || c == '-' ? c : '_';
    return clean;
}

std::string bounded_name(std::string name, std::size_t most) {
    if (name.size() <= most) return name;
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
    name.resize(end);
    return name;
}

/// What receivers search for: a stable word, a number, a hash, a time, an address.
bool is_word(std::string_view value) {
    return value.size() <= kLongestWord && std::all_of(value.begin(), value.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

/// What tells one event from another of its kind; it is shortened last.
bool says_which(std::string_view name) {
    static constexpr std::array<std::string_view, 7> kNames = {"reason",   "severity",           "outcome",   "heal_id",
                                                               "event_id", "certificate_sha256", "error_code"};
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

enum class What : std::uint8_t { texts, words, everything };

bool is_cut(const ContentField& field, What what) {
    if (what == What::everything || !is_word(field.value)) return true;
    return what == What::words && !says_which(field.name);
}

MessageContent cut_to(const MessageContent& content, std::size_t most, What what) {
    MessageContent cut = content;
    cut.text = shortened(cut.text, most);
    if (what == What::everything) cut.computer = bounded_name(std::move(cut.computer), kShortestComputer);
    for (ContentField& field : cut.fields) {
        if (is_cut(field, what)) field.value = shortened(field.value, most);
    }
    return cut;
}

}  // namespace

std::string_view MessageContent::value(std::string_view name) const {
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const ContentField& field) { return field.name == name; });
    return found == fields.end() ? std::string_view{} : std::string_view{found->value};
}

std::string MessageContent::address(AddressFamily family) const {
    const auto found = std::find_if(addresses.begin(), addresses.end(), [&](const IpAddress& each) { return each.family == family; });
    return found == addresses.end() ? std::string{} : found->to_string();
}

std::string_view MessageContent::kind() const {
    const std::string_view reason = value("severity").empty() ? std::string_view{} : value("reason");
    return reason.empty() ? entry->category : reason;
}

MessageContent content_of(const JournalEvent& event, const Sender& sender) {
    MessageContent content;
    content.entry = &catalogue_entry(event.type);
    content.severity = severity_of(event);
    content.installation_id = id_of_installation(sender.installation_id);
    content.id = event_id(content.installation_id, event.sequence);
    content.sequence = event.sequence;
    content.time = std::clamp(happened_at(event), WallTime{}, kLatest);
    content.created = std::clamp(event.time, WallTime{}, kLatest);
    if (sender.local_offset) content.local_offset = sender.local_offset(content.time);
    content.text = valid_utf8(event.text);
    content.trouble_step = trouble_step(event);
    content.trouble = trouble_of(event);
    std::map<std::string, ContentField> by_name;
    for (const auto& [name, value] : event.fields) {
        if (value.empty()) continue;
        const CatalogueField* known = catalogue_field(name);
        std::string sent = known ? name : unknown_name(name);
        by_name.emplace(sent, ContentField{known, sent, valid_utf8(value)});
    }
    for (auto& [name, field] : by_name) content.fields.push_back(std::move(field));
    content.computer = bounded_name(valid_utf8(sender.computer), kLongestComputer);
    if (sender.addresses) content.addresses = sender.addresses();
    if (content.addresses.size() > kMostAddresses) content.addresses.resize(kMostAddresses);
    content.version = printable(sender.version, kLongestVersion, "0");
    content.process_id = sender.process_id;
    return content;
}

std::string fitted(MessageContent content, std::size_t most, const std::function<std::string(const MessageContent&)>& render) {
    std::string message = render(content);
    if (most == 0 || message.size() <= most) return message;
    for (const What what : {What::texts, What::words, What::everything}) {
        // The greatest bound under which the result fits. Where a format writes a text shorter than it is, `most` is more than enough.
        std::size_t fits = 0;
        for (std::size_t low = kShortest, high = std::max(most, kShortest); low <= high;) {
            const std::size_t middle = low + (high - low) / 2;
            std::string tried = render(cut_to(content, middle, what));
            if (tried.size() <= most) {
                message = std::move(tried);
                fits = middle;
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        if (fits != 0) return message;
        content = cut_to(content, kShortest, what);
    }
    while (message = render(content), message.size() > most && !content.fields.empty()) {
        content.text = kShortenedMark.substr(1);
        content.fields.erase(
            std::max_element(content.fields.begin(), content.fields.end(),
                             [](const ContentField& a, const ContentField& b) { return a.value.size() < b.value.size(); }));
    }
    return message;
}

}  // namespace sstp
