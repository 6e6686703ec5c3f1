#pragma once

#include "core/model/digest.h"
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
enum class Purpose : std::uint8_t { server_authentication, any_purpose };
enum class ChainPolicy : std::uint8_t { require, warn, ignore };
enum class RevocationPolicy : std::uint8_t { off, best_effort, require };
enum class RetireOld : std::uint8_t { keep, archive, remove };
enum class ForeignOwner : std::uint8_t { report, take_over };

struct CertificatePolicy {
    std::string store = "MY";                            ///< of LocalMachine
    std::vector<std::string> dns_names;                  ///< every one must be covered; empty: those of the last known good
    std::optional<std::variant<Thumbprint, CertificateHash>> thumbprint;  ///< pinned: 40 or 64 hex digits
    std::optional<std::string> issuer;                   ///< the issuer's CN, or its whole DN (RFC 4514); case-insensitive
    std::vector<Purpose> purposes = {Purpose::server_authentication, Purpose::any_purpose};  ///< one of them is enough
    bool allow_missing_eku = false;
    ChainPolicy chain = ChainPolicy::require;
    RevocationPolicy revocation = RevocationPolicy::best_effort;
    std::uint32_t minimum_rsa_bits = 2048;
    Duration warn_before = std::chrono::hours{24 * 21};
    Duration replace_before = std::chrono::hours{24 * 7};
    RetireOld retire_old = RetireOld::keep;
    friend bool operator==(const CertificatePolicy&, const CertificatePolicy&) = default;
};

struct ListenerPolicy {
    std::optional<std::uint16_t> port;                   ///< nothing = "auto": ListenerPort, else 443
    bool ipv4 = true;
    bool ipv6 = true;
    ForeignOwner foreign_owner = ForeignOwner::report;
    friend bool operator==(const ListenerPolicy&, const ListenerPolicy&) = default;
};

/// Local time; may run past midnight, and then belongs to the day on which it starts.
struct MaintenanceWindow {
    std::array<bool, 7> days{};                          ///< index 0 = Sunday, as std::chrono::weekday::c_encoding
    std::chrono::minutes start{};                        ///< after local midnight
    Duration duration{};
    friend bool operator==(const MaintenanceWindow&, const MaintenanceWindow&) = default;
};

struct RestartPolicy {
    std::vector<std::string> services = {"RemoteAccess", "RasMan", "SstpSvc"};  ///< in the order in which they stop
    Duration timeout = std::chrono::seconds{300};        ///< for each state change of each service
    std::uint32_t attempts = 2;                          ///< restarts in one heal, the first included
    std::optional<MaintenanceWindow> maintenance_window;
    friend bool operator==(const RestartPolicy&, const RestartPolicy&) = default;
};

struct VerifyPolicy {
    Duration timeout = std::chrono::seconds{15};         ///< of one probe of one family
    Duration settle = std::chrono::seconds{2};           ///< between a change and its proof
    std::vector<int> uri_status = {401};                 ///< healthy answers to HEAD on the ServerURI
    std::uint32_t confirmations = 3;                     ///< observations before a finding of a probe alone counts
    friend bool operator==(const VerifyPolicy&, const VerifyPolicy&) = default;
};

struct LimitPolicy {
    std::uint32_t heals_per_hour = 3;
    std::uint32_t heals_per_day = 8;
    Duration cooldown = std::chrono::minutes{5};
    friend bool operator==(const LimitPolicy&, const LimitPolicy&) = default;
};

struct WatchPolicy {
    Duration interval = std::chrono::minutes{5};
    std::vector<std::string> channels = {"System", "Application"};
    std::vector<std::uint32_t> event_ids = {11, 12, 13, 18, 19, 21, 22, 24, 25, 32};
    bool http_events = true;
    bool certificate_store = true;
    bool registry = true;
    friend bool operator==(const WatchPolicy&, const WatchPolicy&) = default;
};

enum class DestinationType : std::uint8_t { syslog, https };
enum class SyslogTransport : std::uint8_t { tls, tcp, udp };
enum class SyslogFormat : std::uint8_t { rfc5424, cef, leef, json };
enum class SyslogHeader : std::uint8_t { rfc5424, rfc3164 };
enum class SyslogFraming : std::uint8_t { octet_counting, lf };
enum class HttpsProfile : std::uint8_t { hec, json };

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
    std::string name;                                    ///< unique; when not given: "syslog-1", counted by position
    DestinationType type = DestinationType::syslog;
    SyslogTransport transport = SyslogTransport::tls;
    std::vector<HostAndPort> hosts;                      ///< fail-over in this order
    SyslogFormat format = SyslogFormat::rfc5424;
    SyslogHeader header = SyslogHeader::rfc5424;
    SyslogFraming framing = SyslogFraming::octet_counting;
    std::uint32_t facility = 16;
    std::optional<std::uint32_t> enterprise_number;
    std::string url;                                     ///< of an https destination
    HttpsProfile profile = HttpsProfile::json;
    std::optional<std::string> token_file;
    std::optional<std::string> ca_file;
    std::optional<CertificateHash> server_fingerprint;   ///< SHA-256 of the server's certificate
    ClientCertificate client_certificate = ChooseClientCertificate{};
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
    SiemPolicy siem;
    bool windows_event_log = true;
    MetricsFile metrics_file = std::string{};
    LogPolicy log;
    friend bool operator==(const Policy&, const Policy&) = default;
};

}  // namespace sstp
