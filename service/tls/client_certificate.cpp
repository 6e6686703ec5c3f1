#include "service/tls/client_certificate.h"

#include "core/model/text.h"
#include "core/model/time.h"
#include "core/selection/client_choice.h"
#include "service/tls/pem_certificates.h"
#include "service/tls/trust_reasons.h"
#include "service/windows/certificate_key.h"
#include "service/windows/certificate_reading.h"
#include "service/windows/os_error.h"
#include "service/windows/system_clock.h"
#include "service/windows/windows_machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace sstp {

namespace {

constexpr char kOperation[] = "choose a client certificate from";
constexpr char kStore[] = "LocalMachine\\MY";
constexpr std::size_t kMostCertificates = 20'000;
constexpr std::size_t kMostTold = 8;

WallTime wall_now() {
    FILETIME time{};
    GetSystemTimeAsFileTime(&time);
    return to_wall_time(time);
}

bool is_one_of(const CERT_NAME_BLOB& name, const std::vector<Bytes>& wanted) {
    return std::ranges::any_of(wanted, [&](const Bytes& each) { return std::ranges::equal(each, std::span(name.pbData, name.cbData)); });
}

/// Only what this machine has is looked at: a connection must not wait for somebody else's web server. `also_from`: null, or more issuers.
UniqueChain chain_of(PCCERT_CONTEXT certificate, HCERTSTORE also_from) {
    CERT_CHAIN_PARA parameters{};
    parameters.cbSize = sizeof parameters;
    UniqueChain chain;
    constexpr DWORD kFlags = CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL | CERT_CHAIN_DISABLE_AUTH_ROOT_AUTO_UPDATE;
    if (!CertGetCertificateChain(HCCE_LOCAL_MACHINE, certificate, nullptr, also_from, &parameters, kFlags, nullptr, chain.receive()))
        return UniqueChain{};
    return chain;
}

/// Whether one of the issuers above the certificate, the nearest included, is one that the server would accept.
bool acceptable(PCCERT_CONTEXT certificate, const std::vector<Bytes>& issuers) {
    if (issuers.empty() || is_one_of(certificate->pCertInfo->Issuer, issuers)) return true;
    const UniqueChain chain = chain_of(certificate, nullptr);
    if (!chain) return false;
    for (DWORD c = 0; c < chain.get()->cChain; ++c) {
        const CERT_SIMPLE_CHAIN& simple = *chain.get()->rgpChain[c];
        for (DWORD e = 0; e < simple.cElement; ++e) {
            if (is_one_of(simple.rgpElement[e]->pCertContext->pCertInfo->Issuer, issuers)) return true;
        }
    }
    return false;
}

/// Why it will not do; nothing when it will. The key last: opening one takes time.
std::optional<std::string> why_not(PCCERT_CONTEXT context, const Certificate& certificate, const SelectClientCertificate& selector,
                                   const std::vector<Bytes>& issuers, WallTime now) {
    if (!is_asked_for(certificate, selector)) return fmt::format("is not the one asked for (issued by {})", certificate.issuer);
    if (now > certificate.not_after) return fmt::format("ended {}", to_minute(certificate.not_after));
    if (now < certificate.not_before) return fmt::format("is valid from {} only", to_minute(certificate.not_before));
    if (!is_for_clients(certificate)) return "is not for client authentication (extended key usage)";
    if (!acceptable(context, issuers)) return fmt::format("has an issuer that the server does not list ({})", certificate.issuer);
    const KeyVerdict key = judge_key(context);
    if (key.state == KeyState::absent) return "has no private key";
    if (key.state == KeyState::unusable) return "has no usable private key: " + key.explanation;
    return std::nullopt;
}

std::string name_of(const Certificate& certificate) {
    if (!certificate.subject.empty()) return certificate.subject;
    return certificate.dns_names.empty() ? certificate.thumbprint.to_string() : certificate.dns_names.front();
}

ClientCandidate candidate(PCCERT_CONTEXT context, const Certificate& certificate, HCERTSTORE roots, const std::string& host) {
    ClientCandidate found;
    found.not_before = certificate.not_before;
    found.not_after = certificate.not_after;
    found.hash = certificate.hash;
    found.self_signed = CertCompareCertificateName(X509_ASN_ENCODING, &context->pCertInfo->Issuer, &context->pCertInfo->Subject) != 0;
    found.names_this_host =
        !host.empty() && std::ranges::any_of(certificate.dns_names, [&](const auto& name) { return equal_ignoring_case(name, host); });
    if (const UniqueChain chain = chain_of(context, roots)) {
        found.trusted = chain.get()->TrustStatus.dwErrorStatus == CERT_TRUST_NO_ERROR;
        found.under_ca_file = roots != nullptr && ends_in(roots, chain.get());
    }
    return found;
}

std::string wanted_in_words(const SelectClientCertificate& selector) {
    std::string text;
    if (selector.issuer) text += fmt::format(" issued by {}", *selector.issuer);
    if (selector.dns_name) text += fmt::format("{} for {}", selector.issuer ? " and" : "", *selector.dns_name);
    return text;
}

Error none_fits(const SelectClientCertificate& selector, const std::vector<std::string>& looked_at) {
    std::string text = fmt::format("there is no certificate{} that would do", wanted_in_words(selector));
    if (looked_at.empty()) text += ": the store is empty";
    const std::size_t told = std::min(looked_at.size(), kMostTold);
    for (std::size_t i = 0; i < told; ++i) text += (i == 0 ? ": " : "; ") + looked_at[i];
    if (told < looked_at.size()) text += fmt::format("; and {} more", looked_at.size() - told);
    return own_error(ErrorKind::not_found, kOperation, kStore, text);
}

}  // namespace

Result<ClientIdentity> choose_client_certificate(const SelectClientCertificate& selector, const std::vector<Bytes>& acceptable_issuers,
                                                 const std::optional<std::string>& ca_file,
                                                 const std::optional<CertificateHash>& passed_over) {
    UniqueStore roots;
    if (ca_file) {
        auto read = certificates_from_file(*ca_file);
        if (!read) return read.error();
        roots = std::move(*read);
    }
    const std::string host = full_host_name();
    const UniqueStore store{CertOpenStore(
        CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_LOCAL_MACHINE | CERT_STORE_OPEN_EXISTING_FLAG | CERT_STORE_READONLY_FLAG, L"MY")};
    if (!store) {
        const DWORD code = GetLastError();
        return os_error(kOperation, kStore, code);
    }
    const WallTime now = wall_now();
    std::vector<std::string> looked_at;
    std::size_t fit = 0;
    UniqueCertificateContext best_context;
    std::optional<Certificate> best;
    ClientCandidate best_candidate;
    UniqueCertificateContext each;
    for (std::size_t seen = 0; seen < kMostCertificates; ++seen) {
        each = UniqueCertificateContext{CertEnumCertificatesInStore(store.get(), each.release())};
        if (!each) break;
        if (is_archived(each.get())) continue;
        auto certificate = read_certificate(each.get());
        if (!certificate) continue;
        if (const auto why = why_not(each.get(), *certificate, selector, acceptable_issuers, now)) {
            looked_at.push_back(fmt::format("{} {}", name_of(*certificate), *why));
            continue;
        }
        ClientCandidate found = candidate(each.get(), *certificate, roots.get(), host);
        found.refused = passed_over == found.hash;
        ++fit;
        if (best && !is_shown_rather(found, best_candidate)) continue;
        best_context = UniqueCertificateContext{CertDuplicateCertificateContext(each.get())};
        best = std::move(*certificate);
        best_candidate = found;
    }
    if (!best) return none_fits(selector, looked_at);
    return ClientIdentity{std::move(best_context),
                          fmt::format("{}, issued by {}, valid until {}", name_of(*best), best->issuer, to_date(best->not_after)),
                          best_candidate.hash, fit > 1};
}

}  // namespace sstp
