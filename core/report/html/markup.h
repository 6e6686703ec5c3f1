#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace sstp::html {

/// Name and value; the value is escaped.
struct Attribute {
    std::string_view name;
    std::string value;
};
using Attributes = std::initializer_list<Attribute>;

/// A document that is well-formed whatever is put into it: what is opened is closed, and no text becomes markup. It is HTML and XML at
/// once: elements without content are closed in their own tag.
class Markup {
public:
    Markup& open(std::string_view tag, Attributes attributes = {});
    /// Closes what was opened last.
    Markup& close();
    /// Text of any origin: names in certificates are chosen by whoever made them. Controls and bidirectional overrides are spelt out.
    Markup& text(std::string_view any);
    /// An element with a text in it.
    Markup& leaf(std::string_view tag, std::string_view text) { return leaf(tag, {}, text); }
    Markup& leaf(std::string_view tag, Attributes attributes, std::string_view text);
    /// An element without content: `<br/>`.
    Markup& empty(std::string_view tag, Attributes attributes = {});
    /// Our own style sheet, a constant: it holds neither `<` nor `&`.
    Markup& style(std::string_view sheet);
    /// The document; everything that is open is closed.
    std::string finish();

private:
    void tag(std::string_view name, Attributes attributes, bool is_empty);

    std::string out_;
    std::vector<std::string> open_;
};

/// `&`, `<`, `>`, `"` and `'` as entities, controls and invalid UTF-8 spelt out: safe as text and as a quoted attribute.
std::string escaped(std::string_view any);

}  // namespace sstp::html
