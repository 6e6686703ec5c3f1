#pragma once

#include "tests/simulated_windows/healthy_world.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace sstp::simulation {

using simulated::World;

/// Who acts on a server.
enum class Actor : std::uint8_t { administrator, iis, acme_client, auto_enrolment, group_policy, rras, nature, clients };
const char* word(Actor actor) noexcept;

/// How certificates are renewed here.
enum class RenewalBy : std::uint8_t {
    store_only,        ///< an ACME client puts the new one into the store, and that is all (the commonest default)
    deletes_first,     ///< deletes the old one, and the new one comes 40 s later (win-acme)
    does_it_all,       ///< binds both, writes the hashes, restarts RemoteAccess within 20 s
    leaves_stopped,    ///< the same, and its restart fails: RemoteAccess stays stopped, exit code 0
    auto_enrolment,    ///< archives the old one and links it to the new one
    administrator,     ///< Set-RemoteAccess: everything, flag 1, restart
};

/// Something that is to happen at a true time. Later ones of the same time come later.
struct Due {
    Duration at{0};
    std::uint64_t order = 0;
    Actor who{};
    std::string what;
    std::function<void(class Server&)> act;
};

/// Of which CA this server's certificates are.
enum class CaOfServer : std::uint8_t { public_ca, private_ca, self_signed, root_unknown_here };

/// What an administrator has asked of our service and it has not heard yet.
enum class Asked : std::uint8_t { nothing, heal, heal_ignoring_window };

/// One server of a run: the machine, and what belongs to it that no port shows.
class Server {
public:
    Server();

    World world;
    std::string policy = "{}";                       ///< text of policy.json at the start
    std::vector<std::string> names{"vpn.example.com"};   ///< on its certificates
    std::string dialled = "vpn.example.com";         ///< what its clients dial
    CaOfServer ca = CaOfServer::public_ca;
    RenewalBy renewal = RenewalBy::store_only;
    Duration lifetime = std::chrono::hours{24 * 90};
    std::string store = "MY";                        ///< where its certificates lie
    std::optional<std::string> also_in;              ///< whoever renews puts a copy there (WebHosting, for IIS)
    KeyAlgorithm key_algorithm = KeyAlgorithm::rsa;
    bool has_siem = false;
    bool clients_dial_daily = true;                  ///< some clients, each working day at 07:30 local time
    Asked asked = Asked::nothing;
    Duration clock_off_at_boot{0};                   ///< and W32Time sets it right two minutes later
    /// The VPN got another name, and no session has begun under it: nothing on the server tells that clients dial it (2.1).
    bool renamed_unseen = false;
    /// Somebody else decides which certificate is served, or that we keep off: what a repair must come to is not demanded then.
    bool hands_tied = false;
    /// There are certificates of another CA or name that nothing here tells apart from the right one.
    bool may_be_ambiguous = false;

    /// A certificate as this server's CA makes it now; numbers rise, so that each is another.
    Certificate issue(Duration valid_for, Duration begun_before = std::chrono::hours{1});
    /// One of them is put into a store. Clients know a root of this CA that the server may not know.
    simulated::StoredCertificate& put(const Certificate& made, const std::string& into = "MY");
    /// Some clients dial.
    void clients_come();
    /// Some clients dial each working day at 07:30 local time, and hang up in the evening.
    void dial_every_morning();
    /// What RRAS's records name, IPv4's first; null when that is nowhere.
    [[nodiscard]] const simulated::StoredCertificate* bound() const;

    /// Others' doings are put down here and happen in their turn.
    void later(Duration after, Actor who, std::string what, std::function<void(Server&)> act);
    [[nodiscard]] std::optional<Duration> next_due() const;
    /// Does the next thing that is due now, and tells of it before; false: nothing was.
    bool do_next_due(const std::function<void(const Due&)>& before);
    /// Something is due that others, not clients, do within the next two days.
    [[nodiscard]] bool others_are_at_work() const;
    /// Nothing that others do is left to happen.
    void forget_what_is_due() { agenda_.clear(); }

    std::uint64_t issued = 1;

private:
    std::vector<Due> agenda_;                        ///< a heap, the next one in front
    std::uint64_t order_ = 0;
};

/// REG_SZ as Group Policy writes it.
RawValue text_value(const std::string& text);

inline constexpr char kPolicyFile[] = "policy.json";

}  // namespace sstp::simulation
