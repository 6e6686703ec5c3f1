#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sstp {

struct XmlAttribute {
    std::string_view name;
    std::string value;  ///< entities resolved
};

/// One piece of a document. `name` points into the text that is scanned.
struct XmlToken {
    enum class Kind : std::uint8_t {
        open,   ///< start tag; `attributes` are set
        close,  ///< end tag, also the one that an empty element implies
        text,   ///< character data or CDATA, entities resolved
        end,    ///< nothing more
    };
    Kind kind = Kind::end;
    std::string_view name;
    std::string text;
    std::vector<XmlAttribute> attributes;
};

/// Reads well-formed XML piece by piece: as much of it as Windows writes when it renders an event. Comments and
/// processing instructions are passed over; a document type, which could define entities, is refused.
class XmlScanner {
public:
    explicit XmlScanner(std::string_view document) : document_(document) {}

    /// Nothing when the text is no XML; `problem` and `position` then say what and where.
    std::optional<XmlToken> next();

    [[nodiscard]] const char* problem() const { return problem_; }

    [[nodiscard]] std::size_t position() const { return at_; }

private:
    std::optional<XmlToken> markup();
    std::optional<XmlToken> start_tag();
    std::optional<XmlToken> end_tag();
    std::optional<XmlToken> cdata();
    std::optional<XmlToken> character_data();
    std::optional<XmlAttribute> attribute();
    std::string_view name();
    void skip_blanks();
    bool skip_past(std::string_view mark);

    [[nodiscard]] bool starts_with(std::string_view mark) const { return document_.substr(at_).starts_with(mark); }

    /// Resolves entities and line ends. Nothing when an entity is unknown or names no character of XML.
    std::optional<std::string> resolved(std::string_view raw);
    std::nullopt_t fail(const char* why);

    std::string_view document_;
    std::size_t at_ = 0;
    std::vector<std::string_view> open_;
    std::string_view implied_end_;
    bool root_seen_ = false;
    const char* problem_ = "";
};

}  // namespace sstp
