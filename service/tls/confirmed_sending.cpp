#include "service/tls/confirmed_sending.h"

#include "service/windows/os_error.h"
#include "service/windows/system_clock.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sstp {

namespace {

using namespace std::chrono_literals;
using Ending = TlsStream::Ending;

constexpr Duration kPatience = 10s;
/// Long enough for the system to hand over what has arrived.
constexpr Duration kGlance = 1ms;
/// Source: facts of SIEM forwarding, section 3; DESIGN 5.1.
constexpr Duration kRefusalTime = 300ms;
/// Without TLS 1.3 nobody refuses us that late; but a proxy whose receiver is away ends the session right behind the handshake (nginx), and
/// an end that is seen only behind ours would count.
constexpr Duration kEarlyEndTime = 50ms;
/// How long our close_notify stands alone. RFC 5425 4.4 obliges a receiver to answer it unless the connection is known to be closed, so
/// our FIN is not sent at once.
constexpr Duration kBeforeOurFin = 3s;
/// With Confirmation::sent: an alert or a reset within it is heard all the same.
constexpr Duration kBadNewsTime = 300ms;
constexpr Duration kSettleTime = 300ms;
/// A reset that answers our end travels one round trip. Clocks tick every 16 ms.
constexpr Duration kShortestAnswer = 20ms;
/// What is encrypted and sent in one go: each gets the whole patience.
constexpr std::size_t kPiece = 64 * 1024;

constexpr char kSend[] = "send the events";
constexpr char kConfirm[] = "get the receipt of the events confirmed";

Error no_proof(const char* operation, ErrorKind kind, std::string why) { return own_error(kind, operation, "", std::move(why)); }

Unproven unproven(Error why) { return {false, std::move(why), false, false}; }

/// What an administrator can do about a receiver that never ends a session.
constexpr char kSilence[] =
    "everything was sent, and the receiver has neither ended the session nor refused it within 10 s. Either it hangs, or it never ends a "
    R"(session: then set "confirmation": "sent" for this destination, or send over HTTPS)";

Unproven silence() { return {false, no_proof(kConfirm, ErrorKind::timed_out, kSilence), false, true}; }

/// `error` as the reason why the step failed; what was attempted is ours to say.
Error because(const char* operation, const char* when, const Error& error) {
    Error told = error;
    told.operation = operation;
    told.subject.clear();
    if (error.kind != ErrorKind::stopped && error.kind != ErrorKind::timed_out) told.text = std::string(when) + error.text;
    return told;
}

Error alert_error(const char* operation, const char* when, const Error& alert) {
    Error told = because(operation, "", alert);
    told.text = std::string("the receiver gave the TLS session up with an alert ") + when +
                ": it may not accept our client certificate, or demand one. Windows words the alert as: " + alert.text;
    return told;
}

/// Messages in pieces that are worth a call, in order.
template <class Write>
Result<void> write_pieces(std::span<const std::string> messages, Write write) {
    Bytes piece;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        piece.insert(piece.end(), messages[i].begin(), messages[i].end());
        if (piece.size() < kPiece && i + 1 < messages.size()) continue;
        if (const auto written = write(std::span<const std::uint8_t>(piece)); !written) return written.error();
        piece.clear();
    }
    return {};
}

/// After the peer's end: waits until `until`, and sees whether a reset has come behind it. One more read tells: "if the virtual circuit
/// was reset, then a recv will complete immediately with an error code such as WSAECONNRESET" (Microsoft, select). A send of nothing
/// promises no error there, and the socket's own error none at all.
Result<void> settle(Connection& connection, MonotonicTime until) {
    const Duration left = until - monotonic_now();
    if (left > Duration::zero()) {
        if (const auto waited = connection.pause(left); !waited) return waited.error();
    }
    std::array<std::uint8_t, 16> buffer{};
    const auto again = connection.read_some(buffer, monotonic_now() + kGlance);
    if (!again && again.error().kind != ErrorKind::timed_out) return again.error();
    return connection.still_in_order();
}

// --- TLS ---

struct News {
    Error error;
    bool alert = false;
};

/// Whatever comes before our end is bad news; nothing is good. `when` completes "... before anything was sent".
std::optional<News> news(TlsStream& tls, Duration wait, const char* operation, const char* when) {
    const auto received = tls.read(monotonic_now() + wait);
    if (!received) {
        if (received.error().kind == ErrorKind::timed_out) return std::nullopt;
        return News{because(operation, "the connection broke: ", received.error())};
    }
    const std::string moment = std::string(" ") + when;
    switch (received->ending) {
        case Ending::alert: return News{alert_error(operation, when, received->why), true};
        case Ending::close_notify: return News{no_proof(operation, ErrorKind::unexpected, "the receiver ended the TLS session" + moment)};
        case Ending::bare: return News{no_proof(operation, ErrorKind::unexpected, "the receiver closed the connection" + moment)};
        case Ending::none: break;
    }
    return News{no_proof(operation, ErrorKind::unexpected, "the receiver talks back, as no syslog receiver does: is this the right port?")};
}

/// Behind the peer's close_notify: its end of the connection, or nothing for a while. A reset means that our end was never read.
std::optional<Unproven> no_reset_behind(Connection& connection, MonotonicTime ended, const PathTimes& path) {
    std::array<std::uint8_t, 256> buffer{};
    const MonotonicTime settled = monotonic_now() + std::max(kSettleTime, 3 * path.handshake);
    const auto count = connection.read_some(buffer, settled);
    if (!count && count.error().kind == ErrorKind::timed_out) return std::nullopt;  // it keeps its half open; its receipt stands
    if (!count) return unproven(because(kConfirm, "the receiver reset the connection behind its end: ", count.error()));
    if (*count != 0) return unproven(no_proof(kConfirm, ErrorKind::unexpected, "the receiver sent something behind its end"));
    const auto in_order = settle(connection, ended + std::max(kShortestAnswer, path.handshake));
    if (!in_order) return unproven(because(kConfirm, "the receiver reset the connection behind its end: ", in_order.error()));
    return std::nullopt;
}

/// A connection that just ended: as an older receiver ends it, or one that was killed. Only time tells.
std::optional<Unproven> no_reset_after_bare_end(Connection& connection, const PathTimes& path) {
    const auto in_order = settle(connection, monotonic_now() + std::max(kSettleTime, 3 * path.handshake));
    if (!in_order) return unproven(because(kConfirm, "the receiver reset the connection: ", in_order.error()));
    return std::nullopt;
}

/// Nothing of what comes behind our end matters but bad news.
std::optional<Unproven> bad_news_behind(TlsStream& tls) {
    const auto received = tls.read(monotonic_now() + kBadNewsTime);
    if (!received && received.error().kind == ErrorKind::timed_out) return std::nullopt;
    if (!received) return unproven(because(kConfirm, "the connection broke behind the events: ", received.error()));
    if (received->ending != Ending::alert) return std::nullopt;
    return Unproven{false, alert_error(kConfirm, "behind the events", received->why), true, false};
}

std::optional<Unproven> await_end(TlsStream& tls, Connection& connection, const PathTimes& path) {
    const MonotonicTime ended = monotonic_now();
    auto received = tls.read(ended + kBeforeOurFin);
    if (!received && received.error().kind == ErrorKind::timed_out) {
        if (const auto sent = connection.end_sending(); !sent) return unproven(because(kConfirm, "the connection broke: ", sent.error()));
        received = tls.read(ended + kPatience);
    }
    if (!received) {
        if (received.error().kind == ErrorKind::timed_out) return silence();
        return unproven(because(kConfirm, "the connection broke before the receiver confirmed: ", received.error()));
    }
    switch (received->ending) {
        case Ending::close_notify: return no_reset_behind(connection, ended, path);
        case Ending::bare: return no_reset_after_bare_end(connection, path);
        case Ending::alert: return Unproven{false, alert_error(kConfirm, "instead of confirming", received->why), true, false};
        case Ending::none: break;
    }
    return unproven(
        no_proof(kConfirm, ErrorKind::unexpected, "the receiver talks back, as no syslog receiver does: is this the right port?"));
}

}  // namespace

std::optional<Unproven> send_confirmed(TlsStream& tls, Connection& connection, std::span<const std::string> messages, const PathTimes& path,
                                       Confirmation wanted) {
    const Duration refusal_time = tls.protocol() == kTls13 ? std::max(kRefusalTime, path.handshake * 3 / 2) : kEarlyEndTime;
    if (auto refused = news(tls, refusal_time, kSend, "before anything was sent"))
        return Unproven{true, std::move(refused->error), refused->alert, false};
    const auto written = write_pieces(messages, [&](auto piece) { return tls.write(piece, monotonic_now() + kPatience); });
    if (!written) {
        if (written.error().kind == ErrorKind::stopped) return unproven(because(kSend, "", written.error()));
        // What the receiver may have said before it closed tells more than that it did.
        auto reason = news(tls, kGlance, kSend, "in the middle of the events");
        if (reason) return Unproven{false, std::move(reason->error), reason->alert, false};
        return unproven(because(kSend, "the connection broke: ", written.error()));
    }
    // An end that is here before ours is no answer to it.
    if (auto early = news(tls, kGlance, kConfirm, "before it can have read everything"))
        return Unproven{false, std::move(early->error), early->alert, false};
    if (const auto ended = tls.send_close_notify(monotonic_now() + kPatience); !ended)
        return unproven(because(kConfirm, "the connection broke: ", ended.error()));
    return wanted == Confirmation::sent ? bad_news_behind(tls) : await_end(tls, connection, path);
}

namespace {

// --- TCP ---

std::optional<Error> news(Connection& connection, const char* operation, const char* when) {
    std::array<std::uint8_t, 256> buffer{};
    const auto count = connection.read_some(buffer, monotonic_now() + kGlance);
    if (!count && count.error().kind == ErrorKind::timed_out) return std::nullopt;
    if (!count) return because(operation, "the connection broke: ", count.error());
    if (*count == 0) return no_proof(operation, ErrorKind::unexpected, std::string("the receiver closed the connection ") + when);
    return no_proof(operation, ErrorKind::unexpected, "the receiver talks back, as no syslog receiver does: is this the right port?");
}

}  // namespace

std::optional<Unproven> send_confirmed(Connection& connection, std::span<const std::string> messages, const PathTimes& path,
                                       Confirmation wanted) {
    if (auto refused = news(connection, kSend, "before anything was sent")) return Unproven{true, std::move(*refused), false, false};
    const auto written = write_pieces(messages, [&](auto piece) { return connection.write(piece, monotonic_now() + kPatience); });
    if (!written) return unproven(because(kSend, "the connection broke: ", written.error()));
    if (auto early = news(connection, kConfirm, "before it can have read everything")) return unproven(std::move(*early));
    if (const auto ended = connection.end_sending(); !ended) return unproven(because(kConfirm, "the connection broke: ", ended.error()));

    const MonotonicTime ended = monotonic_now();
    std::array<std::uint8_t, 256> buffer{};
    const bool only_sent = wanted == Confirmation::sent;
    const auto count = connection.read_some(buffer, ended + (only_sent ? kBadNewsTime : kPatience));
    if (!count && count.error().kind == ErrorKind::timed_out) return only_sent ? std::nullopt : std::optional{silence()};
    if (!count) return unproven(because(kConfirm, "the receiver reset the connection: ", count.error()));
    if (only_sent) return std::nullopt;
    if (*count != 0)
        return unproven(
            no_proof(kConfirm, ErrorKind::unexpected, "the receiver talks back, as no syslog receiver does: is this the right port?"));
    const auto in_order = settle(connection, ended + std::max(kShortestAnswer, 3 * path.round_trip));
    if (!in_order) return unproven(because(kConfirm, "the receiver reset the connection: ", in_order.error()));
    return std::nullopt;
}

}  // namespace sstp
