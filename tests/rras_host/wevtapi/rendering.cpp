#include "wevtapi/rendering.h"

#include "model/ssl_record.h"
#include "model/xpath.h"
#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

EventValue text_or_null(const std::string& text) { return text.empty() ? EventValue{} : EventValue{text}; }

std::vector<EventValue> system_values(const EventRecord& r) {
    std::vector<EventValue> values(EvtSystemPropertyIdEND);
    values[EvtSystemProviderName] = r.provider;
    if (!r.provider_guid.empty()) values[EvtSystemProviderGuid] = GuidText{r.provider_guid};
    values[EvtSystemEventID] = static_cast<std::uint16_t>(r.id);
    values[EvtSystemQualifiers] = static_cast<std::uint16_t>(r.qualifiers);
    values[EvtSystemLevel] = static_cast<std::uint8_t>(r.level);
    values[EvtSystemTask] = static_cast<std::uint16_t>(r.task);
    values[EvtSystemOpcode] = static_cast<std::uint8_t>(r.opcode);
    values[EvtSystemKeywords] = HexValue64{r.keywords};
    values[EvtSystemTimeCreated] = FileTimeValue{r.time_created};
    values[EvtSystemEventRecordId] = r.record_id;
    values[EvtSystemProcessID] = r.process_id;
    values[EvtSystemThreadID] = r.thread_id;
    values[EvtSystemChannel] = r.channel;
    values[EvtSystemComputer] = r.computer;
    if (!r.user_sid.empty()) values[EvtSystemUserID] = SidText{r.user_sid};
    values[EvtSystemVersion] = static_cast<std::uint8_t>(r.version);
    return values;
}

std::vector<EventValue> user_values(const EventRecord& r) {
    std::vector<EventValue> values;
    for (const auto& [name, value] : r.data) values.emplace_back(value);
    if (!r.binary_hex.empty()) {
        const std::string bytes = from_hex(r.binary_hex);
        values.emplace_back(std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
    }
    return values;
}

/// A system value asked for by path has its system type; anything else is a string.
EventValue value_at(const std::string& path, const EventRecord& record) {
    static const std::pair<const char*, int> kTyped[] = {{"Event/System/EventID", EvtSystemEventID},
                                                         {"Event/System/Level", EvtSystemLevel},
                                                         {"Event/System/EventRecordID", EvtSystemEventRecordId},
                                                         {"Event/System/Keywords", EvtSystemKeywords},
                                                         {"Event/System/TimeCreated/@SystemTime", EvtSystemTimeCreated},
                                                         {"Event/System/Execution/@ProcessID", EvtSystemProcessID},
                                                         {"Event/System/Provider/@Guid", EvtSystemProviderGuid},
                                                         {"Event/System/Security/@UserID", EvtSystemUserID}};
    for (const auto& [known, property] : kTyped)
        if (path == known) return system_values(record)[static_cast<std::size_t>(property)];
    bool well_formed = false;
    const auto texts = select_texts(path, to_element(record), well_formed);
    return texts.empty() ? EventValue{} : text_or_null(texts.front());
}

struct MessageText {
    const char* provider;
    std::uint32_t id;
    const char* text;
};

constexpr MessageText kMessages[] = {
    {kRasSstpProvider, 13,
     "The Secure Socket Tunneling Protocol service could not configure the following certificate for use with Internet Protocol version 6 "
     "(IPv6). This might "
     "prevent SSTP connections from being established successfully. Correct the problem and try again.\r\n\r\nCertificate Name - "
     "%2\r\n\r\n%1"},
    {kRasSstpProvider, 12,
     "The Secure Socket Tunneling Protocol service could not configure the following certificate for use with Internet Protocol (IPv4). "
     "This might prevent "
     "SSTP connections from being established successfully. Correct the problem and try again.\r\n\r\nCertificate Name - %2\r\n\r\n%1"},
    {kHttpEventProvider, 15300, "SSL Certificate Settings deleted for endpoint : %2 ."},
    {kHttpEventProvider, 15301, "SSL Certificate Settings created by an admin process for endpoint : %2 ."},
};

}  // namespace

std::vector<EventValue> values_of(const EventRecord& record, const RenderContext& context) {
    if (context.kind == EvtRenderContextSystem) return system_values(record);
    if (context.kind == EvtRenderContextUser) return user_values(record);
    std::vector<EventValue> values;
    for (const auto& path : context.paths) values.push_back(value_at(path, record));
    return values;
}

std::optional<std::string> message_of(const EventRecord& record) {
    for (const auto& message : kMessages) {
        if (record.provider != message.provider || record.id != message.id) continue;
        std::string text;
        for (const char* c = message.text; *c; ++c) {
            const auto insertion = *c == '%' ? static_cast<std::size_t>(c[1] - '1') : record.data.size();
            if (*c == '%' && insertion < record.data.size())
                text += record.data[insertion].second, ++c;
            else
                text += *c;
        }
        return text;
    }
    return std::nullopt;
}

bool has_metadata(const std::string& publisher) {
    return same_text(publisher, kRasSstpProvider) || same_text(publisher, kHttpEventProvider);
}

}  // namespace sstp::rras_host
