#include "model/xpath.h"

#include <cctype>
#include <cstdlib>
#include <optional>

#include "model/event_record.h"

namespace sstp::rras_host {

namespace {
constexpr std::size_t kMaximumOperands = 21;
constexpr int kMaximumDepth = 40;
constexpr std::uint64_t kTicksPerMillisecond = 10'000;
}  // namespace

struct XPathNode {
    enum class Kind { any_of, all_of, compare, path, text, number, band, timediff };

    struct Step {
        bool attribute = false;
        std::string name;  ///< "*" for any
        std::vector<std::unique_ptr<XPathNode>> predicates;
    };

    Kind kind = Kind::path;
    std::vector<std::unique_ptr<XPathNode>> operands;  ///< of any_of, all_of, compare, band, timediff
    std::string operation;                             ///< of compare
    std::string text;
    double number = 0;
    std::vector<Step> steps;
};

namespace {

using NodePtr = std::unique_ptr<XPathNode>;
using Kind = XPathNode::Kind;

/// What a path can select.
struct Selected {
    const Element* element = nullptr;
    const std::string* attribute = nullptr;

    const std::string& text() const { return attribute ? *attribute : element->text; }
};

class XPathReader {
public:
    explicit XPathReader(std::string_view expression) : text_(expression) {}

    NodePtr whole(std::string& error) {
        NodePtr root = any_of(0);
        skip_space();
        if (root && at_ != text_.size()) fail("unexpected text");
        if (!message_.empty()) {
            error = message_ + " at position " + std::to_string(at_);
            return nullptr;
        }
        return root;
    }

private:
    NodePtr fail(const std::string& message) {
        if (message_.empty()) message_ = message;
        return nullptr;
    }

    void skip_space() {
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
    }

    bool accept(std::string_view wanted) {
        skip_space();
        if (text_.substr(at_, wanted.size()) != wanted) return false;
        at_ += wanted.size();
        return true;
    }

    static bool name_character(char c) {
        const auto byte = static_cast<unsigned char>(c);
        return std::isalnum(byte) || c == '_' || c == '-' || c == '.' || byte >= 0x80;
    }

    bool accept_word(std::string_view word) {
        skip_space();
        if (text_.substr(at_, word.size()) != word) return false;
        if (at_ + word.size() < text_.size() && name_character(text_[at_ + word.size()])) return false;
        at_ += word.size();
        return true;
    }

    std::string name() {
        skip_space();
        const auto begin = at_;
        while (at_ < text_.size() && name_character(text_[at_])) ++at_;
        return std::string(text_.substr(begin, at_ - begin));
    }

    NodePtr chain(Kind kind, std::string_view word, NodePtr (XPathReader::*operand)(int), int depth) {
        NodePtr first = (this->*operand)(depth);
        if (!first) return nullptr;
        if (!accept_word(word)) return first;
        auto node = std::make_unique<XPathNode>();
        node->kind = kind;
        node->operands.push_back(std::move(first));
        do {
            NodePtr next = (this->*operand)(depth);
            if (!next) return nullptr;
            node->operands.push_back(std::move(next));
        } while (accept_word(word));
        if (node->operands.size() > kMaximumOperands) return fail("the expression is too complex");
        return node;
    }

    NodePtr any_of(int depth) {
        if (depth > kMaximumDepth) return fail("nested too deeply");
        return chain(Kind::any_of, "or", &XPathReader::all_of, depth + 1);
    }

    NodePtr all_of(int depth) { return chain(Kind::all_of, "and", &XPathReader::comparison, depth + 1); }

    NodePtr comparison(int depth) {
        NodePtr left = primary(depth + 1);
        if (!left) return nullptr;
        for (const char* operation : {"!=", "<=", ">=", "=", "<", ">"}) {
            if (!accept(operation)) continue;
            NodePtr right = primary(depth + 1);
            if (!right) return nullptr;
            auto node = std::make_unique<XPathNode>();
            node->kind = Kind::compare;
            node->operation = operation;
            node->operands.push_back(std::move(left));
            node->operands.push_back(std::move(right));
            return node;
        }
        return left;
    }

    NodePtr primary(int depth) {
        skip_space();
        if (at_ >= text_.size()) return fail("the expression ends too early");
        const char c = text_[at_];
        if (c == '(') {
            ++at_;
            NodePtr inner = any_of(depth + 1);
            if (!inner) return nullptr;
            return accept(")") ? std::move(inner) : fail("')' was expected");
        }
        if (c == '\'' || c == '"') return literal(c);
        if (std::isdigit(static_cast<unsigned char>(c))) return number();
        if (accept_word("band")) return function(Kind::band, 2, 2, depth);
        if (accept_word("timediff")) return function(Kind::timediff, 1, 2, depth);
        return path(depth);
    }

    NodePtr literal(char quote) {
        const auto end = text_.find(quote, at_ + 1);
        if (end == std::string_view::npos) return fail("unterminated string");
        auto node = std::make_unique<XPathNode>();
        node->kind = Kind::text;
        node->text = std::string(text_.substr(at_ + 1, end - at_ - 1));
        at_ = end + 1;
        return node;
    }

    NodePtr number() {
        auto node = std::make_unique<XPathNode>();
        node->kind = Kind::number;
        const std::string digits = name();
        char* end = nullptr;
        node->number =
            digits.rfind("0x", 0) == 0 ? static_cast<double>(std::strtoull(digits.c_str(), &end, 16)) : std::strtod(digits.c_str(), &end);
        if (*end != '\0') return fail("malformed number");
        return node;
    }

    NodePtr function(Kind kind, std::size_t least, std::size_t most, int depth) {
        if (!accept("(")) return fail("'(' was expected");
        auto node = std::make_unique<XPathNode>();
        node->kind = kind;
        do {
            NodePtr argument = primary(depth + 1);
            if (!argument) return nullptr;
            node->operands.push_back(std::move(argument));
        } while (accept(","));
        if (!accept(")")) return fail("')' was expected");
        if (node->operands.size() < least || node->operands.size() > most) return fail("wrong number of arguments");
        return node;
    }

    bool step(XPathNode::Step& out, int depth) {
        out.attribute = accept("@");
        if (accept("*"))
            out.name = "*";
        else
            out.name = name();
        if (out.name.empty()) return fail("a name was expected") != nullptr;
        if (accept("(")) return fail("function " + out.name + " is not supported") != nullptr;
        while (accept("[")) {
            NodePtr predicate = any_of(depth + 1);
            if (!predicate) return false;
            if (!accept("]")) return fail("']' was expected") != nullptr;
            out.predicates.push_back(std::move(predicate));
        }
        return true;
    }

    NodePtr path(int depth) {
        auto node = std::make_unique<XPathNode>();
        if (accept("//")) return fail("'//' is not supported");
        accept("/");
        do {
            XPathNode::Step next;
            if (!step(next, depth)) return nullptr;
            const bool last = next.attribute;
            node->steps.push_back(std::move(next));
            if (last) break;
        } while (accept("/"));
        return node;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string message_;
};

std::optional<double> as_number(const std::string& text) {
    if (text.empty()) return std::nullopt;
    char* end = nullptr;
    const double value =
        text.rfind("0x", 0) == 0 ? static_cast<double>(std::strtoull(text.c_str(), &end, 16)) : std::strtod(text.c_str(), &end);
    if (*end != '\0') return std::nullopt;
    return value;
}

template <class T>
bool ordered(const T& left, const std::string& operation, const T& right) {
    if (operation == "=") return left == right;
    if (operation == "!=") return left != right;
    if (operation == "<") return left < right;
    if (operation == "<=") return left <= right;
    if (operation == ">") return left > right;
    return left >= right;
}

class Evaluation {
public:
    explicit Evaluation(std::uint64_t now) : now_(now) {}

    bool truth(const XPathNode& node, const Element& context) const {
        switch (node.kind) {
            case Kind::any_of:
                for (const auto& operand : node.operands)
                    if (truth(*operand, context)) return true;
                return false;
            case Kind::all_of:
                for (const auto& operand : node.operands)
                    if (!truth(*operand, context)) return false;
                return true;
            case Kind::compare: return compare(node, context);
            case Kind::path: return !select(node, context).empty();
            case Kind::text: return !node.text.empty();
            case Kind::number: return node.number != 0;
            case Kind::band:
            case Kind::timediff: return number_of(node, context).value_or(0) != 0;
        }
        return false;
    }

    std::vector<Selected> select(const XPathNode& node, const Element& context) const {
        std::vector<Selected> current{{&context, nullptr}};
        for (const auto& step : node.steps) {
            std::vector<Selected> next;
            for (const auto& selected : current) advance(step, *selected.element, next);
            current = std::move(next);
        }
        return current;
    }

private:
    void advance(const XPathNode::Step& step, const Element& from, std::vector<Selected>& out) const {
        if (step.attribute) {
            for (const auto& [name, value] : from.attributes)
                if (step.name == "*" || step.name == name) out.push_back({&from, &value});
            return;
        }
        for (const auto& child : from.children) {
            if (step.name != "*" && step.name != child.name) continue;
            bool wanted = true;
            for (const auto& predicate : step.predicates) wanted = wanted && truth(*predicate, child);
            if (wanted) out.push_back({&child, nullptr});
        }
    }

    std::optional<double> number_of(const XPathNode& node, const Element& context) const {
        if (node.kind == Kind::number) return node.number;
        if (node.kind == Kind::text) return as_number(node.text);
        if (node.kind == Kind::band) {
            const auto left = number_of(*node.operands[0], context);
            const auto right = number_of(*node.operands[1], context);
            if (!left || !right) return std::nullopt;
            return static_cast<double>(static_cast<std::uint64_t>(*left) & static_cast<std::uint64_t>(*right));
        }
        if (node.kind == Kind::timediff) return timediff(node, context);
        if (node.kind == Kind::path)
            for (const auto& selected : select(node, context)) return as_number(selected.text());
        return std::nullopt;
    }

    std::optional<double> timediff(const XPathNode& node, const Element& context) const {
        const auto created = select(*node.operands[0], context);
        if (created.empty()) return std::nullopt;
        const std::uint64_t then = parse_system_time(created.front().text());
        std::uint64_t reference = now_;
        if (node.operands.size() == 2) reference = parse_system_time(node.operands[1]->text);
        return (static_cast<double>(reference) - static_cast<double>(then)) / static_cast<double>(kTicksPerMillisecond);
    }

    bool compare(const XPathNode& node, const Element& context) const {
        const XPathNode& left = *node.operands[0];
        const XPathNode& right = *node.operands[1];
        if (left.kind == Kind::path && right.kind == Kind::text) {
            for (const auto& selected : select(left, context))
                if (ordered(selected.text(), node.operation, right.text)) return true;
            return false;
        }
        if (left.kind == Kind::path) {
            const auto wanted = number_of(right, context);
            for (const auto& selected : select(left, context)) {
                const auto found = as_number(selected.text());
                if (found && wanted && ordered(*found, node.operation, *wanted)) return true;
            }
            return false;
        }
        const auto a = number_of(left, context);
        const auto b = number_of(right, context);
        return a && b && ordered(*a, node.operation, *b);
    }

    std::uint64_t now_;
};

}  // namespace

EventFilter::EventFilter(std::unique_ptr<XPathNode> root) : root_(std::move(root)) {}

EventFilter::~EventFilter() = default;

std::shared_ptr<const EventFilter> EventFilter::parse(std::string_view expression, std::string& error) {
    NodePtr root = XPathReader(expression).whole(error);
    if (!root) return nullptr;
    return std::shared_ptr<const EventFilter>(new EventFilter(std::move(root)));
}

bool EventFilter::matches(const Element& event, std::uint64_t now) const {
    // The context of an expression is the document: `*` and `Event` both name the event element.
    Element document;
    document.children.push_back(event);
    return Evaluation(now).truth(*root_, document);
}

std::vector<std::string> select_texts(std::string_view path, const Element& event, bool& well_formed) {
    std::string error;
    NodePtr root = XPathReader(path).whole(error);
    well_formed = root && root->kind == Kind::path;
    std::vector<std::string> texts;
    if (!well_formed) return texts;
    Element document;
    document.children.push_back(event);
    for (const auto& selected : Evaluation(0).select(*root, document)) texts.push_back(selected.text());
    return texts;
}

}  // namespace sstp::rras_host
