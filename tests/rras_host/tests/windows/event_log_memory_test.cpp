/// What a process keeps of the event log: a position, as a subscriber of Windows does, and not what it has read.

#include <gtest/gtest.h>

#include "store/event_log.h"

#include <winevt.h>

#include <malloc.h>

namespace sstp::rras_host {

namespace {

using Ids = std::vector<std::uint64_t>;

constexpr const char* kChannel = "System";

void write(std::size_t count) {
    EventRecord event;
    event.provider = kHttpEventProvider;
    event.provider_guid = kHttpEventGuid;
    event.event_source = "HTTP";
    event.id = 15300;
    event.data = {{"DeviceObject", "\\Device\\Http\\ReqQueue"}, {"Endpoint", "192.0.2.1:443"}};
    ASSERT_TRUE(append_events(kChannel, std::vector<EventRecord>(count, event)));
}

Ids ids_in(LogReader& reader) {
    Ids ids;
    for (const auto& record : reader.refresh()) ids.push_back(record->record_id);
    return ids;
}

/// Bytes in use in the heap that the run-time library gives to all of this process, the doubles included.
std::size_t bytes_in_use() {
    const HANDLE heap = reinterpret_cast<HANDLE>(_get_heap_handle());
    std::size_t bytes = 0;
    HeapLock(heap);
    PROCESS_HEAP_ENTRY entry{};
    while (HeapWalk(heap, &entry))
        if (entry.wFlags & PROCESS_HEAP_ENTRY_BUSY) bytes += entry.cbData;
    HeapUnlock(heap);
    return bytes;
}

class EventLogMemory : public ::testing::Test {
protected:
    void SetUp() override {
        remove_channel(kChannel);
        create_channel(kChannel, 10'000);
    }
};

TEST_F(EventLogMemory, what_is_forgotten_does_not_come_back_and_what_is_new_comes) {
    LogReader reader(kChannel);
    write(3);
    EXPECT_EQ(ids_in(reader), (Ids{1, 2, 3}));
    reader.forget_before(3);
    EXPECT_EQ(ids_in(reader), Ids{3});
    write(1);
    EXPECT_EQ(ids_in(reader), (Ids{3, 4}));
}

TEST_F(EventLogMemory, a_wrap_reads_the_log_again_without_what_was_forgotten) {
    LogReader reader(kChannel);
    write(5);
    ids_in(reader);
    reader.forget_before(5);
    wrap_log(kChannel, 3);   // 3, 4, 5
    EXPECT_EQ(ids_in(reader), Ids{5});
}

TEST_F(EventLogMemory, a_wrap_between_two_readings_repeats_nothing_and_loses_nothing) {
    LogReader reader(kChannel);
    write(5);
    ids_in(reader);
    write(1);
    wrap_log(kChannel, 3);   // 4, 5, 6
    write(2);
    EXPECT_EQ(ids_in(reader), (Ids{4, 5, 6, 7, 8}));
    reader.forget_before(6);
    wrap_log(kChannel, 1);   // 8
    write(1);
    EXPECT_EQ(ids_in(reader), (Ids{8, 9}));
    clear_log(kChannel, false);
    write(2);
    EXPECT_EQ(ids_in(reader), (Ids{10, 11}));
}

TEST_F(EventLogMemory, a_log_that_was_cleared_and_has_as_many_records_again_has_others) {
    LogReader reader(kChannel);
    write(2);
    const auto old = reader.refresh().front();
    clear_log(kChannel, true);
    write(3);
    EXPECT_EQ(ids_in(reader), (Ids{1, 2, 3}));
    EXPECT_NE(reader.refresh().front(), old);
}

TEST_F(EventLogMemory, a_log_that_is_numbered_anew_has_other_records_under_the_numbers_that_were_forgotten) {
    LogReader reader(kChannel);
    write(5);
    ids_in(reader);
    reader.forget_before(6);
    clear_log(kChannel, true);
    write(2);
    EXPECT_EQ(ids_in(reader), (Ids{1, 2}));
}

TEST_F(EventLogMemory, a_subscription_keeps_nothing_of_the_events_that_it_has_handed_out) {
    constexpr std::size_t kEvents = 500;
    const EVT_HANDLE subscription = EvtSubscribe(nullptr, CreateEventW(nullptr, FALSE, FALSE, nullptr), L"System", L"*", nullptr, nullptr,
                                                 nullptr, EvtSubscribeToFutureEvents);
    ASSERT_NE(subscription, nullptr);
    const auto take_so_many = [&] {
        write(kEvents);
        std::size_t taken = 0;
        EVT_HANDLE events[100];
        for (DWORD count = 0; EvtNext(subscription, 100, events, 0, 0, &count); taken += count)
            for (DWORD i = 0; i < count; ++i) EvtClose(events[i]);
        return taken;
    };
    ASSERT_EQ(take_so_many(), kEvents);   // what the library keeps for itself, it has by now
    const std::size_t before = bytes_in_use();
    ASSERT_EQ(take_so_many(), kEvents);
    EXPECT_LT(bytes_in_use(), before + kEvents * 100) << "a record has some five hundred bytes";
    EvtClose(subscription);
}

}  // namespace

}  // namespace sstp::rras_host
