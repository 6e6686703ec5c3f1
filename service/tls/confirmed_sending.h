#pragma once

#include "core/model/policy.h"
#include "service/tls/tls_stream.h"

#include <optional>
#include <span>
#include <string>

namespace sstp {

/// How a batch over a stream was not proven to have arrived.
struct Unproven {
    bool nothing_sent = false;  ///< the receiver turned us away before the first byte
    Error error;                ///< kind timed_out, stopped, or whatever came back
    bool alert = false;         ///< TLS: the receiver itself gave the session up with an alert, early or late
    bool silent = false;        ///< everything was sent, and nothing at all came back
};

/// What the connection taught about its path: how long an answer takes at least.
struct PathTimes {
    Duration round_trip{};  ///< of connecting
    Duration handshake{};   ///< TLS only
};

/// Sends `messages`, one behind the other, ends the session with close_notify, and waits for the proof that the receiver has read up to it
/// (DESIGN 5.1). Nothing: proven. Proof is an orderly end *after* ours: the peer's close_notify with no reset behind it, or a bare end
/// of the connection that has stayed without a reset for max(300 ms, 3 handshakes). A receiver that is silent for 3 s gets our FIN too
/// (Netty answers a close_notify of TLS 1.3 only then), and its end behind that counts likewise. An alert, a reset, data, an end that came
/// before ours, and silence for 10 s are no proof. In TLS 1.3 a server refuses our certificate a round trip after the handshake: max(300
/// ms, 1.5 handshakes) are given to it before the first byte; in TLS 1.2 50 ms, for proxies without a receiver. The server has been judged
/// already.
/// With Confirmation::sent an end is not waited for: nothing means that all was handed over and no alert or reset came within 300 ms.
std::optional<Unproven> send_confirmed(TlsStream& tls, Connection& connection, std::span<const std::string> messages, const PathTimes& path,
                                       Confirmation wanted = Confirmation::end);

/// The same over plain TCP, whose proof is weaker: the receiver has ended its half after ours, without a reset.
std::optional<Unproven> send_confirmed(Connection& connection, std::span<const std::string> messages, const PathTimes& path,
                                       Confirmation wanted = Confirmation::end);

}  // namespace sstp
