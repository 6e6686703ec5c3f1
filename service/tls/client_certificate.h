#pragma once

#include "core/model/digest.h"
#include "core/model/policy.h"
#include "core/model/result.h"
#include "service/windows/crypto_handles.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// Our certificate for one connection.
struct ClientIdentity {
    UniqueCertificateContext certificate;
    std::string in_words;  ///< `CN=vpn01.example.com, issued by CN=Example Issuing CA 2, valid until 2027-02-19`
    CertificateHash hash{};
    bool has_another = false;  ///< there is another one that would do
};

/// Chooses from LocalMachine\MY, anew for each connection: one that was renewed a minute ago is the one to show. Fit is a certificate that
/// is valid now, not archived, whose purposes allow client authentication or say nothing, with a usable private key (exportable or not),
/// and that the selector and `acceptable_issuers` (encoded names, as a server lists them; none: any) allow. Which of several:
/// is_shown_rather; `ca_file` is the destination's; `passed_over`, which the receiver has refused, only if no other would do. Chains are
/// built without the network. Errors: not_found, with what was looked at and why each would not do; those of opening the store and of
/// reading the ca_file.
Result<ClientIdentity> choose_client_certificate(const SelectClientCertificate& selector, const std::vector<Bytes>& acceptable_issuers,
                                                 const std::optional<std::string>& ca_file = {},
                                                 const std::optional<CertificateHash>& passed_over = {});

}  // namespace sstp
