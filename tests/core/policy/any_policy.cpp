#include "tests/core/policy/any_policy.h"

#include <fmt/format.h>

namespace sstp {

namespace {

class Dice {
public:
    explicit Dice(std::mt19937& random) : random_(random) {}

    /// Both ends included. Not std::uniform_int_distribution, whose results differ between libraries.
    std::uint64_t between(std::uint64_t least, std::uint64_t most) {
        return least + (std::uint64_t{random_()} << 32 | random_()) % (most - least + 1);
    }

    bool maybe() { return between(0, 1) == 1; }

    template <class E>
    E one_of(E last) {
        return static_cast<E>(between(0, static_cast<std::uint64_t>(last)));
    }

    Duration duration(Duration least, Duration most) {
        const auto units = std::array<std::int64_t, 5>{1, 1000, 60'000, 3'600'000, 86'400'000};
        const std::int64_t unit = units[between(0, 4)];
        const auto count =
            static_cast<std::int64_t>(between(static_cast<std::uint64_t>(least.count()), static_cast<std::uint64_t>(most.count())));
        return std::clamp(Duration{count / unit * unit}, least, most);
    }

    std::string name(const char* tail) { return fmt::format("n{}{}", between(0, 1'000'000'000), tail); }

    template <std::size_t N, class Kind>
    Digest<N, Kind> digest() {
        std::array<std::uint8_t, N> bytes{};
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>(between(0, 255));
        return Digest<N, Kind>(bytes);
    }

private:
    std::mt19937& random_;
};

using namespace std::chrono_literals;
constexpr Duration kLongest = 24h * 366;

CertificatePolicy any_certificate(Dice& dice) {
    CertificatePolicy p;
    for (auto left = dice.between(0, 3); left > 0; --left) p.dns_names.push_back(dice.name(".example.com"));
    if (dice.maybe()) p.dns_names.emplace_back(dice.maybe() ? "192.0.2.7" : "2001:db8::7");
    if (dice.maybe()) p.thumbprint = dice.digest<20, Sha1OfCertificate>();
    if (dice.maybe()) p.thumbprint = dice.digest<32, Sha256OfCertificate>();
    if (dice.maybe()) p.issuer = "CN=\"quoted\\,\" \xE2\x82\xAC, O=" + dice.name("");
    p.ca = dice.one_of(CaPolicy::any);
    p.allow_missing_eku = dice.maybe();
    p.chain = dice.one_of(ChainPolicy::ignore);
    p.revocation = p.chain == ChainPolicy::ignore ? RevocationPolicy::best_effort : dice.one_of(RevocationPolicy::require);
    p.minimum_rsa_bits = static_cast<std::uint32_t>(dice.between(1024, 16384));
    if (dice.maybe()) p.warn_before = dice.duration(0s, kLongest);
    if (dice.maybe()) p.replace_before = dice.duration(0s, kLongest);
    p.retire_old = dice.one_of(RetireOld::remove);
    return p;
}

RestartPolicy any_restart(Dice& dice) {
    RestartPolicy p;
    for (bool& day : p.window.days) day = dice.maybe();
    p.window.days[dice.between(0, 6)] = true;
    p.window.start = std::chrono::minutes{dice.between(0, 1439)};
    p.window.duration = dice.duration(1ms, kLongest);
    if (dice.maybe()) p.services = {"RemoteAccess", dice.name(" service")};
    if (dice.maybe()) p.then = {"SstpSvc"};
    p.timeout = dice.duration(1s, 1h);
    return p;
}

bool may_stand_before(SyslogHeader header, SyslogFormat format) {
    if (header == SyslogHeader::rfc5424 || format == SyslogFormat::leef) return true;
    if (header == SyslogHeader::rfc3164) return format == SyslogFormat::cef;
    return format == SyslogFormat::json || format == SyslogFormat::ocsf;
}

void any_syslog(Dice& dice, SiemDestination& d) {
    d.transport = dice.one_of(SyslogTransport::udp);
    d.hosts = {{dice.name(".example.com"), static_cast<std::uint16_t>(dice.between(1, 65535))}};
    if (dice.maybe()) d.hosts.push_back({"2001:db8::5", 6514});
    d.format = dice.one_of(SyslogFormat::ocsf);
    if (const auto header = dice.one_of(SyslogHeader::none); may_stand_before(header, d.format)) d.header = header;
    d.framing = d.header == SyslogHeader::rfc5424 ? SyslogFraming::octet_counting : SyslogFraming::lf;
    if (d.transport != SyslogTransport::udp) {
        if (d.header != SyslogHeader::none) d.framing = dice.one_of(SyslogFraming::lf);
        d.confirmation = dice.one_of(Confirmation::sent);
    }
    d.maximum_size = static_cast<std::uint32_t>(dice.between(1000, 65507));
    d.facility = static_cast<std::uint32_t>(dice.between(0, 23));
    if (d.header == SyslogHeader::rfc5424 && dice.maybe()) d.enterprise_number = static_cast<std::uint32_t>(dice.between(1, 4294967295));
}

SiemDestination any_destination(Dice& dice) {
    SiemDestination d;
    d.name = dice.name(" \"soc\"");
    d.type = dice.one_of(DestinationType::https);
    d.raw_events = dice.maybe();
    if (d.type == DestinationType::https) {
        d.url = "https://" + dice.name(".example.com:8088/x?y=%20");
        d.profile = dice.one_of(HttpsProfile::ocsf);
        if (dice.maybe() || d.profile == HttpsProfile::hec) d.token_file = "C:\\" + dice.name(".token");
    } else {
        any_syslog(dice, d);
    }
    if (d.type == DestinationType::https || d.transport == SyslogTransport::tls) {
        if (dice.maybe()) {
            d.ca_file = "D:\\" + dice.name(".pem");
        } else if (dice.maybe()) {
            d.server_fingerprint = dice.digest<32, Sha256OfCertificate>();
        }
        if (dice.maybe()) d.client_certificate = NoClientCertificate{};
        if (dice.maybe()) d.client_certificate = SelectClientCertificate{std::nullopt, dice.name(".example.com")};
        if (dice.maybe()) d.client_certificate = SelectClientCertificate{dice.name(""), std::nullopt};
    }
    return d;
}

}  // namespace

Policy any_policy(std::mt19937& random) {
    Dice dice(random);
    Policy p;
    p.mode = dice.one_of(Mode::observe);
    p.certificate = any_certificate(dice);
    if (dice.maybe()) p.listener.port = static_cast<std::uint16_t>(dice.between(1, 65535));
    p.listener.ipv4 = dice.maybe();
    p.listener.ipv6 = !p.listener.ipv4 || dice.maybe();
    p.listener.foreign_owner = dice.one_of(ForeignOwner::take_over);
    p.restart = any_restart(dice);
    p.verify = {dice.duration(1s, 1h),
                dice.duration(1s, 1h),
                {static_cast<int>(dice.between(100, 599))},
                static_cast<std::uint32_t>(dice.between(1, 10))};
    p.limits.restarts_per_hour = static_cast<std::uint32_t>(dice.between(2, 60));
    p.limits.restarts_per_day = static_cast<std::uint32_t>(dice.between(p.limits.restarts_per_hour, 200));
    p.limits.quiet_period = dice.duration(0s, kLongest);
    p.watch.interval = dice.duration(5s, 24h);
    if (dice.maybe()) p.watch.channels = {dice.name("/Operational")};
    for (const Reason reason : all_reasons()) {
        if (dice.between(0, 30) == 0) p.accepted.push_back(reason);
    }
    for (auto left = dice.between(0, 4); left > 0; --left) p.siem.destinations.push_back(any_destination(dice));
    p.siem.maximum_queued = static_cast<std::uint32_t>(dice.between(1, 10'000'000));
    p.siem.maximum_age = dice.duration(1ms, kLongest);
    p.siem.heartbeat = dice.duration(0s, kLongest);
    p.windows_event_log = dice.maybe();
    if (dice.maybe()) p.metrics_file = dice.maybe() ? MetricsFile{} : MetricsFile{"C:\\metrics\\" + dice.name(".prom")};
    p.log = {dice.one_of(LogLevel::off), dice.between(100'000, 1'000'000'000), static_cast<std::uint32_t>(dice.between(1, 100))};
    return p;
}

}  // namespace sstp
