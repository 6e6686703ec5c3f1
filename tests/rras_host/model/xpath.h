#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "model/xml.h"

namespace sstp::rras_host {

struct XPathNode;

/// The subset of XPath 1.0 that the Event Log service takes: paths of names, `*` and attributes with predicates, `and`, `or`,
/// comparisons, `band(keywords, mask)` and `timediff(@SystemTime)`. Nothing else of XPath is accepted, as on Windows
/// ("Consuming Events", Windows Event Log documentation).
class EventFilter {
public:
    /// Null with a message when the expression is not one that Windows takes. One `or` or `and` chain of more than 21
    /// operands is refused too: the service's own parser gives up there ("The specified query is invalid").
    static std::shared_ptr<const EventFilter> parse(std::string_view expression, std::string& error);

    /// `now` (FILETIME) is what timediff() measures from.
    bool matches(const Element& event, std::uint64_t now) const;

    ~EventFilter();
    EventFilter(const EventFilter&) = delete;
    EventFilter& operator=(const EventFilter&) = delete;

private:
    explicit EventFilter(std::unique_ptr<XPathNode> root);
    std::unique_ptr<XPathNode> root_;
};

/// Texts that a path such as `Event/System/EventID` or `Event/System/Provider/@Name` selects: what EvtCreateRenderContext takes.
std::vector<std::string> select_texts(std::string_view path, const Element& event, bool& well_formed);

}  // namespace sstp::rras_host
