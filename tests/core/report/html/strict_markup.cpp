#include "tests/core/report/html/strict_markup.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace sstp::test {

namespace {

constexpr std::string_view kDoctype = "<!DOCTYPE html>\n";
const std::map<std::string_view, char> kEntities{{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"#39", '\''}};

bool is_name(std::string_view name) {
    return !name.empty() &&
           std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == ':'; });
}

class Reader {
public:
    explicit Reader(std::string_view document) : rest_(document) {}

    ReadMarkup run() {
        if (!rest_.starts_with(kDoctype)) fail("no doctype");
        rest_.remove_prefix(std::min(kDoctype.size(), rest_.size()));
        while (!rest_.empty() && read_.problem.empty()) step();
        if (read_.problem.empty() && !open_.empty()) fail("not closed: " + open_.back());
        return std::move(read_);
    }

private:
    void fail(const std::string& what) {
        if (read_.problem.empty()) read_.problem = what + " before: " + std::string{rest_.substr(0, 40)};
    }

    void step() {
        if (rest_.front() != '<') {
            const std::string text = resolved(rest_.substr(0, rest_.find('<')));
            rest_.remove_prefix(std::min(rest_.find('<'), rest_.size()));
            if (open_.empty() && text.find_first_not_of('\n') != std::string::npos) fail("text outside");
            if (open_.empty() || open_.back() != "style") read_.text += text;
        } else if (rest_.starts_with("</")) {
            const std::size_t end = rest_.find('>');
            if (open_.empty() || end == std::string_view::npos || rest_.substr(2, end - 2) != open_.back()) return fail("wrong end");
            open_.pop_back();
            rest_.remove_prefix(end + 1);
        } else {
            element();
        }
    }

    void element() {
        rest_.remove_prefix(1);
        const std::string name{take_until(" />")};
        if (!is_name(name)) return fail("no name of an element");
        std::string line = std::string(2 * open_.size(), ' ') + name;
        while (rest_.starts_with(" ") && read_.problem.empty()) {
            rest_.remove_prefix(1);
            const std::string attribute{take_until("=")};
            if (!is_name(attribute) || !rest_.starts_with("=\"")) return fail("no attribute");
            rest_.remove_prefix(2);
            const std::string_view value = take_until("\"");
            if (value.find('<') != std::string_view::npos || rest_.empty()) return fail("no value");
            read_.values.push_back(resolved(value));
            rest_.remove_prefix(1);
            line += " " + attribute;
        }
        read_.outline.push_back(line);
        if (rest_.starts_with("/>")) {
            rest_.remove_prefix(2);
        } else if (rest_.starts_with(">")) {
            open_.push_back(name);
            rest_.remove_prefix(1);
        } else {
            fail("no end of a tag");
        }
    }

    std::string_view take_until(std::string_view any) {
        const std::string_view taken = rest_.substr(0, rest_.find_first_of(any));
        rest_.remove_prefix(taken.size());
        return taken;
    }

    std::string resolved(std::string_view text) {
        std::string plain;
        while (!text.empty()) {
            const auto c = static_cast<unsigned char>(text.front());
            if (c < 0x20 && c != '\n') fail("a control character");
            if (c != '&') {
                plain += text.front();
                text.remove_prefix(1);
                continue;
            }
            const std::size_t end = text.find(';');
            const auto entity = end == std::string_view::npos ? kEntities.end() : kEntities.find(text.substr(1, end - 1));
            if (entity == kEntities.end()) {
                fail("an unknown entity");
                return plain;
            }
            plain += entity->second;
            text.remove_prefix(end + 1);
        }
        return plain;
    }

    std::string_view rest_;
    std::vector<std::string> open_;
    ReadMarkup read_;
};

}  // namespace

ReadMarkup read_markup(std::string_view document) { return Reader{document}.run(); }

}  // namespace sstp::test
