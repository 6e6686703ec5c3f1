#include "core/event_log/event_xml.h"

#include "core/event_log/xml_scanner.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

namespace sstp {

namespace {

constexpr std::size_t kLongest = 1 << 20;

Error malformed(std::string why) { return {ErrorKind::malformed, "read a record of the event log", "", 0, std::move(why)}; }

template <class Number>
bool take_number(std::string_view text, Number& out) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return false;
    out = value;
    return true;
}

const std::string* attribute(const XmlToken& token, std::string_view name) {
    for (const auto& one : token.attributes) {
        if (one.name == name) return &one.value;
    }
    return nullptr;
}

/// Puts the pieces of a document into a LogEvent, by the path on which they stand.
class RecordReader {
public:
    void open(const XmlToken& token) {
        path_ += '/';
        path_ += token.name;
        text_.clear();
        leaf_ = true;
        if (path_ == "/Event/System/Provider") {
            const auto* name = attribute(token, "Name");
            // A classic source without a registered manifest is rendered with its source name alone.
            if (!name) name = attribute(token, "EventSourceName");
            if (name) event_.provider = *name;
        } else if (path_ == "/Event/System/TimeCreated") {
            const auto* time = attribute(token, "SystemTime");
            if (time) time_ = from_rfc3339(*time);
        } else if (path_ == "/Event/EventData/Data") {
            const auto* name = attribute(token, "Name");
            name_ = name ? *name : std::string{};
        }
    }

    void text(const std::string& piece) { text_ += piece; }

    /// False when a number or the binary data is none.
    bool close(std::string_view name) {
        const bool good = take_element();
        path_.resize(path_.size() - name.size() - 1);
        text_.clear();
        leaf_ = false;
        return good;
    }

    Result<LogEvent> finish(std::string_view xml) {
        if (event_.provider.empty()) return malformed("it names no provider");
        if (!id_) return malformed("it has no event id");
        if (event_.channel.empty()) return malformed("it names no channel");
        if (!record_id_) return malformed("it has no record id");
        if (!time_) return malformed("it has no readable time");
        event_.id = *id_;
        event_.record_id = *record_id_;
        event_.time = *time_;
        event_.xml = xml;
        return std::move(event_);
    }

private:
    bool take_element() {
        if (path_ == "/Event/System/EventID") return take_number(text_, id_.emplace());
        if (path_ == "/Event/System/EventRecordID") return take_number(text_, record_id_.emplace());
        if (path_ == "/Event/System/Level") return take_number(text_, event_.level);
        if (path_ == "/Event/System/Channel") event_.channel = text_;
        if (path_ == "/Event/System/Computer") event_.computer = text_;
        if (path_ == "/Event/EventData/Data") add(name_);
        if (leaf_ && path_.starts_with("/Event/UserData/")) add(path_.substr(path_.rfind('/') + 1));
        if (path_ == "/Event/EventData/Binary") return take_binary();
        return true;
    }

    void add(std::string name) {
        event_.strings.push_back(text_);
        event_.names.push_back(std::move(name));
    }

    bool take_binary() {
        auto bytes = from_hex(text_);
        if (bytes) event_.binary = std::move(*bytes);
        return bytes.has_value();
    }

    LogEvent event_;
    std::optional<std::uint32_t> id_;
    std::optional<std::uint64_t> record_id_;
    std::optional<WallTime> time_;
    std::string path_;
    std::string text_;
    std::string name_;    ///< of the Data element that is open; empty: it has none
    bool leaf_ = false;
};

}  // namespace

Result<LogEvent> parse_event_xml(std::string_view xml) {
    if (xml.size() > kLongest) return malformed(fmt::format("it has {} characters, more than {}", xml.size(), kLongest));
    XmlScanner scanner(xml);
    RecordReader reader;
    for (;;) {
        const auto token = scanner.next();
        if (!token) return malformed(fmt::format("at character {}, {}", scanner.position(), scanner.problem()));
        switch (token->kind) {
            case XmlToken::Kind::open: reader.open(*token); break;
            case XmlToken::Kind::text: reader.text(token->text); break;
            case XmlToken::Kind::close:
                if (!reader.close(token->name)) {
                    return malformed(
                        fmt::format("{} before character {} is no number in range, or no hex", token->name, scanner.position()));
                }
                break;
            case XmlToken::Kind::end: return reader.finish(xml);
        }
    }
}

}  // namespace sstp
