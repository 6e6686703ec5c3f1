/// wevtapi.dll of the test prefix, asked through its import library as any program would.

#include <gtest/gtest.h>

#include "store/event_log.h"
#include "store/state_folder.h"

#include <winevt.h>

namespace sstp::rras_host {

namespace {

constexpr const wchar_t* kRasSstpQuery =
    L"<QueryList><Query Id='0' Path='System'>"
    L"<Select Path='System'>*[System[Provider[@Name='Microsoft-Windows-RasSstp' or @Name='RasSstp'] and "
    L"((EventID &gt;= 11 and EventID &lt;= 13) or EventID=18 or EventID=32)]]</Select>"
    L"<Select Path='Application'>*[System[Provider[@Name='Microsoft-Windows-RasSstp'] and EventID=13]]</Select>"
    L"</Query></QueryList>";

EventRecord ras_sstp(std::uint32_t id) {
    EventRecord event;
    event.provider = kRasSstpProvider;
    event.provider_guid = kRasSstpGuid;
    event.event_source = "RasSstp";
    event.id = id;
    event.level = 2;
    event.data = {{"", "The parameter is incorrect. <&>"}, {"", "vpn.example.com"}};
    event.binary_hex = "57000000";
    return event;
}

class Evt : public ::testing::Test {
protected:
    void SetUp() override {
        for (const char* channel : {"System", "Application"}) {
            remove_channel(channel);
            create_channel(channel, 1000);
        }
        DeleteFileW(state_path(L"faults.json").c_str());
        signal_ = CreateEventW(nullptr, FALSE, TRUE, nullptr);
    }

    void TearDown() override {
        for (EVT_HANDLE handle : opened_) EvtClose(handle);
        CloseHandle(signal_);
        DeleteFileW(state_path(L"faults.json").c_str());
    }

    EVT_HANDLE keep(EVT_HANDLE handle) {
        if (handle) opened_.push_back(handle);
        return handle;
    }

    EVT_HANDLE subscribe(DWORD flags, EVT_HANDLE bookmark = nullptr, const wchar_t* query = kRasSstpQuery) {
        return keep(EvtSubscribe(nullptr, signal_, nullptr, query, bookmark, nullptr, nullptr, flags));
    }

    /// Ids of the events that one EvtNext gives; last_error_ says how it ended.
    std::vector<int> next(EVT_HANDLE result_set, DWORD batch = 10) {
        std::vector<EVT_HANDLE> events(batch);
        DWORD count = 0;
        last_error_ = EvtNext(result_set, batch, events.data(), 0, 0, &count) ? NO_ERROR : GetLastError();
        std::vector<int> ids;
        for (DWORD i = 0; i < count; ++i) {
            ids.push_back(event_id(events[i]));
            last_event_ = keep(events[i]);
        }
        return ids;
    }

    static int event_id(EVT_HANDLE event) {
        const EVT_HANDLE context = EvtCreateRenderContext(0, nullptr, EvtRenderContextSystem);
        DWORD used = 0, count = 0;
        EvtRender(context, event, EvtRenderEventValues, 0, nullptr, &used, &count);
        std::vector<char> buffer(used);
        EXPECT_TRUE(EvtRender(context, event, EvtRenderEventValues, used, buffer.data(), &used, &count));
        EXPECT_EQ(count, static_cast<DWORD>(EvtSystemPropertyIdEND));
        EvtClose(context);
        return reinterpret_cast<const EVT_VARIANT*>(buffer.data())[EvtSystemEventID].UInt16Val;
    }

    static std::wstring render(EVT_HANDLE object, DWORD flags) {
        DWORD used = 0, count = 0;
        EXPECT_FALSE(EvtRender(nullptr, object, flags, 0, nullptr, &used, &count));
        EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INSUFFICIENT_BUFFER));
        std::wstring text(used / sizeof(wchar_t), L'\0');
        EXPECT_TRUE(EvtRender(nullptr, object, flags, used, text.data(), &used, &count));
        text.resize(text.size() - 1);
        return text;
    }

    std::wstring bookmark_behind_last_event() {
        const EVT_HANDLE bookmark = keep(EvtCreateBookmark(nullptr));
        EXPECT_TRUE(EvtUpdateBookmark(bookmark, last_event_));
        return render(bookmark, EvtRenderBookmark);
    }

    static void write(std::vector<int> ids, const char* channel = "System") {
        std::vector<EventRecord> events;
        for (int id : ids) events.push_back(ras_sstp(static_cast<std::uint32_t>(id)));
        ASSERT_TRUE(append_events(channel, events));
    }

    /// Read up to event 11 of 11, 12, 13; the rest is unread.
    std::wstring bookmark_at_first_of_three() {
        write({11, 12, 13});
        const EVT_HANDLE reader = subscribe(EvtSubscribeStartAtOldestRecord);
        EXPECT_EQ(next(reader, 1), std::vector<int>{11});
        return bookmark_behind_last_event();
    }

    HANDLE signal_ = nullptr;
    DWORD last_error_ = 0;
    EVT_HANDLE last_event_ = nullptr;
    std::vector<EVT_HANDLE> opened_;
};

using Ids = std::vector<int>;

TEST_F(Evt, gives_only_what_the_structured_query_selects_from_both_channels) {
    write({11, 14, 32});
    write({13, 12}, "Application");
    EventRecord other = ras_sstp(13);
    other.provider = "SomebodyElse";
    append_events("System", {other});
    const EVT_HANDLE subscription = subscribe(EvtSubscribeStartAtOldestRecord);
    ASSERT_NE(subscription, nullptr);
    Ids ids = next(subscription);
    std::sort(ids.begin(), ids.end());
    EXPECT_EQ(ids, (Ids{11, 13, 32}));
    EXPECT_TRUE(next(subscription).empty());
    EXPECT_EQ(last_error_, static_cast<DWORD>(ERROR_NO_MORE_ITEMS));
}

TEST_F(Evt, a_future_subscription_sees_nothing_old_and_is_signalled_for_what_comes) {
    write({13});
    const EVT_HANDLE subscription = subscribe(EvtSubscribeToFutureEvents);
    EXPECT_EQ(WaitForSingleObject(signal_, 0), static_cast<DWORD>(WAIT_OBJECT_0)) << "created signalled by the caller";
    EXPECT_TRUE(next(subscription).empty());
    EXPECT_EQ(WaitForSingleObject(signal_, 200), static_cast<DWORD>(WAIT_TIMEOUT));
    write({12});
    EXPECT_EQ(WaitForSingleObject(signal_, 10'000), static_cast<DWORD>(WAIT_OBJECT_0));
    EXPECT_EQ(next(subscription), Ids{12});
}

TEST_F(Evt, an_event_that_the_query_does_not_take_does_not_signal) {
    const EVT_HANDLE subscription = subscribe(EvtSubscribeToFutureEvents);
    ResetEvent(signal_);
    write({14});
    EXPECT_EQ(WaitForSingleObject(signal_, 300), static_cast<DWORD>(WAIT_TIMEOUT));
    EXPECT_TRUE(next(subscription).empty());
}

TEST_F(Evt, existing_events_do_not_signal_a_subscription_from_the_oldest) {
    write({13});
    ResetEvent(signal_);
    const EVT_HANDLE subscription = subscribe(EvtSubscribeStartAtOldestRecord);
    EXPECT_EQ(WaitForSingleObject(signal_, 300), static_cast<DWORD>(WAIT_TIMEOUT));
    EXPECT_EQ(next(subscription), Ids{13});
}

TEST_F(Evt, a_bookmark_resumes_behind_its_event) {
    const std::wstring xml = bookmark_at_first_of_three();
    EXPECT_EQ(xml, L"<BookmarkList>\r\n  <Bookmark Channel='System' RecordId='1' IsCurrent='true'/>\r\n</BookmarkList>");
    const EVT_HANDLE bookmark = keep(EvtCreateBookmark(xml.c_str()));
    EXPECT_EQ(next(subscribe(EvtSubscribeStartAfterBookmark | EvtSubscribeStrict, bookmark)), (Ids{12, 13}));
}

TEST_F(Evt, a_strict_bookmark_whose_event_is_gone_fails_with_not_found_and_a_soft_one_goes_on) {
    const EVT_HANDLE bookmark = keep(EvtCreateBookmark(bookmark_at_first_of_three().c_str()));
    wrap_log("System", 2);
    EXPECT_EQ(subscribe(EvtSubscribeStartAfterBookmark | EvtSubscribeStrict, bookmark), nullptr);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NOT_FOUND));
    EXPECT_EQ(next(subscribe(EvtSubscribeStartAfterBookmark, bookmark)), (Ids{12, 13}));
}

TEST_F(Evt, an_empty_bookmark_starts_at_the_oldest_record) {
    write({13});
    const EVT_HANDLE bookmark = keep(EvtCreateBookmark(L"<BookmarkList>\r\n</BookmarkList>"));
    EXPECT_EQ(next(subscribe(EvtSubscribeStartAfterBookmark, bookmark)), Ids{13});
}

TEST_F(Evt, a_strict_subscription_becomes_stale_when_unread_records_are_lost) {
    write({11});
    const EVT_HANDLE strict = subscribe(EvtSubscribeStartAtOldestRecord | EvtSubscribeStrict);
    EXPECT_EQ(next(strict), Ids{11});
    write({12, 13});
    const EVT_HANDLE query = keep(EvtQuery(nullptr, L"System", L"*", EvtQueryChannelPath));
    clear_log("System", false);
    EXPECT_TRUE(next(query).empty());
    EXPECT_EQ(last_error_, static_cast<DWORD>(ERROR_EVT_QUERY_RESULT_STALE));
    EXPECT_TRUE(next(strict).empty());
    EXPECT_EQ(last_error_, static_cast<DWORD>(ERROR_EVT_QUERY_RESULT_STALE));
}

TEST_F(Evt, a_subscription_that_is_not_strict_lives_through_a_cleared_log_numbered_anew) {
    write({11, 12});
    const EVT_HANDLE subscription = subscribe(EvtSubscribeStartAtOldestRecord);
    EXPECT_EQ(next(subscription).size(), 2U);
    clear_log("System", true);
    write({13});
    EXPECT_EQ(next(subscription), Ids{13});
}

TEST_F(Evt, refuses_what_windows_refuses) {
    struct Refusal {
        const wchar_t* query;
        DWORD flags;
        DWORD error;
    };

    const Refusal refusals[] = {
        {L"<QueryList><Query Id='0'><Select Path='System'>*[System[EventID=13]</Select></Query></QueryList>", EvtSubscribeToFutureEvents,
         ERROR_EVT_INVALID_QUERY},
        {L"<QueryList><Query Id='0'><Select Path='NoSuchChannel'>*</Select></Query></QueryList>", EvtSubscribeToFutureEvents,
         ERROR_EVT_CHANNEL_NOT_FOUND},
        {kRasSstpQuery, 0, ERROR_INVALID_PARAMETER},
        {kRasSstpQuery, EvtSubscribeStartAfterBookmark, ERROR_INVALID_PARAMETER},
    };
    for (const auto& refusal : refusals) {
        EXPECT_EQ(subscribe(refusal.flags, nullptr, refusal.query), nullptr);
        EXPECT_EQ(GetLastError(), refusal.error);
    }
    EXPECT_EQ(EvtSubscribe(nullptr, nullptr, nullptr, kRasSstpQuery, nullptr, nullptr, nullptr, EvtSubscribeToFutureEvents), nullptr);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_PARAMETER));
    EXPECT_EQ(EvtCreateBookmark(L"no bookmark"), nullptr);
}

TEST_F(Evt, a_chain_of_22_ids_is_an_invalid_query_and_21_are_not) {
    std::wstring ids = L"EventID=1";
    for (int id = 2; id <= 21; ++id) ids += L" or EventID=" + std::to_wstring(id);
    EXPECT_NE(keep(EvtQuery(nullptr, L"System", (L"*[System[" + ids + L"]]").c_str(), EvtQueryChannelPath)), nullptr);
    EXPECT_EQ(EvtQuery(nullptr, L"System", (L"*[System[" + ids + L" or EventID=22]]").c_str(), EvtQueryChannelPath), nullptr);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_EVT_INVALID_QUERY));
}

TEST_F(Evt, a_tolerant_query_tells_the_status_of_each_channel) {
    const wchar_t* query =
        L"<QueryList><Query Id='0'><Select Path='System'>*</Select><Select Path='Nowhere'>*</Select></Query></QueryList>";
    const EVT_HANDLE result_set = keep(EvtQuery(nullptr, nullptr, query, EvtQueryChannelPath | EvtQueryTolerateQueryErrors));
    ASSERT_NE(result_set, nullptr);
    alignas(8) char buffer[512];
    DWORD used = 0;
    auto* variant = reinterpret_cast<EVT_VARIANT*>(buffer);
    ASSERT_TRUE(EvtGetQueryInfo(result_set, EvtQueryStatuses, sizeof buffer, variant, &used));
    ASSERT_EQ(variant->Count, 2U);
    EXPECT_EQ(variant->UInt32Arr[0], 0U);
    EXPECT_EQ(variant->UInt32Arr[1], static_cast<DWORD>(ERROR_EVT_CHANNEL_NOT_FOUND));
    EXPECT_FALSE(EvtGetQueryInfo(result_set, EvtQueryNames, 1, variant, &used));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INSUFFICIENT_BUFFER));
}

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

TEST_F(Evt, log_information_tells_number_and_oldest_record) {
    write({11, 12, 13});
    wrap_log("System", 2);
    const EVT_HANDLE log = keep(EvtOpenLog(nullptr, L"System", EvtOpenChannelPath));
    EVT_VARIANT value{};
    DWORD used = 0;
    ASSERT_TRUE(EvtGetLogInfo(log, EvtLogNumberOfLogRecords, sizeof value, &value, &used));
    EXPECT_EQ(value.UInt64Val, 2U);
    ASSERT_TRUE(EvtGetLogInfo(log, EvtLogOldestRecordNumber, sizeof value, &value, &used));
    EXPECT_EQ(value.UInt64Val, 2U);
    EXPECT_EQ(EvtOpenLog(nullptr, L"Nowhere", EvtOpenChannelPath), nullptr);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_EVT_CHANNEL_NOT_FOUND));
    ASSERT_TRUE(EvtClearLog(nullptr, L"System", nullptr, 0));
    ASSERT_TRUE(EvtGetLogInfo(log, EvtLogNumberOfLogRecords, sizeof value, &value, &used));
    EXPECT_EQ(value.UInt64Val, 0U);
}

TEST_F(Evt, a_full_log_drops_its_oldest_records) {
    create_channel("System", 10);
    for (int i = 0; i < 25; ++i) write({13});
    const EVT_HANDLE query = keep(EvtQuery(nullptr, L"System", nullptr, EvtQueryChannelPath));
    EXPECT_LE(next(query, 100).size(), 10U);
}

TEST_F(Evt, reads_backwards_and_seeks) {
    write({11, 12, 13});
    const EVT_HANDLE backwards = keep(EvtQuery(nullptr, L"System", L"*", EvtQueryChannelPath | EvtQueryReverseDirection));
    EXPECT_EQ(next(backwards), (Ids{13, 12, 11}));
    const EVT_HANDLE query = keep(EvtQuery(nullptr, L"System", L"*", EvtQueryChannelPath));
    ASSERT_TRUE(EvtSeek(query, 0, nullptr, 0, EvtSeekRelativeToLast));
    EXPECT_EQ(next(query), Ids{13});
    EXPECT_FALSE(EvtSeek(query, 9, nullptr, 0, EvtSeekRelativeToFirst | EvtSeekStrict));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NOT_FOUND));
}

TEST_F(Evt, an_ordered_fault_hits_the_named_call_and_a_too_large_batch_is_lost) {
    write({11, 12, 13});
    write_text(state_path(L"faults.json"),
               R"([{"function":"EvtNext","error":1734,"minimum_size":2},{"function":"EvtNext","error":1722,"skip":1}])");
    const EVT_HANDLE subscription = subscribe(EvtSubscribeStartAtOldestRecord);
    EXPECT_EQ(next(subscription, 1), Ids{11}) << "smaller than the order's batch, and the second order skips one call";
    EXPECT_TRUE(next(subscription, 1).empty());
    EXPECT_EQ(last_error_, static_cast<DWORD>(RPC_S_SERVER_UNAVAILABLE));
    EXPECT_TRUE(next(subscription, 2).empty());
    EXPECT_EQ(last_error_, static_cast<DWORD>(RPC_S_INVALID_BOUND));
    EXPECT_TRUE(next(subscription, 1).empty()) << "the position has moved past the batch";
    EXPECT_EQ(last_error_, static_cast<DWORD>(ERROR_NO_MORE_ITEMS));
}

}  // namespace

}  // namespace sstp::rras_host
