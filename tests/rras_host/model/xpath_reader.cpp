#include "model/xpath_node.h"

#include <cctype>
#include <cstdlib>

namespace sstp::rras_host {

namespace {

constexpr std::size_t kMaximumOperands = 21;
constexpr int kMaximumDepth = 40;

using NodePtr = std::unique_ptr<XPathNode>;
using Kind = XPathNode::Kind;

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

}  // namespace

std::unique_ptr<XPathNode> read_xpath(std::string_view expression, std::string& error) { return XPathReader(expression).whole(error); }

}  // namespace sstp::rras_host
