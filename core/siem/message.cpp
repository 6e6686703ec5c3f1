#include "core/siem/message.h"

#include "core/siem/cef.h"
#include "core/siem/ecs.h"
#include "core/siem/framing.h"
#include "core/siem/hec.h"
#include "core/siem/leef.h"
#include "core/siem/message_content.h"
#include "core/siem/ocsf.h"
#include "core/siem/rfc3164.h"
#include "core/siem/rfc5424.h"

#include <utility>
#include <vector>

namespace sstp {

namespace {

/// The field that holds an event of Windows as XML.
constexpr std::string_view kRawEvent = "xml";

std::string syslog_text(const SiemDestination& destination, const MessageContent& content, Repeated repeated) {
    switch (destination.format) {
        case SyslogFormat::rfc5424: return rfc5424_text(content, !destination.enterprise_number);
        case SyslogFormat::cef: return cef_text(content);
        case SyslogFormat::leef: return leef_text(content);
        case SyslogFormat::json: return ecs_json(content, destination.facility, repeated == Repeated::sent);
        case SyslogFormat::ocsf: return ocsf_json(content, repeated == Repeated::sent);
    }
    return rfc5424_text(content, !destination.enterprise_number);
}

std::string body_text(const SiemDestination& destination, const MessageContent& content) {
    switch (destination.profile) {
        case HttpsProfile::hec: return hec_object(content, destination.facility);
        case HttpsProfile::json: return ecs_json(content, destination.facility);
        case HttpsProfile::ocsf: return ocsf_json(content);
    }
    return ecs_json(content, destination.facility);
}

std::string rendered(const SiemDestination& destination, const MessageContent& content, Repeated repeated) {
    if (destination.type == DestinationType::https) return body_text(destination, content);
    std::string text = syslog_text(destination, content, repeated);
    switch (destination.header) {
        case SyslogHeader::none: return text;
        case SyslogHeader::rfc3164: return rfc3164_message(content, destination.facility, text);
        case SyslogHeader::rfc5424: break;
    }
    return rfc5424_message(content, destination.facility, destination.enterprise_number, repeated, text);
}

/// CEF, LEEF and JSON have fields and id in MSG already; JSON has some of them under two names.
bool tells_twice(const SiemDestination& destination) {
    if (destination.type == DestinationType::https) return false;
    if (destination.format == SyslogFormat::json || destination.format == SyslogFormat::ocsf) return true;
    return destination.header == SyslogHeader::rfc5424 && destination.format != SyslogFormat::rfc5424 && destination.enterprise_number;
}

std::size_t most_bytes(const SiemDestination& destination) {
    return destination.type == DestinationType::https ? kLargestObject : destination.maximum_size;
}

std::string wrapped(const SiemDestination& destination, const std::string& message) {
    if (destination.type == DestinationType::https) return destination.profile == HttpsProfile::hec ? message : message + '\n';
    return destination.transport == SyslogTransport::udp ? message : framed(message, destination.framing);
}

}  // namespace

std::string render_message(const SiemDestination& destination, const JournalEvent& event, const Sender& sender, std::size_t most_bytes) {
    MessageContent content = content_of(event, sender);
    if (!destination.raw_events) std::erase_if(content.fields, [](const ContentField& each) { return each.name == kRawEvent; });
    Repeated repeated = Repeated::sent;
    if (tells_twice(destination) && most_bytes != 0) {
        // Said once and whole is better than twice and shortened.
        std::string whole = rendered(destination, content, repeated);
        if (whole.size() <= most_bytes) return whole;
        repeated = Repeated::left_out;
    }
    return fitted(content, most_bytes, [&](const MessageContent& each) { return rendered(destination, each, repeated); });
}

Payload render_payload(const SiemDestination& destination, std::span<const JournalEvent> events, const Sender& sender) {
    Payload payload;
    Sender now = sender;
    if (sender.addresses) now.addresses = [once = sender.addresses()] { return once; };
    std::size_t size = 0;
    for (const JournalEvent& event : events) {
        std::string message = wrapped(destination, render_message(destination, event, now, most_bytes(destination)));
        size += message.size();
        if (size > kLargestBatch && !payload.messages.empty()) break;
        payload.messages.push_back(std::move(message));
    }
    if (destination.type == DestinationType::https) {
        payload.content_type = destination.profile == HttpsProfile::hec ? "application/json" : "application/x-ndjson";
    }
    return payload;
}

}  // namespace sstp
