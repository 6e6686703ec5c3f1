#include "service/windows/http_sys_bindings.h"
#include "service/windows/http_sys_record.h"
#include "service/windows/registry_key.h"
#include "service/windows/system_clock.h"
#include "service/windows/text.h"
#include "store/state_folder.h"
#include "tests/contracts/bindings_contract.h"
#include "tests/contracts/certificate_maker.h"

#include <gmock/gmock.h>

namespace sstp::contracts {
namespace {

using testing::HasSubstr;
namespace host = rras_host;

// The double of httpapi.dll (tests/rras_host) does what this file orders. No test here means anything on a real HTTP.SYS,
// whose records are not ours to play with.
constexpr wchar_t kFaults[] = L"C:\\rras_host\\faults.json";
constexpr char kKeyIsNew[] = R"({"function": "HttpUpdateServiceConfiguration", "error": 87, "count": 0},
                                {"function": "HttpSetServiceConfiguration", "error": 87, "count": 1})";
constexpr char kAbsent[] = R"({"function": "HttpUpdateServiceConfiguration", "error": 120, "count": 0})";
constexpr char kNotSupported[] = R"({"function": "HttpUpdateServiceConfiguration", "error": 50, "count": 0})";

void order_faults(const std::string& list) {
    const UniqueKernelHandle file{CreateFileW(kFaults, GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, 0, nullptr)};
    DWORD written = 0;
    EXPECT_TRUE(WriteFile(file.get(), list.data(), static_cast<DWORD>(list.size()), &written, nullptr)) << GetLastError();
}

/// Certificates 1, 2 and, without a key, 3, of LocalMachine\MY, made once for all tests.
class BindableCertificates {
public:
    BindableCertificates() {
        const UniqueStore store{CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_LOCAL_MACHINE, L"MY")};
        for (std::uint64_t number = 1; number <= 3; ++number) {
            const auto made = authority_.issue({}, key_, number);
            UniqueCertificateContext stored;
            EXPECT_TRUE(CertAddCertificateContextToStore(store.get(), made.get(), CERT_STORE_ADD_NEW, stored.receive()));
            if (number < 3) link_key(stored.get(), key_.container(), CRYPT_MACHINE_KEYSET);
            certificates_.push_back(std::move(stored));
        }
        CertControlStore(store.get(), 0, CERT_STORE_CTRL_COMMIT, nullptr);
    }
    ~BindableCertificates() {
        for (const auto& each : certificates_) delete_for_good(L"MY", each.get());
    }
    [[nodiscard]] Thumbprint number(int number) const {
        return thumbprint_of(certificates_.at(static_cast<std::size_t>(number - 1)).get());
    }

private:
    TestAuthority authority_{false};
    TestKey key_;
    std::vector<UniqueCertificateContext> certificates_;
};

const BindableCertificates& certificates() {
    static const BindableCertificates kCertificates;
    return kCertificates;
}

class HttpSysDouble final : public BindingsWorld {
public:
    explicit HttpSysDouble(std::string always = {}) : always_(std::move(always)) {
        HttpInitialize(HTTPAPI_VERSION HTTPAPI_VERSION_1, HTTP_INITIALIZE_CONFIG, nullptr);
        forget_everything();
        faults("");
    }
    ~HttpSysDouble() override {
        order_faults("[]");
        forget_everything();
        HttpTerminate(HTTP_INITIALIZE_CONFIG, nullptr);
    }
    ListenerBindings& bindings() override { return bindings_; }
    Thumbprint usable(int number) override { return certificates().number(number); }
    Thumbprint keyless() override { return certificates().number(3); }
    void somebody_sets(const ListenerBinding& record) override {
        EXPECT_EQ(set(record), DWORD{ERROR_SUCCESS}) << record.endpoint.to_string();
    }
    void extend(const Endpoint& endpoint) override {
        host::write_text(host::state_path(L"ssl_extended.json"), "[\"" + endpoint.to_string() + "\"]");
    }
    void key_is_new(bool is_new) override { faults(is_new ? kKeyIsNew : ""); }
    void listen_on(const std::vector<IpAddress>& addresses) override {
        std::string list;
        for (const IpAddress& each : addresses) list += (list.empty() ? "\"" : ", \"") + each.to_string() + '"';
        host::write_text(host::state_path(L"listen_list.json"), "[" + list + "]");
    }
    WallTime now() override { return clock_.wall(); }
    [[nodiscard]] bool updates_in_place() const override { return always_.empty(); }
    /// Besides those that make this world what it is.
    void faults(const std::string& more) {
        const char* comma = always_.empty() || more.empty() ? "" : ", ";
        order_faults("[" + always_ + comma + more + "]");
    }

private:
    static ULONG set(const ListenerBinding& record) {
        using namespace http_api;
        ListenerBinding carrier = record;   // its parameters, whatever the key
        carrier.endpoint = Endpoint::wildcard(AddressFamily::ipv4, record.endpoint.port);
        SslRecord parameters(record.endpoint.kind == Endpoint::Kind::address ? record : carrier);
        std::wstring host = to_wide_lossy(record.endpoint.host);
        switch (record.endpoint.kind) {
            case Endpoint::Kind::address:
                return HttpSetServiceConfiguration(nullptr, config_id(RecordKind::address), &parameters.set, sizeof parameters.set,
                                                   nullptr);
            case Endpoint::Kind::host_name: {
                HostNameSet sni{{to_socket_address(carrier.endpoint), host.data()}, parameters.set.ParamDesc};
                return HttpSetServiceConfiguration(nullptr, config_id(RecordKind::host_name), &sni, sizeof sni, nullptr);
            }
            case Endpoint::Kind::central_store: {
                CentralStoreSet ccs{{to_socket_address(carrier.endpoint)}, parameters.set.ParamDesc};
                return HttpSetServiceConfiguration(nullptr, config_id(RecordKind::central_store), &ccs, sizeof ccs, nullptr);
            }
        }
        return ERROR_INVALID_PARAMETER;
    }
    void forget_everything() {
        using namespace http_api;
        DeleteFileW(host::state_path(L"ssl_extended.json").c_str());
        DeleteFileW(host::state_path(L"listen_list.json").c_str());
        const auto all = bindings_.all();
        ASSERT_TRUE(all) << all.error().message();
        for (const ListenerBinding& record : *all) {
            SOCKADDR_STORAGE address = to_socket_address(record.endpoint.kind == Endpoint::Kind::address
                                                             ? record.endpoint
                                                             : Endpoint::wildcard(AddressFamily::ipv4, record.endpoint.port));
            std::wstring host = to_wide_lossy(record.endpoint.host);
            HTTP_SERVICE_CONFIG_SSL_SET plain{{reinterpret_cast<PSOCKADDR>(&address)}, {}};
            HostNameSet sni{{address, host.data()}, {}};
            CentralStoreSet ccs{{address}, {}};
            switch (record.endpoint.kind) {
                case Endpoint::Kind::address:
                    HttpDeleteServiceConfiguration(nullptr, config_id(RecordKind::address), &plain, sizeof plain, nullptr);
                    break;
                case Endpoint::Kind::host_name:
                    HttpDeleteServiceConfiguration(nullptr, config_id(RecordKind::host_name), &sni, sizeof sni, nullptr);
                    break;
                case Endpoint::Kind::central_store:
                    HttpDeleteServiceConfiguration(nullptr, config_id(RecordKind::central_store), &ccs, sizeof ccs, nullptr);
                    break;
            }
        }
    }

    std::string always_;
    StopSignal stop_;
    SystemClock clock_{stop_};
    HttpSysBindings bindings_;
};

std::unique_ptr<BindingsWorld> since_1703() { return std::make_unique<HttpSysDouble>(); }
std::unique_ptr<BindingsWorld> not_supported() { return std::make_unique<HttpSysDouble>(kNotSupported); }
std::unique_ptr<BindingsWorld> before_1703() { return std::make_unique<HttpSysDouble>(kAbsent); }

INSTANTIATE_TEST_SUITE_P(Windows, BindingsContract,
                         testing::Values(MakeWorld<BindingsWorld>{"since_1703", since_1703},
                                         MakeWorld<BindingsWorld>{"not_supported", not_supported},
                                         MakeWorld<BindingsWorld>{"before_1703", before_1703}),
                         name_of<BindingsWorld>);

const Endpoint kIpv6 = Endpoint::wildcard(AddressFamily::ipv6, 45443);

ListenerBinding record_of(const Thumbprint& certificate) { return {kIpv6, certificate.to_vector(), kSstpAppId, "MY", {.flags = 1}}; }

TEST(HttpSysBindingsOnWindows, when_the_set_after_the_delete_fails_the_old_record_is_put_back) {
    HttpSysDouble world{kAbsent};
    ASSERT_TRUE(world.make(record_of(world.usable(1))));
    world.faults(R"({"function": "HttpSetServiceConfiguration", "error": 1450, "count": 1})");
    const auto put = world.make(record_of(world.usable(2)));
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().code, 1450U) << put.error().message();
    world.faults("");
    EXPECT_TRUE(world.bindings().at(kIpv6) == Result<ListenerBinding>{record_of(world.usable(1))});
}

TEST(HttpSysBindingsOnWindows, when_even_putting_back_fails_the_error_says_that_nothing_is_bound) {
    HttpSysDouble world{kAbsent};
    ASSERT_TRUE(world.make(record_of(world.usable(1))));
    world.faults(R"({"function": "HttpSetServiceConfiguration", "error": 1450, "count": 2})");
    const auto put = world.make(record_of(world.usable(2)));
    ASSERT_FALSE(put);
    EXPECT_THAT(put.error().message(), HasSubstr("could not be put back"));
    world.faults("");
    EXPECT_EQ(world.bindings().at(kIpv6).error().kind, ErrorKind::not_found);
}

TEST(HttpSysBindingsOnWindows, a_delete_that_fails_opens_no_gap) {
    HttpSysDouble world{kAbsent};
    ASSERT_TRUE(world.make(record_of(world.usable(1))));
    world.faults(R"({"function": "HttpDeleteServiceConfiguration", "error": 5, "count": 1})");
    const auto put = world.make(record_of(world.usable(2)));
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().kind, ErrorKind::access_denied) << put.error().message();
    world.faults("");
    EXPECT_TRUE(world.bindings().at(kIpv6) == Result<ListenerBinding>{record_of(world.usable(1))});
}

struct FaultCase {
    const char* sentence;
    const char* function;
    DWORD code;
    ErrorKind kind;
};

class HttpSysFaults : public testing::TestWithParam<FaultCase> {};

/// Runs every call of the port on a record that is there.
std::vector<Error> errors_of_all_calls(HttpSysDouble& world) {
    std::vector<Error> errors;
    const auto note = [&errors](const auto& result) {
        if (!result) errors.push_back(result.error());
    };
    note(world.bindings().all());
    note(world.bindings().at(kIpv6));
    note(world.make(record_of(world.usable(2))));
    note(world.bindings().remove(kIpv6));
    return errors;
}

TEST_P(HttpSysFaults, keep_their_code_and_get_their_kind) {
    HttpSysDouble world;
    ASSERT_TRUE(world.make(record_of(world.usable(1))));
    world.faults(std::string{R"({"count": 0, "function": ")"} + GetParam().function + R"(", "error": )" + std::to_string(GetParam().code) +
                 "}");
    const auto errors = errors_of_all_calls(world);
    EXPECT_FALSE(errors.empty()) << GetParam().sentence;
    for (const Error& error : errors) {
        EXPECT_EQ(error.kind, GetParam().kind) << GetParam().sentence << ": " << error.message();
        EXPECT_EQ(error.code, GetParam().code);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Table, HttpSysFaults,
    testing::Values(FaultCase{"not elevated, reading", "HttpQueryServiceConfiguration", 5, ErrorKind::access_denied},
                    FaultCase{"not elevated, updating", "HttpUpdateServiceConfiguration", 5, ErrorKind::access_denied},
                    FaultCase{"not elevated, deleting", "HttpDeleteServiceConfiguration", 5, ErrorKind::access_denied},
                    FaultCase{"a well-formed record that is not understood", "HttpUpdateServiceConfiguration", 87, ErrorKind::settling},
                    FaultCase{"no key that HTTP.SYS can use", "HttpUpdateServiceConfiguration", 1312, ErrorKind::no_usable_key},
                    FaultCase{"a code that nobody knows is no absence", "HttpQueryServiceConfiguration", 1450, ErrorKind::unexpected},
                    FaultCase{"the record vanished before the delete", "HttpDeleteServiceConfiguration", 2, ErrorKind::not_found}));

TEST(HttpSysBindingsOnWindows, an_update_that_is_exported_and_not_supported_is_remembered) {
    HttpSysDouble world;
    EXPECT_TRUE(world.bindings().has_update());
    ASSERT_TRUE(world.make(record_of(world.usable(1))));
    world.faults(R"({"function": "HttpUpdateServiceConfiguration", "error": 50, "count": 1})");
    ASSERT_TRUE(world.make(record_of(world.usable(2))));
    EXPECT_FALSE(world.bindings().has_update());
    EXPECT_TRUE(world.bindings().at(kIpv6) == Result<ListenerBinding>{record_of(world.usable(2))});
}

TEST(HttpSysBindingsOnWindows, extended_parameters_that_cannot_be_asked_for_open_no_gap) {
    HttpSysDouble world{kAbsent};
    ASSERT_TRUE(world.make(record_of(world.usable(1))));
    world.faults(R"({"function": "HttpQueryServiceConfiguration", "error": 5, "skip": 2, "count": 1})");
    const auto put = world.make(record_of(world.usable(2)));
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().kind, ErrorKind::access_denied) << put.error().message();
    world.faults("");
    EXPECT_TRUE(world.bindings().at(kIpv6) == Result<ListenerBinding>{record_of(world.usable(1))});
}

TEST(HttpSysBindingsOnWindows, without_records_nobody_knows_when_they_were_written) {
    HttpSysDouble world;
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, kSslBindingInfoKey.path);
    RegDeleteKeyExW(HKEY_LOCAL_MACHINE, kSslBindingInfoKey.path, KEY_WOW64_64KEY, 0);
    const auto written = world.bindings().last_written();
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::not_found) << written.error().message();
}

TEST(HttpSysBindingsOnWindows, a_record_that_others_deleted_between_look_and_update_is_not_made_anew) {
    HttpSysDouble world;
    ASSERT_TRUE(world.make(record_of(world.usable(1))));
    world.faults(R"({"function": "HttpUpdateServiceConfiguration", "error": 2, "count": 1})");
    const auto put = world.make(record_of(world.usable(2)));
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().kind, ErrorKind::not_found) << put.error().message();
    EXPECT_TRUE(world.bindings().at(kIpv6) == Result<ListenerBinding>{record_of(world.usable(1))});
}

}  // namespace
}  // namespace sstp::contracts
