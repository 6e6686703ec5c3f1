#include "service/tls/schannel_session.h"

#include "service/windows/os_error.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace sstp {

namespace {

constexpr char kReceive[] = "receive over TLS";
constexpr char kSend[] = "send over TLS";
constexpr char kRenegotiate[] = "renegotiate a TLS session";
/// Content type of a record (RFC 8446 5.1). TLS 1.2 shows it also of an encrypted alert; TLS 1.3 hides it as 23.
constexpr std::uint8_t kAlertRecord = 21;

const SecBuffer* find(std::span<const SecBuffer> buffers, unsigned long type) {
    const auto found = std::ranges::find(buffers, type, &SecBuffer::BufferType);
    return found == buffers.end() ? nullptr : &*found;
}

/// The bytes of an EXTRA buffer within `all`; its last ones where the system gives a length and no address.
Bytes extra_of(std::span<const SecBuffer> buffers, const Bytes& all) {
    const SecBuffer* extra = find(buffers, SECBUFFER_EXTRA);
    if (!extra || extra->cbBuffer == 0 || extra->cbBuffer > all.size()) return {};
    const auto* from = static_cast<const std::uint8_t*>(extra->pvBuffer);
    const auto* last_possible = all.data() + (all.size() - extra->cbBuffer);
    if (from == nullptr || from < all.data() || from > last_possible) from = last_possible;
    return {from, from + extra->cbBuffer};
}

/// Statuses with which Schannel says that a record itself is bad. Every other failure of DecryptMessage is its word for a
/// fatal alert that the peer sent.
bool is_our_own_verdict(SECURITY_STATUS status) {
    switch (status) {
        case SEC_E_DECRYPT_FAILURE:
        case SEC_E_MESSAGE_ALTERED:
        case SEC_E_OUT_OF_SEQUENCE:
        case SEC_E_INVALID_TOKEN:
        case SEC_E_INVALID_HANDLE:
        case SEC_E_INTERNAL_ERROR:
        case SEC_E_INSUFFICIENT_MEMORY:
        case SEC_E_CONTEXT_EXPIRED: return true;
        default: return false;
    }
}

}  // namespace

SchannelSession::SchannelSession(SchannelHandshake&& handshake)
    : credentials_(handshake.credentials_),
      context_(std::move(handshake.context_)),
      subject_(std::move(handshake.subject_)),
      server_name_(std::move(handshake.server_name_)),
      incoming_(std::move(handshake.incoming_)) {}

Result<SchannelSession> SchannelSession::from(SchannelHandshake&& handshake) {
    SchannelSession session(std::move(handshake));
    const SECURITY_STATUS status = session.context_.sspi().query_context(session.context_.get(), SECPKG_ATTR_STREAM_SIZES, &session.sizes_);
    if (status != SEC_E_OK) return tls_error("ask for the record sizes of a TLS session", session.subject_, status);
    if (session.sizes_.cbMaximumMessage == 0) {
        return own_error(ErrorKind::malformed, "ask for the record sizes of a TLS session", session.subject_,
                         "a record would hold nothing");
    }
    auto certificate = session.peer_certificate_der();
    if (!certificate) return certificate.error();
    session.certificate_ = std::move(*certificate);
    return session;
}

void SchannelSession::feed(std::span<const std::uint8_t> received) {
    if (!ended_) incoming_.insert(incoming_.end(), received.begin(), received.end());
}

SchannelSession::Incoming SchannelSession::end(Arrival how, Error why) {
    ended_ = true;
    incoming_.clear();
    end_ = {how, {}, std::move(why)};
    return end_;
}

SchannelSession::Incoming SchannelSession::next() {
    while (!ended_) {
        if (incoming_.empty() && !hello_requested_) return {};
        if (renegotiating_) {
            if (!renegotiate() && !ended_) return {};
            continue;
        }
        Incoming arrived = decrypt_record();
        const bool nothing_yet = arrived.arrival == Arrival::data && arrived.data.empty();
        if (!nothing_yet) return arrived;
    }
    return end_;
}

/// One record. Data without a byte means: that record held none for us, look at the next.
SchannelSession::Incoming SchannelSession::decrypt_record() {
    const std::uint8_t record_type = incoming_.front();
    Bytes working = incoming_;  // decrypted in place, and needed as it was when it is not whole yet
    std::array<SecBuffer, 4> buffers{{{static_cast<unsigned long>(working.size()), SECBUFFER_DATA, working.data()},
                                      {0, SECBUFFER_EMPTY, nullptr},
                                      {0, SECBUFFER_EMPTY, nullptr},
                                      {0, SECBUFFER_EMPTY, nullptr}}};
    SecBufferDesc message{SECBUFFER_VERSION, static_cast<unsigned long>(buffers.size()), buffers.data()};
    const SECURITY_STATUS status = context_.sspi().decrypt(context_.get(), &message);
    switch (status) {
        case SEC_E_INCOMPLETE_MESSAGE: return {};
        case SEC_I_CONTEXT_EXPIRED: return end(Arrival::close_notify);
        case SEC_E_OK:
        case SEC_I_RENEGOTIATE: break;
        default: {
            const bool alert = record_type == kAlertRecord || !is_our_own_verdict(status);
            return end(alert ? Arrival::alert : Arrival::failed, tls_error(kReceive, subject_, status));
        }
    }
    Incoming arrived{Arrival::data, {}, {}};
    if (const SecBuffer* data = find(buffers, SECBUFFER_DATA); data && data->pvBuffer && data->cbBuffer > 0) {
        const auto* bytes = static_cast<const std::uint8_t*>(data->pvBuffer);
        arrived.data.assign(bytes, bytes + data->cbBuffer);
    }
    incoming_ = extra_of(buffers, working);
    if (status == SEC_I_RENEGOTIATE) {
        // TLS 1.3 calls session tickets and key updates so, TLS 1.2 a real renegotiation: what is in EXTRA goes through
        // InitializeSecurityContext, without which TLS 1.3 data cannot be decrypted any more (curl issue 18983).
        renegotiating_ = true;
        hello_requested_ = incoming_.empty();
    } else if (arrived.data.empty() && record_type == kAlertRecord) {
        // Wine gives a close_notify this status; Windows gives SEC_I_CONTEXT_EXPIRED.
        return end(Arrival::close_notify);
    }
    return arrived;
}

bool SchannelSession::renegotiate() {
    hello_requested_ = false;
    // A certificate of ours that was not asked for in the handshake is not shown now either, unless it was given to us for that.
    TokenStep step = exchange_token(*credentials_, context_, server_name_, incoming_, true);
    outgoing_.insert(outgoing_.end(), step.token.begin(), step.token.end());
    incoming_.erase(incoming_.begin(), incoming_.begin() + static_cast<std::ptrdiff_t>(step.consumed));
    if (step.status == SEC_E_INCOMPLETE_MESSAGE) return false;
    if (step.status == SEC_I_CONTINUE_NEEDED) return step.consumed > 0;
    if (step.status != SEC_E_OK && we_ended_) {
        // On a long path session tickets arrive behind our end, when the context takes no token any more. They confirm nothing and refuse
        // nothing; what follows is read on, and an end of the connection counts as one.
        renegotiating_ = false;
        incoming_.clear();
        outgoing_.clear();
        return true;
    }
    if (step.status != SEC_E_OK) {
        end(Arrival::failed, tls_error(kRenegotiate, subject_, step.status));
        return false;
    }
    renegotiating_ = false;
    // Trust was given to one certificate. A peer that shows another one now would inherit it unseen.
    auto certificate = peer_certificate_der();
    if (!certificate) {
        end(Arrival::failed, certificate.error());
    } else if (*certificate != certificate_) {
        end(Arrival::failed, own_error(ErrorKind::verification_failed, kRenegotiate, subject_, "the server changed its certificate"));
    }
    return !ended_;
}

Result<Bytes> SchannelSession::encrypt(std::span<const std::uint8_t> plain) {
    Bytes records;
    while (!plain.empty()) {
        const auto piece = plain.first(std::min<std::size_t>(plain.size(), sizes_.cbMaximumMessage));
        plain = plain.subspan(piece.size());
        Bytes record(std::size_t{sizes_.cbHeader} + piece.size() + sizes_.cbTrailer);
        std::uint8_t* text = record.data() + sizes_.cbHeader;
        std::memcpy(text, piece.data(), piece.size());
        std::array<SecBuffer, 4> buffers{{{sizes_.cbHeader, SECBUFFER_STREAM_HEADER, record.data()},
                                          {static_cast<unsigned long>(piece.size()), SECBUFFER_DATA, text},
                                          {sizes_.cbTrailer, SECBUFFER_STREAM_TRAILER, text + piece.size()},
                                          {0, SECBUFFER_EMPTY, nullptr}}};
        SecBufferDesc message{SECBUFFER_VERSION, static_cast<unsigned long>(buffers.size()), buffers.data()};
        const SECURITY_STATUS status = context_.sspi().encrypt(context_.get(), &message);
        if (status != SEC_E_OK) return tls_error(kSend, subject_, status);
        // The trailer may have turned out shorter than its reserve.
        for (std::size_t i = 0; i < 3; ++i) {
            const auto* bytes = static_cast<const std::uint8_t*>(buffers[i].pvBuffer);
            records.insert(records.end(), bytes, bytes + buffers[i].cbBuffer);
        }
    }
    return records;
}

Result<Bytes> SchannelSession::close_notify() {
    constexpr char kOperation[] = "end a TLS session";
    DWORD order = SCHANNEL_SHUTDOWN;
    SecBuffer buffer{sizeof order, SECBUFFER_TOKEN, &order};
    SecBufferDesc description{SECBUFFER_VERSION, 1, &buffer};
    const SECURITY_STATUS status = context_.sspi().apply_control_token(context_.get(), &description);
    if (status != SEC_E_OK) return tls_error(kOperation, subject_, status);
    TokenStep step = shutdown_token(*credentials_, context_, server_name_);
    we_ended_ = true;
    if (step.status < 0) return tls_error(kOperation, subject_, step.status);
    return std::move(step.token);
}

Result<UniqueCertificateContext> SchannelSession::peer_certificate() {
    PCCERT_CONTEXT certificate = nullptr;
    const SECURITY_STATUS status = context_.sspi().query_context(context_.get(), SECPKG_ATTR_REMOTE_CERT_CONTEXT, &certificate);
    if (status != SEC_E_OK || !certificate) return tls_error("ask for the server's certificate", subject_, status);
    return UniqueCertificateContext(certificate);
}

std::string SchannelSession::protocol() {
    SecPkgContext_ConnectionInfo info{};
    if (context_.sspi().query_context(context_.get(), SECPKG_ATTR_CONNECTION_INFO, &info) != SEC_E_OK) return "TLS";
    if ((info.dwProtocol & SP_PROT_TLS1_3_CLIENT) != 0) return kTls13;
    if ((info.dwProtocol & SP_PROT_TLS1_2_CLIENT) != 0) return "TLS 1.2";
    if ((info.dwProtocol & SP_PROT_TLS1_1_CLIENT) != 0) return "TLS 1.1";
    return (info.dwProtocol & SP_PROT_TLS1_0_CLIENT) != 0 ? "TLS 1.0" : "TLS";
}

Result<Bytes> SchannelSession::peer_certificate_der() {
    auto certificate = peer_certificate();
    if (!certificate) return certificate.error();
    const PCCERT_CONTEXT context = certificate->get();
    return Bytes(context->pbCertEncoded, context->pbCertEncoded + context->cbCertEncoded);
}

}  // namespace sstp
