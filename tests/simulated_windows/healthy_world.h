#pragma once

#include "tests/simulated_windows/world.h"

#include <string>
#include <vector>

namespace sstp::simulated {

/// 2026-11-22 12:00 UTC, a Sunday: the day on which every world begins.
WallTime first_day();

/// A fit certificate of a public CA for `names`: RSA 2048, server authentication, key usable, chain good, valid from 30 days before
/// the first day to 60 days after. Thumbprint and hash follow from `number` alone.
Certificate make_certificate(std::uint64_t number, std::vector<std::string> names = {"vpn.example.com"});
/// The same, begun the day before the first one and valid for 90 days: what a renewal brings.
Certificate newer_certificate(std::uint64_t number, std::vector<std::string> names = {"vpn.example.com"});
/// Of an internal CA whose root is `CN=<root>`: good here; with clients it stands as `World::roots_outside` says.
Certificate of_private_ca(Certificate certificate, const std::string& root = "Corp Root");
/// Issued by itself; trusted here when `trusted`.
Certificate self_signed(Certificate certificate, bool trusted = true);

/// RRAS running with one certificate (number 1) that both bindings and both hashes name, flag 1; nobody else on the machine. One
/// address of each family, clients come through both.
World healthy_world();

// What others do to it. Each leaves RRAS running, as it happens in the field, and moves the registry's last-write times.
void drop_binding(World& world, AddressFamily family);
void bind(World& world, AddressFamily family, const Certificate& certificate, const AppId& owner = kSstpAppId);
void bind_both(World& world, const Certificate& certificate, const AppId& owner = kSstpAppId);
void store_hashes(World& world, const Certificate& certificate);
void set_flag(World& world, std::uint32_t flag);
void add_certificate(World& world, const Certificate& certificate, const std::string& store = "MY");
/// Leaves the store; a listener that serves it goes on from memory until RRAS or the machine starts again.
void remove_certificate(World& world, const Thumbprint& thumbprint, const std::string& store = "MY");
/// What AD CS auto-enrolment does on renewal: archives the old one and links it to the new one.
void archive_certificate(World& world, const Thumbprint& old, const std::optional<Thumbprint>& renewed_by = std::nullopt);
/// The certificate in the world, to be changed in place (key lost, dates). Null when it is not there.
StoredCertificate* stored(World& world, const Thumbprint& thumbprint, const std::string& store = "MY");
/// Exact-address, SNI and central-store records of others.
void bind_address(World& world, const IpAddress& address, const Certificate& certificate, const AppId& owner = kIisAppId);
void bind_host_name(World& world, const std::string& host, const Certificate& certificate, const AppId& owner = kIisAppId);
/// RemoteAccess alone restarts without us, at once, and writes its events. False: it did not come up.
bool restart_rras(World& world);
/// All of it as Set-RemoteAccess does: records, hashes, flag 1, and a restart.
void move_everything(World& world, const Certificate& certificate, std::uint32_t flag);
/// An administrator stops or starts a service, at once.
void stop_service(World& world, const std::string& name, std::uint32_t exit_code = 0);
void start_service(World& world, const std::string& name);
/// The wall clock becomes wrong (negative: behind); clients' clocks stay right.
void set_clock_off(World& world, Duration by);
/// One client of every address dials; gives how many came through.
std::size_t clients_dial(World& world, const std::string& server_name = "vpn.example.com");

}  // namespace sstp::simulated
