#include "core/event_log/xml_scanner.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

namespace sstp {

namespace {

/// Windows nests an event five deep; a limit keeps a hostile record from growing our stack of names.
constexpr std::size_t kDeepest = 32;
constexpr std::size_t kMostAttributes = 64;
constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kNameEnds = " \t\r\n/>=<\"'&";

constexpr std::array<std::pair<std::string_view, char>, 5> kEntities{
    {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}}};

bool is_blank(std::string_view text) { return text.find_first_not_of(kBlanks) == std::string_view::npos; }

void append_utf8(std::string& out, std::uint32_t code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | code >> 6);
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | code >> 12);
        out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | code >> 18);
        out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
        out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    }
}

/// Appends the character that `entity` (without & and ;) stands for.
bool append_entity(std::string& out, std::string_view entity) {
    if (!entity.starts_with('#')) {
        for (const auto& [name, character] : kEntities) {
            if (name == entity) return out += character, true;
        }
        return false;
    }
    entity.remove_prefix(1);
    const int base = entity.starts_with('x') ? 16 : 10;
    if (base == 16) entity.remove_prefix(1);
    std::uint32_t code = 0;
    const auto [end, error] = std::from_chars(entity.data(), entity.data() + entity.size(), code, base);
    const bool whole = error == std::errc{} && end == entity.data() + entity.size();
    // Event strings may hold control characters, which Windows renders as references although XML 1.0 knows none of
    // them; NUL and half a surrogate pair have no meaning at all.
    if (!whole || code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
    append_utf8(out, code);
    return true;
}

}  // namespace

std::nullopt_t XmlScanner::fail(const char* why) {
    problem_ = why;
    return std::nullopt;
}

std::optional<XmlToken> XmlScanner::next() {
    if (!implied_end_.empty()) {
        XmlToken token{XmlToken::Kind::close, std::exchange(implied_end_, {}), {}, {}};
        open_.pop_back();
        return token;
    }
    while (at_ < document_.size()) {
        if (starts_with("<!--")) {
            at_ += 4;
            if (!skip_past("-->")) return fail("a comment does not end");
        } else if (starts_with("<?")) {
            if (!skip_past("?>")) return fail("a processing instruction does not end");
        } else if (document_[at_] == '<') {
            return markup();
        } else if (open_.empty()) {
            const auto until = std::min(document_.find('<', at_), document_.size());
            if (!is_blank(document_.substr(at_, until - at_))) return fail("there is text outside the root element");
            at_ = until;
        } else {
            return character_data();
        }
    }
    if (!open_.empty()) return fail("the text ends inside an element");
    if (!root_seen_) return fail("there is no element");
    return XmlToken{};
}

std::optional<XmlToken> XmlScanner::markup() {
    if (starts_with("</")) return end_tag();
    if (starts_with("<![CDATA[") && !open_.empty()) return cdata();
    if (starts_with("<!")) return fail("a declaration has no place in an event");
    return start_tag();
}

std::optional<XmlToken> XmlScanner::start_tag() {
    if (open_.empty() && root_seen_) return fail("there is a second root element");
    if (open_.size() == kDeepest) return fail("elements are nested too deeply");
    ++at_;
    XmlToken token{XmlToken::Kind::open, name(), {}, {}};
    if (token.name.empty()) return fail("a tag has no name");
    for (;;) {
        skip_blanks();
        const bool empty = starts_with("/>");
        if (empty || starts_with(">")) {
            at_ += empty ? 2 : 1;
            open_.push_back(token.name);
            root_seen_ = true;
            if (empty) implied_end_ = token.name;
            return token;
        }
        if (token.attributes.size() == kMostAttributes) return fail("an element has too many attributes");
        auto one = attribute();
        if (!one) return std::nullopt;
        token.attributes.push_back(std::move(*one));
    }
}

std::optional<XmlAttribute> XmlScanner::attribute() {
    XmlAttribute result{name(), {}};
    if (result.name.empty()) return fail("a tag does not end");
    skip_blanks();
    if (!starts_with("=")) return fail("an attribute has no value");
    ++at_;
    skip_blanks();
    if (!starts_with("\"") && !starts_with("'")) return fail("an attribute's value is not quoted");
    const char quote = document_[at_++];
    const auto end = document_.find(quote, at_);
    if (end == std::string_view::npos) return fail("an attribute's value does not end");
    const auto raw = document_.substr(at_, end - at_);
    if (raw.find('<') != std::string_view::npos) return fail("an attribute's value holds a <");
    auto value = resolved(raw);
    if (!value) return std::nullopt;
    result.value = std::move(*value);
    at_ = end + 1;
    return result;
}

std::optional<XmlToken> XmlScanner::end_tag() {
    at_ += 2;
    const auto closed = name();
    skip_blanks();
    if (!starts_with(">")) return fail("an end tag does not end");
    ++at_;
    if (open_.empty() || open_.back() != closed) return fail("an end tag does not match");
    open_.pop_back();
    return XmlToken{XmlToken::Kind::close, closed, {}, {}};
}

std::optional<XmlToken> XmlScanner::cdata() {
    const auto begin = at_ + std::string_view("<![CDATA[").size();
    if (!skip_past("]]>")) return fail("a CDATA section does not end");
    return XmlToken{XmlToken::Kind::text, {}, std::string(document_.substr(begin, at_ - 3 - begin)), {}};
}

std::optional<XmlToken> XmlScanner::character_data() {
    const auto until = std::min(document_.find('<', at_), document_.size());
    auto text = resolved(document_.substr(at_, until - at_));
    if (!text) return std::nullopt;
    at_ = until;
    return XmlToken{XmlToken::Kind::text, {}, std::move(*text), {}};
}

std::optional<std::string> XmlScanner::resolved(std::string_view raw) {
    std::string text;
    text.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] == '\r') {  // XML 1.0, 2.11: a line ends in LF, however it was written
            if (i + 1 == raw.size() || raw[i + 1] != '\n') text += '\n';
        } else if (raw[i] != '&') {
            text += raw[i];
        } else {
            const auto end = raw.find(';', i);
            if (end == std::string_view::npos || !append_entity(text, raw.substr(i + 1, end - i - 1))) {
                return fail("an entity is unknown");
            }
            i = end;
        }
    }
    return text;
}

std::string_view XmlScanner::name() {
    const auto end = std::min(document_.find_first_of(kNameEnds, at_), document_.size());
    const auto found = document_.substr(at_, end - at_);
    at_ = end;
    return found;
}

void XmlScanner::skip_blanks() { at_ = std::min(document_.find_first_not_of(kBlanks, at_), document_.size()); }

bool XmlScanner::skip_past(std::string_view mark) {
    const auto found = document_.find(mark, at_);
    if (found == std::string_view::npos) return false;
    at_ = found + mark.size();
    return true;
}

}  // namespace sstp
