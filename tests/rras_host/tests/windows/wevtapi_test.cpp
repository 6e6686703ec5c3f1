// Queries, subscriptions, bookmarks and whole logs of the double of wevtapi.

#include "evt.h"

namespace sstp::rras_host {

namespace {

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
