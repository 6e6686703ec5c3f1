#pragma once

#include "service/windows/crypto_handles.h"
#include "tests/contracts/certificates_contract.h"

#include <string>

namespace sstp::contracts {

/// A private key in containers of its own, deleted with this. A container that is to be the machine's is made in both key sets:
/// some systems look for it in the account's whatever the link says.
class TestKey {
public:
    TestKey();
    ~TestKey();
    TestKey(const TestKey&) = delete;
    TestKey& operator=(const TestKey&) = delete;

    [[nodiscard]] HCRYPTPROV provider() const { return provider_.get(); }
    [[nodiscard]] std::wstring container() const { return container_; }
    [[nodiscard]] std::vector<std::byte> public_key() const;   ///< CERT_PUBLIC_KEY_INFO and what it points to

private:
    std::wstring container_;
    UniqueCspKey provider_;
};

/// A root of its own, trusted by the machine while it lives or not, and what it issues.
class TestAuthority {
public:
    explicit TestAuthority(bool trusted);
    ~TestAuthority();
    TestAuthority(const TestAuthority&) = delete;
    TestAuthority& operator=(const TestAuthority&) = delete;

    /// A certificate for `key` as `wanted` says, signed by itself or by this; its properties (key link, archived, renewal) are the
    /// caller's affair.
    [[nodiscard]] UniqueCertificateContext issue(const CertificateToAdd& wanted, const TestKey& key, std::uint64_t serial) const;

    [[nodiscard]] const std::string& name() const { return name_; }   ///< its common name
    [[nodiscard]] PCCERT_CONTEXT certificate() const { return certificate_.get(); }

private:
    std::string name_;
    TestKey key_;
    UniqueCertificateContext certificate_;
};

/// Links the certificate to a key's container: CERT_KEY_PROV_INFO_PROP_ID.
void link_key(PCCERT_CONTEXT certificate, std::wstring container, DWORD flags);
/// Links it to a key storage provider that nobody has installed.
void link_missing_provider(PCCERT_CONTEXT certificate);

Thumbprint thumbprint_of(PCCERT_CONTEXT certificate);

/// Deletes a certificate for good, also where deleting it from the store does not reach the registry.
void delete_for_good(const std::wstring& store, PCCERT_CONTEXT certificate);

}  // namespace sstp::contracts
