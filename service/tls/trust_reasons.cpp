#include "service/tls/trust_reasons.h"

#include "service/windows/certificate_reading.h"
#include "service/windows/os_error.h"
#include "service/windows/system_clock.h"
#include "service/windows/text.h"
#include "service/windows/trust_status.h"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <winhttp.h>

#include <algorithm>
#include <iterator>
#include <span>

namespace sstp {

namespace {

/// SECURITY_FLAG_IGNORE_REVOCATION of wininet.h, which cannot be included beside winhttp.h.
constexpr DWORD kIgnoreRevocation = 0x80;
/// Nobody could tell, which is not the same as revoked; and a warning that Windows no longer heeds.
constexpr DWORD kNoTrouble = CERT_TRUST_REVOCATION_STATUS_UNKNOWN | CERT_TRUST_IS_OFFLINE_REVOCATION | CERT_TRUST_IS_NOT_TIME_NESTED;
constexpr std::size_t kMostNamesTold = 10;

/// iPAddress entries (RFC 5280 4.2.1.6) as text.
std::vector<std::string> address_names(PCCERT_CONTEXT certificate) {
    std::vector<std::string> names;
    const CERT_INFO& info = *certificate->pCertInfo;
    const CERT_EXTENSION* extension = CertFindExtension(szOID_SUBJECT_ALT_NAME2, info.cExtension, info.rgExtension);
    if (extension == nullptr) return names;
    UniqueLocal<CERT_ALT_NAME_INFO> list;
    DWORD size = 0;
    if (!CryptDecodeObjectEx(X509_ASN_ENCODING, X509_ALTERNATE_NAME, extension->Value.pbData, extension->Value.cbData,
                             CRYPT_DECODE_ALLOC_FLAG, nullptr, list.receive(), &size))
        return names;
    using boost::asio::ip::address_v4;
    using boost::asio::ip::address_v6;
    for (DWORD i = 0; i < list.get()->cAltEntry; ++i) {
        const CERT_ALT_NAME_ENTRY& entry = list.get()->rgAltEntry[i];
        if (entry.dwAltNameChoice != CERT_ALT_NAME_IP_ADDRESS) continue;
        const CRYPT_DATA_BLOB& address = entry.IPAddress;
        address_v4::bytes_type ipv4{};
        address_v6::bytes_type ipv6{};
        if (address.cbData == ipv4.size()) {
            std::copy_n(address.pbData, ipv4.size(), ipv4.begin());
            names.push_back(address_v4(ipv4).to_string());
        } else if (address.cbData == ipv6.size()) {
            std::copy_n(address.pbData, ipv6.size(), ipv6.begin());
            names.push_back(address_v6(ipv6).to_string());
        }
    }
    return names;
}

bool has_address(PCCERT_CONTEXT certificate, const std::string& host) {
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(host, error);
    if (error) return false;
    const auto names = address_names(certificate);
    return std::ranges::find(names, address.to_string()) != names.end();
}

std::string names_in_words(PCCERT_CONTEXT shown, const Certificate& certificate) {
    std::vector<std::string> names = certificate.dns_names;
    std::ranges::copy(address_names(shown), std::back_inserter(names));
    if (names.empty() && !certificate.subject_cn.empty()) names.push_back(certificate.subject_cn);
    if (names.empty()) return "no name at all";
    const bool more = names.size() > kMostNamesTold;
    names.resize(std::min(names.size(), kMostNamesTold));
    return fmt::format("{}{}", fmt::join(names, ", "), more ? " and more" : "");
}

/// The verdict of Windows' policy for TLS servers; `ignored` and `checks` say what it shall look away from.
DWORD ssl_policy(PCCERT_CHAIN_CONTEXT chain, const std::string& host, DWORD ignored, DWORD checks) {
    std::wstring name = to_wide_lossy(host);
    SSL_EXTRA_CERT_CHAIN_POLICY_PARA server{};
    server.cbSize = sizeof server;
    server.dwAuthType = AUTHTYPE_SERVER;
    server.fdwChecks = checks | kIgnoreRevocation;
    server.pwszServerName = name.data();
    CERT_CHAIN_POLICY_PARA policy{};
    policy.cbSize = sizeof policy;
    policy.dwFlags = ignored | CERT_CHAIN_POLICY_IGNORE_ALL_REV_UNKNOWN_FLAGS;
    policy.pvExtraPolicyPara = &server;
    CERT_CHAIN_POLICY_STATUS status{};
    status.cbSize = sizeof status;
    if (!CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_SSL, chain, &policy, &status)) return static_cast<DWORD>(E_FAIL);
    return status.dwError;
}

/// ERROR_SUCCESS, CERT_E_CN_NO_MATCH, or why the names could not be compared: that is not a match either.
DWORD compare_names(PCCERT_CHAIN_CONTEXT chain, const TrustCase& asked) {
    const DWORD verdict =
        ssl_policy(chain, asked.host,
                   CERT_CHAIN_POLICY_IGNORE_ALL_NOT_TIME_VALID_FLAGS | CERT_CHAIN_POLICY_ALLOW_UNKNOWN_CA_FLAG |
                       CERT_CHAIN_POLICY_IGNORE_WRONG_USAGE_FLAG,
                   SECURITY_FLAG_IGNORE_UNKNOWN_CA | SECURITY_FLAG_IGNORE_CERT_DATE_INVALID | SECURITY_FLAG_IGNORE_CERT_WRONG_USAGE);
    // Windows' policy compares texts, and some versions of it know no iPAddress entries.
    return verdict != ERROR_SUCCESS && has_address(asked.shown.get(), asked.host) ? DWORD{ERROR_SUCCESS} : verdict;
}

const CERT_CHAIN_ELEMENT* last_element(PCCERT_CHAIN_CONTEXT chain) {
    if (chain->cChain == 0 || chain->rgpChain[0]->cElement == 0) return nullptr;
    const CERT_SIMPLE_CHAIN& simple = *chain->rgpChain[0];
    return simple.rgpElement[simple.cElement - 1];
}

bool same_bytes(PCCERT_CONTEXT left, PCCERT_CONTEXT right) {
    return std::ranges::equal(std::span(left->pbCertEncoded, left->cbCertEncoded), std::span(right->pbCertEncoded, right->cbCertEncoded));
}

bool holds(HCERTSTORE store, PCCERT_CONTEXT wanted) {
    UniqueCertificateContext each;
    for (;;) {
        each = UniqueCertificateContext{CertEnumCertificatesInStore(store, each.release())};
        if (!each) return false;
        if (same_bytes(each.get(), wanted)) return true;
    }
}

}  // namespace

std::string name_in_words(const CERT_NAME_BLOB& encoded) {
    const auto name = read_name(encoded);
    const std::string text = name ? to_rfc4514(*name) : std::string{};
    return text.empty() ? "(no name)" : text;
}

bool ends_in(HCERTSTORE roots, PCCERT_CHAIN_CONTEXT chain) {
    const CERT_CHAIN_ELEMENT* root = last_element(chain);
    return root != nullptr && (root->TrustStatus.dwInfoStatus & CERT_TRUST_IS_SELF_SIGNED) != 0 && holds(roots, root->pCertContext);
}

namespace {

std::string about_the_root(PCCERT_CHAIN_CONTEXT chain, const TrustCase& asked) {
    const CERT_CHAIN_ELEMENT* last = last_element(chain);
    if (last == nullptr) return "it has no chain";
    const CERT_INFO& info = *last->pCertContext->pCertInfo;
    const bool self_signed = (last->TrustStatus.dwInfoStatus & CERT_TRUST_IS_SELF_SIGNED) != 0;
    if (!self_signed) {
        const std::string issuer = name_in_words(info.Issuer);
        constexpr const char* kIntermediate = "; if that CA is an intermediate one, the server must send its certificate along";
        if (asked.roots) return fmt::format("its issuer {} is not in {}{}", issuer, asked.ca_file, kIntermediate);
        return fmt::format(
            "its issuer {} is not known to this machine: install that CA for the computer, or name a PEM file that has its root "
            "as ca_file{}",
            issuer, kIntermediate);
    }
    const bool alone = chain->rgpChain[0]->cElement == 1;
    const std::string what = alone ? "it is self-signed" : fmt::format("it was issued under the root {}", name_in_words(info.Subject));
    if (asked.roots) return fmt::format("{}, and {} does not have it", what, asked.ca_file);
    return fmt::format(
        "{}, which this machine does not trust: install that root for the computer, or name a PEM file that has it as ca_file", what);
}

std::vector<std::string> about_the_dates(PCCERT_CONTEXT shown) {
    const WallTime begin = to_wall_time(shown->pCertInfo->NotBefore);
    const WallTime end = to_wall_time(shown->pCertInfo->NotAfter);
    FILETIME time{};
    GetSystemTimeAsFileTime(&time);
    const WallTime now = to_wall_time(time);
    if (now > end) return {fmt::format("it ended {}", to_minute(end))};
    if (now < begin) return {fmt::format("it is valid from {} only; this server's clock says {}", to_minute(begin), to_minute(now))};
    return {};
}

/// An extended key usage without server authentication: the leaf's own fault, which the engine words like an issuer's.
bool is_not_for_servers(PCCERT_CONTEXT shown) {
    const auto certificate = read_certificate(shown);
    if (!certificate || !certificate->purposes) return false;
    return std::ranges::none_of(*certificate->purposes,
                                [](const std::string& purpose) { return purpose == kServerAuthentication || purpose == kAnyPurpose; });
}

/// The error bits of the chain and all its elements, without what is told in other words.
DWORD chain_errors(PCCERT_CHAIN_CONTEXT chain) {
    DWORD errors = chain->TrustStatus.dwErrorStatus;
    for (DWORD c = 0; c < chain->cChain; ++c) {
        const CERT_SIMPLE_CHAIN& simple = *chain->rgpChain[c];
        for (DWORD e = 0; e < simple.cElement; ++e) errors |= simple.rgpElement[e]->TrustStatus.dwErrorStatus;
    }
    return errors & ~kNoTrouble;
}

}  // namespace

std::vector<std::string> reasons_against(PCCERT_CHAIN_CONTEXT chain, const TrustCase& asked) {
    std::vector<std::string> reasons = about_the_dates(asked.shown.get());
    const bool out_of_date = !reasons.empty();
    DWORD errors = chain_errors(chain);
    if (out_of_date) errors &= ~static_cast<DWORD>(CERT_TRUST_IS_NOT_TIME_VALID);
    const bool own_root = asked.roots && ends_in(asked.roots.get(), chain);
    if (own_root) errors &= ~static_cast<DWORD>(CERT_TRUST_IS_UNTRUSTED_ROOT);
    constexpr DWORD kRoot = CERT_TRUST_IS_UNTRUSTED_ROOT | CERT_TRUST_IS_PARTIAL_CHAIN;
    if ((errors & kRoot) != 0 || (asked.roots && !own_root)) reasons.push_back(about_the_root(chain, asked));
    errors &= ~kRoot;
    if ((errors & CERT_TRUST_IS_REVOKED) != 0) reasons.emplace_back("it, or an issuer of it, has been revoked");
    errors &= ~static_cast<DWORD>(CERT_TRUST_IS_REVOKED);
    if ((errors & CERT_TRUST_IS_NOT_VALID_FOR_USAGE) != 0 && is_not_for_servers(asked.shown.get())) {
        reasons.emplace_back("it is not for TLS servers: its extended key usage lacks server authentication");
        errors &= ~static_cast<DWORD>(CERT_TRUST_IS_NOT_VALID_FOR_USAGE);
    }
    if (errors != 0) reasons.push_back(trust_errors_in_words(errors));
    const DWORD names = compare_names(chain, asked);
    if (names == static_cast<DWORD>(CERT_E_CN_NO_MATCH)) {
        const auto certificate = read_certificate(asked.shown.get());
        reasons.push_back(fmt::format("it is not for {}, but for {}", asked.host,
                                      certificate ? names_in_words(asked.shown.get(), *certificate) : "names that cannot be read"));
    } else if (names != ERROR_SUCCESS && reasons.empty()) {
        reasons.push_back(fmt::format("its names could not be compared with {} ({:#010x})", asked.host, names));
    }
    if (!reasons.empty()) return reasons;
    // The last word has Windows' whole policy, which knows rules that no status bit tells. The name is known to be right.
    DWORD ignored = CERT_CHAIN_POLICY_IGNORE_INVALID_NAME_FLAG;
    DWORD checks = SECURITY_FLAG_IGNORE_CERT_CN_INVALID;
    if (own_root) {
        ignored |= CERT_CHAIN_POLICY_ALLOW_UNKNOWN_CA_FLAG;
        checks |= SECURITY_FLAG_IGNORE_UNKNOWN_CA;
    }
    if (const DWORD verdict = ssl_policy(chain, asked.host, ignored, checks); verdict != ERROR_SUCCESS) {
        const std::string words = system_text(verdict);
        reasons.push_back(fmt::format("Windows' policy for TLS servers says {}{}{:#010x}", words, words.empty() ? "" : ", ", verdict));
    }
    return reasons;
}

}  // namespace sstp
