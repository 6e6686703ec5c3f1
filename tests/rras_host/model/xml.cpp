#include "model/xml.h"

#include <cctype>
#include <cstdint>

namespace sstp::rras_host {

namespace {

constexpr int kMaximumDepth = 64;

void append_utf8(std::string& out, std::uint32_t code_point) {
    if (code_point < 0x80) {
        out += static_cast<char>(code_point);
    } else if (code_point < 0x800) {
        out += static_cast<char>(0xC0 | (code_point >> 6));
        out += static_cast<char>(0x80 | (code_point & 0x3F));
    } else if (code_point < 0x10000) {
        out += static_cast<char>(0xE0 | (code_point >> 12));
        out += static_cast<char>(0x80 | ((code_point >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code_point & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | (code_point >> 18));
        out += static_cast<char>(0x80 | ((code_point >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((code_point >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code_point & 0x3F));
    }
}

class XmlReader {
public:
    explicit XmlReader(std::string_view document) : text_(document) {}

    std::optional<Element> document(XmlError& error) {
        Element root;
        if (skip_misc() && element(root, 0) && skip_misc() && at_ == text_.size()) return root;
        error = {message_.empty() ? "unexpected text after the root element" : message_, at_};
        return std::nullopt;
    }

private:
    bool fail(const char* message) {
        if (message_.empty()) message_ = message;
        return false;
    }

    bool starts_with(std::string_view wanted) const { return text_.substr(at_, wanted.size()) == wanted; }

    void skip_space() {
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
    }

    bool skip_past(std::string_view end, const char* message) {
        const auto found = text_.find(end, at_);
        if (found == std::string_view::npos) return fail(message);
        at_ = found + end.size();
        return true;
    }

    bool skip_misc() {
        for (;;) {
            skip_space();
            if (starts_with("<?")) {
                if (!skip_past("?>", "unterminated processing instruction")) return false;
            } else if (starts_with("<!--")) {
                if (!skip_past("-->", "unterminated comment")) return false;
            } else {
                return true;
            }
        }
    }

    bool name(std::string& out) {
        const auto begin = at_;
        while (at_ < text_.size()) {
            const auto c = static_cast<unsigned char>(text_[at_]);
            if (!std::isalnum(c) && c != '_' && c != '-' && c != '.' && c != ':' && c < 0x80) break;
            ++at_;
        }
        out = std::string(text_.substr(begin, at_ - begin));
        return !out.empty() || fail("a name was expected");
    }

    bool entity(std::string& out) {
        const auto end = text_.find(';', at_);
        if (end == std::string_view::npos || end - at_ > 10) return fail("malformed entity");
        const auto body = text_.substr(at_ + 1, end - at_ - 1);
        if (body == "lt")
            out += '<';
        else if (body == "gt")
            out += '>';
        else if (body == "amp")
            out += '&';
        else if (body == "quot")
            out += '"';
        else if (body == "apos")
            out += '\'';
        else if (body.size() > 1 && body[0] == '#') {
            const bool hex = body[1] == 'x';
            std::uint32_t code_point = 0;
            for (char c : body.substr(hex ? 2 : 1)) {
                if (!(hex ? std::isxdigit(static_cast<unsigned char>(c)) : std::isdigit(static_cast<unsigned char>(c))))
                    return fail("malformed character reference");
                const int digit = std::isdigit(static_cast<unsigned char>(c)) ? c - '0' : (std::tolower(c) - 'a' + 10);
                code_point = code_point * (hex ? 16 : 10) + static_cast<std::uint32_t>(digit);
                if (code_point > 0x10FFFF) return fail("character reference out of range");
            }
            append_utf8(out, code_point);
        } else {
            return fail("unknown entity");
        }
        at_ = end + 1;
        return true;
    }

    bool attribute_value(std::string& out) {
        if (at_ >= text_.size() || (text_[at_] != '\'' && text_[at_] != '"')) return fail("a quoted attribute value was expected");
        const char quote = text_[at_++];
        while (at_ < text_.size() && text_[at_] != quote) {
            if (text_[at_] == '<') return fail("'<' in an attribute value");
            if (text_[at_] == '&') {
                if (!entity(out)) return false;
            } else {
                out += text_[at_++];
            }
        }
        if (at_ >= text_.size()) return fail("unterminated attribute value");
        ++at_;
        return true;
    }

    /// Reads from `<name` up to and including `>` or `/>`. `closed` tells which.
    bool start_tag(Element& out, bool& closed) {
        ++at_;
        if (!name(out.name)) return false;
        for (;;) {
            skip_space();
            if (starts_with("/>")) {
                at_ += 2;
                closed = true;
                return true;
            }
            if (starts_with(">")) {
                ++at_;
                closed = false;
                return true;
            }
            std::pair<std::string, std::string> attribute;
            if (!name(attribute.first)) return false;
            skip_space();
            if (!starts_with("=")) return fail("'=' was expected");
            ++at_;
            skip_space();
            if (!attribute_value(attribute.second)) return false;
            out.attributes.push_back(std::move(attribute));
        }
    }

    bool end_tag(const std::string& expected) {
        at_ += 2;
        std::string closing;
        if (!name(closing)) return false;
        if (closing != expected) return fail("end tag does not match its start tag");
        skip_space();
        if (!starts_with(">")) return fail("'>' was expected");
        ++at_;
        return true;
    }

    bool element(Element& out, int depth) {
        if (depth > kMaximumDepth) return fail("nested too deeply");
        if (!starts_with("<")) return fail("an element was expected");
        bool closed = false;
        if (!start_tag(out, closed)) return false;
        if (closed) return true;
        while (at_ < text_.size()) {
            if (starts_with("</")) return end_tag(out.name);
            if (starts_with("<!--")) {
                if (!skip_past("-->", "unterminated comment")) return false;
            } else if (starts_with("<![CDATA[")) {
                const auto begin = at_ + 9;
                if (!skip_past("]]>", "unterminated CDATA section")) return false;
                out.text += text_.substr(begin, at_ - 3 - begin);
            } else if (text_[at_] == '<') {
                Element inner;
                if (!element(inner, depth + 1)) return false;
                out.children.push_back(std::move(inner));
            } else if (text_[at_] == '&') {
                if (!entity(out.text)) return false;
            } else {
                out.text += text_[at_++];
            }
        }
        return fail("the document ends inside an element");
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string message_;
};

void append_escaped(std::string& out, const std::string& text, bool attribute) {
    for (char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else if (c == '\'' && attribute)
            out += "&apos;";
        else if (byte < 0x20 && c != '\t' && c != '\n' && c != '\r')
            out += ' ';  // not a character of XML 1.0
        else
            out += c;
    }
}

void append_xml(std::string& out, const Element& element) {
    out += '<' + element.name;
    for (const auto& [name, value] : element.attributes) {
        out += ' ' + name + "='";
        append_escaped(out, value, true);
        out += '\'';
    }
    if (element.children.empty() && element.text.empty()) {
        out += "/>";
        return;
    }
    out += '>';
    append_escaped(out, element.text, false);
    for (const auto& child : element.children) append_xml(out, child);
    out += "</" + element.name + '>';
}

}  // namespace

const std::string* Element::attribute(std::string_view wanted) const {
    for (const auto& [name_, value] : attributes)
        if (name_ == wanted) return &value;
    return nullptr;
}

const Element* Element::child(std::string_view wanted) const {
    for (const auto& inner : children)
        if (inner.name == wanted) return &inner;
    return nullptr;
}

Element& Element::add(std::string child_name, std::string child_text) {
    Element& inner = children.emplace_back();
    inner.name = std::move(child_name);
    inner.text = std::move(child_text);
    return inner;
}

std::optional<Element> parse_xml(std::string_view document, XmlError& error) { return XmlReader(document).document(error); }

std::string to_xml(const Element& element) {
    std::string out;
    append_xml(out, element);
    return out;
}

}  // namespace sstp::rras_host
