#pragma once

#include "core/model/binding.h"
#include "core/model/digest.h"
#include "core/model/finding.h"
#include "core/model/time.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sstp {

// The policy file's values, every one filled in. Names, defaults and ranges: DESIGN sections 5 and 7.12, config/README.md.

enum class Mode : std::uint8_t { heal, observe };
/// Of which CA a successor must be: the one of the certificate in force, or any.
enum class CaPolicy : std::uint8_t { same, any };
enum class ChainPolicy : std::uint8_t { require, warn, ignore };
enum class RevocationPolicy : std::uint8_t { off, best_effort, require };
enum class RetireOld : std::uint8_t { keep, archive, remove };
enum class ForeignOwner : std::uint8_t { report, take_over };

struct CertificatePolicy {
    std::vector<std::string> dns_names;                  ///< every one must be covered; empty: the learned names, else presumed ones
    std::optional<std::variant<Thumbprint, CertificateHash>> thumbprint;  ///< pinned: 40 or 64 hex digits
    std::optional<std::string> issuer;                   ///< CN or whole DN (RFC 4514) of any CA in the chain; case-insensitive
    CaPolicy ca = CaPolicy::same;
    bool allow_missing_eku = false;
    ChainPolicy chain = ChainPolicy::require;
    RevocationPolicy revocation = RevocationPolicy::best_effort;
    std::uint32_t minimum_rsa_bits = 2048;
    std::optional<Duration> warn_before;                 ///< nothing = "auto": a third of the lifetime, at most 21 days
    std::optional<Duration> replace_before;              ///< nothing = "auto": a tenth of the lifetime, at most 7 days
    RetireOld retire_old = RetireOld::keep;
    /// The policy names a certificate (DESIGN 2.1).
    [[nodiscard]] bool names_a_certificate() const { return !dns_names.empty() || thumbprint.has_value(); }
    friend bool operator==(const CertificatePolicy&, const CertificatePolicy&) = default;
};

struct ListenerPolicy {
    std::optional<std::uint16_t> port;                   ///< nothing = "auto": ListenerPort, else 443
    bool ipv4 = true;
    bool ipv6 = true;
    ForeignOwner foreign_owner = ForeignOwner::report;
    /// Is this family SSTP's here? One that is left out has no level, is not probed, and gets no record where it has none; a record of
    /// SSTP that stands there follows the others (DESIGN 2.4).
    [[nodiscard]] bool includes(AddressFamily family) const { return family == AddressFamily::ipv4 ? ipv4 : ipv6; }
    friend bool operator==(const ListenerPolicy&, const ListenerPolicy&) = default;
};

/// Local time; may run past midnight, and then belongs to the day on which it starts.
struct MaintenanceWindow {
    std::array<bool, 7> days{true, true, true, true, true, true, true};  ///< index 0 = Sunday, as std::chrono::weekday::c_encoding
    std::chrono::minutes start = std::chrono::hours{2};  ///< after local midnight
    Duration duration = std::chrono::hours{3};
    friend bool operator==(const MaintenanceWindow&, const MaintenanceWindow&) = default;
};

struct RestartPolicy {
    MaintenanceWindow window;
    std::vector<std::string> services = {"RemoteAccess"};                ///< in the order in which they stop
    std::vector<std::string> then = {"RemoteAccess", "RasMan", "SstpSvc"};  ///< once, where `services` did not suffice
    Duration timeout = std::chrono::seconds{300};        ///< for each state change of each service
    friend bool operator==(const RestartPolicy&, const RestartPolicy&) = default;
};

struct VerifyPolicy {
    Duration timeout = std::chrono::seconds{15};         ///< of one probe of one address, handshake and HEAD
    Duration ready_within = std::chrono::minutes{2};     ///< from RUNNING until SSTP answers
    std::vector<int> uri_status = {401};                 ///< healthy answers to HEAD on the SSTP URI
    std::uint32_t confirmations = 3;                     ///< observations before a finding of a probe alone counts
    friend bool operator==(const VerifyPolicy&, const VerifyPolicy&) = default;
};

struct LimitPolicy {
    std::uint32_t restarts_per_hour = 3;
    std::uint32_t restarts_per_day = 8;
    Duration quiet_period = std::chrono::seconds{15};
    friend bool operator==(const LimitPolicy&, const LimitPolicy&) = default;
};

struct WatchPolicy {
    Duration interval = std::chrono::minutes{5};
    std::vector<std::string> channels = {"System", "Application"};
    friend bool operator==(const WatchPolicy&, const WatchPolicy&) = default;
};

enum class DestinationType : std::uint8_t { syslog, https };
enum class SyslogTransport : std::uint8_t { tls, tcp, udp };
enum class SyslogFormat : std::uint8_t { rfc5424, cef, leef, json, ocsf };
enum class SyslogHeader : std::uint8_t { rfc5424, rfc3164, none };
enum class SyslogFraming : std::uint8_t { octet_counting, lf };
enum class HttpsProfile : std::uint8_t { hec, json, ocsf };
/// What counts as delivered: the receiver's orderly end behind our close_notify, or that it was sent ("best effort").
enum class Confirmation : std::uint8_t { end, sent };

struct HostAndPort {
    std::string host;                                    ///< name or address, without brackets
    std::uint16_t port = 0;
    friend bool operator==(const HostAndPort&, const HostAndPort&) = default;
};
/// Null in the file: chosen when the server asks.
struct ChooseClientCertificate {
    friend bool operator==(const ChooseClientCertificate&, const ChooseClientCertificate&) = default;
};
struct NoClientCertificate {
    friend bool operator==(const NoClientCertificate&, const NoClientCertificate&) = default;
};
struct SelectClientCertificate {
    std::optional<std::string> issuer;
    std::optional<std::string> dns_name;
    friend bool operator==(const SelectClientCertificate&, const SelectClientCertificate&) = default;
};
using ClientCertificate = std::variant<ChooseClientCertificate, NoClientCertificate, SelectClientCertificate>;

struct SiemDestination {
    std::string name;                                    ///< unique; when not given: its first host, of https the host of the URL
    DestinationType type = DestinationType::syslog;
    SyslogTransport transport = SyslogTransport::tls;
    std::vector<HostAndPort> hosts;                      ///< fail-over in this order
    SyslogFormat format = SyslogFormat::rfc5424;
    SyslogHeader header = SyslogHeader::rfc5424;
    SyslogFraming framing = SyslogFraming::octet_counting;  ///< by default octet_counting before an RFC 5424 header, else lf
    std::uint32_t facility = 16;
    std::optional<std::uint32_t> enterprise_number;
    std::string url;                                     ///< of an https destination
    HttpsProfile profile = HttpsProfile::json;
    std::optional<std::string> token_file;
    std::optional<std::string> ca_file;
    std::optional<CertificateHash> server_fingerprint;   ///< SHA-256 of the server's certificate
    ClientCertificate client_certificate = ChooseClientCertificate{};
    Confirmation confirmation = Confirmation::end;
    std::uint32_t maximum_size = 8192;                   ///< bytes of one message; 1180 by default for UDP
    bool raw_events = true;                              ///< false leaves the XML of Windows' events out
    friend bool operator==(const SiemDestination&, const SiemDestination&) = default;
};

struct SiemPolicy {
    std::vector<SiemDestination> destinations;
    std::uint32_t maximum_queued = 100'000;              ///< events, for each destination
    Duration maximum_age = std::chrono::hours{24 * 30};
    Duration heartbeat = std::chrono::hours{6};
    friend bool operator==(const SiemPolicy&, const SiemPolicy&) = default;
};

enum class LogLevel : std::uint8_t { trace, debug, info, warning, error, critical, off };
struct LogPolicy {
    LogLevel level = LogLevel::info;
    std::uint64_t maximum_size = 10'000'000;             ///< bytes
    std::uint32_t maximum_files = 5;
    friend bool operator==(const LogPolicy&, const LogPolicy&) = default;
};

/// Where the metrics file goes: nothing = switched off; empty = sstp_watchdog.prom in the data folder ("default").
using MetricsFile = std::optional<std::string>;

struct Policy {
    std::uint32_t version = 1;
    Mode mode = Mode::heal;
    CertificatePolicy certificate;
    ListenerPolicy listener;
    RestartPolicy restart;
    VerifyPolicy verify;
    LimitPolicy limits;
    WatchPolicy watch;
    std::vector<Reason> accepted;  ///< findings of these reasons that would warn are information; critical ones stay
    SiemPolicy siem;
    bool windows_event_log = true;
    MetricsFile metrics_file = std::string{};
    LogPolicy log;
    friend bool operator==(const Policy&, const Policy&) = default;
};

}  // namespace sstp
