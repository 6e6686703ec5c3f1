#include "core/event_log/event_xml.h"

#include "tests/core/policy/repository_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace sstp {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

fs::path golden_folder() { return repository() / "tests" / "golden" / "events"; }

std::string content_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return {};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

nlohmann::ordered_json as_json(const LogEvent& event) {
    return {
        {"channel", event.channel},     {"provider", event.provider}, {"from_rassstp", event.from_rassstp()}, {"id", event.id},
        {"record_id", event.record_id}, {"level", event.level},       {"time", to_rfc3339(event.time)},       {"computer", event.computer},
        {"strings", event.strings},     {"names", event.names},       {"binary", to_hex(event.binary)}};
}

std::vector<fs::path> golden_inputs() {
    std::vector<fs::path> files;
    const auto root = golden_folder() / "input";
    if (!fs::exists(root)) return files;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        if (entry.path().extension() == ".xml") files.push_back(fs::relative(entry.path(), root));
    }
    std::ranges::sort(files);
    return files;
}

TEST(EventXmlGolden, EveryRenderedEventIsReadAsItsPairSays) {
    const auto inputs = golden_inputs();
    ASSERT_GE(inputs.size(), 6u) << "looked in " << golden_folder();
    for (const auto& file : inputs) {
        SCOPED_TRACE(file.generic_string());
        const auto xml = content_of(golden_folder() / "input" / file);
        const auto event = parse_event_xml(xml);
        ASSERT_TRUE(event.has_value()) << event.error().message();
        EXPECT_EQ(event->xml, xml);
        auto expected = fs::path("tests/golden/events/output") / file;
        expect_generated_file(expected.replace_extension(".json"), as_json(*event).dump(2) + "\n");
    }
}

/// A record of which one piece can be replaced.
struct RenderedRecord {
    std::string provider = "<Provider Name='RasSstp'/>";
    std::string id = "<EventID>13</EventID>";
    std::string time = "<TimeCreated SystemTime='2026-11-21T02:14:07Z'/>";
    std::string record_id = "<EventRecordID>7</EventRecordID>";
    std::string channel = "<Channel>System</Channel>";
    std::string after{};

    [[nodiscard]] std::string xml() const {
        return "<Event><System>" + provider + id + time + record_id + channel + "</System>" + after + "</Event>";
    }
};

std::string why_refused(const std::string& xml) {
    const auto event = parse_event_xml(xml);
    if (event.has_value()) return "it was accepted";
    EXPECT_EQ(event.error().kind, ErrorKind::malformed);
    return event.error().text;
}

TEST(EventXml, ARecordWithoutWhatNamesItIsMalformed) {
    EXPECT_THAT(why_refused(RenderedRecord{.provider = ""}.xml()), HasSubstr("no provider"));
    EXPECT_THAT(why_refused(RenderedRecord{.id = ""}.xml()), HasSubstr("no event id"));
    EXPECT_THAT(why_refused(RenderedRecord{.time = ""}.xml()), HasSubstr("time"));
    EXPECT_THAT(why_refused(RenderedRecord{.time = "<TimeCreated SystemTime='yesterday'/>"}.xml()), HasSubstr("time"));
    EXPECT_THAT(why_refused(RenderedRecord{.record_id = ""}.xml()), HasSubstr("record id"));
    EXPECT_THAT(why_refused(RenderedRecord{.channel = ""}.xml()), HasSubstr("channel"));
    EXPECT_TRUE(parse_event_xml(RenderedRecord{}.xml()).has_value());
}

TEST(EventXml, ANumberOutOfRangeIsMalformed) {
    EXPECT_THAT(why_refused(RenderedRecord{.id = "<EventID>4294967296</EventID>"}.xml()), HasSubstr("EventID"));
    EXPECT_THAT(why_refused(RenderedRecord{.id = "<EventID>-1</EventID>"}.xml()), HasSubstr("EventID"));
    EXPECT_THAT(why_refused(RenderedRecord{.id = "<EventID> 13</EventID>"}.xml()), HasSubstr("EventID"));
    EXPECT_THAT(why_refused(RenderedRecord{.record_id = "<EventRecordID>18446744073709551616</EventRecordID>"}.xml()),
                HasSubstr("EventRecordID"));
    EXPECT_THAT(why_refused(RenderedRecord{.id = "<EventID>13</EventID><Level>256</Level>"}.xml()), HasSubstr("Level"));
}

TEST(EventXml, WhatIsNoXmlIsMalformedAndSaysWhere) {
    const auto good = RenderedRecord{}.xml();
    EXPECT_THAT(why_refused(""), HasSubstr("no element"));
    EXPECT_THAT(why_refused(good + "<Event/>"), HasSubstr("second root"));
    EXPECT_THAT(why_refused(good + "x"), HasSubstr("outside"));
    EXPECT_THAT(why_refused("<Event><System></Event>"), HasSubstr("does not match"));
    EXPECT_THAT(why_refused("<Event a=b/>"), HasSubstr("not quoted"));
    EXPECT_THAT(why_refused("<Event a='<'/>"), HasSubstr("holds a <"));
    EXPECT_THAT(why_refused("<Event>&nbsp;</Event>"), HasSubstr("entity"));
    EXPECT_THAT(why_refused("<Event>&#0;</Event>"), HasSubstr("entity"));
    EXPECT_THAT(why_refused("<Event>&#xD800;</Event>"), HasSubstr("entity"));
    EXPECT_THAT(why_refused("<!DOCTYPE x [<!ENTITY a 'b'>]><Event/>"), HasSubstr("declaration"));
}

TEST(EventXml, AHostileRecordIsRefusedWithinItsBounds) {
    std::string deep;
    for (int i = 0; i < 40; ++i) deep += "<a>";
    EXPECT_THAT(why_refused(deep), HasSubstr("deeply"));
    std::string wide = "<a";
    for (int i = 0; i < 100; ++i) wide += " b='c'";
    EXPECT_THAT(why_refused(wide + "/>"), HasSubstr("too many attributes"));
    EXPECT_THAT(why_refused(std::string((1 << 20) + 1, 'x')), HasSubstr("more than"));
}

TEST(EventXml, EveryShorteningOfARecordIsRefused) {
    const auto whole = content_of(golden_folder() / "input" / "System" / "13.xml");
    const auto end = whole.rfind('>') + 1;
    ASSERT_GT(end, 500u);
    for (std::size_t length = 0; length < end; ++length) {
        EXPECT_FALSE(parse_event_xml(std::string_view(whole).substr(0, length)).has_value()) << length;
    }
}

TEST(EventXml, AnInsertionStringCannotPoseAsAnotherElement) {
    const auto event = parse_event_xml(RenderedRecord{
        .after = "<UserData><System><EventID>11</EventID></System></UserData><EventData><Data>&lt;/Data&gt;</Data></EventData>"}
                                           .xml());
    ASSERT_TRUE(event.has_value());
    EXPECT_EQ(event->id, 13u);
    EXPECT_THAT(event->strings, ElementsAre("11", "</Data>"));
}

TEST(EventXml, CharacterReferencesBecomeUtf8) {
    const auto event =
        parse_event_xml(RenderedRecord{.after = "<EventData><Data>&#x41;&#228;&#x20AC;&#x1F512;&#1;</Data></EventData>"}.xml());
    ASSERT_TRUE(event.has_value());
    EXPECT_THAT(event->strings, ElementsAre("A\xC3\xA4\xE2\x82\xAC\xF0\x9F\x94\x92\x01"));
}

}  // namespace
}  // namespace sstp
