#include "service/windows/siem_tls.h"

#include "core/policy/spelling.h"
#include "service/tls/name_resolution.h"
#include "service/tls/tls_alert.h"
#include "service/tls/trust.h"
#include "service/windows/os_error.h"
#include "service/windows/portable/next_certificate.h"
#include "service/windows/siem_failure.h"
#include "service/windows/system_clock.h"

#include <utility>

namespace sstp {

namespace {

using namespace std::chrono_literals;

constexpr Duration kPatience = 10s;  // for each of connecting, shaking hands, and judging

}  // namespace

SiemTls::SiemTls(const SiemDestination& destination, HostAndPort host, const StopSignal& stop, std::optional<CertificateHash> passed_over)
    : destination_(destination), host_(std::move(host)), stop_(stop), passed_over_(passed_over), connection_(stop) {}

std::optional<Handover> SiemTls::open() {
    auto failed = try_to_open();
    if (!failed || !may_be_our_key_ || stop_.requested()) return failed;
    without_tls13_ = true;
    auto again = try_to_open();
    return again ? failed : std::nullopt;   // the first failure is the one to tell
}

std::optional<Handover> SiemTls::try_to_open() {
    may_be_our_key_ = false;
    tls_.reset();
    chosen_credentials_.reset();
    credentials_.reset();
    if (auto failed = prepare()) return failed;
    if (const auto connected = connection_.connect(host_.host, host_.port, monotonic_now() + kPatience); !connected)
        return handover_failed(HandoverFailure::unreachable, "connect", connected.error());
    tls_.emplace(connection_, *credentials_);
    const MonotonicTime begun = monotonic_now();
    const std::string name = is_ip_address(host_.host) ? std::string{} : host_.host;  // SNI has names only (RFC 6066 section 3)
    const auto shaken = tls_->handshake(name, begun + kPatience, [this](const auto& issuers) { return answer_request(issuers); });
    if (!shaken) return refused_in_handshake(shaken.error());
    path_ = {connection_.round_trip(), monotonic_now() - begun};
    protocol_ = tls_->protocol();
    if (auto old = refuse_old_protocol()) return old;
    return judge();
}

/// The credentials name TLS 1.2 as the oldest; not every Schannel heeds that (Wine ignores it), and RFC 9662 is about what is spoken.
std::optional<Handover> SiemTls::refuse_old_protocol() {
    if (protocol_ == "TLS 1.2" || protocol_ == kTls13) return std::nullopt;
    return handover_failed(HandoverFailure::untrusted, "protocol",
                           own_error(ErrorKind::verification_failed, "make a TLS session with", host_to_text(host_),
                                     "the receiver speaks " + protocol_ + ", and TLS 1.2 is the least: nothing was sent"));
}

CredentialOptions SiemTls::with(PCCERT_CONTEXT certificate) const {
    CredentialOptions options;
    options.without_tls13 = without_tls13_;
    options.client_certificate = certificate;
    return options;
}

/// What we bring along, as far as the policy says so without being asked.
std::optional<Handover> SiemTls::prepare() {
    if (const auto* wanted = std::get_if<SelectClientCertificate>(&destination_.client_certificate)) {
        auto chosen = choose_client_certificate(*wanted, {}, destination_.ca_file, passed_over_);
        if (!chosen) return handover_failed(HandoverFailure::untrusted, kOurCertificate, chosen.error());
        identity_ = std::move(*chosen);
    }
    auto credentials = SchannelCredentials::acquire(schannel(), with(identity_ ? identity_->certificate.get() : nullptr));
    if (!credentials) return handover_failed(HandoverFailure::untrusted, "credentials", credentials.error());
    credentials_.emplace(std::move(*credentials));
    return std::nullopt;
}

SchannelCredentials* SiemTls::answer_request(const std::vector<Bytes>& acceptable_issuers) {
    if (!std::holds_alternative<ChooseClientCertificate>(destination_.client_certificate)) return nullptr;
    auto chosen = choose_client_certificate({}, acceptable_issuers, destination_.ca_file, passed_over_);
    if (!chosen) {
        none_fits_ = chosen.error();
        return nullptr;
    }
    auto credentials = SchannelCredentials::acquire(schannel(), with(chosen->certificate.get()));
    if (!credentials) {
        none_fits_ = credentials.error();
        return nullptr;
    }
    identity_ = std::move(*chosen);
    chosen_credentials_.emplace(std::move(*credentials));
    return &*chosen_credentials_;
}

Handover SiemTls::refused_in_handshake(Error error) {
    const auto alert = tls_->refusal();
    const bool configuration = alert && is_configuration_trouble(*alert);
    const bool by_itself = error.kind != ErrorKind::stopped && error.kind != ErrorKind::timed_out && !alert;
    may_be_our_key_ = by_itself && !without_tls13_ && (identity_ || tls_->certificate_requested());
    error.operation = "make a TLS session with";
    error.subject = host_to_text(host_);
    explain_certificate(error, configuration || tls_->certificate_requested());
    const bool ours = alert && is_about_our_certificate(*alert, tls_->certificate_requested() && !identity_);
    return handover_failed(configuration ? HandoverFailure::untrusted : HandoverFailure::unreachable, ours ? kOurCertificate : "handshake",
                           std::move(error));
}

void SiemTls::explain_certificate(Error& error, bool about_it) const {
    if (error.kind == ErrorKind::stopped || error.kind == ErrorKind::timed_out) return;
    if (identity_) {
        error.text += ". Our client certificate was " + identity_->in_words;
    } else if (none_fits_) {
        error.text += ". It asked for a client certificate: " + none_fits_->message();
    } else if (about_it) {
        error.text += std::holds_alternative<NoClientCertificate>(destination_.client_certificate)
                          ? R"(. No client certificate was shown, because "client_certificate" of this destination is "none": )"
                            "the receiver may demand one"
                          : ". No client certificate was shown, and the receiver may demand one: to show one unasked, name its issuer in "
                            R"("client_certificate" of this destination)";
    }
}

std::optional<Handover> SiemTls::judge() {
    const auto with_peer = [this](Handover handover) {
        handover.peer = peer_;
        handover.protocol = protocol_;
        return handover;
    };
    const auto shown = tls_->peer_certificate();
    if (!shown) return with_peer(handover_failed(HandoverFailure::untrusted, "certificate", shown.error()));
    peer_ = peer_in_words(shown->get());
    const auto judged =
        judge_server(shown->get(), host_.host, {destination_.ca_file, destination_.server_fingerprint}, stop_, monotonic_now() + kPatience);
    if (judged) return std::nullopt;
    Error error = judged.error();
    if (error.kind == ErrorKind::verification_failed) error.subject = host_to_text(host_);
    const bool later = error.kind == ErrorKind::timed_out;
    return with_peer(handover_failed(later ? HandoverFailure::unreachable : HandoverFailure::untrusted, "certificate", std::move(error)));
}

}  // namespace sstp
