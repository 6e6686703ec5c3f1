#include "core/policy/policy_rule.h"

namespace sstp {

namespace {

using namespace std::chrono_literals;

bool is_syslog(const SiemDestination& d) { return d.type == DestinationType::syslog; }

bool is_https(const SiemDestination& d) { return d.type == DestinationType::https; }

bool has_tls(const SiemDestination& d) { return is_https(d) || d.transport == SyslogTransport::tls; }

bool has_stream(const SiemDestination& d) { return is_syslog(d) && d.transport != SyslogTransport::udp; }

bool has_structured_data(const SiemDestination& d) { return is_syslog(d) && d.header == SyslogHeader::rfc5424; }

using D = SiemDestination;
const Belongs<D> kSyslog{is_syslog, "a syslog destination", {"type"}};
const Belongs<D> kHttps{is_https, R"(an https destination (it has "type": "https"))", {"type"}};
const Belongs<D> kTls{has_tls, "a destination over TLS", {"type", "transport"}};
const Belongs<D> kStream{
    has_stream, "a syslog destination over TLS or TCP: a UDP datagram is one message, and nothing confirms it", {"type", "transport"}};
const Belongs<D> kStructured{has_structured_data, "a syslog destination with an RFC 5424 header", {"type", "header"}};

ValueRule<ClientCertificate> client_certificate_rule() {
    using P = SelectClientCertificate;
    const auto selected = object<P>(
        {
            field("issuer", &P::issuer, nullable(text(distinguished_name)), "Issuer's CN, or its whole DN in RFC 4514 form.",
                  "Example Issuing CA 2"),
            field("dns_name", &P::dns_name, nullable(text(certificate_name_from_text)), "A DNS name of the certificate.",
                  "vpn01.example.com"),
        },
        {}, finish_client_certificate);
    const auto read = [selected](const Spot& spot, Problems& problems) -> std::optional<ClientCertificate> {
        if (spot.value.kind == JsonValue::Kind::null) return ClientCertificate{ChooseClientCertificate{}};
        if (spot.value.kind == JsonValue::Kind::string && spot.value.text == "none") return ClientCertificate{NoClientCertificate{}};
        if (spot.value.kind != JsonValue::Kind::object) {
            problems.say(spot, R"(must be null, "none", or an object with "issuer" or "dns_name")");
            return std::nullopt;
        }
        auto value = selected.read(spot, problems);
        return value ? std::optional<ClientCertificate>(*std::move(value)) : std::nullopt;
    };
    const auto show = [selected](const ClientCertificate& value) {
        if (const auto* wanted = std::get_if<SelectClientCertificate>(&value)) return selected.show(*wanted);
        return std::holds_alternative<NoClientCertificate>(value) ? Json("none") : Json(nullptr);
    };
    return {read, show, {{"anyOf", Json::array({{{"type", "null"}}, {{"const", "none"}}, selected.schema})}}, {}};
}

/// What an editor can tell of the combinations. The reader says all of them, and better.
Json destination_schema(Json schema) {
    const auto without = [](std::initializer_list<const char*> keys) {
        Json properties = Json::object();
        for (const char* key : keys) properties[key] = {{"type", "null"}};
        return properties;
    };
    Json https =
        without({"transport", "hosts", "format", "header", "framing", "confirmation", "maximum_size", "facility", "enterprise_number"});
    Json syslog = without({"url", "profile", "token_file"});
    schema["if"] = {{"properties", {{"type", {{"const", "https"}}}}}, {"required", Json::array({"type"})}};
    schema["then"] = {{"required", Json::array({"url"})}, {"properties", std::move(https)}};
    schema["else"] = {{"required", Json::array({"hosts"})}, {"properties", std::move(syslog)}};
    return schema;
}

ValueRule<SiemDestination> destination_rule() {
    const auto fingerprint = spelled<CertificateHash>(fingerprint_from_text, fingerprint_to_text, {{"pattern", "^sha-256:"}});
    auto rule = object<D>(
        {
            field("name", &D::name, text(),
                  "What status, metrics and events call it; unique. Without one: its first host, or the host of the URL.", "soc",
                  std::nullopt, Default::none),
            field("type", &D::type, words<DestinationType>(), "Protocol."),
            field("transport", &D::transport, words<SyslogTransport>(),
                  "What carries syslog. TCP and UDP are neither encrypted nor authenticated.", nullptr, kSyslog),
            field("hosts", &D::hosts, list(spelled<HostAndPort>(host_from_text, host_to_text), 1, 16),
                  "Receivers, tried in this order. Port without one: 6514 over TLS, else 514. IPv6 as [::1]:6514.",
                  Json::array({"siem.example.com", "[2001:db8::5]:6514"}), kSyslog, Default::none),
            field("format", &D::format, words<SyslogFormat>(),
                  "How an event is written: RFC 5424 with structured data, CEF:0, LEEF:2.0, or JSON in ECS (json) or in OCSF 1.3 (ocsf).",
                  nullptr, kSyslog),
            field("header", &D::header, words<SyslogHeader>(),
                  "Syslog header: RFC 5424; RFC 3164 (local time) before CEF and LEEF; none for bare lines of JSON, OCSF and LEEF.",
                  nullptr, kSyslog),
            field("framing", &D::framing, words<SyslogFraming>(),
                  "How messages are told apart in a stream (RFC 6587). By default octet_counting with an RFC 5424 header, lf otherwise.",
                  nullptr, kStream, Default::none),
            field("confirmation", &D::confirmation, words<Confirmation>(),
                  "What counts as delivered: the receiver's orderly end of the session behind ours (end), or that it was sent (sent, shown "
                  "as best effort).",
                  nullptr, kStream),
            field("maximum_size", &D::maximum_size, integer<std::uint32_t>(1000, 65507),
                  "Bytes of one message; the longest texts of a longer one are shortened. By default 8192, over UDP 1180.", 4096, kSyslog,
                  Default::none),
            field("facility", &D::facility, integer<std::uint32_t>(0, 23), "Syslog facility; 16 is local0.", nullptr, kSyslog),
            field("enterprise_number", &D::enterprise_number, nullable(integer<std::uint32_t>(1, 4294967295)),
                  "Your IANA private enterprise number: adds a structured data element of our fields. Null: none.", 32473, kStructured),
            field("url", &D::url, url(),
                  "Where an https destination takes events. Only scheme, host, port and first path segment are ever shown.",
                  "https://splunk.example.com:8088/services/collector/event", kHttps, Default::none),
            field("profile", &D::profile, words<HttpsProfile>(),
                  "Splunk HTTP Event Collector, or newline-delimited JSON in ECS (json) or in OCSF 1.3 (ocsf).", nullptr, kHttps),
            field("token_file", &D::token_file, nullable(text(path_from_text)),
                  "File that holds the token for the Authorization header. Read when needed, never logged. HEC needs one.",
                  "C:\\ProgramData\\SSTP Watchdog\\hec.token", kHttps),
            field("ca_file", &D::ca_file, nullable(text(path_from_text)),
                  "PEM file whose roots replace the machine's for this destination.", "C:\\ProgramData\\SSTP Watchdog\\siem-ca.pem", kTls),
            field("server_fingerprint", &D::server_fingerprint, nullable(fingerprint),
                  "SHA-256 of the server's certificate (RFC 5425); replaces the check of chain and name.",
                  "sha-256:3F:2A:19:C0:55:7B:1D:08:9E:44:21:6F:A0:33:8C:5E:72:B1:0D:91:3F:2A:19:C0:55:7B:1D:08:9E:44:21:6F", kTls),
            field("client_certificate", &D::client_certificate, client_certificate_rule(),
                  R"(Our certificate, from the machine's store. Null: chosen when the server asks. "none": never. Else by issuer or name.)",
                  {{"issuer", "Example Issuing CA 2"}}, kTls),
            field("raw_events", &D::raw_events, boolean(), "Whether an event of Windows is told with its XML; false saves volume."),
        },
        {}, finish_destination);
    rule.schema = destination_schema(std::move(rule.schema));
    return rule;
}

}  // namespace

ValueRule<SiemPolicy> siem_rule() {
    using P = SiemPolicy;
    constexpr Duration kLongest = 24h * 366;
    return object<P>(
        {
            field("destinations", &P::destinations,
                  list(
                      destination_rule(), 0, 16, +[](const D&, const D&) { return false; }),
                  "Receivers of events, at most 16; each has its own queue.",
                  Json::array({{{"hosts", Json::array({"siem.example.com"})}}})),
            field("maximum_queued", &P::maximum_queued, integer<std::uint32_t>(1, 10'000'000),
                  "Events that wait for each destination; the oldest fall out, counted and told."),
            field("maximum_age", &P::maximum_age, duration(0s, kLongest), "Age at which a waiting event falls out. Longer than 0.", "7d"),
            field("heartbeat", &P::heartbeat, duration(0s, kLongest), "How often a sign of life is sent; 0s: never.", "1h"),
        },
        {}, finish_siem);
}

}  // namespace sstp
