#include "model/xpath.h"

#include <cstdlib>
#include <optional>

#include "model/event_record.h"
#include "model/xpath_node.h"

namespace sstp::rras_host {

namespace {

constexpr std::uint64_t kTicksPerMillisecond = 10'000;

using NodePtr = std::unique_ptr<XPathNode>;
using Kind = XPathNode::Kind;

/// What a path can select.
struct Selected {
    const Element* element = nullptr;
    const std::string* attribute = nullptr;

    const std::string& text() const { return attribute ? *attribute : element->text; }
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
    NodePtr root = read_xpath(expression, error);
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
    NodePtr root = read_xpath(path, error);
    well_formed = root && root->kind == Kind::path;
    std::vector<std::string> texts;
    if (!well_formed) return texts;
    Element document;
    document.children.push_back(event);
    for (const auto& selected : Evaluation(0).select(*root, document)) texts.push_back(selected.text());
    return texts;
}

}  // namespace sstp::rras_host
