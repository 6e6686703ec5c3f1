// A batch as a transport takes it: framed, in datagrams, or as a body.
#include "core/siem/framing.h"
#include "core/siem/message.h"
#include "tests/core/siem/example_events.h"
#include "tests/core/siem/strict_event.h"
#include "tests/core/siem/strict_json.h"
#include "tests/core/siem/strict_syslog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace sstp {
namespace {

using testing::EndsWith;

/// Octets that policy.json says by itself: RFC 5425 4.3.1, RFC 5426 3.2.
constexpr std::size_t kStream = 8192;
constexpr std::size_t kDatagram = 1180;

/// One of each, and behind them one with more than any way takes whole, full of line ends.
std::vector<JournalEvent> batch() {
    std::vector<JournalEvent> events = example::one_of_each();
    JournalEvent huge = events.at(static_cast<std::size_t>(EventType::rassstp_event_seen));
    huge.sequence = events.size() + 1;
    for (int i = 0; i < 30'000; ++i) huge.fields["xml"] += "line\r\n<14>1 - - - - - - x\n";
    events.push_back(std::move(huge));
    return events;
}

std::string joined(const Payload& payload) {
    std::string stream;
    for (const std::string& message : payload.messages) stream += message;
    return stream;
}

SiemDestination syslog(SyslogFormat format, SyslogTransport transport, SyslogFraming framing) {
    SiemDestination destination;
    destination.format = format;
    destination.transport = transport;
    destination.framing = framing;
    return destination;
}

constexpr SyslogFormat kFormats[] = {SyslogFormat::rfc5424, SyslogFormat::cef, SyslogFormat::leef, SyslogFormat::json};

void expect_batch(const std::vector<std::string>& messages, const SiemDestination& destination, std::size_t most) {
    const auto sent = batch();
    ASSERT_EQ(messages.size(), sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) {
        const auto got = strict::read_event(destination, messages[i]);
        EXPECT_EQ(got.problem, "") << messages[i];
        EXPECT_EQ(got.id, event_id(example::sender().installation_id, sent[i].sequence)) << "order";
        EXPECT_LE(messages[i].size(), most);
    }
    EXPECT_GT(messages.back().size(), most - 16) << "shortened more than was needed";
}

TEST(Payload, octet_counting_keeps_every_message_apart) {
    for (const SyslogFormat format : kFormats) {
        for (const SyslogTransport transport : {SyslogTransport::tls, SyslogTransport::tcp}) {
            const SiemDestination destination = syslog(format, transport, SyslogFraming::octet_counting);
            const Payload payload = render_payload(destination, batch(), example::sender());
            EXPECT_EQ(payload.content_type, "");
            const auto frames = strict::split_octet_counted(joined(payload));
            ASSERT_TRUE(frames);
            expect_batch(*frames, destination, kStream);
        }
    }
}

TEST(Payload, line_feeds_keep_every_message_apart) {
    for (const SyslogFormat format : kFormats) {
        const SiemDestination destination = syslog(format, SyslogTransport::tcp, SyslogFraming::lf);
        std::istringstream stream{joined(render_payload(destination, batch(), example::sender()))};
        std::vector<std::string> lines;
        for (std::string line; std::getline(stream, line);) lines.push_back(line);
        expect_batch(lines, destination, kStream);
    }
}

TEST(Payload, a_message_is_a_datagram_without_a_frame) {
    for (const SyslogFormat format : kFormats) {
        SiemDestination destination = syslog(format, SyslogTransport::udp, SyslogFraming::octet_counting);
        destination.maximum_size = kDatagram;
        expect_batch(render_payload(destination, batch(), example::sender()).messages, destination, kDatagram);
    }
}

TEST(Payload, json_is_a_line_each) {
    SiemDestination destination;
    destination.type = DestinationType::https;
    const Payload payload = render_payload(destination, batch(), example::sender());
    EXPECT_EQ(payload.content_type, "application/x-ndjson");
    for (const std::string& line : payload.messages) EXPECT_THAT(line, EndsWith("}\n"));
    std::istringstream body{joined(payload)};
    std::vector<std::string> lines;
    for (std::string line; std::getline(body, line);) lines.push_back(line);
    expect_batch(lines, destination, kLargestObject);
}

TEST(Payload, hec_objects_stand_one_behind_the_other_with_time_and_host) {
    SiemDestination destination;
    destination.type = DestinationType::https;
    destination.profile = HttpsProfile::hec;
    const Payload payload = render_payload(destination, batch(), example::sender());
    EXPECT_EQ(payload.content_type, "application/json");
    expect_batch(payload.messages, destination, kLargestObject);
    const auto first = strict::read_hec(payload.messages.front());
    EXPECT_EQ(first.time, "1795227245.678");
    EXPECT_EQ(first.host, "vpn01.example.com");
    EXPECT_EQ(first.source, "SstpWatchdog");
    EXPECT_EQ(first.sourcetype, "sstp_watchdog:json");
    EXPECT_EQ(first.event.texts.at("@timestamp"), "2026-11-21T02:14:05.678Z");
}

TEST(Payload, a_bare_line_has_no_header_and_is_read_by_itself) {
    for (const SyslogFormat format : {SyslogFormat::json, SyslogFormat::leef}) {
        SiemDestination destination = syslog(format, SyslogTransport::tcp, SyslogFraming::lf);
        destination.header = SyslogHeader::none;
        const auto messages = render_payload(destination, example::one_of_each(), example::sender()).messages;
        for (const std::string& each : messages) EXPECT_TRUE(each.starts_with("{") || each.starts_with("LEEF:2.0|")) << each;
    }
}

TEST(Payload, a_message_is_as_large_as_the_policy_says) {   // QRadar splits what is longer than 4,096
    SiemDestination destination = syslog(SyslogFormat::leef, SyslogTransport::tls, SyslogFraming::lf);
    destination.maximum_size = 4096;
    const auto messages = render_payload(destination, batch(), example::sender()).messages;
    EXPECT_LE(messages.back().size(), 4097U);
    EXPECT_GT(messages.back().size(), 4000U);
}

TEST(Payload, a_batch_ends_at_a_megabyte_and_has_one_event_at_least) {   // nginx refuses larger requests
    JournalEvent huge = batch().back();
    const std::vector<JournalEvent> many(30, huge);
    for (const HttpsProfile profile : {HttpsProfile::json, HttpsProfile::hec}) {
        SiemDestination destination;
        destination.type = DestinationType::https;
        destination.profile = profile;
        const std::string body = joined(render_payload(destination, many, example::sender()));
        EXPECT_LE(body.size(), 1'000'000U);
        EXPECT_GT(body.size(), 850'000U);
    }
    const SiemDestination stream = syslog(SyslogFormat::json, SyslogTransport::tls, SyslogFraming::lf);
    EXPECT_EQ(render_payload(stream, many, example::sender()).messages.size(), 30U);
}

TEST(Payload, the_xml_of_a_windows_event_is_left_out_where_the_policy_says_so_and_its_strings_stay) {
    const JournalEvent seen = example::one_of_each().at(static_cast<std::size_t>(EventType::rassstp_event_seen));
    for (SiemDestination destination : {syslog(SyslogFormat::rfc5424, SyslogTransport::tls, SyslogFraming::octet_counting),
                                        syslog(SyslogFormat::cef, SyslogTransport::tls, SyslogFraming::octet_counting),
                                        syslog(SyslogFormat::leef, SyslogTransport::tls, SyslogFraming::octet_counting),
                                        syslog(SyslogFormat::json, SyslogTransport::tls, SyslogFraming::octet_counting)}) {
        destination.raw_events = false;
        const auto got = strict::read_event(destination, render_message(destination, seen, example::sender()));
        EXPECT_EQ(got.problem, "");
        EXPECT_FALSE(got.fields.contains("xml"));
        EXPECT_TRUE(got.fields.contains("strings"));
        destination.raw_events = true;
        EXPECT_TRUE(strict::read_event(destination, render_message(destination, seen, example::sender())).fields.contains("xml"));
    }
}

TEST(Payload, nothing_makes_nothing) { EXPECT_TRUE(render_payload({}, {}, example::sender()).messages.empty()); }

TEST(Framing, what_line_feed_framing_cannot_carry_becomes_a_blank) {
    const std::string_view message{"a\nb\r\nc\0d", 8};
    EXPECT_EQ(framed(message, SyslogFraming::lf), "a b  c d\n");
    EXPECT_EQ(framed(message, SyslogFraming::octet_counting), "8 " + std::string{message});
    EXPECT_EQ(framed("", SyslogFraming::octet_counting), "0 ");
}

}  // namespace
}  // namespace sstp
