#include "service/windows/certificate_reading.h"
#include "service/windows/certificate_store.h"
#include "service/windows/distinguished_name.h"
#include "service/windows/system_clock.h"
#include "service/windows/text.h"
#include "tests/contracts/certificate_maker.h"
#include "tests/contracts/trust_list.h"
#include "tests/contracts/unique_name.h"
#include "tests/contracts/windows_proper.h"

#include <algorithm>
#include <array>
#include <memory>

namespace sstp::contracts {
namespace {

/// Made once: keys take time.
const TestAuthority& authority(bool trusted) {
    static const TestAuthority kTrusted{true};
    static const TestAuthority kUntrusted{false};
    return trusted ? kTrusted : kUntrusted;
}

const TestKey& leaf_key() {
    static const TestKey kKey;
    return kKey;
}

const TestKey& another_key() {
    static const TestKey kKey;
    return kKey;
}

const CertificateQuery kQuery{.revocation = RevocationPolicy::off, .timeout = Duration{1000}};
const std::wstring kAuthRoot = L"SOFTWARE\\Microsoft\\SystemCertificates\\AuthRoot\\";

/// A store of LocalMachine with a name of its own, in the place of MY.
class MachineStore final : public CertificatesWorld {
public:
    ~MachineStore() override {
        open_.reset();
        CertUnregisterSystemStore(name_.c_str(), CERT_SYSTEM_STORE_LOCAL_MACHINE | CERT_STORE_DELETE_FLAG);
        RegDeleteTreeW(HKEY_LOCAL_MACHINE, (L"SOFTWARE\\Microsoft\\SystemCertificates\\" + name_).c_str());
    }
    Certificates& certificates() override { return certificates_; }
    [[nodiscard]] std::string store() const { return to_utf8_lossy(name_); }
    Thumbprint add(const CertificateToAdd& wanted) override {
        const auto made = authority(wanted.trusted).issue(wanted, leaf_key(), ++serial_);
        UniqueCertificateContext stored;
        EXPECT_TRUE(CertAddCertificateContextToStore(open_.get(), made.get(), CERT_STORE_ADD_NEW, stored.receive()));
        link(stored.get(), wanted.key);
        CRYPT_DATA_BLOB nothing{0, nullptr};
        if (wanted.archived) {
            EXPECT_TRUE(CertSetCertificateContextProperty(stored.get(), CERT_ARCHIVED_PROP_ID, 0, &nothing));
        }
        if (wanted.renewed_by) {
            Bytes bytes = wanted.renewed_by->to_vector();
            CRYPT_DATA_BLOB successor{static_cast<DWORD>(bytes.size()), bytes.data()};
            EXPECT_TRUE(CertSetCertificateContextProperty(stored.get(), CERT_RENEWAL_PROP_ID, 0, &successor));
        }
        CertControlStore(open_.get(), 0, CERT_STORE_CTRL_COMMIT, nullptr);
        return thumbprint_of(made.get());
    }
    WallTime now() override { return clock_.wall(); }
    /// A certificate for a key of the test's own.
    void add_with(const TestKey& key) {
        const auto made = authority(true).issue({}, key, ++serial_);
        UniqueCertificateContext stored;
        EXPECT_TRUE(CertAddCertificateContextToStore(open_.get(), made.get(), CERT_STORE_ADD_NEW, stored.receive()));
        link_key(stored.get(), key.container(), CRYPT_MACHINE_KEYSET);
        CertControlStore(open_.get(), 0, CERT_STORE_CTRL_COMMIT, nullptr);
    }
    /// What auto-enrolment does later, to a certificate that is there already.
    void link_renewal(const Thumbprint& old, const Thumbprint& successor) {
        Bytes hash = old.to_vector();
        CRYPT_HASH_BLOB wanted{static_cast<DWORD>(hash.size()), hash.data()};
        const UniqueCertificateContext found{
            CertFindCertificateInStore(open_.get(), X509_ASN_ENCODING, 0, CERT_FIND_SHA1_HASH, &wanted, nullptr)};
        Bytes bytes = successor.to_vector();
        CRYPT_DATA_BLOB link{static_cast<DWORD>(bytes.size()), bytes.data()};
        const UniqueCertificateContext linked{
            CertCreateCertificateContext(X509_ASN_ENCODING, found.get()->pbCertEncoded, found.get()->cbCertEncoded)};
        EXPECT_TRUE(CertSetCertificateContextProperty(linked.get(), CERT_RENEWAL_PROP_ID, 0, &link));
        // Some systems write to the registry only what is added, and lose what is replaced: so it goes first.
        EXPECT_TRUE(CertDeleteCertificateFromStore(CertDuplicateCertificateContext(found.get())));
        CertControlStore(open_.get(), 0, CERT_STORE_CTRL_COMMIT, nullptr);
        EXPECT_TRUE(CertAddCertificateContextToStore(open_.get(), linked.get(), CERT_STORE_ADD_NEW, nullptr));
        CertControlStore(open_.get(), 0, CERT_STORE_CTRL_COMMIT, nullptr);
    }
    PCCERT_CONTEXT any() { return CertEnumCertificatesInStore(open_.get(), nullptr); }

private:
    static void link(PCCERT_CONTEXT certificate, KeyPlace place) {
        switch (place) {
            case KeyPlace::machine: return link_key(certificate, leaf_key().container(), CRYPT_MACHINE_KEYSET);
            case KeyPlace::user: return link_key(certificate, leaf_key().container(), 0);
            case KeyPlace::gone: return link_key(certificate, L"SstpWatchdogTestNoSuchContainer", CRYPT_MACHINE_KEYSET);
            case KeyPlace::of_another: return link_key(certificate, another_key().container(), CRYPT_MACHINE_KEYSET);
            case KeyPlace::unreachable: return link_missing_provider(certificate);
            case KeyPlace::nowhere: return;
        }
    }

    StopSignal stop_;
    SystemClock clock_{stop_};
    std::wstring name_ = unique_name();
    CertificateStore certificates_{stop_, to_utf8_lossy(name_)};
    UniqueStore open_{CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_LOCAL_MACHINE, name_.c_str())};
    static inline std::uint64_t serial_ = 0x1000;
};

std::unique_ptr<CertificatesWorld> make() { return std::make_unique<MachineStore>(); }

INSTANTIATE_TEST_SUITE_P(Windows, CertificatesContract, testing::Values(MakeWorld<CertificatesWorld>{"store", make}),
                         name_of<CertificatesWorld>);
INSTANTIATE_TEST_SUITE_P(Windows, CertificateArchiveContract, on_windows_proper(MakeWorld<CertificatesWorld>{"store", make}),
                         name_of<CertificatesWorld>);

TEST(CertificateStoreOnWindows, purposes_switched_off_by_property_are_an_empty_list_not_an_absent_one) {
    MachineStore world;
    world.add({});
    const UniqueCertificateContext context{world.any()};
    ASSERT_TRUE(context);
    // What the Certificates console writes for "disable all purposes": a property with an empty list.
    std::array<BYTE, 2> empty_sequence{0x30, 0x00};
    CRYPT_DATA_BLOB none{static_cast<DWORD>(empty_sequence.size()), empty_sequence.data()};
    ASSERT_TRUE(CertSetCertificateContextProperty(context.get(), CERT_ENHKEY_USAGE_PROP_ID, 0, &none));
    const auto certificate = read_certificate(context.get());
    ASSERT_TRUE(certificate);
    EXPECT_EQ(certificate->purposes, std::vector<std::string>{});
}

TEST(CertificateStoreOnWindows, what_is_no_name_of_a_store_is_malformed) {
    StopSignal stop;
    for (const char* name : {"", "M\xFFY"}) {
        CertificateStore certificates{stop, name};
        EXPECT_EQ(certificates.list(kQuery).error().kind, ErrorKind::malformed);
    }
}

TEST(CertificateStoreOnWindows, a_store_that_is_not_there_is_not_found_and_not_made) {
    StopSignal stop;
    for (int time = 0; time < 2; ++time) {
        CertificateStore certificates{stop, "SstpWatchdogNoSuchStore"};
        EXPECT_EQ(certificates.list(kQuery).error().kind, ErrorKind::not_found);
    }
}

/// The root of all that the trusted authority issued, as the store's only certificate shows it.
ChainRoot root_seen_by(const std::string& store) {
    StopSignal stop;
    CertificateStore certificates{stop, store};
    const auto list = certificates.list(kQuery);
    if (!list || list->size() != 1 || list->front().roots.size() != 1) {
        ADD_FAILURE() << (list ? "there is not one certificate with one root" : list.error().message());
        return {};
    }
    return list->front().roots.front();
}

TEST(CertificateStoreOnWindows, a_root_is_of_the_root_programme_when_windows_put_it_into_its_store) {
    MachineStore world;
    world.add({});
    EXPECT_FALSE(root_seen_by(world.store()).in_root_programme);
    const std::wstring key = kAuthRoot + (L"Certificates\\" + to_wide_lossy(thumbprint_of(authority(true).certificate()).to_string()));
    UniqueRegistryKey made;
    ASSERT_EQ(
        RegCreateKeyExW(HKEY_LOCAL_MACHINE, key.c_str(), 0, nullptr, 0, KEY_ALL_ACCESS | KEY_WOW64_64KEY, nullptr, made.receive(), nullptr),
        ERROR_SUCCESS);
    EXPECT_TRUE(root_seen_by(world.store()).in_root_programme);
    made.reset();
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, key.c_str());
    EXPECT_FALSE(root_seen_by(world.store()).in_root_programme);
}

TEST(CertificateStoreOnWindows, a_root_is_of_the_root_programme_when_the_list_in_the_registry_names_it) {
    MachineStore world;
    world.add({});
    const std::wstring key = kAuthRoot + std::wstring{L"AutoUpdate"};
    UniqueRegistryKey made;
    ASSERT_EQ(
        RegCreateKeyExW(HKEY_LOCAL_MACHINE, key.c_str(), 0, nullptr, 0, KEY_ALL_ACCESS | KEY_WOW64_64KEY, nullptr, made.receive(), nullptr),
        ERROR_SUCCESS);
    const Bytes list = encoded_trust_list({thumbprint_of(authority(true).certificate())});
    RegSetValueExW(made.get(), L"EncodedCtl", 0, REG_BINARY, list.data(), static_cast<DWORD>(list.size()));
    EXPECT_TRUE(root_seen_by(world.store()).in_root_programme);
    RegDeleteValueW(made.get(), L"EncodedCtl");
}

TEST(CertificateStoreOnWindows, a_key_is_opened_once_and_asked_anew_when_the_store_changed) {
    MachineStore world;
    auto key = std::make_unique<TestKey>();
    world.add_with(*key);
    const auto state = [&world](bool anew) {
        CertificateQuery query = kQuery;
        query.open_keys_anew = anew;
        const auto list = world.certificates().list(query);
        return list && list->size() == 1 ? list->front().key : KeyState::absent;
    };
    EXPECT_EQ(state(false), KeyState::usable);
    key.reset();   // its container is deleted: the store knows nothing of it
    EXPECT_EQ(state(false), KeyState::usable) << "within the hour nothing is opened";
    EXPECT_EQ(state(true), KeyState::unusable);
}

TEST(CertificateStoreOnWindows, another_property_of_the_same_certificate_is_seen_at_the_next_look) {
    MachineStore world;
    const Thumbprint successor = world.add({.dns_names = {"successor.example.com"}});
    const Thumbprint old = world.add({});
    const auto renewed_by = [&]() -> std::optional<Thumbprint> {
        const auto list = world.certificates().list(kQuery);
        const auto found = std::ranges::find(*list, old, &Certificate::thumbprint);
        return found == list->end() ? std::nullopt : found->renewed_by;
    };
    EXPECT_EQ(renewed_by(), std::nullopt);
    world.link_renewal(old, successor);
    EXPECT_EQ(renewed_by(), successor);
}

TEST(CertificateStoreOnWindows, a_store_that_nobody_changed_is_not_read_again_and_a_changed_one_is) {
    MachineStore world;
    world.add({});
    const auto list = [&world](const CertificateQuery& query = kQuery) { return world.certificates().list(query).value(); };
    const CertificateList first = list();
    EXPECT_TRUE(list().is_shared_with(first));
    world.add({});
    const CertificateList second = list();
    EXPECT_EQ(second.size(), 2U);
    EXPECT_TRUE(list().is_shared_with(second));
    EXPECT_TRUE(world.certificates().remove(second.front().thumbprint));
    EXPECT_EQ(list().size(), 1U);
}

TEST(CertificateStoreOnWindows, another_question_is_answered_anew_though_nobody_changed_the_store) {
    MachineStore world;
    const Thumbprint thumbprint = world.add({.key = KeyPlace::gone});
    const auto key = [&world](std::vector<Thumbprint> served) {
        CertificateQuery query = kQuery;
        query.served = std::move(served);
        return world.certificates().list(query).value().front().key;
    };
    EXPECT_EQ(key({}), KeyState::unusable);
    EXPECT_EQ(key({thumbprint}), KeyState::usable);
    EXPECT_EQ(key({}), KeyState::unusable);
}

TEST(CertificateStoreOnWindows, a_verdict_that_is_none_is_asked_for_at_each_look) {
    MachineStore world;
    world.add({.trusted = false});
    const CertificateList first = world.certificates().list(kQuery).value();
    EXPECT_FALSE(world.certificates().list(kQuery).value().is_shared_with(first));
}

TEST(CertificateStoreOnWindows, our_stop_ends_a_list_of_chains) {
    MachineStore world;
    world.add({});
    StopSignal stop;
    stop.request();
    CertificateStore certificates{stop, world.store()};
    EXPECT_EQ(certificates.list(kQuery).error().kind, ErrorKind::stopped);
}

struct NameCase {
    const char* sentence;
    DistinguishedName name;
    const char* text;
};

class DistinguishedNames : public testing::TestWithParam<NameCase> {};

TEST_P(DistinguishedNames, are_written_as_rfc_4514_has_them) {
    EXPECT_EQ(to_rfc4514(GetParam().name), GetParam().text) << GetParam().sentence;
}

INSTANTIATE_TEST_SUITE_P(
    Table, DistinguishedNames,
    testing::Values(
        NameCase{"an empty name is empty", {}, ""},
        NameCase{"the last one comes first", {{{"2.5.4.6", "DE"}}, {{"2.5.4.10", "Example"}}, {{"2.5.4.3", "a"}}}, "CN=a,O=Example,C=DE"},
        NameCase{"several values in one stay together", {{{"2.5.4.3", "a"}, {"0.9.2342.19200300.100.1.1", "b"}}}, "CN=a+UID=b"},
        NameCase{"what would end a value is escaped", {{{"2.5.4.10", "A, \"B\" + <C>; \\D"}}}, "O=A\\, \\\"B\\\" \\+ \\<C\\>\\; \\\\D"},
        NameCase{"blanks at the ends and a leading number sign are escaped", {{{"2.5.4.3", " #a "}}}, "CN=\\ #a\\ "},
        NameCase{"a number sign in front is escaped", {{{"2.5.4.3", "#a"}}}, "CN=\\#a"},
        NameCase{"a lone blank is escaped once", {{{"2.5.4.3", " "}}}, "CN=\\ "},
        NameCase{"a NUL is written as hex", {{{"2.5.4.3", std::string{"a\0b", 3}}}}, "CN=a\\00b"},
        NameCase{"UTF-8 stays", {{{"2.5.4.3", "Prüfung"}}}, "CN=Prüfung"},
        NameCase{"an equals sign needs nothing", {{{"2.5.4.3", "a=b"}}}, "CN=a=b"},
        NameCase{"an unknown attribute keeps its number", {{{"1.2.3.4", "a"}}}, "1.2.3.4=a"},
        NameCase{"what is no text is hex of its encoding", {{{"1.2.3.4", "#040102", false}}}, "1.2.3.4=#040102"}));

TEST(CommonName, is_the_most_specific_one) {
    EXPECT_EQ(common_name({{{"2.5.4.3", "Users"}}, {{"2.5.4.3", "vpn.example.com"}}}), "vpn.example.com");
    EXPECT_EQ(common_name({{{"2.5.4.10", "Example"}}}), "");
}

}  // namespace
}  // namespace sstp::contracts
