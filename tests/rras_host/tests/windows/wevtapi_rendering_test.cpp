// What the double of wevtapi gives of one event: its XML, its values and its message.

#include "evt.h"

namespace sstp::rras_host {

namespace {

TEST_F(Evt, renders_the_xml_of_a_classic_event) {
    EventRecord event = ras_sstp(13);
    event.time_created = 133'766'111'221'234'567;
    append_events("System", {event});
    next(subscribe(EvtSubscribeStartAtOldestRecord));
    const std::wstring xml = render(last_event_, EvtRenderEventXml);
    for (const wchar_t* part :
         {L"<Provider Name='Microsoft-Windows-RasSstp' Guid='{6c260f2c-049a-43d8-bf4d-d350a4e6611a}' EventSourceName='RasSstp'/>",
          L"<EventID Qualifiers='0'>13</EventID>", L"<TimeCreated SystemTime='2024-11-20T21:18:42.1234567Z'/>",
          L"<EventRecordID>1</EventRecordID>", L"<Channel>System</Channel>",
          L"<Data>The parameter is incorrect. &lt;&amp;&gt;</Data><Data>vpn.example.com</Data><Binary>57000000</Binary>"})
        EXPECT_NE(xml.find(part), std::wstring::npos) << to_utf8(part) << " in " << to_utf8(xml);
}

TEST_F(Evt, gives_insertion_strings_and_single_values) {
    write({13});
    next(subscribe(EvtSubscribeStartAtOldestRecord));
    alignas(8) char buffer[1024];
    DWORD used = 0, count = 0;
    const EVT_HANDLE user = keep(EvtCreateRenderContext(0, nullptr, EvtRenderContextUser));
    ASSERT_TRUE(EvtRender(user, last_event_, EvtRenderEventValues, sizeof buffer, buffer, &used, &count));
    const auto* values = reinterpret_cast<const EVT_VARIANT*>(buffer);
    ASSERT_EQ(count, 3U);
    EXPECT_STREQ(values[1].StringVal, L"vpn.example.com");
    EXPECT_EQ(values[2].Type, static_cast<DWORD>(EvtVarTypeBinary));
    LPCWSTR paths[] = {L"Event/System/EventRecordID", L"Event/System/Provider/@Name"};
    const EVT_HANDLE chosen = keep(EvtCreateRenderContext(2, paths, EvtRenderContextValues));
    ASSERT_TRUE(EvtRender(chosen, last_event_, EvtRenderEventValues, sizeof buffer, buffer, &used, &count));
    EXPECT_EQ(values[0].UInt64Val, 1U);
    EXPECT_STREQ(values[1].StringVal, L"Microsoft-Windows-RasSstp");
}

TEST_F(Evt, answers_closed_and_foreign_handles_with_invalid_handle) {
    const EVT_HANDLE bookmark = EvtCreateBookmark(nullptr);
    EXPECT_TRUE(EvtClose(bookmark));
    EXPECT_FALSE(EvtClose(bookmark));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_HANDLE));
    EVT_HANDLE event = nullptr;
    DWORD count = 0;
    EXPECT_FALSE(EvtNext(keep(EvtCreateBookmark(nullptr)), 1, &event, 0, 0, &count));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_HANDLE));
}

TEST_F(Evt, formats_messages_it_has_texts_for_and_fails_as_documented_for_others) {
    write({13, 32});
    const EVT_HANDLE publisher = keep(EvtOpenPublisherMetadata(nullptr, L"Microsoft-Windows-RasSstp", nullptr, 0, 0));
    const EVT_HANDLE subscription = subscribe(EvtSubscribeStartAtOldestRecord);
    next(subscription, 1);
    wchar_t text[600];
    DWORD used = 0;
    ASSERT_TRUE(EvtFormatMessage(publisher, last_event_, 0, 0, nullptr, EvtFormatMessageEvent, 600, text, &used));
    EXPECT_NE(std::wstring(text).find(L"Certificate Name - vpn.example.com"), std::wstring::npos);
    EXPECT_FALSE(EvtFormatMessage(publisher, last_event_, 0, 0, nullptr, EvtFormatMessageEvent, 5, text, &used));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INSUFFICIENT_BUFFER));
    next(subscription, 1);
    EXPECT_FALSE(EvtFormatMessage(publisher, last_event_, 0, 0, nullptr, EvtFormatMessageEvent, 600, text, &used));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_EVT_MESSAGE_NOT_FOUND));
    EXPECT_EQ(EvtOpenPublisherMetadata(nullptr, L"Nobody", nullptr, 0, 0), nullptr);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_EVT_PUBLISHER_METADATA_NOT_FOUND));
}

}  // namespace

}  // namespace sstp::rras_host
