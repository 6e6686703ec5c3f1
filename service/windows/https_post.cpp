#include "service/windows/https_post.h"

#include "core/policy/spelling.h"
#include "service/windows/https_exchange.h"
#include "service/windows/os_error.h"
#include "service/windows/system_clock.h"
#include "service/windows/text.h"
#include "service/windows/winhttp_words.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace sstp {

namespace {

using namespace std::chrono_literals;

constexpr char kOperation[] = "post events to";
constexpr Duration kPatience = 10s;
constexpr Duration kLongestRetryAfter = 1h;
/// WINHTTP_OPTION_SECURITY_INFO (Windows 10 2004), which older headers lack. It begins with SecPkgContext_ConnectionInfo.
constexpr DWORD kSecurityInfo = 151;

struct Target {
    std::wstring host;
    INTERNET_PORT port = 0;
    std::wstring path;
    std::string plain_host;  ///< without brackets
};

std::optional<Target> split(const std::string& url) {
    const auto wide = to_wide(url);
    if (!wide) return std::nullopt;
    URL_COMPONENTS parts{};
    parts.dwStructSize = sizeof parts;
    parts.dwHostNameLength = parts.dwUrlPathLength = parts.dwExtraInfoLength = static_cast<DWORD>(-1);
    if (!WinHttpCrackUrl(wide->c_str(), 0, 0, &parts)) return std::nullopt;
    Target target;
    target.host.assign(parts.lpszHostName, parts.dwHostNameLength);
    target.port = parts.nPort;
    target.path.assign(parts.lpszUrlPath, parts.dwUrlPathLength);
    target.path.append(parts.lpszExtraInfo, parts.dwExtraInfoLength);
    target.plain_host = to_utf8_lossy(target.host);
    if (target.plain_host.starts_with('[') && target.plain_host.ends_with(']'))
        target.plain_host = target.plain_host.substr(1, target.plain_host.size() - 2);
    return target;
}

void set_dword(HINTERNET handle, DWORD option, DWORD value) { WinHttpSetOption(handle, option, &value, sizeof value); }

/// As streams have it: the whole patience for each 64 KiB.
Duration to_send(const std::string& body) { return kPatience * static_cast<int>(1 + body.size() / (std::size_t{64} * 1024)); }

UniqueInternet open_session(Duration sending) {
    UniqueInternet session{WinHttpOpen(L"SSTP-Watchdog", WINHTTP_ACCESS_TYPE_DEFAULT_PROXY, WINHTTP_NO_PROXY_NAME, WINHTTP_NO_PROXY_BYPASS,
                                       WINHTTP_FLAG_ASYNC)};
    if (!session) return session;
    const int patience = static_cast<int>(kPatience.count());
    WinHttpSetTimeouts(session.get(), patience, patience, static_cast<int>(sending.count()), patience);
    DWORD protocols = WINHTTP_FLAG_SECURE_PROTOCOL_TLS1_2 | WINHTTP_FLAG_SECURE_PROTOCOL_TLS1_3;
    // Before Windows Server 2022 there is no TLS 1.3 for WinHTTP, and naming it is an error.
    if (!WinHttpSetOption(session.get(), WINHTTP_OPTION_SECURE_PROTOCOLS, &protocols, sizeof protocols))
        set_dword(session.get(), WINHTTP_OPTION_SECURE_PROTOCOLS, WINHTTP_FLAG_SECURE_PROTOCOL_TLS1_2);
    return session;
}

/// False when an option without which nothing may be sent was refused.
bool prepare(HINTERNET handle, const HttpsRequest& request) {
    set_dword(handle, WINHTTP_OPTION_REDIRECT_POLICY, WINHTTP_OPTION_REDIRECT_POLICY_NEVER);
    set_dword(handle, WINHTTP_OPTION_AUTOLOGON_POLICY, WINHTTP_AUTOLOGON_SECURITY_LEVEL_HIGH);
    set_dword(handle, WINHTTP_OPTION_DISABLE_FEATURE, WINHTTP_DISABLE_COOKIES | WINHTTP_DISABLE_REDIRECTS);
    if (request.own_trust) {
        set_dword(handle, WINHTTP_OPTION_SECURITY_FLAGS,
                  SECURITY_FLAG_IGNORE_UNKNOWN_CA | SECURITY_FLAG_IGNORE_CERT_DATE_INVALID | SECURITY_FLAG_IGNORE_CERT_CN_INVALID |
                      SECURITY_FLAG_IGNORE_CERT_WRONG_USAGE);
    }
    if (request.client_certificate != nullptr) {
        auto* certificate = const_cast<CERT_CONTEXT*>(request.client_certificate);
        if (!WinHttpSetOption(handle, WINHTTP_OPTION_CLIENT_CERT_CONTEXT, certificate, sizeof *certificate)) return false;
    } else if (!request.ask_for_certificate) {
        WinHttpSetOption(handle, WINHTTP_OPTION_CLIENT_CERT_CONTEXT, WINHTTP_NO_CLIENT_CERT_CONTEXT, 0);
    }
    std::wstring authorization = to_wide_lossy(request.authorization);
    std::wstring headers = L"Content-Type: " + to_wide_lossy(request.content_type) + L"\r\n";
    headers.reserve(headers.size() + authorization.size() + 32);   // growing would leave a copy of the token behind
    if (!authorization.empty()) headers.append(L"Authorization: ").append(authorization).append(L"\r\n");
    const bool added = WinHttpAddRequestHeaders(handle, headers.c_str(), static_cast<DWORD>(-1), WINHTTP_ADDREQ_FLAG_ADD) != 0;
    SecureZeroMemory(headers.data(), headers.size() * sizeof(wchar_t));
    SecureZeroMemory(authorization.data(), authorization.size() * sizeof(wchar_t));
    return added;
}

std::string header(HINTERNET handle, DWORD which) {
    std::array<wchar_t, 2048> text{};
    DWORD size = sizeof text;
    if (!WinHttpQueryHeaders(handle, which, WINHTTP_HEADER_NAME_BY_INDEX, text.data(), &size, WINHTTP_NO_HEADER_INDEX)) return {};
    return to_utf8_lossy({text.data(), size / sizeof(wchar_t)});
}

/// Seconds, or a date (RFC 9110 section 10.2.3).
std::optional<Duration> retry_after(const std::string& text) {
    if (text.empty()) return std::nullopt;
    if (std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }))
        return text.size() > 6 ? kLongestRetryAfter : std::min<Duration>(std::chrono::seconds(std::stoi(text)), kLongestRetryAfter);
    SYSTEMTIME time{};
    FILETIME then{};
    FILETIME now{};
    if (!WinHttpTimeToSystemTime(to_wide_lossy(text).c_str(), &time) || !SystemTimeToFileTime(&time, &then)) return std::nullopt;
    GetSystemTimeAsFileTime(&now);
    return std::clamp<Duration>(to_wall_time(then) - to_wall_time(now), Duration::zero(), kLongestRetryAfter);
}

std::string protocol_of(HINTERNET handle) {
    // Bigger than the structure of any version.
    std::array<DWORD, 512> info{};
    DWORD size = sizeof info;
    if (!WinHttpQueryOption(handle, kSecurityInfo, info.data(), &size)) return "HTTPS";
    if ((info[0] & SP_PROT_TLS1_3_CLIENT) != 0) return "HTTPS (TLS 1.3)";
    return (info[0] & SP_PROT_TLS1_2_CLIENT) != 0 ? "HTTPS (TLS 1.2)" : "HTTPS";
}

std::vector<Bytes> issuers_of(HINTERNET handle) {
    SecPkgContext_IssuerListInfoEx* list = nullptr;
    DWORD size = sizeof(SecPkgContext_IssuerListInfoEx*);
    std::vector<Bytes> issuers;
    if (!WinHttpQueryOption(handle, WINHTTP_OPTION_CLIENT_CERT_ISSUER_LIST, &list, &size) || list == nullptr) return issuers;
    for (DWORD i = 0; i < list->cIssuers; ++i) {
        const CERT_NAME_BLOB& name = list->aIssuers[i];
        issuers.emplace_back(name.pbData, name.pbData + name.cbData);
    }
    GlobalFree(list);
    return issuers;
}

/// Drives one request through its steps.
class Posting {
public:
    Posting(HINTERNET handle, HttpsExchange& exchange, const HttpsRequest& request, const StopSignal& stop, HttpsAnswer& answer)
        : handle_(handle), exchange_(exchange), request_(request), stop_(stop), answer_(answer) {}

    void run() {
        const auto length = static_cast<DWORD>(exchange_.body.size());
        if (!WinHttpSendRequest(handle_, WINHTTP_NO_ADDITIONAL_HEADERS, 0, exchange_.body.data(), length, length,
                                reinterpret_cast<DWORD_PTR>(&exchange_)))
            return fail(GetLastError());
        // Connecting and the handshake are reported by nothing; the proxy's CONNECT lies between them.
        if (!await(HttpsExchange::Step::sending, 2 * kPatience) || !await(HttpsExchange::Step::sent, to_send(exchange_.body))) return;
        if (!WinHttpReceiveResponse(handle_, nullptr)) return fail(GetLastError());
        if (!await(HttpsExchange::Step::headers, kPatience)) return;
        read_head();
        read_body();
    }

private:
    /// False: it is over, and `answer_` says why.
    bool await(HttpsExchange::Step wanted, Duration patience) {
        if (passed_ >= wanted) return true;
        const MonotonicTime deadline = monotonic_now() + patience;
        while (passed_ < wanted) {
            const auto news = exchange_.next(stop_, deadline);
            if (!news) {
                const bool stopped = stop_.requested();
                answer_.error = own_error(stopped ? ErrorKind::stopped : ErrorKind::timed_out, kOperation, shown_url(request_.url),
                                          stopped ? "the watchdog was asked to stop" : "there was no answer in time");
                return false;
            }
            if (news->step == HttpsExchange::Step::failed) {
                fail(news->code);
                return false;
            }
            passed_ = news->step;
            length_ = news->length;
        }
        return true;
    }

    void fail(DWORD code) {
        if (const auto refusal = exchange_.refusal()) {
            answer_.untrusted = refusal->kind != ErrorKind::stopped && refusal->kind != ErrorKind::timed_out;
            answer_.error = refusal;
            return;
        }
        if (code == ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED) {
            answer_.certificate_wanted = true;
            answer_.acceptable_issuers = issuers_of(handle_);
        }
        answer_.error = winhttp_error(kOperation, shown_url(request_.url), code);
    }

    void read_head() {
        DWORD status = 0;
        DWORD size = sizeof status;
        if (!WinHttpQueryHeaders(handle_, WINHTTP_QUERY_STATUS_CODE | WINHTTP_QUERY_FLAG_NUMBER, WINHTTP_HEADER_NAME_BY_INDEX, &status,
                                 &size, WINHTTP_NO_HEADER_INDEX))
            return fail(GetLastError());
        answer_.status = static_cast<int>(status);
        answer_.location = header(handle_, WINHTTP_QUERY_LOCATION);
        answer_.retry_after = retry_after(header(handle_, WINHTTP_QUERY_RETRY_AFTER));
        answer_.protocol = protocol_of(handle_);
    }

    /// The receiver's own words, as far as they come; the status alone decides.
    void read_body() {
        const HttpsAnswer before = answer_;
        while (answer_.body.size() < kMostOfAnswer) {
            passed_ = HttpsExchange::Step::headers;
            const auto room = static_cast<DWORD>(kMostOfAnswer - answer_.body.size());
            if (!WinHttpReadData(handle_, exchange_.buffer.data(), room, nullptr) || !await(HttpsExchange::Step::read, kPatience)) {
                answer_.error = before.error;
                return;
            }
            if (length_ == 0) return;
            answer_.body.append(exchange_.buffer.data(), std::min<std::size_t>(length_, room));
        }
    }

    HINTERNET handle_;
    HttpsExchange& exchange_;
    const HttpsRequest& request_;
    const StopSignal& stop_;
    HttpsAnswer& answer_;
    HttpsExchange::Step passed_ = HttpsExchange::Step::none;
    DWORD length_ = 0;
};

}  // namespace

std::optional<HostAndPort> host_of(const std::string& url) {
    auto target = split(url);
    if (!target) return std::nullopt;
    return HostAndPort{std::move(target->plain_host), target->port};
}

bool goes_through_proxy() {
    WINHTTP_PROXY_INFO settings{};
    if (!WinHttpGetDefaultProxyConfiguration(&settings)) return false;
    if (settings.lpszProxy != nullptr) GlobalFree(settings.lpszProxy);
    if (settings.lpszProxyBypass != nullptr) GlobalFree(settings.lpszProxyBypass);
    return settings.dwAccessType == WINHTTP_ACCESS_TYPE_NAMED_PROXY;
}

HttpsAnswer https_post(const HttpsRequest& request, const StopSignal& stop) {
    HttpsAnswer answer;
    answer.protocol = "HTTPS";
    const auto failed = [&](DWORD code) {
        answer.error = winhttp_error(kOperation, shown_url(request.url), code);
        return answer;
    };
    const auto target = split(request.url);
    if (!target) return failed(ERROR_WINHTTP_INVALID_URL);
    const UniqueInternet session = open_session(to_send(request.body));
    if (!session) return failed(GetLastError());
    const UniqueInternet connection{WinHttpConnect(session.get(), target->host.c_str(), target->port, 0)};
    if (!connection) return failed(GetLastError());
    UniqueInternet handle{WinHttpOpenRequest(connection.get(), L"POST", target->path.c_str(), nullptr, WINHTTP_NO_REFERER,
                                             WINHTTP_DEFAULT_ACCEPT_TYPES, WINHTTP_FLAG_SECURE)};
    if (!handle) return failed(GetLastError());
    if (!prepare(handle.get(), request)) return failed(GetLastError());

    const auto exchange = std::make_shared<HttpsExchange>(request.body, request.judge, target->plain_host);
    auto context = reinterpret_cast<DWORD_PTR>(exchange.get());
    constexpr DWORD kReports = WINHTTP_CALLBACK_FLAG_ALL_COMPLETIONS | WINHTTP_CALLBACK_FLAG_HANDLES | WINHTTP_CALLBACK_FLAG_SEND_REQUEST;
    if (!WinHttpSetOption(handle.get(), WINHTTP_OPTION_CONTEXT_VALUE, &context, sizeof(DWORD_PTR)) ||
        WinHttpSetStatusCallback(handle.get(), HttpsExchange::on_status, kReports, 0) == WINHTTP_INVALID_STATUS_CALLBACK)
        return failed(GetLastError());
    const HINTERNET raw = handle.release();
    exchange->adopt(raw, exchange);
    Posting(raw, *exchange, request, stop, answer).run();
    answer.peer = exchange->peer();
    answer.handed_over = exchange->handed_over();
    if (answer.status != 0 && !exchange->judged()) {
        answer.status = 0;
        answer.untrusted = true;
        answer.error =
            own_error(ErrorKind::verification_failed, kOperation, shown_url(request.url), "the server's certificate was never seen");
    }
    exchange->close();
    exchange->wait_for_last_report();
    return answer;
}

}  // namespace sstp
