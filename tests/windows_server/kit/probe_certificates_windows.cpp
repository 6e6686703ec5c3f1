#include "tests/windows_server/kit/probes.h"

#include "service/windows/certificate_key.h"
#include "service/windows/crypto_handles.h"
#include "service/windows/hardening.h"
#include "service/windows/stop_signal.h"
#include "service/windows/system_clock.h"
#include "service/windows/text.h"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace sstp::kit {

namespace {

UniqueStore open_my(DWORD flags) {
    UniqueStore store{CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_LOCAL_MACHINE | flags, L"MY")};
    if (!store) throw std::runtime_error(fmt::format("LocalMachine\\MY could not be opened ({})", GetLastError()));
    return store;
}

using Thumbprint = std::array<BYTE, 20>;

Thumbprint thumbprint_of(const std::string& hex) {
    Thumbprint hash{};
    if (hex.size() != 2 * hash.size()) throw std::runtime_error("'" + hex + "' is no thumbprint");
    for (std::size_t at = 0; at < hash.size(); ++at) hash[at] = static_cast<BYTE>(std::stoi(hex.substr(2 * at, 2), nullptr, 16));
    return hash;
}

std::string hex_of(PCCERT_CONTEXT certificate) {
    Thumbprint hash{};
    auto size = static_cast<DWORD>(hash.size());
    CertGetCertificateContextProperty(certificate, CERT_HASH_PROP_ID, hash.data(), &size);
    std::string hex;
    for (const BYTE byte : hash) hex += fmt::format("{:02X}", byte);
    return hex;
}

}  // namespace

/// keys: what the product says of each key in LocalMachine\MY, hardened as it is, and how long that takes.
int probe_keys(const Arguments&) {
    print_line("hardening=" + summary(harden_process()));
    const UniqueStore store = open_my(CERT_STORE_READONLY_FLAG | CERT_STORE_OPEN_EXISTING_FLAG);
    int count = 0;
    for (PCCERT_CONTEXT each = nullptr; (each = CertEnumCertificatesInStore(store.get(), each)) != nullptr; ++count) {
        DWORD code = 0;
        const auto link = key_link(each, code);
        const ULONGLONG began = GetTickCount64();
        const auto verdict = judge_key(each);
        constexpr std::array words{"usable", "unusable", "unknown", "absent"};
        const auto word = verdict.state == KeyState::usable     ? 0U
                          : verdict.state == KeyState::unusable ? 1U
                          : verdict.state == KeyState::unknown  ? 2U
                                                                : 3U;
        print_line(fmt::format("certificate={} key={} provider_type={} milliseconds={} provider={} because={}", hex_of(each), words[word],
                               link ? static_cast<int>(link->type) : -1, GetTickCount64() - began,
                               link ? to_utf8_lossy(link->provider) : "none", verdict.explanation));
    }
    print_line(fmt::format("count={}", count));
    return 0;
}

/// renewal-link OLD NEW: what auto-enrolment writes on the old one (CERT_RENEWAL_PROP_ID). NEW `none` takes it away.
int probe_renewal_link(const Arguments& arguments) {
    if (arguments.size() != 2) throw std::runtime_error("renewal-link OLD NEW|none");
    const UniqueStore store = open_my(CERT_STORE_OPEN_EXISTING_FLAG);
    Thumbprint old = thumbprint_of(arguments[0]);
    CRYPT_HASH_BLOB wanted{static_cast<DWORD>(old.size()), old.data()};
    const UniqueCertificateContext certificate{
        CertFindCertificateInStore(store.get(), X509_ASN_ENCODING, 0, CERT_FIND_SHA1_HASH, &wanted, nullptr)};
    if (!certificate) throw std::runtime_error("it is not in LocalMachine\\MY");
    const bool takes_away = arguments[1] == "none";
    Thumbprint successor = takes_away ? Thumbprint{} : thumbprint_of(arguments[1]);
    const CRYPT_DATA_BLOB value{static_cast<DWORD>(successor.size()), successor.data()};
    if (!CertSetCertificateContextProperty(certificate.get(), CERT_RENEWAL_PROP_ID, 0, takes_away ? nullptr : &value))
        throw std::runtime_error(fmt::format("the link could not be set ({})", GetLastError()));
    return 0;
}

/// offset: how the product sees this time zone in winter and in summer, as minutes.
int probe_offset(const Arguments&) {
    using namespace std::chrono;
    StopSignal stop;
    SystemClock clock{stop};
    for (const auto& [name, day] : {std::pair{"january", sys_days{year{2026} / 1 / 15}}, std::pair{"july", sys_days{year{2026} / 7 / 15}}})
        print_line(fmt::format("{}={}", name, duration_cast<minutes>(clock.local_offset(WallTime{day.time_since_epoch()})).count()));
    return 0;
}

}  // namespace sstp::kit
