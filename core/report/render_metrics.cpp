#include "core/report/render_metrics.h"

#include "core/report/render_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <initializer_list>
#include <map>
#include <utility>

namespace sstp {

namespace {

/// Text format 0.0.4: in a label value backslash, quote and line feed are escaped, and the whole is UTF-8, which
/// `one_line` guarantees by spelling out what is not.
std::string escape_label(std::string_view value) {
    std::string escaped;
    for (const char character : one_line(value)) {
        if (character == '\\' || character == '"') escaped += '\\';
        escaped += character;
    }
    return escaped;
}

using Labels = std::initializer_list<std::pair<const char*, std::string>>;

/// One metric family: HELP and TYPE once, then its samples, as the format demands.
class Family {
public:
    Family(std::string& out, std::string name, const char* type, const char* help) : out_(out), name_(std::move(name)) {
        out_ += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name_, help, type);
    }
    void sample(Labels labels, std::int64_t value) {
        std::string inside;
        for (const auto& [label, text] : labels) inside += fmt::format("{}{}=\"{}\"", inside.empty() ? "" : ",", label, escape_label(text));
        out_ += inside.empty() ? fmt::format("{} {}\n", name_, value) : fmt::format("{}{{{}}} {}\n", name_, inside, value);
    }

private:
    std::string& out_;
    std::string name_;
};

std::int64_t seconds(WallTime time) { return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count(); }

/// Names and labels of x509-certificate-exporter, so that dashboards made for it work.
void append_certificate(std::string& out, const Certificate& certificate, WallTime now) {
    const auto sample = [&](const char* name, const char* help, std::int64_t value) {
        Family{out, name, "gauge", help}.sample({{"serial_number", certificate.serial},
                                                 {"subject_CN", certificate.subject_cn},
                                                 {"issuer_CN", certificate.issuer_cn},
                                                 {"role", "sstp"}},
                                                value);
    };
    sample("x509_cert_not_before", "Start of the certificate's validity, seconds since 1970.", seconds(certificate.not_before));
    sample("x509_cert_not_after", "End of the certificate's validity, seconds since 1970.", seconds(certificate.not_after));
    sample("x509_cert_expired", "1 when the certificate has ended.", certificate.not_after <= now ? 1 : 0);
}

void append_findings(std::string& out, const Findings& findings) {
    std::map<Reason, std::int64_t> counts;
    for (const Finding& finding : findings) ++counts[finding.reason];
    Family family{out, "sstp_watchdog_findings", "gauge", "Findings of the last cycle, by reason; 0 when there is none."};
    for (const Reason reason : all_reasons()) family.sample({{"reason", word(reason)}}, counts[reason]);
}

/// 1: names the certificate in force. No sample for what could not be read: unknown is neither 0 nor 1.
void append_binding_match(std::string& out, const CycleReport& report) {
    if (!report.active() || has(report.findings, Reason::tls_offloaded)) return;
    Family family{out, "sstp_watchdog_binding_match", "gauge", "1 when the binding, hash or listener names the certificate in force."};
    const Certificate& current = *report.active();
    for (const AddressFamily each : kFamilies) {
        const auto& binding = report.state.binding(each);
        if (why_unreadable(binding)) continue;
        const auto* value = value_of(binding);
        family.sample({{"binding", word(each)}}, value && value->thumbprint() == current.thumbprint ? 1 : 0);
    }
    const auto& settings = report.state.settings;
    if (!why_unreadable(settings.sha1_hash)) {
        const auto* value = value_of(settings.sha1_hash);
        family.sample({{"binding", "sha1_hash"}}, value && *value == current.thumbprint ? 1 : 0);
    }
    if (!why_unreadable(settings.sha256_hash)) {
        const auto* value = value_of(settings.sha256_hash);
        family.sample({{"binding", "sha256_hash"}}, value && *value == current.hash ? 1 : 0);
    }
    for (const AddressFamily each : kFamilies) {
        const Probe* probe = representative(report.state, each);
        if (!probe) continue;
        const auto* served = std::get_if<Served>(&probe->outcome);
        family.sample({{"binding", each == AddressFamily::ipv4 ? "served_ipv4" : "served_ipv6"}},
                      served && served->leaf.hash == current.hash ? 1 : 0);
    }
}

/// No sample where sessions could not be counted.
void append_sessions(std::string& out, const CycleReport& report) {
    const auto* sessions = value_of(report.sessions);
    if (!sessions) return;
    Family family{out, "sstp_watchdog_sessions", "gauge", "Open VPN sessions when last counted, by tunnel."};
    family.sample({{"tunnel", "sstp"}}, sessions->sstp.open);
    family.sample({{"tunnel", "other"}}, sessions->others.open);
}

void append_heals(std::string& out, const RecordContents& record) {
    Family family{out, "sstp_watchdog_heals_total", "counter", "Heals since the installation, by result."};
    for (const HealResult result :
         {HealResult::succeeded, HealResult::undone, HealResult::incomplete, HealResult::overtaken, HealResult::not_begun}) {
        const auto found = record.heals.total.find(word(result));
        family.sample({{"result", word(result)}}, found == record.heals.total.end() ? 0 : static_cast<std::int64_t>(found->second));
    }
    const auto& at = record.heals.last_at;
    if (!at) return;
    Family{out, "sstp_watchdog_last_heal_timestamp_seconds", "gauge", "End of the last heal, seconds since 1970."}.sample({}, seconds(*at));
}

/// Of a destination whose position cannot be read there is no sample: unknown is not 0.
void append_siem(std::string& out, const CycleReport& report) {
    if (report.destinations.empty()) return;
    using Sample = std::function<void(Family&, const DestinationState&)>;
    const auto family = [&](const char* name, const char* type, const char* help, const Sample& sample) {
        Family made{out, name, type, help};
        for (const DestinationState& each : report.destinations) {
            if (!each.trouble) sample(made, each);
        }
    };
    const WallTime now = report.ended.wall;
    const auto count = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    family("sstp_watchdog_siem_destination_up", "gauge", "1 while the destination confirms; 0 when it counts as down.",
           [](Family& f, const DestinationState& d) { f.sample({{"destination", d.name}}, d.position.down_since ? 0 : 1); });
    family("sstp_watchdog_siem_queue_events", "gauge", "Events that wait for the destination.",
           [&](Family& f, const DestinationState& d) { f.sample({{"destination", d.name}}, count(d.waiting.count)); });
    family("sstp_watchdog_siem_oldest_timestamp_seconds", "gauge", "When the oldest waiting event happened, seconds since 1970.",
           [](Family& f, const DestinationState& d) {
               if (d.waiting.oldest) f.sample({{"destination", d.name}}, seconds(*d.waiting.oldest));
           });
    family("sstp_watchdog_siem_oldest_age_seconds", "gauge", "Age of the oldest waiting event at the end of the last cycle; 0: none waits.",
           [&](Family& f, const DestinationState& d) {
               f.sample({{"destination", d.name}},
                        d.waiting.oldest ? std::max<std::int64_t>(0, seconds(now) - seconds(*d.waiting.oldest)) : 0);
           });
    family("sstp_watchdog_siem_confirmed_total", "counter", "Events that the destination confirmed.",
           [&](Family& f, const DestinationState& d) { f.sample({{"destination", d.name}}, count(d.position.confirmed_total)); });
    family("sstp_watchdog_siem_retries_total", "counter", "Attempts that were not confirmed, by reason.",
           [&](Family& f, const DestinationState& d) {
               for (const auto& [reason, total] : d.position.retries_total) {
                   f.sample({{"destination", d.name}, {"reason", reason}}, count(total));
               }
           });
    family("sstp_watchdog_siem_lost_total", "counter", "Events that will never reach the destination, by reason.",
           [&](Family& f, const DestinationState& d) {
               for (std::size_t i = 0; i < kLossReasonCount; ++i) {
                   const auto reason = static_cast<LossReason>(i);
                   const auto found = d.position.losses.find(reason);
                   f.sample({{"destination", d.name}, {"reason", word(reason)}},
                            found == d.position.losses.end() ? 0 : count(found->second.total));
               }
           });
}

}  // namespace

std::string render_metrics(const CycleReport& report, const RecordContents& record, const ReportHead& head) {
    std::string out;
    // A file outlives its writer: whether the watchdog still runs is told by the age of the last cycle, not by `up` alone.
    Family{out, "sstp_watchdog_up", "gauge", "1: the watchdog finished a cycle and wrote this file."}.sample({}, 1);
    Family{out, "sstp_watchdog_healthy", "gauge", "1 when the last cycle found nothing above information."}.sample({},
                                                                                                                   report.healthy ? 1 : 0);
    Family{out, "sstp_watchdog_status", "gauge", "0 ok, 1 warning, 2 critical, 3 unknown: what check would exit with."}.sample(
        {}, static_cast<std::int64_t>(health_of(report)));
    Family{out, "sstp_watchdog_build_info", "gauge", "Always 1; the version is a label."}.sample({{"version", head.version}}, 1);
    Family{out, "sstp_watchdog_last_cycle_timestamp_seconds", "gauge", "End of the last cycle, seconds since 1970."}.sample(
        {}, seconds(report.ended.wall));
    Family{out, "sstp_watchdog_mode", "gauge", "1 for what the watchdog may do now."}.sample({{"mode", word(report.permission)}}, 1);
    const bool clients_get_another = has(report.findings, Reason::tls_offloaded);
    if (report.active() && !clients_get_another) append_certificate(out, *report.active(), report.ended.wall);
    if (report.planned_for) {
        Family{out, "sstp_watchdog_planned_timestamp_seconds", "gauge",
               "When the waiting successor may be put in force, seconds since 1970."}
            .sample({}, seconds(*report.planned_for));
    }
    append_findings(out, report.findings);
    append_binding_match(out, report);
    append_sessions(out, report);
    append_heals(out, record);
    append_siem(out, report);
    Family{out, "sstp_watchdog_event_log_gaps_total", "counter", "Times that the event log had lost records before they were read."}.sample(
        {}, static_cast<std::int64_t>(record.event_log_gaps));
    return out;
}

}  // namespace sstp
