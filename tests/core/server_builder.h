#pragma once

#include "core/model/memory.h"
#include "core/model/policy.h"
#include "core/model/server_state.h"
#include "core/selection/desired_state.h"
#include "tests/core/certificate_builder.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace sstp::test {

// Servers, certificates and what is remembered of them, as values for tables of tests: every method changes one thing and
// returns the builder, so that a row reads as a sentence: healthy().deleting(one()).adding(two()).

/// REG_SZ where another type belongs.
RawValue text_value(const std::string& text);

// `at` comes first in a row: what is said in minutes counts from the clock as it stands then.

/// One RRAS server as a look sees it, with the policy in force and what is remembered. `healthy()` is one where certificate 1 is
/// named by both records and both hashes (automatic mode) and served on both loopbacks with 401; RemoteAccess, RasMan and SstpSvc
/// run since three days; names and CA are learned, all is proven at level 3, RRAS is known to hold the right values, and SSTP
/// sessions are open, the newest an hour old. Records and parameters were written 25 days ago, before RRAS started.
class ServerBuilder {
public:
    ServerState state;
    Policy policy;
    Memory memory;

    ServerBuilder();

    [[nodiscard]] SelectionInput input() const { return {state, policy, memory, state.looked_at.wall}; }
    [[nodiscard]] DesiredState desired() const { return desired_state(input()); }
    /// Another change, for what has no method: `with([](auto& server) { server.state.port = 4433; })`.
    template <class Change>
    ServerBuilder& with(const Change& change) {
        change(*this);
        return *this;
    }

    // The clock.
    ServerBuilder& at(int day, int hour, int minute = 0);       ///< that many days after the day of the look, UTC; up time follows
    ServerBuilder& clock_doubtful();

    // The store.
    ServerBuilder& holding(std::vector<Certificate> certificates);   ///< the whole store
    ServerBuilder& adding(const Certificate& another);
    ServerBuilder& replacing(const Certificate& changed);  ///< the one of the same number; records, hashes, what is served stay
    ServerBuilder& archiving(const Certificate& which);
    ServerBuilder& deleting(const Certificate& which);
    ServerBuilder& linking(const Certificate& from, const Certificate& to);  ///< renewal link
    ServerBuilder& store_unreadable();

    // Records and hashes.
    ServerBuilder& all_naming(const Certificate& named);  ///< both records, both hashes, what both listeners serve
    ServerBuilder& record(AddressFamily family, const Certificate& named);  ///< made with SSTP's AppId where there is none
    ServerBuilder& records(const Certificate& named) { return record(v4, named).record(v6, named); }
    ServerBuilder& without_record(AddressFamily family);
    ServerBuilder& owned_by(AddressFamily family, const AppId& owner);
    ServerBuilder& in_store(AddressFamily family, std::optional<std::string> store);  ///< nothing: a null store name
    ServerBuilder& record_unreadable(AddressFamily family);
    ServerBuilder& hash(const Certificate& named);  ///< both hashes
    ServerBuilder& sha1(Stored<Thumbprint> stored);
    ServerBuilder& sha256(Stored<CertificateHash> stored);
    ServerBuilder& without_hashes() { return sha1(Absent{}).sha256(Absent{}); }
    ServerBuilder& flag(Stored<std::uint32_t> stored);
    ServerBuilder& sha1_enabled();
    ServerBuilder& tls_offloaded();
    ServerBuilder& written(int minutes_ago);  ///< last write of records and parameters; RRAS' start stays
    ServerBuilder& records_written(int minutes_ago);
    ServerBuilder& parameters_written(int minutes_ago);

    // Records that HTTP.SYS prefers to the wildcards; the owner is IIS.
    ServerBuilder& shadowed_by_address(const std::string& ip, const Certificate& named, std::optional<std::string> store = "MY");
    ServerBuilder& sni(const std::string& host, const Certificate& named, std::optional<std::string> store = "MY");
    ServerBuilder& central_store();
    ServerBuilder& listen_list(std::initializer_list<std::string> addresses);
    ServerBuilder& interfaces(std::initializer_list<std::string> addresses);

    // What is served. A probe asks for vpn.example.com on loopback unless said otherwise; one of the same address and name is replaced.
    ServerBuilder& serving(AddressFamily family, const Certificate& served, int uri_status = 401);
    ServerBuilder& serving(const Certificate& served) { return serving(v4, served).serving(v6, served); }
    ServerBuilder& serving_at(const std::string& ip, const Certificate& served, const std::string& server_name = "vpn.example.com",
                              int uri_status = 401);
    ServerBuilder& unreachable(AddressFamily family, ErrorKind kind = ErrorKind::timed_out);
    ServerBuilder& resetting(AddressFamily family);  ///< at the handshake
    ServerBuilder& unreachable() { return unreachable(v4).unreachable(v6); }
    ServerBuilder& no_cipher(AddressFamily family);  ///< the cipher list in force serves no key of this kind
    ServerBuilder& not_probed(AddressFamily family);
    ServerBuilder& uri_status(AddressFamily family, Observed<int> status);
    ServerBuilder& uri_status(int status) { return uri_status(v4, status).uri_status(v6, status); }
    ServerBuilder& sent_chain(SentChain chain, const std::string& explanation = {});  ///< of every probe
    ServerBuilder& port_taken(AddressFamily family, const std::string& process);

    // Services.
    ServerBuilder& service(const std::string& name, ServiceState service_state, std::uint32_t exit_code = 0);
    ServerBuilder& start_type(const std::string& name, StartType type);
    ServerBuilder& not_installed(const std::string& name);
    ServerBuilder& rras_started(int minutes_ago);  ///< seen to start then; what is remembered stays

    // Policy.
    ServerBuilder& wanting_names(std::vector<std::string> names);
    ServerBuilder& pinning(const Certificate& pinned);
    ServerBuilder& wanting_issuer(const std::string& issuer);
    ServerBuilder& any_ca();
    ServerBuilder& taking_over();
    ServerBuilder& observing();
    ServerBuilder& accepting(Reason reason);

    // What is remembered.
    ServerBuilder& nothing_learned();  ///< a first look: learned, proven, held, names ever and sessions go
    ServerBuilder& learned(const Certificate& from);  ///< names, primary (its first name) and CA of this one
    ServerBuilder& learned_names(std::vector<std::string> names, const std::string& primary);
    ServerBuilder& proven(const Certificate& certificate);  ///< yesterday, both families at level 3
    /// The last look saw everything moved to it, and no client has confirmed it.
    ServerBuilder& unconfirmed(const Certificate& choice);
    ServerBuilder& named_before(const std::string& name);  ///< by an earlier certificate or the policy
    ServerBuilder& held(const Certificate& named);  ///< by RRAS: hash and both wildcards, since its last start
    ServerBuilder& held_unknown();
    ServerBuilder& complaint(std::uint32_t event_id, int minutes_ago = 5, bool at_previous_start_too = false);
    ServerBuilder& sessions(std::uint32_t sstp, std::uint32_t others = 0);  ///< open now; the newest began an hour ago
    ServerBuilder& sstp_session_began(int minutes_ago);  ///< the newest of all
    ServerBuilder& no_sstp_session_ever();
    ServerBuilder& sessions_unreadable();
    ServerBuilder& sessions_not_asked();  ///< by this process
    ServerBuilder& seen(Reason reason, std::uint32_t times);
    ServerBuilder& reported_only(Reason reason);
    ServerBuilder& refused_by_http_sys(const Certificate& which);
    ServerBuilder& levels_before(AddressFamily family, Level level);

private:
    ListenerBinding& record_of(AddressFamily family);
    ServerBuilder& probe(const IpAddress& address, const std::string& server_name, ProbeOutcome outcome);
    ServerBuilder& note_records();
    std::vector<Certificate>& store();
};

inline ServerBuilder healthy() { return ServerBuilder{}; }

}  // namespace sstp::test
