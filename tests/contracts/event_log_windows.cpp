// The subscription against wevtapi as Windows documents it: the double of tests/rras_host, which can also be ordered to fail.

#include "service/windows/event_log_subscription.h"
#include "store/event_log.h"
#include "store/state_folder.h"
#include "tests/contracts/event_log_contract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace sstp::contract {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
namespace host = rras_host;

void remove_faults() { DeleteFileW(host::state_path(L"faults.json").c_str()); }

void order_fault(const std::string& function, DWORD error, unsigned count = 1, unsigned minimum_size = 0) {
    host::write_text(host::state_path(L"faults.json"), "[{\"function\": \"" + function + "\", \"error\": " + std::to_string(error) +
                                                           ", \"count\": " + std::to_string(count) +
                                                           ", \"minimum_size\": " + std::to_string(minimum_size) + "}]");
}

void write_record(const std::string& channel, const std::string& provider, std::uint32_t id, const std::vector<std::string>& strings) {
    host::EventRecord record;
    record.provider = provider;
    record.id = id;
    record.level = 2;
    for (const auto& one : strings) record.data.emplace_back("", one);
    ASSERT_TRUE(host::append_events(channel, {record}));
}

class WindowsEventLogWorld final : public EventLogWorld {
public:
    WindowsEventLogWorld() {
        remove_faults();
        for (const char* channel : {"System", "Application"}) {
            host::remove_channel(channel);
            host::create_channel(channel, 1000);
        }
    }
    ~WindowsEventLogWorld() override { remove_faults(); }
    EventLog& log() override { return log_; }
    std::unique_ptr<EventLog> another_reader() override { return std::make_unique<EventLogSubscription>(nullptr, stop_); }
    void write(const std::string& channel, const std::string& provider, std::uint32_t id, std::vector<std::string> strings) override {
        write_record(channel, provider, id, strings);
    }
    void wrap(std::size_t keep) override { host::wrap_log("System", keep); }
    void clear(const std::string& channel) override {
        host::clear_log(channel, false);
        host::EventRecord record;
        record.provider = "Microsoft-Windows-Eventlog";
        record.id = 104;
        record.data = {{"SubjectUserName", "Administrator"}, {"Channel", channel}, {"BackupPath", ""}};
        ASSERT_TRUE(host::append_events("System", {record}));
    }

private:
    StopSignal stop_;
    EventLogSubscription log_{nullptr, stop_};
};

const EventQuery kQuery{{"System", "Application"}};

class Subscription : public testing::Test {
protected:
    void write(std::uint32_t id, const std::string& text = "because") { world_.write("System", "Microsoft-Windows-RasSstp", id, {text}); }
    void subscribe(StartAt where = StartAt::oldest, const std::string& bookmark = {}) {
        const auto subscribed = log_.subscribe(kQuery, where, bookmark);
        ASSERT_TRUE(subscribed.has_value()) << subscribed.error().message();
    }
    std::vector<std::uint32_t> ids() {
        std::vector<std::uint32_t> found;
        const auto batch = log_.read(100);
        if (!batch) ADD_FAILURE() << batch.error().message();
        if (batch) {
            for (const auto& event : batch->events) found.push_back(event.id);
        }
        return found;
    }

    WindowsEventLogWorld world_;
    EventLog& log_ = world_.log();
};

TEST_F(Subscription, WhereNothingWasWrittenThereIsNeitherABeginNorAnEnd) {
    EXPECT_TRUE(log_.oldest_record("Application") == Result<std::optional<WallTime>>{std::nullopt});
    EXPECT_TRUE(log_.bookmark_at_end(kQuery) == Result<std::string>{""});
}

TEST_F(Subscription, EveryCodeOfTheFactsHasItsMeaning) {
    const std::pair<DWORD, ErrorKind> meanings[] = {{15011, ErrorKind::position_lost},
                                                    {15012, ErrorKind::position_lost},
                                                    {1168, ErrorKind::position_lost},
                                                    {1734, ErrorKind::batch_too_large},
                                                    {1722, ErrorKind::source_unavailable},
                                                    {1818, ErrorKind::source_unavailable},
                                                    {6, ErrorKind::source_unavailable},
                                                    {15007, ErrorKind::source_unavailable},
                                                    {15002, ErrorKind::source_unavailable},
                                                    {15037, ErrorKind::source_unavailable},
                                                    {5, ErrorKind::access_denied},
                                                    {15001, ErrorKind::malformed},
                                                    {87, ErrorKind::malformed},
                                                    {1450, ErrorKind::unexpected}};
    for (const auto& [code, kind] : meanings) {
        SCOPED_TRACE(code);
        write(13);
        subscribe();
        order_fault("EvtNext", code);
        const auto batch = log_.read(10);
        ASSERT_FALSE(batch.has_value());
        EXPECT_EQ(batch.error().kind, kind);
        EXPECT_EQ(batch.error().code, code);
        EXPECT_THAT(batch.error().message(), HasSubstr("could not read the event log System, Application"));
        order_fault("EvtSubscribe", code);
        const auto subscribed = log_.subscribe(kQuery, StartAt::oldest, {});
        ASSERT_FALSE(subscribed.has_value());
        EXPECT_EQ(subscribed.error().kind, kind);
        remove_faults();
    }
}

TEST_F(Subscription, BothWaysOfSayingThatThereIsNothingMoreAreUnderstood) {
    for (const DWORD code : {259u, 4317u, 1460u}) {
        subscribe();
        order_fault("EvtNext", code);
        const auto batch = log_.read(10);
        ASSERT_TRUE(batch.has_value()) << code;
        EXPECT_TRUE(batch->drained);
        EXPECT_TRUE(batch->events.empty());
        remove_faults();
    }
}

TEST_F(Subscription, ABatchThatWasTooLargeIsReadAgainFromTheBookmarkWithLess) {
    write(11);
    subscribe();
    const auto first = log_.read(10);
    ASSERT_TRUE(first.has_value());
    write(12);
    write(13);
    order_fault("EvtNext", 1734, 0, 2);
    const auto lost = log_.read(2);
    ASSERT_FALSE(lost.has_value());
    EXPECT_EQ(lost.error().kind, ErrorKind::batch_too_large);
    subscribe(StartAt::strict_bookmark, first->bookmark);
    EXPECT_EQ(log_.read(1)->events.at(0).id, 12u);
    EXPECT_EQ(log_.read(1)->events.at(0).id, 13u);
}

TEST_F(Subscription, ARecordThatCannotBeRenderedWakesAndBlocksNothing) {
    write(11);
    write(12);
    subscribe();
    order_fault("EvtRender", 15005);
    const auto batch = log_.read(10);
    ASSERT_TRUE(batch.has_value());
    ASSERT_EQ(batch->events.size(), 2u);
    EXPECT_EQ(batch->events[0].id, 0u);
    ASSERT_EQ(batch->events[0].strings.size(), 1u);
    EXPECT_THAT(batch->events[0].strings[0], HasSubstr("15005"));
    EXPECT_EQ(batch->events[1].id, 12u);
    EXPECT_FALSE(batch->bookmark.empty());
}

TEST_F(Subscription, AfterAFailureToKeepThePositionNothingIsTakenAsRead) {
    for (const char* function : {"EvtUpdateBookmark", "EvtCreateBookmark"}) {
        write(13);
        order_fault(function, 1722);
        const auto subscribed = log_.subscribe(kQuery, StartAt::oldest, {});
        const auto batch = log_.read(10);
        EXPECT_FALSE(batch.has_value()) << function;
        EXPECT_EQ(batch.error().kind, ErrorKind::source_unavailable) << function;
        EXPECT_EQ(subscribed.has_value(), std::string_view(function) == "EvtUpdateBookmark");
        remove_faults();
    }
}

TEST_F(Subscription, ALongRecordGrowsTheBufferAndShortOnesFollow) {
    const std::string longest(30000, '&');   // five characters each when rendered
    write(11);
    write(12, longest);
    write(13);
    subscribe();
    const auto batch = log_.read(10);
    ASSERT_TRUE(batch.has_value());
    ASSERT_EQ(batch->events.size(), 3u);
    EXPECT_THAT(batch->events[1].strings, ElementsAre(longest));
    EXPECT_THAT(batch->events[2].strings, ElementsAre("because"));
}

TEST_F(Subscription, APositionIsKeptForEachChannel) {
    write(11);
    world_.write("Application", "RasSstp", 12, {});
    subscribe();
    const auto batch = log_.read(10);
    ASSERT_TRUE(batch.has_value());
    ASSERT_EQ(batch->events.size(), 2u);
    EXPECT_THAT(batch->bookmark, HasSubstr("System"));
    EXPECT_THAT(batch->bookmark, HasSubstr("Application"));
    subscribe(StartAt::strict_bookmark, batch->bookmark);
    EXPECT_TRUE(ids().empty()) << "neither channel is read again";
}

TEST_F(Subscription, AChannelThatIsNotThereIsUnavailable) {
    const auto subscribed = log_.subscribe({{"No such channel"}}, StartAt::oldest, {});
    ASSERT_FALSE(subscribed.has_value());
    EXPECT_EQ(subscribed.error().kind, ErrorKind::source_unavailable);
    EXPECT_EQ(subscribed.error().code, static_cast<DWORD>(ERROR_EVT_CHANNEL_NOT_FOUND));
}

TEST_F(Subscription, WithoutAChannelOfThePolicysHttpSysIsHeardAllTheSame) {
    const auto subscribed = log_.subscribe({}, StartAt::oldest, {});
    EXPECT_TRUE(subscribed) << subscribed.error().message();
}

TEST_F(Subscription, AnotherThreadIsTurnedAway) {
    write(13);
    subscribe();
    std::thread([this] {
        const auto batch = log_.read(10);
        ASSERT_FALSE(batch.has_value());
        EXPECT_THAT(batch.error().message(), HasSubstr("another thread"));
    }).join();
    EXPECT_THAT(ids(), ElementsAre(13u));
}

TEST_F(Subscription, WithoutTheLibraryTheSourceIsUnavailable) {
    const StopSignal stop;
    EventLogSubscription log(nullptr, stop, EventLogApi{});
    const auto subscribed = log.subscribe(kQuery, StartAt::oldest, {});
    ASSERT_FALSE(subscribed.has_value());
    EXPECT_EQ(subscribed.error().kind, ErrorKind::source_unavailable);
    EXPECT_THAT(subscribed.error().message(), HasSubstr("wevtapi.dll"));
}

/// Counts signals, and waits for the next.
class Signals {
public:
    std::function<void()> callback() {
        return [this] {
            ++count;
            SetEvent(event_.get());
        };
    }
    bool come() const { return WaitForSingleObject(event_.get(), 20000) == WAIT_OBJECT_0; }
    std::atomic<int> count = 0;

private:
    UniqueKernelHandle event_{CreateEventW(nullptr, FALSE, FALSE, nullptr)};
};

TEST_F(Subscription, SignalsOnceForWhatIsThereAndAgainForWhatComes) {
    Signals signals;
    const StopSignal stop;
    EventLogSubscription log(signals.callback(), stop);
    write(11);
    ASSERT_TRUE(log.subscribe(kQuery, StartAt::oldest, {}).has_value());
    EXPECT_TRUE(signals.come()) << "what is there already must wake, though Windows does not signal it";
    EXPECT_EQ(log.read(10)->events.size(), 1u);
    EXPECT_TRUE(log.read(10)->drained);
    write(12);
    EXPECT_TRUE(signals.come());
    EXPECT_EQ(log.read(10)->events.size(), 1u);
    ASSERT_TRUE(log.subscribe(kQuery, StartAt::oldest, {}).has_value());
    EXPECT_TRUE(signals.come()) << "and again after a new subscription";
}

TEST_F(Subscription, ASearchThatTakesLongIsWaitedForAndEndsWithOurOwnStop) {
    write(12);
    order_fault("EvtNext", ERROR_TIMEOUT, 2);
    EXPECT_TRUE(log_.oldest_record("System").value()) << "it had not found it yet";
    StopSignal stop;
    EventLogSubscription log(nullptr, stop);
    order_fault("EvtNext", ERROR_TIMEOUT, 0);
    stop.request();
    const auto oldest = log.oldest_record("System");
    ASSERT_FALSE(oldest.has_value());
    EXPECT_EQ(oldest.error().kind, ErrorKind::stopped) << oldest.error().message();
    remove_faults();
}

TEST_F(Subscription, NoSignalComesAfterItsEnd) {
    Signals signals;
    {
        const StopSignal stop;
        EventLogSubscription log(signals.callback(), stop);
        ASSERT_TRUE(log.subscribe(kQuery, StartAt::oldest, {}).has_value());
        EXPECT_TRUE(signals.come());
    }
    const int before = signals.count;
    write(13);
    EXPECT_EQ(signals.count, before);
}

}  // namespace

std::unique_ptr<EventLogWorld> make_event_log_world() { return std::make_unique<WindowsEventLogWorld>(); }

}  // namespace sstp::contract
