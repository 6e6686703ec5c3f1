#include "model/event_query.h"

#include <algorithm>
#include <cstdlib>

namespace sstp::rras_host {

namespace {

bool same_channel(const std::string& a, const std::string& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
    });
}

ChannelQuery& channel_of(EventQuery& query, const std::string& channel) {
    for (auto& existing : query.channels)
        if (same_channel(existing.channel, channel)) return existing;
    query.channels.push_back({channel, {}, {}, 0});
    return query.channels.back();
}

void note(EventQuery& query, const std::string& message) {
    if (query.error != 0) return;
    query.error = kInvalidQuery;
    query.message = message;
}

void add_expression(EventQuery& query, const std::string& channel, const std::string& expression, bool suppress) {
    ChannelQuery& target = channel_of(query, channel);
    const auto first = expression.find_first_not_of(" \t\r\n");
    std::string error;
    auto filter = EventFilter::parse(first == std::string::npos ? "*" : expression, error);
    if (!filter) {
        target.status = kInvalidQuery;
        note(query, "The specified query is invalid: " + error + " in " + expression);
        return;
    }
    (suppress ? target.suppresses : target.selects).push_back(std::move(filter));
}

void add_query_element(EventQuery& query, const Element& element) {
    const std::string* outer_path = element.attribute("Path");
    for (const auto& part : element.children) {
        const bool suppress = part.name == "Suppress";
        if (!suppress && part.name != "Select") {
            note(query, "The specified query is invalid: unexpected element " + part.name);
            continue;
        }
        const std::string* path = part.attribute("Path");
        if (!path) path = outer_path;
        if (!path || path->empty()) {
            note(query, "The specified query is invalid: no Path");
            continue;
        }
        add_expression(query, *path, part.text, suppress);
    }
}

}  // namespace

bool ChannelQuery::takes(const Element& event, std::uint64_t now) const {
    const auto matching = [&](const auto& filter) { return filter->matches(event, now); };
    return std::any_of(selects.begin(), selects.end(), matching) && std::none_of(suppresses.begin(), suppresses.end(), matching);
}

EventQuery parse_event_query(const std::string& channel_path, const std::string& text) {
    EventQuery query;
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos || text[first] != '<') {
        if (channel_path.empty())
            note(query, "The specified query is invalid: no channel");
        else
            add_expression(query, channel_path, text, false);
        return query;
    }
    XmlError xml_error;
    const auto root = parse_xml(text, xml_error);
    if (!root || root->name != "QueryList") {
        note(query, "The specified query is invalid: " + (root ? "QueryList was expected" : xml_error.message));
        return query;
    }
    for (const auto& element : root->children) {
        if (element.name == "Query")
            add_query_element(query, element);
        else
            note(query, "The specified query is invalid: unexpected element " + element.name);
    }
    if (query.channels.empty()) note(query, "The specified query is invalid: it selects nothing");
    return query;
}

const Bookmark::Position* Bookmark::find(const std::string& channel) const {
    for (const auto& position : positions)
        if (same_channel(position.channel, channel)) return &position;
    return nullptr;
}

void Bookmark::move_to(const std::string& channel, std::uint64_t record_id) {
    for (auto& position : positions) position.current = false;
    for (auto& position : positions)
        if (same_channel(position.channel, channel)) {
            position.record_id = record_id;
            position.current = true;
            return;
        }
    positions.push_back({channel, record_id, true});
}

std::string Bookmark::xml() const {
    std::string text = "<BookmarkList>\r\n";
    for (const auto& position : positions) {
        Element element;
        element.name = "Bookmark";
        element.attributes = {{"Channel", position.channel}, {"RecordId", std::to_string(position.record_id)}};
        if (position.current) element.attributes.emplace_back("IsCurrent", "true");
        text += "  " + to_xml(element) + "\r\n";
    }
    return text + "</BookmarkList>";
}

bool parse_bookmark(const std::string& xml, Bookmark& out, std::string& error) {
    XmlError xml_error;
    const auto root = parse_xml(xml, xml_error);
    if (!root || root->name != "BookmarkList") {
        error = root ? "BookmarkList was expected" : xml_error.message;
        return false;
    }
    for (const auto& element : root->children) {
        const std::string* channel = element.attribute("Channel");
        const std::string* record_id = element.attribute("RecordId");
        if (element.name != "Bookmark" || !channel || !record_id || record_id->find_first_not_of("0123456789") != std::string::npos) {
            error = "malformed Bookmark element";
            return false;
        }
        const std::string* current = element.attribute("IsCurrent");
        out.positions.push_back({*channel, std::strtoull(record_id->c_str(), nullptr, 10), current && *current == "true"});
    }
    return true;
}

}  // namespace sstp::rras_host
