#include "service/windows/group_policy_registry.h"
#include "service/windows/registry_key.h"
#include "service/windows/text.h"
#include "service/windows/windows_machine.h"
#include "service/windows/winsock.h"
#include "tests/contracts/machine_contract.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cctype>
#include <cstring>

namespace sstp::contracts {
namespace {

constexpr wchar_t kCryptographyKey[] = L"SOFTWARE\\Microsoft\\Cryptography";
constexpr wchar_t kDirectAccessKey[] = L"SOFTWARE\\Policies\\Microsoft\\Windows\\RemoteAccess\\Config";
constexpr wchar_t kServerSettings[] = L"SOFTWARE\\Policies\\Microsoft\\Windows\\RemoteAccess\\Config\\MachineSIDs\\S-1-5-21-1";
constexpr wchar_t kNlbKey[] = L"SYSTEM\\CurrentControlSet\\Services\\WLBS\\Parameters\\Interface";
constexpr wchar_t kNlbInterface[] =
    L"SYSTEM\\CurrentControlSet\\Services\\WLBS\\Parameters\\Interface\\{5a3e5f0e-0000-4000-8000-000000000001}";

UniqueRegistryKey made_key(const wchar_t* path) {
    UniqueRegistryKey key;
    EXPECT_EQ(RegCreateKeyExW(HKEY_LOCAL_MACHINE, path, 0, nullptr, 0, KEY_ALL_ACCESS | KEY_WOW64_64KEY, nullptr, key.receive(), nullptr),
              ERROR_SUCCESS);
    return key;
}

void put_text(HKEY key, const wchar_t* name, const std::string& text) {
    const std::wstring wide = to_wide_lossy(text);
    RegSetValueExW(key, name, 0, REG_SZ, reinterpret_cast<const BYTE*>(wide.c_str()),
                   static_cast<DWORD>((wide.size() + 1) * sizeof(wchar_t)));
}

void put_texts(HKEY key, const wchar_t* name, const std::vector<std::string>& texts) {
    std::wstring all;
    for (const std::string& each : texts) all += to_wide_lossy(each) + L'\0';
    all += L'\0';
    RegSetValueExW(key, name, 0, REG_MULTI_SZ, reinterpret_cast<const BYTE*>(all.data()), static_cast<DWORD>(all.size() * sizeof(wchar_t)));
}

class ThisMachine final : public MachineWorld, public GroupPolicyWorld {
public:
    ThisMachine() : guid_(machine_.identity().machine_guid) { refresh({}); }
    ~ThisMachine() override {
        set_machine_guid(guid_);
        RegDeleteTreeW(HKEY_LOCAL_MACHINE, kDirectAccessKey);
        RegDeleteTreeW(HKEY_LOCAL_MACHINE, kNlbKey);
        RegDeleteTreeW(HKEY_LOCAL_MACHINE, kPoliciesKey.path);
    }

    Machine& machine() override { return machine_; }
    void set_machine_guid(const std::string& guid) override {
        const auto key = made_key(kCryptographyKey);
        if (guid.empty()) {
            RegDeleteValueW(key.get(), L"MachineGuid");
        } else {
            put_text(key.get(), L"MachineGuid", guid);
        }
    }
    void has_directaccess(bool yes) override {
        RegDeleteTreeW(HKEY_LOCAL_MACHINE, kDirectAccessKey);
        if (yes) made_key(kServerSettings);
    }
    void has_load_balancing() { made_key(kNlbInterface); }

    /// Connecting a UDP socket sends nothing, and makes Windows choose where packets to there would leave.
    std::optional<IpAddress> address_towards_the_world() override {
        WSADATA data{};
        WSAStartup(MAKEWORD(2, 2), &data);
        const SOCKET out = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
        sockaddr_in there{};
        there.sin_family = AF_INET;
        there.sin_port = htons(9);
        there.sin_addr.s_addr = htonl(0xC0000201);   // 192.0.2.1, which is nobody's (RFC 5737)
        sockaddr_in here{};
        int size = sizeof here;
        const bool known = connect(out, reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0 &&
                           getsockname(out, reinterpret_cast<sockaddr*>(&here), &size) == 0;
        closesocket(out);
        WSACleanup();
        if (!known) return std::nullopt;
        IpAddress address;
        std::memcpy(address.bytes.data(), &here.sin_addr, sizeof here.sin_addr);
        return address;
    }

    GroupPolicy& group_policy() override { return group_policy_; }
    void refresh(const GroupPolicyValues& values) override {
        RegDeleteTreeW(HKEY_LOCAL_MACHINE, kPoliciesKey.path);
        const auto key = made_key(kPoliciesKey.path);
        if (const auto* names = value_of(values.dns_names)) put_texts(key.get(), L"DnsNames", *names);
        if (const auto* hosts = value_of(values.siem_hosts)) put_texts(key.get(), L"SiemHosts", *hosts);
        if (const auto* issuer = value_of(values.issuer)) put_text(key.get(), L"Issuer", *issuer);
        if (const auto* thumbprint = value_of(values.thumbprint)) put_text(key.get(), L"Thumbprint", *thumbprint);
        if (const auto* ca = value_of(values.ca)) put_text(key.get(), L"Ca", *ca);
        if (const auto* window = value_of(values.window)) put_text(key.get(), L"Window", *window);
        if (const auto* restarts = value_of(values.restarts_per_day)) {
            const DWORD number = *restarts;
            RegSetValueExW(key.get(), L"RestartsPerDay", 0, REG_DWORD, reinterpret_cast<const BYTE*>(&number), sizeof number);
        }
    }
    void sets_wrong_types() override {
        refresh({});
        const auto key = made_key(kPoliciesKey.path);
        put_text(key.get(), L"RestartsPerDay", "8");
        const DWORD number = 8;
        RegSetValueExW(key.get(), L"DnsNames", 0, REG_DWORD, reinterpret_cast<const BYTE*>(&number), sizeof number);
    }

private:
    WindowsMachine machine_;
    GroupPolicyRegistry group_policy_;
    std::string guid_;
};

template <class World>
std::unique_ptr<World> make_machine() {
    return std::make_unique<ThisMachine>();
}

INSTANTIATE_TEST_SUITE_P(Windows, MachineContract, testing::Values(MakeWorld<MachineWorld>{"machine", make_machine<MachineWorld>}),
                         name_of<MachineWorld>);
INSTANTIATE_TEST_SUITE_P(Windows, GroupPolicyContract,
                         testing::Values(MakeWorld<GroupPolicyWorld>{"registry", make_machine<GroupPolicyWorld>}),
                         name_of<GroupPolicyWorld>);

TEST(WindowsMachineOnWindows, an_interface_of_network_load_balancing_is_known) {   // 67
    ThisMachine world;
    EXPECT_FALSE(world.machine().has_directaccess_or_nlb());
    world.has_load_balancing();
    EXPECT_TRUE(world.machine().has_directaccess_or_nlb());
}

TEST(WindowsMachineOnWindows, the_full_name_is_the_computers_name_and_its_domain) {
    WindowsMachine machine;
    std::string full = full_host_name();
    std::ranges::transform(full, full.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::string name = machine.identity().computer_name;
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::string domain = machine.domain();
    EXPECT_EQ(full, domain.empty() ? name : name + "." + domain);
}

TEST(WindowsMachineOnWindows, the_account_of_this_process_has_a_domain_and_a_name) {
    const std::string account = account_of_this_process();
    wchar_t name[256]{};
    DWORD length = 256;
    ASSERT_TRUE(GetUserNameW(name, &length));
    EXPECT_THAT(account, testing::EndsWith("\\" + to_utf8_lossy(name)));
}

TEST(GroupPolicyOnWindows, one_text_where_several_are_expected_is_unreadable_and_named) {
    ThisMachine world;
    put_text(made_key(kPoliciesKey.path).get(), L"DnsNames", "vpn.example.com");
    const GroupPolicyValues values = world.group_policy().read();
    ASSERT_NE(why_unreadable(values.dns_names), nullptr);
    EXPECT_EQ(why_unreadable(values.dns_names)->kind, ErrorKind::malformed);
    EXPECT_THAT(why_unreadable(values.dns_names)->message(), testing::HasSubstr("SSTP Watchdog\\DnsNames"));
    EXPECT_TRUE(is_absent(values.issuer));
}

}  // namespace
}  // namespace sstp::contracts
