#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sstp::rras_host {

/// One XML element: enough of XML for event records, structured queries and bookmarks. Text is UTF-8.
/// Namespaces are not resolved: `xmlns` is an attribute like any other, as none of the three formats uses a prefix.
struct Element {
    std::string name;
    std::vector<std::pair<std::string, std::string>> attributes;
    std::vector<Element> children;
    std::string text;  ///< character data of this element alone, entities resolved

    const std::string* attribute(std::string_view wanted) const;
    const Element* child(std::string_view wanted) const;
    Element& add(std::string child_name, std::string child_text = {});
};

struct XmlError {
    std::string message;
    std::size_t offset = 0;
};

/// Reads one document. `error` says where reading stopped when nothing is returned.
std::optional<Element> parse_xml(std::string_view document, XmlError& error);

/// One line, attributes in single quotes, empty elements closed at once: the shape that EvtRender gives.
std::string to_xml(const Element& element);

}  // namespace sstp::rras_host
