#include "core/policy/policy_rule.h"

namespace sstp {

namespace {

using namespace std::chrono_literals;
constexpr Duration kDay = 24h;
constexpr Duration kLongest = 366 * kDay;  // DESIGN 7.12

ValueRule<CertificatePolicy> certificate_rule() {
    using P = CertificatePolicy;
    return object<P>(
        {
            field("store", &P::store, text(store_from_text), "Store of LocalMachine that holds the certificate and its successors.",
                  "WebHosting"),
            field("dns_names", &P::dns_names, list(text(certificate_name_from_text), 0, 100, same_text),
                  "Names that clients dial; the certificate must cover every one. Empty: the names of the last certificate known good.",
                  Json::array({"vpn.example.com"})),
            field("thumbprint", &P::thumbprint, nullable(spelled<CertificateDigest>(thumbprint_from_text, thumbprint_to_text)),
                  "Pins one certificate by its SHA-1 or SHA-256: 40 or 64 hex digits, separators ignored. It must be fit all the same. "
                  "Null: chosen by names and dates.",
                  "3f 2a 19 c0 55 7b 1d 08 9e 44 21 6f a0 33 8c 5e 72 b1 0d 91"),
            field("issuer", &P::issuer, nullable(text()),
                  "Only certificates of this issuer are fit: its CN, or its whole DN in RFC 4514 form; case does not count.",
                  "Example Issuing CA 2"),
            field("purposes", &P::purposes, list(words<Purpose>(), 1, 2),
                  "Extended key usages of which a fit certificate has at least one."),
            field("allow_missing_eku", &P::allow_missing_eku, boolean(),
                  "Whether a certificate without any extended key usage is fit. RFC 5280 says it is good for everything; RRAS may not take "
                  "it."),
            field("chain", &P::chain, words<ChainPolicy>(),
                  "What an untrusted chain means: not fit (require), a warning (warn), nothing (ignore)."),
            field("revocation", &P::revocation, words<RevocationPolicy>(),
                  "Whether revocation is looked up. Revoked is never fit, unless off; unknown is unfit only with require."),
            field("minimum_rsa_bits", &P::minimum_rsa_bits, integer<std::uint32_t>(1024, 16384), "Shortest RSA key that is fit."),
            field("warn_before", &P::warn_before, duration(0s, kLongest), "How long before its end a certificate is reported as expiring.",
                  "30d"),
            field("replace_before", &P::replace_before, duration(0s, kLongest),
                  "How long before its end a working certificate is replaced by a fit successor, maintenance window or not.", "3d"),
            field("retire_old", &P::retire_old, words<RetireOld>(),
                  "What happens to the replaced certificate after a verified heal, once nothing binds it."),
        },
        {}, finish_certificate);
}

ValueRule<std::optional<std::uint16_t>> port_rule() {
    const auto number = integer<std::uint16_t>(1, 65535);
    const auto read = [number](const Spot& spot, Problems& problems) -> std::optional<std::optional<std::uint16_t>> {
        if (spot.value.kind == JsonValue::Kind::string && spot.value.text == "auto") return std::optional<std::uint16_t>{};
        if (spot.value.kind != JsonValue::Kind::integer) {
            problems.say(spot, R"(must be "auto" or a port from 1 to 65535 without quotes)");
            return std::nullopt;
        }
        auto port = number.read(spot, problems);
        return port ? std::optional<std::optional<std::uint16_t>>(port) : std::nullopt;
    };
    const auto show = [](const std::optional<std::uint16_t>& port) { return port ? Json(*port) : Json("auto"); };
    return {read, show, {{"anyOf", Json::array({{{"const", "auto"}}, number.schema})}}, number.range};
}

ValueRule<ListenerPolicy> listener_rule() {
    using P = ListenerPolicy;
    return object<P>(
        {
            field("port", &P::port, port_rule(), R"(Port of the SSTP listener. "auto": what SSTP's ListenerPort says, else 443.)", 8443),
            field("ipv4", &P::ipv4, boolean(), "Whether 0.0.0.0 is watched and healed."),
            field("ipv6", &P::ipv6, boolean(), "Whether [::] is watched and healed."),
            field("foreign_owner", &P::foreign_owner, words<ForeignOwner>(),
                  "What to do with a binding of another program (AppId) on our port: report it, or take it over."),
        },
        {}, finish_listener);
}

ValueRule<std::array<bool, 7>> days_rule() {
    static const std::vector<std::string> kDays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    const ValueRule<std::size_t> day = {[](const Spot& spot, Problems& problems) { return read_word(spot, kDays, problems); },
                                        [](const std::size_t& index) { return Json(kDays[index]); },
                                        {{"enum", kDays}},
                                        {}};
    const auto days = list(day, 1, 7);
    const auto read = [days](const Spot& spot, Problems& problems) -> std::optional<std::array<bool, 7>> {
        const auto indices = days.read(spot, problems);
        if (!indices) return std::nullopt;
        std::array<bool, 7> chosen{};
        for (const std::size_t index : *indices) chosen[index] = true;
        return chosen;
    };
    const auto show = [](const std::array<bool, 7>& chosen) {
        Json out = Json::array();
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            if (chosen[i]) out.push_back(kDays[i]);
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
            field("days", &P::days, days_rule(), "Days on which it starts.", Json::array({"sat", "sun"}), std::nullopt, Default::none),
            field("start", &P::start, clock, "Local time at which it starts.", "02:00", std::nullopt, Default::none),
            field("duration", &P::duration, duration(0s, kLongest), "How long it lasts; it may run past midnight. Longer than 0.", "2h",
                  std::nullopt, Default::none),
        },
        {"days", "start", "duration"}, finish_window);
}

ValueRule<RestartPolicy> restart_rule() {
    using P = RestartPolicy;
    return object<P>(
        {
            field("services", &P::services, list(text(service_from_text), 1, 16, same_text),
                  "Services that a restart stops, in this order; what ran before runs afterwards."),
            field("timeout", &P::timeout, duration(1s, 1h), "Longest wait for each state change of each service.", "10m"),
            field("attempts", &P::attempts, integer<std::uint32_t>(1, 5), "Restarts in one heal, the first included."),
            field(
                "maintenance_window", &P::maintenance_window, nullable(window_rule()),
                "When planned work (a working certificate with a newer fit successor) may restart services. Urgent work never waits. Null: "
                "only from replace_before on.",
                {{"days", Json::array({"sat", "sun"})}, {"start", "02:00"}, {"duration", "2h"}}),
        },
        {}, finish_restart);
}

ValueRule<VerifyPolicy> verify_rule() {
    using P = VerifyPolicy;
    return object<P>({
        field("timeout", &P::timeout, duration(1s, 1h), "Longest wait for one probe of one listener.", "30s"),
        field("settle", &P::settle, duration(0s, kLongest), "Wait between a change and its proof.", "5s"),
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
            field("heals_per_hour", &P::heals_per_hour, integer<std::uint32_t>(1, 60), "Heals and further restarts allowed in any hour."),
            field("heals_per_day", &P::heals_per_day, integer<std::uint32_t>(1, 200),
                  "The same for any 24 hours; not less than heals_per_hour."),
            field("cooldown", &P::cooldown, duration(0s, kLongest), "Shortest time between two heals.", "15m"),
        },
        {}, finish_limits);
}

ValueRule<WatchPolicy> watch_rule() {
    using P = WatchPolicy;
    return object<P>({
        field("interval", &P::interval, duration(5s, kDay), "Longest time between two looks, events or not.", "1m"),
        field("channels", &P::channels, list(text(channel_from_text), 1, 16, same_text), "Event log channels that are read."),
        field("event_ids", &P::event_ids, list(integer<std::uint32_t>(1, 65535), 1, 100), "RasSstp events that cause a look at once."),
        field("http_events", &P::http_events, boolean(),
              "Whether HTTP.SYS events 15300 and 15301 (a binding was deleted, created) cause a look."),
        field("certificate_store", &P::certificate_store, boolean(), "Whether a change of the certificate store causes a look."),
        field("registry", &P::registry, boolean(), "Whether a change of SSTP's parameters or of the stored bindings causes a look."),
    });
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
              "Whether findings are healed or only reported. The kill switch of Group Policy outranks it."),
        field("certificate", &P::certificate, certificate_rule(), "Which certificates are fit, and when they are replaced."),
        field("listener", &P::listener, listener_rule(), "The SSTP listener."),
        field("restart", &P::restart, restart_rule(), "How services are restarted, and when."),
        field("verify", &P::verify, verify_rule(), "How a heal is proved."),
        field("limits", &P::limits, limits_rule(), "How often anything is healed, whatever happens."),
        field("watch", &P::watch, watch_rule(), "What causes a look at the server."),
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
