#pragma once

#include "core/model/digest.h"
#include "core/model/result.h"
#include "core/model/time.h"
#include "service/windows/crypto_handles.h"
#include "service/windows/stop_signal.h"

#include <optional>
#include <string>

namespace sstp {

/// How a destination's server proves who it is (DESIGN 5.1). With neither: by a chain to a root of this machine.
struct ServerTrust {
    std::optional<std::string> ca_file;          ///< PEM, one certificate or several: only these roots count
    std::optional<CertificateHash> fingerprint;  ///< SHA-256 of the server's certificate: replaces chain, dates and name (RFC 5425 4.2.2)
};

/// Judges the certificate that a server showed; nothing may be sent before. `shown` has the chain that came along in its store.
/// `host` is the name or address of the policy: it must be one of the certificate's names, for an address an iPAddress entry
/// (RFC 5280 4.2.1.6), or what Windows itself takes for one. The ca_file is read at each call, so that an exchanged one counts at once. A
/// certificate that this machine knows to be revoked is refused; the network is not asked about it. Errors: verification_failed (the text
/// says what is wrong with it, for an administrator), not_found, access_denied or malformed (the ca_file), timed_out, stopped. Source:
/// Microsoft, CertGetCertificateChain, CertVerifyCertificateChainPolicy (CERT_CHAIN_POLICY_SSL).
Result<void> judge_server(PCCERT_CONTEXT shown, const std::string& host, const ServerTrust& trust, const StopSignal& stop,
                          MonotonicTime deadline);

/// `CN=siem.example.com, sha-256:3F:2A:…`: who answered, in the words of the policy file.
std::string peer_in_words(PCCERT_CONTEXT shown);

}  // namespace sstp
