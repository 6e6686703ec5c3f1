#include "core/siem/message.h"

#include "core/siem/cef.h"
#include "core/siem/ecs.h"
#include "core/siem/framing.h"
#include "core/siem/hec.h"
#include "core/siem/leef.h"
#include "core/siem/message_content.h"
#include "core/siem/rfc3164.h"
#include "core/siem/rfc5424.h"

namespace sstp {

namespace {

std::string syslog_text(const SiemDestination& destination, const MessageContent& content) {
    switch (destination.format) {
        case SyslogFormat::rfc5424: return rfc5424_text(content, !destination.enterprise_number);
        case SyslogFormat::cef: return cef_text(content);
        case SyslogFormat::leef: return leef_text(content);
        case SyslogFormat::json: return ecs_json(content);
    }
    return rfc5424_text(content, !destination.enterprise_number);
}

std::string rendered(const SiemDestination& destination, const MessageContent& content, PrivateElement element) {
    if (destination.type == DestinationType::https) {
        return destination.profile == HttpsProfile::hec ? hec_object(content) : ecs_json(content);
    }
    const std::string text = syslog_text(destination, content);
    const bool may_be_old = destination.format == SyslogFormat::cef || destination.format == SyslogFormat::leef;
    if (may_be_old && destination.header == SyslogHeader::rfc3164) return rfc3164_message(content, destination.facility, text);
    return rfc5424_message(content, destination.facility, destination.enterprise_number, element, text);
}

/// CEF, LEEF and JSON have fields and id in MSG already.
bool tells_fields_twice(const SiemDestination& destination) {
    return destination.type == DestinationType::syslog && destination.format != SyslogFormat::rfc5424 && destination.enterprise_number;
}

std::size_t most_bytes(const SiemDestination& destination) {
    if (destination.type == DestinationType::https) return kLargestObject;
    return destination.transport == SyslogTransport::udp ? kLargestDatagram : kLargestStreamMessage;
}

std::string wrapped(const SiemDestination& destination, const std::string& message) {
    if (destination.type == DestinationType::https) return destination.profile == HttpsProfile::json ? message + '\n' : message;
    return destination.transport == SyslogTransport::udp ? message : framed(message, destination.framing);
}

}  // namespace

std::string render_message(const SiemDestination& destination, const JournalEvent& event, const Sender& sender, std::size_t most_bytes) {
    const MessageContent content = content_of(event, sender);
    PrivateElement element = PrivateElement::sent;
    if (tells_fields_twice(destination) && most_bytes != 0) {
        // Said once and whole is better than twice and shortened.
        std::string whole = rendered(destination, content, element);
        if (whole.size() <= most_bytes) return whole;
        element = PrivateElement::left_out;
    }
    return fitted(content, most_bytes, [&](const MessageContent& each) { return rendered(destination, each, element); });
}

Payload render_payload(const SiemDestination& destination, std::span<const JournalEvent> events, const Sender& sender) {
    Payload payload;
    payload.messages.reserve(events.size());
    for (const JournalEvent& event : events) {
        payload.messages.push_back(wrapped(destination, render_message(destination, event, sender, most_bytes(destination))));
    }
    if (destination.type == DestinationType::https) {
        payload.content_type = destination.profile == HttpsProfile::hec ? "application/json" : "application/x-ndjson";
    }
    return payload;
}

}  // namespace sstp
