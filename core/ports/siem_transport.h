#pragma once

#include "core/model/result.h"
#include "core/model/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// A batch in the receiver's words. Streams (TLS, TCP): framed messages to be sent one behind the other. UDP: a datagram
/// each. HTTPS: parts of one body, in order.
struct Payload {
    std::vector<std::string> messages;
    std::string content_type;           ///< of an HTTPS body; empty otherwise
};

/// Proof that a batch arrived (DESIGN 5.1, "confirmed"); over UDP, and with `"confirmation": "sent"`, that it was sent.
struct Receipt {
    std::string peer;                   ///< subject and SHA-256 of the server's certificate; empty without TLS
    std::string protocol;               ///< "TLS 1.3", "TLS 1.3 (best effort)", "TCP", "UDP (best effort)", "HTTPS (TLS 1.2)"
};

/// What a failure means for what is done next.
enum class HandoverFailure : std::uint8_t {
    unreachable,      ///< no name, no connection, reset, time-out: another host may do
    not_confirmed,    ///< it was sent and the proof did not come: send it again
    silent,           ///< everything was sent, and nothing at all came back in time: send it again, and what is new besides
    untrusted,        ///< the server's certificate, or ours in its eyes: configuration trouble, nothing was sent
    refused_content,  ///< HTTP 400, 413: this batch; halve it
    refused_us,  ///< HTTP 401, 403, HEC's codes of a wrong index or channel, an unreadable token file: trouble of the whole destination
    overloaded,  ///< HTTP 429, 5xx: later; `retry_after` when the receiver said so
    stopped,  ///< our own stop
};
const char* word(HandoverFailure failure) noexcept;

/// The outcome of one attempt at one host.
struct Handover {
    std::optional<Receipt> receipt;  ///< confirmed
    HandoverFailure failure = HandoverFailure::unreachable;
    Error error;  ///< of a failure; says what the administrator can do
    std::string peer;  ///< as far as it came, also of a failure
    std::string protocol;
    std::optional<Duration> retry_after;
    std::string reason;  ///< one word for counters: "connect", "handshake", "certificate", "confirm", "http_503"
};

/// The way to one destination. One per destination, used from its thread alone; keeps no connection between two batches.
class SiemTransport {
public:
    virtual ~SiemTransport() = default;
    /// How many hosts there are to try, in the policy's order; 1 for a URL.
    [[nodiscard]] virtual std::size_t hosts() const = 0;
    /// "siem.example.com:6514", or the URL.
    [[nodiscard]] virtual std::string host_name(std::size_t host) const = 0;
    /// Connects anew (names are resolved anew), sends, and waits for the proof: at most 10 s each for connect, handshake and proof.
    virtual Handover hand_over(std::size_t host, const Payload& payload) = 0;
};

}  // namespace sstp
