#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sstp::rras_host {

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

/// The subset of XPath 1.0 that the event log takes, as a tree. Null where it is none of it; then `error` says why and where.
std::unique_ptr<XPathNode> read_xpath(std::string_view expression, std::string& error);

}  // namespace sstp::rras_host
