/// httpapi.dll of the test prefix, asked through its import library as any program would.

#include <cstring>
#include <thread>

#include <gtest/gtest.h>

#include "httpapi/http_configuration.h"
#include "store/binding_store.h"
#include "store/event_log.h"
#include "store/state_folder.h"
#include "tests/windows/machine_key.h"

namespace sstp::rras_host {

namespace {

constexpr GUID kSstp = {0xBA195980, 0xCD49, 0x458B, {0x9E, 0x23, 0xC8, 0x4E, 0xE0, 0xAD, 0xCD, 0x75}};
constexpr wchar_t kBindingKey[] = L"SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslBindingInfo";

using Update = ULONG(WINAPI*)(HANDLE, HTTP_SERVICE_CONFIG_ID, PVOID, ULONG, LPOVERLAPPED);

struct Endpoint {
    explicit Endpoint(USHORT port = 443) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
    }

    sockaddr_in v4{};
    sockaddr_in6 v6{};
};

class Http : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        good_ = new TestCertificate("good", TestCertificate::Key::usable);
        other_ = new TestCertificate("other", TestCertificate::Key::usable);
        broken_ = new TestCertificate("broken", TestCertificate::Key::broken);
    }

    static void TearDownTestSuite() {
        delete good_;
        delete other_;
        delete broken_;
    }

    void SetUp() override {
        save_ssl_records({});
        DeleteFileW(state_path(L"faults.json").c_str());
        remove_channel("System");
        create_channel("System", 1000);
        ASSERT_EQ(HttpInitialize(HTTPAPI_VERSION{1, 0}, HTTP_INITIALIZE_CONFIG, nullptr), static_cast<ULONG>(NO_ERROR));
    }

    void TearDown() override {
        HttpTerminate(HTTP_INITIALIZE_CONFIG, nullptr);
        DeleteFileW(state_path(L"faults.json").c_str());
        save_ssl_records({});
    }

    HTTP_SERVICE_CONFIG_SSL_SET set_of(sockaddr* address, const TestCertificate& certificate) {
        HTTP_SERVICE_CONFIG_SSL_SET set{};
        set.KeyDesc.pIpPort = address;
        hash_ = certificate.hash();
        set.ParamDesc.SslHashLength = static_cast<ULONG>(hash_.size());
        set.ParamDesc.pSslHash = hash_.data();
        set.ParamDesc.AppId = kSstp;
        set.ParamDesc.pSslCertStoreName = store_;
        return set;
    }

    sockaddr* v4() { return reinterpret_cast<sockaddr*>(&endpoint_.v4); }

    sockaddr* v6() { return reinterpret_cast<sockaddr*>(&endpoint_.v6); }

    static ULONG set(HTTP_SERVICE_CONFIG_SSL_SET value) {
        return HttpSetServiceConfiguration(nullptr, HttpServiceConfigSSLCertInfo, &value, sizeof value, nullptr);
    }

    static ULONG remove(sockaddr* address) {
        HTTP_SERVICE_CONFIG_SSL_SET value{};
        value.KeyDesc.pIpPort = address;
        return HttpDeleteServiceConfiguration(nullptr, HttpServiceConfigSSLCertInfo, &value, sizeof value, nullptr);
    }

    ULONG query(HTTP_SERVICE_CONFIG_SSL_QUERY question) {
        ULONG length = 0;
        const ULONG first =
            HttpQueryServiceConfiguration(nullptr, HttpServiceConfigSSLCertInfo, &question, sizeof question, nullptr, 0, &length, nullptr);
        if (first != ERROR_INSUFFICIENT_BUFFER) return first;
        buffer_.resize(length);
        return HttpQueryServiceConfiguration(nullptr, HttpServiceConfigSSLCertInfo, &question, sizeof question, buffer_.data(), length,
                                             &length, nullptr);
    }

    ULONG query_exact(sockaddr* address) { return query({HttpServiceConfigQueryExact, {address}, 0}); }

    ULONG query_next(DWORD token) { return query({HttpServiceConfigQueryNext, {nullptr}, token}); }

    const HTTP_SERVICE_CONFIG_SSL_SET& found() const { return *reinterpret_cast<const HTTP_SERVICE_CONFIG_SSL_SET*>(buffer_.data()); }

    std::string found_hash() const { return {static_cast<const char*>(found().ParamDesc.pSslHash), found().ParamDesc.SslHashLength}; }

    static std::vector<std::pair<std::uint32_t, std::string>> http_events() {
        std::vector<std::pair<std::uint32_t, std::string>> events;
        LogReader reader("System");
        for (const auto& record : reader.refresh())
            if (record->provider == kHttpEventProvider) events.emplace_back(record->id, record->data.at(1).second);
        return events;
    }

    inline static TestCertificate* good_ = nullptr;
    inline static TestCertificate* other_ = nullptr;
    inline static TestCertificate* broken_ = nullptr;
    Endpoint endpoint_;
    std::string hash_;
    wchar_t store_[3] = L"MY";
    std::vector<char> buffer_;
};

constexpr ULONG kDone = NO_ERROR;
constexpr ULONG kExists = ERROR_ALREADY_EXISTS;
constexpr ULONG kMissing = ERROR_FILE_NOT_FOUND;
constexpr ULONG kMalformed = ERROR_INVALID_PARAMETER;
constexpr ULONG kNoKey = ERROR_NO_SUCH_LOGON_SESSION;

TEST_F(Http, who_sees_a_record_finds_its_line_in_the_audit_trail) {
    write_text(state_path(L"faults.json"), R"([{"function": "audit", "how": "delay", "delay_ms": 300}])");
    DeleteFileW(state_path(L"audit.jsonl").c_str());
    ULONG answer = kMissing;
    std::thread writer([&] { answer = set(set_of(v4(), *good_)); });
    std::string noted;
    bool seen = false;
    for (int i = 0; i < 10'000 && !seen; ++i, Sleep(1)) {
        const HostLock lock;
        seen = !load_ssl_records().empty();
        noted = read_text(state_path(L"audit.jsonl")).value_or("");
    }
    writer.join();
    EXPECT_EQ(answer, kDone);
    EXPECT_TRUE(seen);
    EXPECT_NE(noted.find("HttpSetServiceConfiguration"), std::string::npos);
}

TEST_F(Http, keeps_every_field_of_a_record) {
    auto value = set_of(v4(), *good_);
    wchar_t identifier[] = L"list", ctl_store[] = L"Trust";
    value.ParamDesc.DefaultCertCheckMode = 5;
    value.ParamDesc.DefaultRevocationFreshnessTime = 77;
    value.ParamDesc.DefaultRevocationUrlRetrievalTimeout = 88;
    value.ParamDesc.pDefaultSslCtlIdentifier = identifier;
    value.ParamDesc.pDefaultSslCtlStoreName = ctl_store;
    value.ParamDesc.DefaultFlags = 1;
    ASSERT_EQ(set(value), kDone);
    ASSERT_EQ(query_exact(v4()), kDone);
    const auto& got = found().ParamDesc;
    EXPECT_EQ(found_hash(), good_->hash());
    EXPECT_EQ(std::memcmp(&got.AppId, &kSstp, sizeof kSstp), 0);
    EXPECT_STREQ(got.pSslCertStoreName, L"MY");
    EXPECT_EQ(got.DefaultCertCheckMode, 5U);
    EXPECT_EQ(got.DefaultRevocationFreshnessTime, 77U);
    EXPECT_EQ(got.DefaultRevocationUrlRetrievalTimeout, 88U);
    EXPECT_STREQ(got.pDefaultSslCtlIdentifier, L"list");
    EXPECT_STREQ(got.pDefaultSslCtlStoreName, L"Trust");
    EXPECT_EQ(got.DefaultFlags, 1U);
    EXPECT_EQ(std::memcmp(found().KeyDesc.pIpPort, &endpoint_.v4, sizeof endpoint_.v4), 0);
}

TEST_F(Http, a_record_without_store_name_keeps_none_and_uses_my) {
    auto value = set_of(v4(), *good_);
    value.ParamDesc.pSslCertStoreName = nullptr;
    ASSERT_EQ(set(value), kDone);
    ASSERT_EQ(query_exact(v4()), kDone);
    EXPECT_EQ(found().ParamDesc.pSslCertStoreName, nullptr);
}

TEST_F(Http, a_second_set_is_refused_and_changes_nothing) {
    ASSERT_EQ(set(set_of(v4(), *good_)), kDone);
    EXPECT_EQ(set(set_of(v4(), *other_)), kExists);
    ASSERT_EQ(query_exact(v4()), kDone);
    EXPECT_EQ(found_hash(), good_->hash());
}

TEST_F(Http, ipv4_and_ipv6_are_records_of_their_own) {
    ASSERT_EQ(set(set_of(v4(), *good_)), kDone);
    EXPECT_EQ(query_exact(v6()), kMissing);
    ASSERT_EQ(set(set_of(v6(), *other_)), kDone);
    ASSERT_EQ(query_exact(v6()), kDone);
    EXPECT_EQ(found_hash(), other_->hash());
}

TEST_F(Http, enumerates_until_no_more_items) {
    Endpoint other_port(8443);
    ASSERT_EQ(set(set_of(v4(), *good_)), kDone);
    ASSERT_EQ(set(set_of(v6(), *good_)), kDone);
    ASSERT_EQ(set(set_of(reinterpret_cast<sockaddr*>(&other_port.v4), *good_)), kDone);
    for (DWORD token : {0U, 1U, 2U}) EXPECT_EQ(query_next(token), kDone) << token;
    EXPECT_EQ(query_next(3), static_cast<ULONG>(ERROR_NO_MORE_ITEMS));
}

TEST_F(Http, a_certificate_without_usable_key_is_no_logon_session) {
    EXPECT_EQ(set(set_of(v4(), *broken_)), kNoKey);
    auto unknown = set_of(v4(), *good_);
    std::string nowhere(20, '\7');
    unknown.ParamDesc.pSslHash = nowhere.data();
    EXPECT_EQ(set(unknown), kNoKey);
    EXPECT_EQ(query_exact(v4()), kMissing);
}

TEST_F(Http, malformed_arguments_are_refused) {
    EXPECT_EQ(set(set_of(nullptr, *good_)), kMalformed);
    Endpoint no_port(0);
    EXPECT_EQ(set(set_of(reinterpret_cast<sockaddr*>(&no_port.v4), *good_)), kMalformed);
    Endpoint no_family;
    no_family.v4.sin_family = AF_UNSPEC;
    EXPECT_EQ(set(set_of(reinterpret_cast<sockaddr*>(&no_family.v4), *good_)), kMalformed);
    auto value = set_of(v4(), *good_);
    EXPECT_EQ(HttpSetServiceConfiguration(nullptr, HttpServiceConfigSSLCertInfo, &value, 8, nullptr), kMalformed);
    EXPECT_EQ(HttpQueryServiceConfiguration(nullptr, HttpServiceConfigSSLCertInfo, nullptr, 0, nullptr, 0, nullptr, nullptr), kMalformed);
    value.ParamDesc.SslHashLength = 0;
    EXPECT_EQ(set(value), kMalformed);
}

TEST_F(Http, a_delete_of_nothing_is_not_found) {
    EXPECT_EQ(remove(v4()), kMissing);
    ASSERT_EQ(set(set_of(v4(), *good_)), kDone);
    EXPECT_EQ(remove(v4()), kDone);
    EXPECT_EQ(remove(v4()), kMissing);
}

TEST_F(Http, updates_in_one_step_and_only_what_exists) {
    const HMODULE library = GetModuleHandleW(L"httpapi.dll");
    const auto update = reinterpret_cast<Update>(reinterpret_cast<void*>(GetProcAddress(library, "HttpUpdateServiceConfiguration")));
    ASSERT_NE(update, nullptr);
    auto value = set_of(v4(), *other_);
    EXPECT_EQ(update(nullptr, HttpServiceConfigSSLCertInfo, &value, sizeof value, nullptr), kMissing);
    ASSERT_EQ(set(set_of(v4(), *good_)), kDone);
    value = set_of(v4(), *broken_);
    EXPECT_EQ(update(nullptr, HttpServiceConfigSSLCertInfo, &value, sizeof value, nullptr), kNoKey);
    value = set_of(v4(), *other_);
    EXPECT_EQ(update(nullptr, HttpServiceConfigSSLCertInfo, &value, sizeof value, nullptr), kDone);
    ASSERT_EQ(query_exact(v4()), kDone);
    EXPECT_EQ(found_hash(), other_->hash());
}

TEST_F(Http, changes_are_told_in_the_system_log) {
    set(set_of(v6(), *good_));
    set(set_of(v6(), *other_));  // refused: no event
    remove(v6());
    using Events = std::vector<std::pair<std::uint32_t, std::string>>;
    EXPECT_EQ(http_events(), (Events{{15301, "[::]:443"}, {15300, "[::]:443"}}));
}

TEST_F(Http, changes_fire_a_registry_notification_and_show_the_hash_there) {
    HKEY key = nullptr;
    ASSERT_EQ(RegCreateKeyExW(HKEY_LOCAL_MACHINE, kBindingKey, 0, nullptr, 0, KEY_READ | KEY_NOTIFY, nullptr, &key, nullptr),
              ERROR_SUCCESS);
    const HANDLE changed = CreateEventW(nullptr, FALSE, FALSE, nullptr);
    RegNotifyChangeKeyValue(key, TRUE, REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET, changed, TRUE);
    set(set_of(v4(), *good_));
    EXPECT_EQ(WaitForSingleObject(changed, 5'000), static_cast<DWORD>(WAIT_OBJECT_0));
    char hash[20];
    DWORD size = sizeof hash;
    EXPECT_EQ(RegGetValueW(key, L"0.0.0.0:443", L"SslCertHash", RRF_RT_REG_BINARY, nullptr, hash, &size), ERROR_SUCCESS);
    EXPECT_EQ(std::string(hash, size), good_->hash());
    remove(v4());
    EXPECT_EQ(RegGetValueW(key, L"0.0.0.0:443", L"SslCertHash", RRF_RT_REG_BINARY, nullptr, hash, &size), ERROR_FILE_NOT_FOUND);
    RegCloseKey(key);
    CloseHandle(changed);
}

TEST_F(Http, server_name_and_central_store_records_are_kinds_of_their_own) {
    wchar_t host[] = L"vpn.example.com";
    SniSet sni{};
    std::memcpy(&sni.KeyDesc.IpPort, &endpoint_.v4, sizeof endpoint_.v4);
    sni.KeyDesc.Host = host;
    sni.ParamDesc = set_of(v4(), *good_).ParamDesc;
    const auto id_of = [](ULONG id) { return static_cast<HTTP_SERVICE_CONFIG_ID>(id); };
    const auto kSni = id_of(kSslSniCertInfo);
    const auto kCcs = id_of(kSslCcsCertInfo);
    EXPECT_EQ(HttpSetServiceConfiguration(nullptr, kSni, &sni, sizeof sni, nullptr), kDone);
    EXPECT_EQ(HttpSetServiceConfiguration(nullptr, kSni, &sni, sizeof sni, nullptr), kExists);
    CcsSet ccs{};
    std::memcpy(&ccs.KeyDesc.LocalAddress, &endpoint_.v4, sizeof endpoint_.v4);
    ccs.ParamDesc.AppId = kSstp;
    EXPECT_EQ(HttpSetServiceConfiguration(nullptr, kCcs, &ccs, sizeof ccs, nullptr), kDone);
    EXPECT_EQ(query_next(0), static_cast<ULONG>(ERROR_NO_MORE_ITEMS)) << "neither is an address record";

    SniQuery question{HttpServiceConfigQueryNext, {}, 0};
    alignas(8) char buffer[1024];
    ULONG length = 0;
    ASSERT_EQ(HttpQueryServiceConfiguration(nullptr, kSni, &question, sizeof question, buffer, sizeof buffer, &length, nullptr), kDone);
    const auto& got = *reinterpret_cast<const SniSet*>(buffer);
    EXPECT_STREQ(got.KeyDesc.Host, L"vpn.example.com");
    EXPECT_EQ(got.ParamDesc.SslHashLength, 20U);
    CcsQuery ccs_question{HttpServiceConfigQueryExact, ccs.KeyDesc, 0};
    ASSERT_EQ(HttpQueryServiceConfiguration(nullptr, kCcs, &ccs_question, sizeof ccs_question, buffer, sizeof buffer, &length, nullptr),
              kDone);
    EXPECT_EQ(reinterpret_cast<const CcsSet*>(buffer)->ParamDesc.SslHashLength, 0U);
    EXPECT_EQ(HttpDeleteServiceConfiguration(nullptr, kSni, &sni, sizeof sni, nullptr), kDone);
}

TEST_F(Http, without_initialisation_there_is_no_configuration) {
    HttpTerminate(HTTP_INITIALIZE_CONFIG, nullptr);
    EXPECT_EQ(query_exact(v4()), static_cast<ULONG>(ERROR_INVALID_HANDLE));
    EXPECT_EQ(HttpInitialize(HTTPAPI_VERSION{9, 9}, HTTP_INITIALIZE_CONFIG, nullptr), static_cast<ULONG>(ERROR_REVISION_MISMATCH));
}

TEST_F(Http, ordered_faults_fail_half_way_and_pretend) {
    write_text(state_path(L"faults.json"), R"([{"function":"HttpSetServiceConfiguration","error":5},
        {"function":"HttpSetServiceConfiguration","how":"done_but_failed","error":1450},
        {"function":"HttpDeleteServiceConfiguration","how":"pretended"}])");
    EXPECT_EQ(set(set_of(v4(), *good_)), static_cast<ULONG>(ERROR_ACCESS_DENIED));
    EXPECT_EQ(query_exact(v4()), kMissing);
    EXPECT_EQ(set(set_of(v4(), *good_)), static_cast<ULONG>(ERROR_NO_SYSTEM_RESOURCES));
    EXPECT_EQ(query_exact(v4()), kDone) << "it was done all the same";
    EXPECT_EQ(remove(v4()), kDone);
    EXPECT_EQ(query_exact(v4()), kDone) << "it was not done";
    EXPECT_EQ(remove(v4()), kDone);
    EXPECT_EQ(query_exact(v4()), kMissing) << "the order is spent";
}

TEST_F(Http, every_write_and_every_attempt_is_in_the_audit_trail) {
    DeleteFileW(state_path(L"audit.jsonl").c_str());
    query_exact(v4());
    EXPECT_EQ(read_text(state_path(L"audit.jsonl")), std::nullopt) << "reading is no write";
    set(set_of(v4(), *good_));
    set(set_of(v4(), *good_));
    const std::string trail = read_text(state_path(L"audit.jsonl")).value_or("");
    EXPECT_EQ(std::count(trail.begin(), trail.end(), '\n'), 2);
    EXPECT_NE(trail.find("\"answer\":183"), std::string::npos);
    EXPECT_NE(trail.find("rras_host_tests.exe"), std::string::npos);
}

}  // namespace

}  // namespace sstp::rras_host
