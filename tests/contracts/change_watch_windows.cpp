#include "service/windows/change_watch.h"
#include "service/windows/ntfs_files.h"
#include "service/windows/os_error.h"
#include "service/windows/registry_key.h"
#include "tests/contracts/certificate_maker.h"
#include "tests/contracts/scratch_folder.h"

#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <stdexcept>

namespace sstp::contracts {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

/// Where wakes arrive.
class Inbox {
public:
    ChangeWatch::OnWake receiver() {
        return [this](Wake wake) {
            const std::lock_guard lock(mutex_);
            ++counts_[wake];
            came_.notify_all();
        };
    }
    /// Waits for one; a broken watch fails the test after a minute, not before.
    bool got(Wake wake) {
        std::unique_lock lock(mutex_);
        return came_.wait_for(lock, 60s, [&] { return counts_[wake] > 0; });
    }
    int count(Wake wake) {
        const std::lock_guard lock(mutex_);
        return counts_[wake];
    }
    void forget() {
        const std::lock_guard lock(mutex_);
        counts_.clear();
    }

private:
    std::mutex mutex_;
    std::condition_variable came_;
    std::map<Wake, int> counts_;
};

constexpr wchar_t kKey[] = L"SOFTWARE\\SstpWatchdogTest\\Parameters";
constexpr wchar_t kTree[] = L"SOFTWARE\\SstpWatchdogTest";

void create_key(const std::wstring& path) {
    UniqueRegistryKey key;
    ASSERT_EQ(RegCreateKeyExW(HKEY_LOCAL_MACHINE, path.c_str(), 0, nullptr, 0, KEY_ALL_ACCESS, nullptr, key.receive(), nullptr),
              ERROR_SUCCESS);
}

void write_value(const std::wstring& path, DWORD number) {
    ASSERT_EQ(RegSetKeyValueW(HKEY_LOCAL_MACHINE, path.c_str(), L"Value", REG_DWORD, &number, sizeof number), ERROR_SUCCESS);
}

class Watches : public testing::Test {
protected:
    /// Every Windows has LocalMachine\MY; a new Wine prefix gets it when somebody first opens it without saying "existing".
    static void SetUpTestSuite() {
        const UniqueStore store{CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_LOCAL_MACHINE, L"MY")};
        ASSERT_TRUE(store);
    }

    Watches() { RegDeleteTreeW(HKEY_LOCAL_MACHINE, kTree); }
    ~Watches() override { RegDeleteTreeW(HKEY_LOCAL_MACHINE, kTree); }

    void watch(std::unique_ptr<WatchSource> source) {
        std::vector<std::unique_ptr<WatchSource>> sources;
        sources.push_back(std::move(source));
        auto started = ChangeWatch::start(std::move(sources), inbox.receiver());
        ASSERT_TRUE(started) << started.error().message();
        watching = *std::move(started);
    }
    void watch_key(RegistryWatch::Depth depth) { watch(std::make_unique<RegistryWatch>(kKey, depth, Wake::registry)); }

    Inbox inbox;
    std::unique_ptr<ChangeWatch> watching;
};

TEST_F(Watches, a_value_that_is_written_wakes_each_time) {
    create_key(kKey);
    watch_key(RegistryWatch::Depth::key_alone);
    EXPECT_THAT(watching->degraded(), IsEmpty());
    for (DWORD time = 0; time < 3; ++time) {
        inbox.forget();
        write_value(kKey, time);
        EXPECT_TRUE(inbox.got(Wake::registry)) << time;
    }
}

TEST_F(Watches, a_key_below_wakes_only_where_subkeys_are_watched) {
    create_key(std::wstring{kKey} + L"\\0.0.0.0:443");
    watch_key(RegistryWatch::Depth::with_subkeys);
    write_value(std::wstring{kKey} + L"\\0.0.0.0:443", 1);
    EXPECT_TRUE(inbox.got(Wake::registry));
}

TEST_F(Watches, a_key_that_is_not_there_yet_wakes_when_it_comes_and_when_it_changes) {
    create_key(L"SOFTWARE\\SstpWatchdogTest");
    watch_key(RegistryWatch::Depth::key_alone);
    EXPECT_THAT(watching->degraded(), IsEmpty());
    create_key(kKey);
    EXPECT_TRUE(inbox.got(Wake::registry));
    Sleep(300);   // until it is watched itself
    inbox.forget();
    write_value(kKey, 1);
    EXPECT_TRUE(inbox.got(Wake::registry));
}

TEST_F(Watches, a_key_two_levels_below_what_exists_is_waited_for_all_the_same) {
    watch_key(RegistryWatch::Depth::key_alone);
    create_key(kKey);
    EXPECT_TRUE(inbox.got(Wake::registry));
}

TEST_F(Watches, a_key_that_is_deleted_wakes_and_is_waited_for_again) {
    create_key(kKey);
    watch_key(RegistryWatch::Depth::key_alone);
    RegDeleteKeyW(HKEY_LOCAL_MACHINE, kKey);
    EXPECT_TRUE(inbox.got(Wake::registry));
    Sleep(300);
    inbox.forget();
    create_key(kKey);
    EXPECT_TRUE(inbox.got(Wake::registry));
}

TEST_F(Watches, a_policy_file_that_changes_comes_or_goes_wakes) {
    const ScratchFolder folder;
    NtfsFiles files;
    watch(std::make_unique<FileWatch>(folder.path("policy.json"), Wake::policy_change));
    for (const char* content : {"{}", R"({"mode": "observe"})"}) {
        ASSERT_TRUE(files.replace(folder.path("policy.json"), content));
        EXPECT_TRUE(inbox.got(Wake::policy_change)) << content;
        Sleep(300);
        inbox.forget();
    }
    ASSERT_TRUE(DeleteFileW((folder.wide() + L"\\policy.json").c_str()));
    EXPECT_TRUE(inbox.got(Wake::policy_change));
}

TEST_F(Watches, our_own_files_beside_the_policy_wake_nobody) {
    const ScratchFolder folder;
    NtfsFiles files;
    ASSERT_TRUE(files.replace(folder.path("policy.json"), "{}"));
    watch(std::make_unique<FileWatch>(folder.path("policy.json"), Wake::policy_change));
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(files.replace(folder.path("status.json"), std::string(static_cast<std::size_t>(i), ' ')));
    // The change that must wake comes last: whatever the others would have caused has been there before it.
    Sleep(300);
    EXPECT_EQ(inbox.count(Wake::policy_change), 0);
    ASSERT_TRUE(files.replace(folder.path("policy.json"), "{ }"));
    EXPECT_TRUE(inbox.got(Wake::policy_change));
}

TEST_F(Watches, a_certificate_that_is_added_wakes) {
    const TestAuthority authority{false};
    const TestKey key;
    auto started = ChangeWatch::start(ChangeWatchOptions{}, inbox.receiver());
    ASSERT_TRUE(started) << started.error().message();
    EXPECT_THAT((*started)->degraded(), IsEmpty());
    const auto certificate = authority.issue({}, key, 1);
    {
        const UniqueStore store{CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_LOCAL_MACHINE, L"MY")};
        ASSERT_TRUE(CertAddCertificateContextToStore(store.get(), certificate.get(), CERT_STORE_ADD_NEW, nullptr));
    }
    EXPECT_TRUE(inbox.got(Wake::certificate_store));
    delete_for_good(L"MY", certificate.get());
}

TEST_F(Watches, all_that_the_product_watches_can_be_watched_and_the_kill_switch_wakes) {
    const ScratchFolder folder;
    auto started = ChangeWatch::start(ChangeWatchOptions{.policy_file = folder.path("policy.json")}, inbox.receiver());
    ASSERT_TRUE(started) << started.error().message();
    for (const DegradedWatch& each : (*started)->degraded()) ADD_FAILURE() << each.source << ": " << each.why.message();
    create_key(kPoliciesKey.path);
    EXPECT_TRUE(inbox.got(Wake::policy_change));
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, kPoliciesKey.path);
}

TEST_F(Watches, a_folder_that_is_missing_is_degraded_until_it_comes) {
    const ScratchFolder folder;
    watch(std::make_unique<FileWatch>(folder.path("later\\policy.json"), Wake::policy_change));
    ASSERT_THAT(watching->degraded(), ElementsAre(Field(&DegradedWatch::source, folder.path("later\\policy.json"))));
    EXPECT_EQ(watching->degraded().front().why.kind, ErrorKind::not_found) << watching->degraded().front().why.message();
    ASSERT_TRUE(CreateDirectoryW((folder.wide() + L"\\later").c_str(), nullptr));
    EXPECT_TRUE(inbox.got(Wake::policy_change)) << "what happened while nobody watched was not seen";
    EXPECT_THAT(watching->degraded(), IsEmpty());
}

/// Fails when told to.
class Fickle final : public WatchSource {
public:
    struct Control {
        std::atomic<bool> fails{false};
        std::atomic<int> armed{0};
        UniqueKernelHandle event{CreateEventW(nullptr, FALSE, FALSE, nullptr)};
    };
    explicit Fickle(std::shared_ptr<Control> control) : WatchSource("fickle", Wake::registry), control_(std::move(control)) {}
    Result<bool> arm() override {
        ++control_->armed;
        if (control_->fails) return os_error("watch", name(), ERROR_ACCESS_DENIED);
        return true;
    }
    void disarm() noexcept override {}
    [[nodiscard]] HANDLE signal() const noexcept override { return control_->event.get(); }

private:
    std::shared_ptr<Control> control_;
};

TEST_F(Watches, going_blind_wakes_once_and_seeing_again_wakes_too) {
    const auto control = std::make_shared<Fickle::Control>();
    watch(std::make_unique<Fickle>(control));
    control->fails = true;
    SetEvent(control->event.get());
    EXPECT_TRUE(inbox.got(Wake::registry));
    EXPECT_THAT(watching->degraded(), ElementsAre(Field(&DegradedWatch::source, "fickle")));
    EXPECT_EQ(watching->degraded().front().why.code, DWORD{ERROR_ACCESS_DENIED});
    inbox.forget();
    control->fails = false;
    EXPECT_TRUE(inbox.got(Wake::registry));
    EXPECT_THAT(watching->degraded(), IsEmpty());
}

TEST_F(Watches, a_storm_of_changes_is_a_few_wakes) {
    const auto control = std::make_shared<Fickle::Control>();
    watch(std::make_unique<Fickle>(control));
    for (int i = 0; i < 10'000; ++i) SetEvent(control->event.get());
    EXPECT_TRUE(inbox.got(Wake::registry));
    watching.reset();
    EXPECT_LT(inbox.count(Wake::registry), 1000);
    const int at_the_end = inbox.count(Wake::registry);
    SetEvent(control->event.get());
    EXPECT_EQ(inbox.count(Wake::registry), at_the_end) << "after the watch has ended nothing wakes";
}

TEST_F(Watches, a_receiver_that_throws_does_not_end_the_watch) {
    const auto control = std::make_shared<Fickle::Control>();
    std::vector<std::unique_ptr<WatchSource>> sources;
    sources.push_back(std::make_unique<Fickle>(control));
    std::atomic<int> calls{0};
    auto started = ChangeWatch::start(std::move(sources), [&](Wake) {
        ++calls;
        throw std::runtime_error("not today");
    });
    ASSERT_TRUE(started);
    for (int expected = 1; expected <= 2; ++expected) {
        SetEvent(control->event.get());
        for (int look = 0; look < 3000 && calls < expected; ++look) Sleep(20);
        EXPECT_EQ(calls, expected);
    }
}

}  // namespace
}  // namespace sstp::contracts
