#include "service/windows/portable/https_answer.h"

#include <charconv>
#include <optional>
#include <system_error>

namespace sstp {

namespace {

/// The number behind `"code":` of `{"text":"Incorrect index","code":7,"invalid-event-number":0}`, which may be cut short.
std::optional<int> code_in(std::string_view body) {
    constexpr std::string_view kKey = "\"code\"";
    const std::size_t key = body.find(kKey);
    if (key == std::string_view::npos) return std::nullopt;
    body.remove_prefix(key + kKey.size());
    const std::size_t number = body.find_first_not_of(" \t\r\n:");
    if (number == std::string_view::npos) return std::nullopt;
    body.remove_prefix(number);
    int code = 0;
    const auto read = std::from_chars(body.data(), body.data() + body.size(), code);
    return read.ec == std::errc{} ? std::optional{code} : std::nullopt;
}

/// Words for the codes that are about a token's settings; null: about an event.
const char* about_the_token(int code) {
    switch (code) {
        case 7: return "the collector's token is not for this index: check the token's indexes";
        case 10: return "the collector's token has indexer acknowledgement on, which needs a channel: switch it off for this token";
        case 11: return "the collector takes the request's channel for a wrong one: switch indexer acknowledgement off for this token";
        case 14: return "the collector's acknowledgement is off and was asked for: check url";
        case 16: return "the collector takes no token in the URL: put it into a token_file";
        default: return nullptr;
    }
}

/// nginx finishes the handshake with whatever certificate comes, and then answers with a page of its own: 400 outside, 495 or 496 in its
/// log. For an event in the batch it has no such words.
std::optional<HttpsMeaning> about_our_certificate(std::string_view body) {
    if (body.find("The SSL certificate error") != std::string_view::npos) {
        return HttpsMeaning{HandoverFailure::refused_us, "the receiver does not accept our client certificate", true};
    }
    if (body.find("No required SSL certificate was sent") != std::string_view::npos) {
        return HttpsMeaning{
            HandoverFailure::refused_us,
            "the receiver demands a client certificate and was shown none: choose one in \"client_certificate\" of this destination", true};
    }
    return std::nullopt;
}

}  // namespace

HttpsMeaning meaning_of(int status, HttpsProfile profile, std::string_view body) {
    using enum HandoverFailure;
    if (status == 400) {
        if (auto refusal = about_our_certificate(body)) return *std::move(refusal);
    }
    if (status == 400 && profile == HttpsProfile::hec) {
        const auto code = code_in(body);
        const char* const words = code ? about_the_token(*code) : nullptr;
        if (words != nullptr) return {refused_us, words, false};
    }
    switch (status) {
        case 400:
        case 413:
        case 422: return {refused_content, "the receiver refuses what was sent", false};
        case 401: return {refused_us, "the receiver does not accept the token: check token_file", false};
        case 403: return {refused_us, "the receiver does not permit it: is the token disabled, or for another index?", false};
        case 404: return {refused_us, "there is nothing at this path: check url", false};
        case 405: return {refused_us, "nothing can be posted to this path: check url", false};
        case 407: return {refused_us, "the proxy wants a sign-on, which this program does not do", false};
        case 408:
        case 425:
        case 429: return {overloaded, "the receiver asks for patience", false};
        default: break;
    }
    if (status >= 500) return {overloaded, "the receiver has trouble of its own", false};
    if (status >= 400) return {refused_us, "the receiver refuses the request: check url and profile", false};
    return {refused_us, "the receiver did not take the events", false};
}

}  // namespace sstp
