#include "core/policy/policy_rule.h"

#include "core/policy/suggestion.h"

namespace sstp {

namespace {

using namespace std::chrono_literals;
constexpr Duration kDay = 24h;
constexpr Duration kLongest = 366 * kDay;  // DESIGN 7.12

ValueRule<std::optional<Duration>> duration_or_auto() {
    return or_auto(duration(0s, kLongest), JsonValue::Kind::string, R"(a duration, such as "14d")");
}

ValueRule<CertificatePolicy> certificate_rule() {
    using P = CertificatePolicy;
    return object<P>(
        {
            field("dns_names", &P::dns_names, list(text(certificate_name_from_text), 0, 100, same_text),
                  "Names that clients dial, addresses too; the certificate must cover every one. Empty: the names of the certificate "
                  "under which clients were last seen to connect.",
                  Json::array({"vpn.example.com"})),
            field("thumbprint", &P::thumbprint, nullable(spelled<CertificateDigest>(thumbprint_from_text, thumbprint_to_text)),
                  "Pins one certificate by its SHA-1 or SHA-256: 40 or 64 hex digits, separators ignored. It must be fit all the same, and "
                  "no successor takes its place. Null: chosen by names, CA and dates.",
                  "3f 2a 19 c0 55 7b 1d 08 9e 44 21 6f a0 33 8c 5e 72 b1 0d 91"),
            field("issuer", &P::issuer, nullable(text(distinguished_name)),
                  "Only certificates with this CA in their chain are fit: its CN, or its whole DN in RFC 4514 form; case does not count.",
                  "Example Issuing CA 2"),
            field("ca", &P::ca, words<CaPolicy>(),
                  "Of which CA a successor must be: the same as the certificate in force (public, or one private root), or any."),
            field("allow_missing_eku", &P::allow_missing_eku, boolean(),
                  "Whether a certificate without any extended key usage is fit. RFC 5280 says it is good for everything; RRAS may not take "
                  "it."),
            field("chain", &P::chain, words<ChainPolicy>(),
                  "What an untrusted chain means: not fit (require), a warning (warn), nothing (ignore)."),
            field("revocation", &P::revocation, words<RevocationPolicy>(),
                  "Whether revocation is looked up. Revoked is never fit, unless off; unknown is unfit only with require."),
            field("minimum_rsa_bits", &P::minimum_rsa_bits, integer<std::uint32_t>(1024, 16384), "Shortest RSA key that is fit."),
            field("warn_before", &P::warn_before, duration_or_auto(),
                  R"(How long before its end a certificate is reported as expiring. "auto": a third of its lifetime, at most 21d.)", "30d"),
            field("replace_before", &P::replace_before, duration_or_auto(),
                  "How long before its end a working certificate is replaced by its successor in the window on any day, not only on the "
                  R"(window's days. "auto": a tenth of its lifetime, at most 7d.)",
                  "3d"),
            field(
                "retire_old", &P::retire_old, words<RetireOld>(),
                "What happens to the replaced certificate after a verified heal, once nothing binds it. NPS, RDP, WinRM and IKEv2 are not "
                "asked whether they use it."),
        },
        {}, finish_certificate);
}

ValueRule<ListenerPolicy> listener_rule() {
    using P = ListenerPolicy;
    const auto port = or_auto(integer<std::uint16_t>(1, 65535), JsonValue::Kind::integer, "a port from 1 to 65535, without quotes");
    return object<P>(
        {
            field("port", &P::port, port, R"(Port of the SSTP listener. "auto": what SSTP's ListenerPort says, else 443.)", 8443),
            field("ipv4", &P::ipv4, boolean(), "Whether IPv4 is watched and healed."),
            field("ipv6", &P::ipv6, boolean(),
                  "Whether IPv6 is watched and healed. A record of SSTP that stands at [::] moves with the other one all the same: RRAS "
                  "does not start when the two differ."),
            field("foreign_owner", &P::foreign_owner, words<ForeignOwner>(),
                  "What to do with a binding of another program (AppId) on our port: report it, or take it over."),
        },
        {}, finish_listener);
}

/// Days as DESIGN writes them, Monday first; the value counts from Sunday, as std::chrono does.
ValueRule<std::array<bool, 7>> days_rule() {
    static const std::vector<std::string> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const auto since_sunday = [](std::size_t index) { return (index + 1) % 7; };
    const ValueRule<std::size_t> day = {[](const Spot& spot, Problems& problems) { return read_word(spot, kDays, problems); },
                                        [](const std::size_t& index) { return Json(kDays[index]); },
                                        {{"enum", kDays}},
                                        {}};
    const auto days = list(day, 1, 7);
    const auto read = [days, since_sunday](const Spot& spot, Problems& problems) -> std::optional<std::array<bool, 7>> {
        const auto indices = days.read(spot, problems);
        if (!indices) return std::nullopt;
        std::array<bool, 7> chosen{};
        for (const std::size_t index : *indices) chosen[since_sunday(index)] = true;
        return chosen;
    };
    const auto show = [since_sunday](const std::array<bool, 7>& chosen) {
        Json out = Json::array();
        for (std::size_t i = 0; i < kDays.size(); ++i) {
            if (chosen[since_sunday(i)]) out.push_back(kDays[i]);
        }
        return out;
    };
    return {read, show, days.schema, {}};
}

ValueRule<MaintenanceWindow> window_rule() {
    using P = MaintenanceWindow;
    const auto clock = spelled<std::chrono::minutes>(clock_from_text, [](const std::chrono::minutes& at) { return clock_to_text(at); },
                                                     {{"pattern", "^([01][0-9]|2[0-3]):[0-5][0-9]$"}});
    return object<P>(
        {
            field("days", &P::days, days_rule(),
                  "Days on which it starts. What the next start of RRAS would break is done in its hours on any day.",
                  Json::array({"sat", "sun"})),
            field("start", &P::start, clock, "Local time at which it starts."),
            field("duration", &P::duration, duration(0s, kLongest), "How long it lasts; it may run past midnight. Longer than 0.", "90m"),
        },
        {}, finish_window);
}

ValueRule<RestartPolicy> restart_rule() {
    using P = RestartPolicy;
    const auto services = list(text(service_from_text), 1, 16, same_text);
    return object<P>(
        {
            field("window", &P::window, window_rule(),
                  "When a working VPN may be restarted to put a successor in force. What cuts clients off never waits for it."),
            field("services", &P::services, services,
                  "Services that a restart stops, in this order; what ran before runs afterwards. One that is not installed is told once."),
            field("then", &P::then, services,
                  "The same for the second restart of a heal, once, where the first did not suffice; at once for a changed hash where "
                  "clients "
                  "needed it before."),
            field("timeout", &P::timeout, duration(1s, 1h), "Longest wait for each state change of each service.", "10m"),
        },
        {}, finish_restart);
}

ValueRule<VerifyPolicy> verify_rule() {
    using P = VerifyPolicy;
    return object<P>({
        field("timeout", &P::timeout, duration(1s, 1h), "Longest wait for one probe of one address, handshake and HEAD.", "30s"),
        field("ready_within", &P::ready_within, duration(1s, 1h), "How long SSTP may take to answer once RemoteAccess runs.", "5m"),
        field("uri_status", &P::uri_status, list(integer<int>(100, 599), 1, 16),
              "HTTP status with which a healthy listener answers HEAD on the SSTP URI.", Json::array({401, 403})),
        field("confirmations", &P::confirmations, integer<std::uint32_t>(1, 10),
              "How many looks, seconds apart, must agree before a finding that only a probe shows counts."),
    });
}

ValueRule<LimitPolicy> limits_rule() {
    using P = LimitPolicy;
    return object<P>(
        {
            field("restarts_per_hour", &P::restarts_per_hour, integer<std::uint32_t>(2, 60),
                  "Restarts allowed in any hour. A heal begins only with room for two: its own, and the one of taking it back."),
            field("restarts_per_day", &P::restarts_per_day, integer<std::uint32_t>(2, 200),
                  "The same for any 24 hours; not less than restarts_per_hour. Of the two the one that is not given follows the other."),
            field(
                "quiet_period", &P::quiet_period, duration(0s, kLongest),
                "How long others must have been quiet before we write: a renewal tool at work is not disturbed. What cuts nobody off waits "
                "eight times as long.",
                "30s"),
        },
        {}, finish_limits);
}

ValueRule<WatchPolicy> watch_rule() {
    using P = WatchPolicy;
    return object<P>({
        field("interval", &P::interval, duration(5s, kDay), "Longest time between two looks, events or not.", "1m"),
        field("channels", &P::channels, list(text(channel_from_text), 1, 16, same_text), "Event log channels that are read."),
    });
}

ValueRule<std::vector<Reason>> accepted_rule() {
    static const std::vector<std::string> kReasons = [] {
        std::vector<std::string> reasons;
        for (const Reason reason : all_reasons()) reasons.emplace_back(word(reason));
        return reasons;
    }();
    const auto read = [](const Spot& spot, Problems& problems) -> std::optional<Reason> {
        const bool is_text = spot.value.kind == JsonValue::Kind::string;
        if (const auto reason = is_text ? reason_from_word(spot.value.text) : std::nullopt) return reason;
        const auto meant = is_text ? closest(spot.value.text, kReasons) : std::nullopt;
        problems.say(spot, fmt::format(R"(must be the reason of a finding as `check` prints it, such as "binding_shadowed"{}{})",
                                       is_text ? "; this is " + quoted_value(spot.value.text) : std::string{},
                                       meant ? fmt::format(". Did you mean {}?", in_quotes(*meant)) : std::string{}));
        return std::nullopt;
    };
    const ValueRule<Reason> rule = {read, [](const Reason& reason) { return Json(word(reason)); }, {{"enum", kReasons}}, {}};
    return list(rule, 0, kReasonCount);
}

/// Null: off. "default": in the data folder, which the value spells as the empty path.
ValueRule<MetricsFile> metrics_rule() {
    const auto path = text(path_from_text);
    const auto read = [path](const Spot& spot, Problems& problems) -> std::optional<MetricsFile> {
        if (spot.value.kind == JsonValue::Kind::null) return MetricsFile{};
        if (spot.value.kind == JsonValue::Kind::string && spot.value.text == "default") return MetricsFile{std::string{}};
        auto given = path.read(spot, problems);
        return given ? std::optional<MetricsFile>(std::move(given)) : std::nullopt;
    };
    const auto show = [](const MetricsFile& file) { return file ? Json(file->empty() ? "default" : *file) : Json(nullptr); };
    return {read, show, {{"anyOf", Json::array({{{"type", "null"}}, path.schema})}}, {}};
}

ValueRule<LogPolicy> log_rule() {
    using P = LogPolicy;
    return object<P>({
        field("level", &P::level, words<LogLevel>(), "Least severe lines that the log file gets."),
        field("maximum_size", &P::maximum_size, size(100'000, 1'000'000'000), "Size at which a new log file is begun.", "50MB"),
        field("maximum_files", &P::maximum_files, integer<std::uint32_t>(1, 100), "Log files kept."),
    });
}

/// The name under which editors look for the schema. It says nothing to us, and is never shown.
Field<Policy> schema_field() {
    const auto read = [](Policy&, const Spot& spot, Problems& problems) {
        return is_kind(spot, JsonValue::Kind::string, "a text in double quotes", problems);
    };
    return {"$schema",
            {{"description", "Where an editor finds this schema. Ignored."},
             {"type", "string"},
             {"examples", Json::array({"policy.schema.json"})}},
            read,
            nullptr,
            std::nullopt};
}

ValueRule<Policy> make_policy_rule() {
    using P = Policy;
    auto version = integer<std::uint32_t>(1, 1);
    version.range = "1";
    return object<P>({
        schema_field(),
        field("version", &P::version, version, "Version of this format."),
        field("mode", &P::mode, words<Mode>(),
              "Whether findings are healed or only reported. Of this and Group Policy's Mode the stricter holds."),
        field("certificate", &P::certificate, certificate_rule(), "Which certificates are fit, and when they are replaced."),
        field("listener", &P::listener, listener_rule(), "The SSTP listener."),
        field("restart", &P::restart, restart_rule(), "How services are restarted, and when."),
        field("verify", &P::verify, verify_rule(), "How a heal is proved."),
        field("limits", &P::limits, limits_rule(), "How often services are restarted, whatever happens."),
        field("watch", &P::watch, watch_rule(), "What causes a look at the server."),
        field("accepted", &P::accepted, accepted_rule(),
              "Reasons of findings that warn nobody any more: where they would be a warning they are information. A critical finding stays "
              "critical.",
              Json::array({"binding_shadowed"})),
        field("siem", &P::siem, siem_rule(), "Who is told."),
        field("windows_event_log", &P::windows_event_log, boolean(),
              "Whether events also go to the Windows Event Log (Application, source SstpWatchdog)."),
        field("metrics_file", &P::metrics_file, metrics_rule(),
              R"(Prometheus text file: "default" is sstp_watchdog.prom in the data folder, null none, else a full path.)",
              "C:\\Program Files\\windows_exporter\\textfile_inputs\\sstp_watchdog.prom"),
        field("log", &P::log, log_rule(), "The log file in the data folder."),
    });
}

}  // namespace

const ValueRule<Policy>& policy_rule() {
    static const ValueRule<Policy> kRule = make_policy_rule();
    return kRule;
}

}  // namespace sstp
