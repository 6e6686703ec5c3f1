#include "core/report/render_text.h"

#include "core/report/fitted.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

constexpr std::size_t kLabelWidth = kRowText - 3;

/// The code point of the UTF-8 sequence at the front of `text`, and its length; nothing when it is malformed.
struct Decoded {
    std::uint32_t point;
    std::size_t length;
};
std::optional<Decoded> first_point(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) return Decoded{lead, 1};
    const std::size_t length = lead >= 0xF0 && lead < 0xF5 ? 4 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xC2 && lead < 0xE0 ? 2 : 0;
    if (length == 0 || text.size() < length) return std::nullopt;
    std::uint32_t point = lead & (0x7F >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return std::nullopt;
        point = point << 6 | (byte(i) & 0x3F);
    }
    constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    if (point < kSmallest[length] || point > 0x10FFFF || surrogate) return std::nullopt;
    return Decoded{point, length};
}

/// Controls of both sets, line and paragraph separators, and everything that reorders or hides what follows.
bool deceives(std::uint32_t point) {
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || (point >= 0x200B && point <= 0x200F) ||
           (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF || point == 0x061C;
}

}  // namespace

std::string escape_controls(std::string_view text) {
    std::string line;
    line.reserve(text.size());
    while (!text.empty()) {
        const auto decoded = first_point(text);
        if (!decoded) {
            line += fmt::format("\\x{:02X}", static_cast<std::uint8_t>(text.front()));
            text.remove_prefix(1);
            continue;
        }
        if (!deceives(decoded->point)) {
            line += text.substr(0, decoded->length);
        } else {
            line += decoded->point < 0x100 ? fmt::format("\\x{:02X}", decoded->point) : fmt::format("\\u{:04X}", decoded->point);
        }
        text.remove_prefix(decoded->length);
    }
    return line;
}

std::string one_line(std::string_view text) {
    std::string line = escape_controls(text);
    std::replace(line.begin(), line.end(), '|', '/');
    return line;
}

const char* word(Health health) noexcept {
    switch (health) {
        case Health::ok: return "ok";
        case Health::warning: return "warning";
        case Health::critical: return "critical";
        case Health::unknown: return "unknown";
    }
    return "unknown";
}

const char* status_word(Health health) noexcept {
    switch (health) {
        case Health::ok: return "OK";
        case Health::warning: return "WARNING";
        case Health::critical: return "CRITICAL";
        case Health::unknown: return "UNKNOWN";
    }
    return "UNKNOWN";
}

const char* word(Permission permission) noexcept {
    switch (permission) {
        case Permission::heal: return "heal";
        case Permission::observe_by_policy: return "observe_by_policy";
        case Permission::observe_by_kill_switch: return "observe_by_kill_switch";
    }
    return "observe_by_policy";
}

std::vector<std::string> unread_parts(const ServerState& state) {
    std::vector<std::string> parts;
    const auto look_at = [&](const auto& observed) {
        if (const Error* why = why_unreadable(observed)) parts.push_back(why->message());
    };
    look_at(state.settings.sha1_hash);
    look_at(state.settings.sha256_hash);
    look_at(state.settings.hash_configured_by_admin);
    look_at(state.settings.listener_port);
    look_at(state.settings.use_https);
    look_at(state.ipv4_binding);
    look_at(state.ipv6_binding);
    look_at(state.certificates);
    for (const auto& [name, status] : state.services) look_at(status);
    // One cause (no privileges, say) makes many parts unreadable with one message: a person reads it once.
    std::vector<std::string> distinct;
    for (std::string& part : parts) {
        if (std::find(distinct.begin(), distinct.end(), part) == distinct.end()) distinct.push_back(std::move(part));
    }
    return distinct;
}

std::string_view without_stop(std::string_view text) {
    if (text.ends_with('.')) text.remove_suffix(1);
    return text;
}

std::optional<std::string> why_blind(const CycleReport& report) {
    if (has(report.findings, Reason::tls_offloaded)) return std::nullopt;
    if (auto parts = unread_parts(report.state); !parts.empty()) return std::move(parts.front());
    const auto found = std::find_if(report.findings.begin(), report.findings.end(),
                                    [](const Finding& each) { return each.reason == Reason::state_unreadable; });
    return found == report.findings.end() ? std::nullopt : std::optional{found->explanation};
}

Health health_of(const CycleReport& report) {
    const Severity severity = worst(report.findings);
    if (severity == Severity::critical) return Health::critical;
    if (why_blind(report)) return Health::unknown;
    return severity == Severity::warning ? Health::warning : Health::ok;
}

std::string name_of(const Certificate& certificate) {
    if (!certificate.dns_names.empty()) return one_line(certificate.dns_names.front());
    if (!certificate.subject_cn.empty()) return one_line(certificate.subject_cn);
    return certificate.thumbprint.brief();
}

std::optional<std::int64_t> days_left(const CycleReport& report) {
    if (!report.active() || has(report.findings, Reason::tls_offloaded)) return std::nullopt;
    return std::chrono::floor<std::chrono::days>(report.active()->not_after - report.state.looked_at.wall).count();
}

std::size_t alarming(const Findings& findings) {
    return static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(), [](const Finding& each) { return each.severity > Severity::information; }));
}

std::string price_sentence(const HealPlan& plan) {
    if (!restarts(plan)) return "No VPN session ends";
    std::string text = "Ends every VPN session";
    if (plan.price.sessions) {
        const std::uint32_t all = plan.price.sessions->all();
        text = all == 0 ? std::string{"No session is open"} : fmt::format("Ends {} session{}", all, all == 1 ? "" : "s");
    }
    if (plan.price.without_sstp) {
        text += fmt::format("; about {} s without VPN", std::chrono::ceil<std::chrono::seconds>(*plan.price.without_sstp).count());
    }
    return text;
}

const Probe* representative(const ServerState& state, AddressFamily family) {
    const std::vector<const Probe*> own = state.own_probes(family);
    const auto dead =
        std::find_if(own.begin(), own.end(), [](const Probe* each) { return !std::holds_alternative<Served>(each->outcome); });
    if (dead != own.end()) return *dead;
    if (!own.empty()) return own.front();
    const auto any =
        std::find_if(state.probes.begin(), state.probes.end(), [=](const Probe& each) { return each.address.family == family; });
    return any == state.probes.end() ? nullptr : &*any;
}

std::string plan_sentence(const HealPlan& plan) {
    std::string sentence;
    for (const Step& step : plan.steps) {
        if (!sentence.empty()) sentence += "; ";
        sentence += one_line(describe(step));
    }
    if (sentence.empty()) return "Prove the server healthy again; nothing has to be changed.";
    if (sentence.front() >= 'a' && sentence.front() <= 'z') sentence.front() = static_cast<char>(sentence.front() - 'a' + 'A');
    sentence += '.';
    if (restarts(plan)) sentence += " " + price_sentence(plan) + ".";
    return sentence;
}

void append_row(std::string& out, std::string_view label, std::string_view text) {
    const std::string shown = one_line(label);
    const std::size_t gap = shown.size() < kLabelWidth ? kLabelWidth - shown.size() + 1 : 2;
    out += fmt::format("  {}{}{}\n", shown, std::string(gap, ' '), one_line(text));
}

std::string explanation_with_date(const CycleReport& report, const Finding& finding) {
    const bool waits = finding.reason == Reason::certificate_superseded && report.planned_for && report.assessment.desired.successor;
    if (!waits) return finding.explanation;
    const std::string when = to_minute(*report.planned_for);
    return finding.explanation.find(when) == std::string::npos ? fmt::format("{} It is planned for {}.", finding.explanation, when)
                                                               : finding.explanation;
}

void append_finding_rows(std::string& out, const CycleReport& report) {
    const Findings& findings = report.findings;
    const auto* refused = std::get_if<Refused>(&report.decision);
    for (auto each = findings.begin(); each != findings.end(); ++each) {
        const bool repeated = std::any_of(findings.begin(), each, [&](const Finding& earlier) {
            return earlier.reason == each->reason && earlier.explanation == each->explanation;
        });
        const bool said_below = report.plan && refused && refused->explanation == each->explanation;
        if (!repeated && !said_below) append_row(out, word(each->reason), explanation_with_date(report, *each));
    }
}

void append_refusal_rows(std::string& out, const CycleReport& report) {
    const auto* refused = std::get_if<Refused>(&report.decision);
    if (!refused) return;
    const bool said_above = !report.plan && std::any_of(report.findings.begin(), report.findings.end(),
                                                        [&](const Finding& each) { return each.explanation == refused->explanation; });
    if (!said_above) append_row(out, report.plan ? "Why not yet" : "Why", refused->explanation);
    if (!refused->until || refused->explanation.find(to_minute(*refused->until)) != std::string::npos) return;
    const Duration wait = *refused->until - report.state.looked_at.wall;
    const bool soon = wait < std::chrono::minutes{2};
    append_row(out, "Next look",
               soon ? fmt::format("in {} s", std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::seconds>(wait).count()))
                    : to_minute(*refused->until));
}

void append_unread_rows(std::string& out, const CycleReport& report) {
    for (const std::string& part : unread_parts(report.state)) {
        const bool said = std::any_of(report.findings.begin(), report.findings.end(),
                                      [&](const Finding& each) { return each.explanation.find(part) != std::string::npos; });
        if (!said) append_row(out, "not known", part);
    }
}

}  // namespace sstp
