#include "service/windows/siem_https.h"

#include "core/policy/spelling.h"
#include "service/tls/client_certificate.h"
#include "service/tls/trust.h"
#include "service/windows/https_post.h"
#include "service/windows/ntfs_files.h"
#include "service/windows/os_error.h"
#include "service/windows/portable/https_answer.h"
#include "service/windows/portable/next_certificate.h"
#include "service/windows/siem_failure.h"
#include "service/windows/siem_tls.h"
#include "service/windows/system_clock.h"
#include "service/windows/windows_headers.h"
#include "service/windows/winhttp_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <string_view>

namespace sstp {

namespace {

using namespace std::chrono_literals;

constexpr char kPost[] = "post events to";
constexpr Duration kPatience = 10s;
constexpr std::size_t kLargestToken = 16 * 1024;
constexpr std::size_t kMostOfAnswer = 200;

/// A secret that does not stay behind in memory.
struct Secret {
    std::string text;

    Secret() = default;
    Secret(Secret&&) = default;
    Secret& operator=(Secret&&) = default;
    ~Secret() { SecureZeroMemory(text.data(), text.size()); }
};

/// The token, without what an editor leaves around it. It must fit into a header.
Result<Secret> read_token(const std::string& path) {
    constexpr char kOperation[] = "read the token in";
    Secret secret;
    auto content = NtfsFiles{}.read(path, kLargestToken);
    if (!content) {
        Error error = content.error();
        error.operation = kOperation;
        return error;
    }
    secret.text = std::move(*content);
    constexpr std::string_view kBom = "\xEF\xBB\xBF";
    if (secret.text.starts_with(kBom)) secret.text.erase(0, kBom.size());
    const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    while (!secret.text.empty() && is_blank(secret.text.back())) secret.text.pop_back();
    secret.text.erase(secret.text.begin(), std::ranges::find_if_not(secret.text, is_blank));
    if (secret.text.empty()) return own_error(ErrorKind::malformed, kOperation, path, "the file is empty");
    if (!std::ranges::all_of(secret.text, [](char c) { return c > ' ' && c < '\x7F'; }))
        return own_error(ErrorKind::malformed, kOperation, path, "it must be one word of visible ASCII characters and nothing else");
    return secret;
}

/// What the receiver wrote, for one line of text.
std::string quoted(const std::string& body) {
    std::string text;
    for (const char c : body) {
        if (text.size() == kMostOfAnswer) break;
        text += c >= ' ' && c < '\x7F' ? c : ' ';
    }
    while (text.ends_with(' ')) text.pop_back();
    return text.empty() ? text : ": " + text;
}

class Post {
public:
    /// `passed_over`: a certificate of ours that the receiver has refused; another is shown, if there is one.
    Post(const SiemDestination& destination, const StopSignal& stop, std::optional<CertificateHash> passed_over)
        : destination_(destination), stop_(stop), passed_over_(passed_over) {}

    CertificateAttempt attempt(const Payload& payload) {
        CertificateAttempt made{send(payload), {}};
        if (!made.handover.receipt && certificate_refused(made.handover) && identity_ && identity_->has_another) {
            made.refused = RefusedCertificate{identity_->hash, identity_->in_words};
        }
        return made;
    }

private:
    Handover send(const Payload& payload) {
        HttpsRequest request;
        request.url = destination_.url;
        request.content_type = payload.content_type;
        for (const std::string& each : payload.messages) request.body += each;
        request.judge = [trust = ServerTrust{destination_.ca_file, destination_.server_fingerprint}, &stop = stop_](
                            PCCERT_CONTEXT shown, const std::string& host) {
            return judge_server(shown, host, trust, stop, monotonic_now() + kPatience);
        };
        request.own_trust = destination_.ca_file || destination_.server_fingerprint;
        // Before the token goes anywhere. Where the machine's own roots count WinHTTP refuses by itself.
        if (request.own_trust) {
            if (auto refused = look_at_server()) return std::move(*refused);
        }
        Secret token;
        if (destination_.token_file) {
            auto read = read_token(*destination_.token_file);
            if (!read) return handover_failed(HandoverFailure::refused_us, "token", read.error());
            token.text = (destination_.profile == HttpsProfile::hec ? "Splunk " : "Bearer ") + read->text;
            request.authorization = token.text;
        }
        auto failed = send_with_certificate(request);
        SecureZeroMemory(request.authorization.data(), request.authorization.size());
        if (failed) return std::move(*failed);
        if (answer_.status == 0 && !request.own_trust) {
            auto refused = look_at_server();   // for the words
            if (refused && refused->failure == HandoverFailure::untrusted) return std::move(*refused);
        }
        return judge_answer();
    }

    /// By a word of the receiver's, or by the way in which WinHTTP's session broke; where trust is our own, by the session before it.
    [[nodiscard]] bool certificate_refused(const Handover& handover) const {
        if (handover.failure == HandoverFailure::stopped) return false;
        if (handover.reason == kOurCertificate) return true;
        return answer_.status == 0 && !answer_.untrusted && answer_.error && may_refuse_our_certificate(answer_.error->code);
    }

    /// A session of our own, in which nothing is sent: it tells what is wrong in words, and stops what WinHTTP may find out too late.
    /// Through a proxy there is no way to the server but WinHTTP's.
    std::optional<Handover> look_at_server() {
        if (goes_through_proxy()) return std::nullopt;
        auto host = host_of(destination_.url);
        if (!host) return std::nullopt;   // which WinHTTP says better
        SiemTls way(destination_, *std::move(host), stop_, passed_over_);
        auto refused = way.open();
        if (refused && refused->reason == kOurCertificate && way.shown() != nullptr && !identity_) identity_ = way.take_shown();
        if (!refused) (void)way.tls().send_close_notify(monotonic_now() + kPatience);
        return refused;
    }

    /// Nothing: there is an answer to judge.
    std::optional<Handover> send_with_certificate(HttpsRequest& request) {
        const auto show = [&](const SelectClientCertificate& selector, const std::vector<Bytes>& issuers) -> std::optional<Error> {
            auto chosen = choose_client_certificate(selector, issuers, destination_.ca_file, passed_over_);
            if (!chosen) return chosen.error();
            identity_ = std::move(*chosen);
            request.client_certificate = identity_->certificate.get();
            shown_ = identity_->in_words;
            return std::nullopt;
        };
        if (const auto* wanted = std::get_if<SelectClientCertificate>(&destination_.client_certificate)) {
            if (auto none = show(*wanted, {})) return handover_failed(HandoverFailure::untrusted, kOurCertificate, std::move(*none));
        }
        request.ask_for_certificate = std::holds_alternative<ChooseClientCertificate>(destination_.client_certificate);
        answer_ = https_post(request, stop_);
        if (!answer_.certificate_wanted || !request.ask_for_certificate) return std::nullopt;
        // None that fits: some servers only ask, and take what comes.
        none_fits_ = show({}, answer_.acceptable_issuers);
        request.ask_for_certificate = false;
        answer_ = https_post(request, stop_);
        return std::nullopt;
    }

    Handover judge_answer() {
        Handover handover;
        if (answer_.status >= 200 && answer_.status < 300) {
            handover.receipt = Receipt{answer_.peer, answer_.protocol};
        } else if (answer_.status != 0) {
            handover = by_status();
        } else {
            handover = without_status();
        }
        handover.peer = answer_.peer;
        handover.protocol = answer_.protocol;
        return handover;
    }

    Handover by_status() {
        const HttpsMeaning meaning = meaning_of(answer_.status, destination_.profile, answer_.body);
        std::string text = fmt::format("HTTP {}, {}{}", answer_.status, meaning.words, quoted(answer_.body));
        if (!answer_.location.empty())
            text += fmt::format(" (it redirects to{}; write that into url if it is right)", quoted(answer_.location).substr(1));
        if (meaning.about_our_certificate && !shown_.empty()) text += ". Our client certificate was " + shown_;
        auto handover =
            handover_failed(meaning.failure, meaning.about_our_certificate ? kOurCertificate : fmt::format("http_{}", answer_.status),
                            own_error(ErrorKind::unexpected, kPost, shown_url(destination_.url), std::move(text)));
        if (meaning.failure == HandoverFailure::overloaded) handover.retry_after = answer_.retry_after;
        return handover;
    }

    Handover without_status() {
        Error error = answer_.error.value_or(own_error(ErrorKind::unexpected, kPost, shown_url(destination_.url), "there was no answer"));
        if (answer_.untrusted) return handover_failed(HandoverFailure::untrusted, "certificate", std::move(error));
        if (none_fits_) error.text += ". It asked for a client certificate: " + none_fits_->message();
        if (!shown_.empty()) error.text += ". Our client certificate was " + shown_;
        const bool ours = none_fits_ || answer_.certificate_wanted || error.kind == ErrorKind::no_usable_key;
        const bool reached = !answer_.peer.empty();  // the request was under way: what became of it is unknown
        const bool silent = answer_.handed_over && error.kind == ErrorKind::timed_out;
        const auto failure = ours      ? HandoverFailure::untrusted
                             : silent  ? HandoverFailure::silent
                             : reached ? HandoverFailure::not_confirmed
                                       : HandoverFailure::unreachable;
        return handover_failed(failure, ours ? kOurCertificate : reached ? "confirm" : "connect", std::move(error));
    }

    const SiemDestination& destination_;
    const StopSignal& stop_;
    HttpsAnswer answer_;
    std::optional<CertificateHash> passed_over_;
    std::optional<ClientIdentity> identity_;
    std::optional<Error> none_fits_;
    std::string shown_;
};

}  // namespace

Handover SiemHttps::hand_over(std::size_t /*host*/, const Payload& payload) {
    try {
        return with_a_certificate_that_is_taken(
            [&](const std::optional<CertificateHash>& passed_over) { return Post(destination_, stop_, passed_over).attempt(payload); },
            [this] { return stop_.requested(); }, passed_over_);
    } catch (const std::exception& failure) {
        return handover_failed(HandoverFailure::unreachable, "connect",
                               own_error(ErrorKind::unexpected, kPost, shown_url(destination_.url), failure.what()));
    }
}

}  // namespace sstp
