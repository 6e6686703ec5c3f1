#pragma once

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
};

/// What the connection taught about its path: how long an answer takes at least.
struct PathTimes {
    Duration round_trip{};  ///< of connecting
    Duration handshake{};   ///< TLS only
};

/// Sends `messages`, one behind the other, ends the session with close_notify, and waits for the proof that the receiver has read up to it
/// (DESIGN 5.1). Nothing: proven. Proof is an orderly end *after* ours: the peer's close_notify with no reset behind it, or a bare end
/// of the connection that has stayed without a reset for max(300 ms, 3 handshakes). An alert, a reset, data, an end that came before ours,
/// and silence for 10 s are no proof. In TLS 1.3 a server refuses our certificate after the handshake: 300 ms are given to it before the
/// first byte. The server has been judged already.
std::optional<Unproven> send_confirmed(TlsStream& tls, Connection& connection, std::span<const std::string> messages,
                                       const PathTimes& path);

/// The same over plain TCP, whose proof is weaker: the receiver has ended its half after ours, without a reset.
std::optional<Unproven> send_confirmed(Connection& connection, std::span<const std::string> messages, const PathTimes& path);

}  // namespace sstp
