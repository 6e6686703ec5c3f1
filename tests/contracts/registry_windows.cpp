#include "service/windows/kill_switch_registry.h"
#include "service/windows/registry_key.h"
#include "service/windows/sstp_registry.h"
#include "service/windows/system_clock.h"
#include "service/windows/text.h"
#include "tests/contracts/registry_contract.h"

namespace sstp::contracts {
namespace {

void expect_success(LSTATUS status, const wchar_t* what) { EXPECT_EQ(status, ERROR_SUCCESS) << to_utf8_lossy(what); }

UniqueRegistryKey create(const wchar_t* path) {
    UniqueRegistryKey key;
    expect_success(
        RegCreateKeyExW(HKEY_LOCAL_MACHINE, path, 0, nullptr, 0, KEY_ALL_ACCESS | KEY_WOW64_64KEY, nullptr, key.receive(), nullptr), path);
    return key;
}

void set_or_delete(const wchar_t* path, const std::wstring& name, const std::optional<RawValue>& raw) {
    const UniqueRegistryKey key = create(path);
    if (raw) {
        expect_success(RegSetValueExW(key.get(), name.c_str(), 0, raw->type, raw->data.data(), static_cast<DWORD>(raw->data.size())), path);
    } else {
        RegDeleteValueW(key.get(), name.c_str());
    }
}

void delete_key(const wchar_t* path) { RegDeleteTreeW(HKEY_LOCAL_MACHINE, path); }

/// SSTP's key and Group Policy's, empty, in the registry of this (test) machine.
class MachineRegistry final : public ParametersWorld, public KillSwitchWorld {
public:
    MachineRegistry() {
        delete_key(kSstpParametersKey.path);
        delete_key(kPoliciesKey.path);
        create(kSstpParametersKey.path);
    }

    ~MachineRegistry() override {
        delete_key(kSstpParametersKey.path);
        delete_key(kPoliciesKey.path);
    }

    SstpParameters& parameters() override { return parameters_; }

    void somebody_writes(SstpValue value, const std::optional<RawValue>& raw) override {
        const std::wstring name = to_wide_lossy(registry_name(value));
        const std::size_t behind = name.rfind(L'\\');
        if (behind == std::wstring::npos) return set_or_delete(kSstpParametersKey.path, name, raw);
        set_or_delete(kSstpConfigStoreKey.path, name.substr(behind + 1), raw);
    }

    WallTime now() override {
        FILETIME now{};
        GetSystemTimeAsFileTime(&now);
        return to_wall_time(now);
    }

    KillSwitch& kill_switch() override { return kill_switch_; }

    void group_policy_sets(const std::optional<RawValue>& mode) override { set_or_delete(kPoliciesKey.path, L"Mode", mode); }

private:
    SstpRegistry parameters_;
    KillSwitchRegistry kill_switch_;
};

template <class World>
std::unique_ptr<World> make() {
    return std::make_unique<MachineRegistry>();
}

INSTANTIATE_TEST_SUITE_P(Windows, ParametersContract, testing::Values(MakeWorld<ParametersWorld>{"registry", make<ParametersWorld>}),
                         name_of<ParametersWorld>);
INSTANTIATE_TEST_SUITE_P(Windows, KillSwitchContract, testing::Values(MakeWorld<KillSwitchWorld>{"registry", make<KillSwitchWorld>}),
                         name_of<KillSwitchWorld>);

TEST(SstpRegistryOnWindows, without_sstp_everything_is_absent_and_nothing_is_created) {
    delete_key(kSstpParametersKey.path);
    SstpRegistry parameters;
    EXPECT_TRUE(is_absent(parameters.read(SstpValue::use_https)));
    const auto written = parameters.write(SstpValue::sha1_certificate_hash, RawValue::binary(Bytes(20, 1)));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::not_found) << written.error().message();
    EXPECT_TRUE(parameters.remove(SstpValue::sha1_certificate_hash));
    EXPECT_EQ(parameters.last_written().error().kind, ErrorKind::not_found);
    UniqueRegistryKey key;
    EXPECT_EQ(open_machine_key(kSstpParametersKey.path, KEY_QUERY_VALUE, key), ERROR_FILE_NOT_FOUND);
}

TEST(SstpRegistryOnWindows, a_value_of_more_than_a_mebibyte_is_unreadable_not_absent) {
    set_or_delete(kSstpParametersKey.path, L"ServerURI", RawValue::binary(Bytes((1 << 20) + 1, 1)));
    const auto read = SstpRegistry{}.read(SstpValue::server_uri);
    ASSERT_NE(why_unreadable(read), nullptr);
    EXPECT_EQ(why_unreadable(read)->kind, ErrorKind::malformed);
    delete_key(kSstpParametersKey.path);
}

}  // namespace
}  // namespace sstp::contracts
