#include "tests/core/siem/strict_syslog.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

namespace sstp::strict {

namespace {

/// A reader that stops at the first broken rule and keeps its name.
class Reader {
public:
    explicit Reader(std::string_view rest) : rest_(rest) {}

    [[nodiscard]] bool failed() const { return !problem_.empty(); }
    [[nodiscard]] const std::string& problem() const { return problem_; }
    [[nodiscard]] std::string_view rest() const { return rest_; }
    [[nodiscard]] bool at(char expected) const { return !rest_.empty() && rest_.front() == expected; }

    void fail(std::string why) {
        if (problem_.empty()) problem_ = std::move(why);
    }
    void expect(char expected, const char* rule) {
        if (failed()) return;
        if (!at(expected)) return fail(rule);
        rest_.remove_prefix(1);
    }
    /// Printable ASCII without blanks, 1 to `most` octets.
    std::string word(std::size_t most, const char* rule) {
        std::string taken;
        while (!failed() && !rest_.empty() && rest_.front() > 32 && rest_.front() < 127) take_one(taken);
        if (taken.empty() || taken.size() > most) fail(rule);
        return taken;
    }
    std::string digits(const char* rule) {
        std::string taken;
        while (!failed() && !rest_.empty() && std::isdigit(static_cast<unsigned char>(rest_.front()))) take_one(taken);
        if (taken.empty() || (taken.size() > 1 && taken.front() == '0')) fail(rule);
        return taken;
    }
    /// An SD-NAME: 1 to 32 printable ASCII octets but `=`, blank, `]` and `"`.
    std::string name() {
        std::string taken;
        while (!failed() && !rest_.empty() && rest_.front() > 32 && rest_.front() < 127 &&
               std::string_view{"=]\""}.find(rest_.front()) == std::string_view::npos) {
            take_one(taken);
        }
        if (taken.empty() || taken.size() > 32) fail("SD-NAME is 1 to 32 octets");
        return taken;
    }
    std::string value() {
        std::string taken;
        expect('"', "a PARAM-VALUE starts with a quotation mark");
        while (!failed()) {
            if (rest_.empty())
                fail("a PARAM-VALUE ends with a quotation mark");
            else if (at('"'))
                break;
            else if (at(']'))
                fail("an unescaped ] in a PARAM-VALUE");
            else if (static_cast<unsigned char>(rest_.front()) < 32 || rest_.front() == 127)
                fail("a control character in a PARAM-VALUE");
            else if (at('\\'))
                escaped(taken);
            else
                take_one(taken);
        }
        expect('"', "a PARAM-VALUE ends with a quotation mark");
        if (!is_utf8(taken)) fail("a PARAM-VALUE is not UTF-8");
        return taken;
    }

private:
    void take_one(std::string& into) {
        into += rest_.front();
        rest_.remove_prefix(1);
    }
    void escaped(std::string& into) {
        rest_.remove_prefix(1);
        if (rest_.empty() || std::string_view{"\"\\]"}.find(rest_.front()) == std::string_view::npos) {
            return fail("a backslash escapes only \", \\ and ]");
        }
        take_one(into);
    }

    std::string_view rest_;
    std::string problem_;
};

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); });
}

/// `2026-11-22T12:00:00.000Z` or with an offset; at most six fraction digits; upper-case T and Z.
bool is_timestamp(std::string_view text) {
    if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') return false;
    for (const auto& [from, size] : {std::pair{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}}) {
        if (!all_digits(text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(size)))) return false;
    }
    if (text.substr(11, 2) > "23" || text.substr(14, 2) > "59" || text.substr(17, 2) > "59") return false;
    std::string_view rest = text.substr(19);
    if (rest.front() == '.') {
        rest.remove_prefix(1);
        std::size_t digits = 0;
        while (!rest.empty() && std::isdigit(static_cast<unsigned char>(rest.front()))) {
            rest.remove_prefix(1);
            ++digits;
        }
        if (digits < 1 || digits > 6) return false;
    }
    if (rest == "Z") return true;
    return rest.size() == 6 && (rest[0] == '+' || rest[0] == '-') && rest[3] == ':' && all_digits(rest.substr(1, 2)) &&
           all_digits(rest.substr(4, 2));
}

void read_priority(Reader& reader, SyslogMessage& message) {
    reader.expect('<', "a message starts with <PRI>");
    const std::string digits = reader.digits("PRI has no leading zeros");
    if (!reader.failed() && digits.size() <= 3) message.priority = std::stoi(digits);
    if (message.priority < 0 || message.priority > 191) reader.fail("PRI is 0 to 191");
    reader.expect('>', "PRI ends with >");
}

void read_structured_data(Reader& reader, SyslogMessage& message) {
    if (reader.at('-')) return reader.expect('-', "");
    if (!reader.at('[')) return reader.fail("STRUCTURED-DATA is - or elements");
    while (!reader.failed() && reader.at('[')) {
        reader.expect('[', "");
        const std::string id = reader.name();
        if (message.structured_data.contains(id)) reader.fail("an SD-ID occurs twice");
        const bool registered = id.find('@') == std::string::npos;
        if (registered && id != "origin" && id != "meta" && id != "timeQuality") reader.fail("an SD-ID without @ is not registered: " + id);
        auto& parameters = message.structured_data[id];
        while (!reader.failed() && reader.at(' ')) {
            reader.expect(' ', "");
            const std::string name = reader.name();
            reader.expect('=', "a PARAM-NAME is followed by =");
            parameters[name].push_back(reader.value());
        }
        reader.expect(']', "an SD-ELEMENT ends with ]");
    }
}

void check_sequence(Reader& reader, const SyslogMessage& message) {
    const auto meta = message.structured_data.find("meta");
    if (meta == message.structured_data.end() || !meta->second.contains("sequenceId")) return;
    const std::string& text = meta->second.at("sequenceId").front();
    if (!all_digits(text) || text.size() > 10 || std::stoll(text) < 1 || std::stoll(text) > 2147483647LL) {
        reader.fail("sequenceId is 1 to 2147483647 (RFC 5424 7.3.1)");
    }
}

void read_text(Reader& reader, SyslogMessage& message) {
    if (reader.failed() || reader.rest().empty()) return;
    reader.expect(' ', "MSG follows a blank");
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    std::string_view text = reader.rest();
    message.has_byte_order_mark = text.starts_with(kMark);
    if (message.has_byte_order_mark) text.remove_prefix(kMark.size());
    message.text = text;
    const bool ascii = std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 128; });
    if (!ascii && !message.has_byte_order_mark) reader.fail("MSG with UTF-8 text starts with a byte order mark");
    if (ascii && message.has_byte_order_mark) reader.fail("a byte order mark before ASCII text");
    if (!is_utf8(text)) reader.fail("MSG is not UTF-8");
    if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 32 || c == 127; }))
        reader.fail("a control character in MSG");
}

}  // namespace

SyslogMessage read_rfc5424(std::string_view text) {
    SyslogMessage message;
    Reader reader(text);
    read_priority(reader, message);
    if (reader.digits("VERSION is 1") != "1") reader.fail("VERSION is 1");
    reader.expect(' ', "a blank after VERSION");
    message.timestamp = reader.word(64, "TIMESTAMP is missing");
    if (!reader.failed() && message.timestamp != "-" && !is_timestamp(message.timestamp))
        reader.fail("TIMESTAMP is malformed: " + message.timestamp);
    reader.expect(' ', "a blank after TIMESTAMP");
    message.hostname = reader.word(255, "HOSTNAME is 1 to 255 printable octets");
    reader.expect(' ', "a blank after HOSTNAME");
    message.app_name = reader.word(48, "APP-NAME is 1 to 48 printable octets");
    reader.expect(' ', "a blank after APP-NAME");
    message.process_id = reader.word(128, "PROCID is 1 to 128 printable octets");
    reader.expect(' ', "a blank after PROCID");
    message.message_id = reader.word(32, "MSGID is 1 to 32 printable octets");
    reader.expect(' ', "a blank after MSGID");
    if (!reader.failed()) read_structured_data(reader, message);
    if (!reader.failed()) check_sequence(reader, message);
    read_text(reader, message);
    message.problem = reader.problem();
    return message;
}

SyslogMessage read_rfc3164(std::string_view text) {
    SyslogMessage message;
    Reader reader(text);
    read_priority(reader, message);
    const std::string_view rest = reader.rest();
    constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const bool shaped = rest.size() > 16 && kMonths.find(rest.substr(0, 3)) % 3 == 0 && rest[3] == ' ' &&
                        (rest[4] == ' ' || (rest[4] >= '1' && rest[4] <= '3')) && std::isdigit(static_cast<unsigned char>(rest[5])) &&
                        rest[6] == ' ' && rest[9] == ':' && rest[12] == ':' && rest[15] == ' ';
    if (!shaped) {
        reader.fail("the header is not `Mmm dd hh:mm:ss host` (RFC 3164 4.1.2)");
        message.problem = reader.problem();
        return message;
    }
    message.timestamp = rest.substr(0, 15);
    const std::size_t blank = rest.find(' ', 16);
    if (blank == std::string_view::npos) reader.fail("no host name");
    message.hostname = rest.substr(16, blank - 16);
    if (message.hostname.find(':') != std::string::npos) reader.fail("the host name is an IPv6 address");
    if (blank != std::string_view::npos) message.text = rest.substr(blank + 1);
    message.problem = reader.problem();
    return message;
}

std::optional<std::vector<std::string>> split_octet_counted(std::string_view stream) {
    std::vector<std::string> frames;
    while (!stream.empty()) {
        const std::size_t blank = stream.find(' ');
        if (blank == std::string_view::npos || blank > 9 || !all_digits(stream.substr(0, blank)) || stream.front() == '0')
            return std::nullopt;
        const std::size_t size = std::stoul(std::string{stream.substr(0, blank)});
        stream.remove_prefix(blank + 1);
        if (size > stream.size()) return std::nullopt;
        frames.emplace_back(stream.substr(0, size));
        stream.remove_prefix(size);
    }
    return frames;
}

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t more = lead < 0x80 ? 0 : lead >> 5 == 6 ? 1 : lead >> 4 == 14 ? 2 : lead >> 3 == 30 ? 3 : 9;
        if (more == 9 || i + more >= text.size()) return false;
        std::uint32_t point = more == 0 ? lead : more == 1 ? lead & 0x1F : more == 2 ? lead & 0x0F : lead & 0x07;
        for (std::size_t k = 1; k <= more; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            if (next >> 6 != 2) return false;
            point = point << 6 | (next & 0x3F);
        }
        constexpr std::uint32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
        if (point < kLeast[more] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return false;
        i += more + 1;
    }
    return true;
}

}  // namespace sstp::strict
