#pragma once

#include "core/model/digest.h"
#include "core/model/policy.h"
#include "core/model/result.h"
#include "core/model/time.h"
#include "service/windows/crypto_handles.h"
#include "service/windows/stop_signal.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// One POST, whole.
struct HttpsRequest {
    std::string url;
    std::string content_type;
    std::string authorization;                    ///< value of the header; empty: none. Never logged, never part of an error
    std::string body;
    PCCERT_CONTEXT client_certificate = nullptr;
    bool ask_for_certificate = false;  ///< without one: end with `certificate_wanted` when the server asks, else go on without
    /// The destination has a ca_file or fingerprint of its own, which WinHTTP does not know: it is told to accept everybody, and `judge`
    /// alone decides. Else WinHTTP judges as well.
    bool own_trust = false;
    /// Judges what the server showed, on a thread of WinHTTP, before the first byte of the request is sent.
    std::function<Result<void>(PCCERT_CONTEXT shown, const std::string& host)> judge;
};

struct HttpsAnswer {
    int status = 0;  ///< 0: none came
    std::string body;  ///< its first 4 KiB, as it came
    std::string location;  ///< of a redirection, which is never followed
    std::optional<Duration> retry_after;
    std::string protocol;  ///< "HTTPS (TLS 1.2)"; "HTTPS" where the system does not say
    std::string peer;  ///< whom `judge` looked at: subject and SHA-256
    bool handed_over = false;  ///< WinHTTP took the whole request: what became of it is unknown
    bool certificate_wanted = false;
    std::vector<Bytes> acceptable_issuers;  ///< with it; none: any
    bool untrusted = false;  ///< `judge` refused; nothing was sent
    std::optional<Error> error;  ///< why there is no status
};

/// Where the URL leads; nothing when it is none.
std::optional<HostAndPort> host_of(const std::string& url);
/// Whether this machine is set up to go through a proxy (`netsh winhttp show proxy`).
bool goes_through_proxy();

/// Makes the request by WinHTTP: the machine's proxy settings (`netsh winhttp`), TLS 1.2 and later, no redirection, no cookie, no sign-on
/// of its own, a connection of its own. At most 10 s each for connecting, the handshake, every 64 KiB that are sent, and the answer; a stop
/// ends it at once. Source: Microsoft, "WinHTTP in Asynchronous Mode", WINHTTP_STATUS_CALLBACK.
HttpsAnswer https_post(const HttpsRequest& request, const StopSignal& stop);

}  // namespace sstp
