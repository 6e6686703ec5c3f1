#include "tests/core/certificate_builder.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sstp::test {

namespace {

template <class AnyDigest>
AnyDigest digest_of(std::uint32_t number, std::uint8_t kind) {
    std::array<std::uint8_t, AnyDigest::kSize> bytes{};
    bytes.fill(kind);
    for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(number >> 8 * i);
    return AnyDigest{bytes};
}

/// FNV-1a: the same name has the same key on every machine that runs the tests.
PublicKeyHash key_of(const std::string& name) {
    std::uint32_t hash = 2166136261U;
    for (const char character : name) hash = (hash ^ static_cast<std::uint8_t>(character)) * 16777619U;
    return digest_of<PublicKeyHash>(hash, 0x33);
}

IssuingCa ca_under(const std::string& cn, bool in_root_programme) {
    const std::string root = "CN=" + cn + " Root";
    return {cn, key_of(cn), {{root, key_of(root), in_root_programme}}};
}

}  // namespace

WallTime look_time() {
    using namespace std::chrono;
    return sys_days{year{2026} / 11 / 18} + hours{12};
}

WallTime days_from_look(int days) { return look_time() + std::chrono::hours{24 * days}; }

WallTime minutes_before_look(int minutes) { return look_time() - std::chrono::minutes{minutes}; }

Error denied(const std::string& what) { return {ErrorKind::access_denied, what, "", 5, "Access is denied"}; }

IssuingCa IssuingCa::cross_signed_by(const IssuingCa& other) const {
    IssuingCa made = *this;
    made.roots.insert(made.roots.end(), other.roots.begin(), other.roots.end());
    std::sort(made.roots.begin(), made.roots.end());
    return made;
}

IssuingCa IssuingCa::without_root() const {
    IssuingCa made = *this;
    made.roots.clear();
    return made;
}

IssuingCa IssuingCa::with_new_root_key() const {
    IssuingCa made = *this;
    for (ChainRoot& root : made.roots) root.public_key = key_of(root.subject + " 2");
    return made;
}

IssuingCa public_ca(const std::string& cn) { return ca_under(cn, true); }

IssuingCa private_ca(const std::string& cn) { return ca_under(cn, false); }

CertificateBuilder::CertificateBuilder(std::uint32_t number) {
    certificate.thumbprint = digest_of<Thumbprint>(number, 0x11);
    certificate.hash = digest_of<CertificateHash>(number, 0x22);
    certificate.serial = std::to_string(number);
    certificate.key = KeyState::usable;
    names({"vpn.example.com"});
    valid(-30, 60);
    purposes({{kServerAuthentication}});
    key(KeyAlgorithm::rsa, 2048);
    issued_by(public_ca());
}

CertificateBuilder& CertificateBuilder::names(std::vector<std::string> dns_names) {
    certificate.dns_names = std::move(dns_names);
    return *this;
}

CertificateBuilder& CertificateBuilder::addresses(std::vector<std::string> ip_addresses) {
    certificate.ip_addresses = std::move(ip_addresses);
    return *this;
}

CertificateBuilder& CertificateBuilder::cn(const std::string& common_name) {
    certificate.subject_cn = common_name;
    certificate.subject = "CN=" + common_name;
    return *this;
}

CertificateBuilder& CertificateBuilder::valid(int from_day, int until_day) {
    certificate.not_before = days_from_look(from_day);
    certificate.not_after = days_from_look(until_day);
    return *this;
}

CertificateBuilder& CertificateBuilder::purposes(std::optional<std::vector<std::string>> oids) {
    certificate.purposes = std::move(oids);
    return *this;
}

CertificateBuilder& CertificateBuilder::ike_intermediate() { return purposes({{kServerAuthentication, kIkeIntermediate}}); }

CertificateBuilder& CertificateBuilder::key(KeyState state, const std::string& explanation) {
    certificate.key = state;
    certificate.key_explanation = explanation;
    return *this;
}

CertificateBuilder& CertificateBuilder::key(KeyAlgorithm algorithm, std::uint32_t bits) {
    certificate.key_algorithm = algorithm;
    certificate.key_bits = bits;
    return *this;
}

CertificateBuilder& CertificateBuilder::chain(ChainTrust trust, Revocation revocation) {
    certificate.chain = ChainVerdict{trust, revocation, {}};
    return *this;
}

CertificateBuilder& CertificateBuilder::chain_unreadable() {
    certificate.chain = Unreadable{denied("build the chain")};
    return *this;
}

CertificateBuilder& CertificateBuilder::issued_by(const IssuingCa& ca) {
    certificate.self_signed = false;
    certificate.issuer_cn = ca.cn;
    certificate.issuer = "CN=" + ca.cn + ",O=Example";
    certificate.issuer_key = ca.key;
    certificate.roots = ca.roots;
    std::sort(certificate.roots.begin(), certificate.roots.end());
    certificate.chain_names = {ca.cn, certificate.issuer};
    for (const ChainRoot& root : ca.roots) {
        certificate.chain_names.push_back(root.subject.substr(3));
        certificate.chain_names.push_back(root.subject);
    }
    return ca.roots.empty() ? chain(ChainTrust::unknown, Revocation::unknown) : chain(ChainTrust::good);
}

CertificateBuilder& CertificateBuilder::self_signed() {
    certificate.issuer = certificate.subject;
    certificate.issuer_cn = certificate.subject_cn;
    certificate.issuer_key = key_of("key of " + certificate.serial);
    certificate.roots.clear();
    certificate.chain_names.clear();
    certificate.self_signed = true;
    return chain(ChainTrust::unknown, Revocation::not_checked);
}

CertificateBuilder& CertificateBuilder::renewed_by(std::uint32_t number) {
    certificate.renewed_by = digest_of<Thumbprint>(number, 0x11);
    return *this;
}

CertificateBuilder& CertificateBuilder::archived() {
    certificate.archived = true;
    return *this;
}

}  // namespace sstp::test
