#pragma once

/// wevtapi.dll of the test prefix, asked through its import library as any program would.

#include <gtest/gtest.h>

#include "store/event_log.h"
#include "store/state_folder.h"

#include <winevt.h>

namespace sstp::rras_host {

inline constexpr const wchar_t* kRasSstpQuery =
    L"<QueryList><Query Id='0' Path='System'>"
    L"<Select Path='System'>*[System[Provider[@Name='Microsoft-Windows-RasSstp' or @Name='RasSstp'] and "
    L"((EventID &gt;= 11 and EventID &lt;= 13) or EventID=18 or EventID=32)]]</Select>"
    L"<Select Path='Application'>*[System[Provider[@Name='Microsoft-Windows-RasSstp'] and EventID=13]]</Select>"
    L"</Query></QueryList>";

inline EventRecord ras_sstp(std::uint32_t id) {
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

}  // namespace sstp::rras_host
