#pragma once

#include "tests/simulation/server.h"

#include <cstdint>
#include <span>

namespace sstp::simulation {

/// Something that others do to a server, or that befalls it, at a moment. `number` varies it. What takes longer puts its further
/// steps down in the server's agenda (Server::later).
struct Happening {
    const char* name;
    Actor who;
    void (*act)(Server&, std::uint64_t number);
    std::uint32_t weight = 1;    ///< how often it is drawn, against the others
    bool breaks = true;          ///< it may take clients their connection
};
std::span<const Happening> happenings();

/// What a boot is called in the agenda: our process ends with it.
inline constexpr char kBoot[] = "the machine boots";
inline constexpr char kCopied[] = "the machine starts as a copy of another";
/// The machine restarts; where its clock is wrong at boot, the time service sets it right two minutes later.
void boot_machine(Server& server);

/// A certificate of this server's CA is put into its store, and that is all.
Certificate obtain(Server& server);
/// A renewal as this server's habit is (Server::renewal).
void renew(Server& server, std::uint64_t number);
/// The VPN gets another name: an administrator moves everything to its certificate, by Set-RemoteAccess (an even number) or by hand with
/// flag 0 (servers.md 10), restarts RRAS, and its clients dial that name from now on.
void move_to_another_name(Server& server, std::uint64_t number);

/// Faults end: what hung comes to its end, services that failed start again when asked, the clock is right. What only a restart of
/// RRAS cures is not cured. The server's traits stay as they are.
void calm(Server& server);

}  // namespace sstp::simulation
