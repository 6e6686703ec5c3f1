#pragma once

#include "tests/simulated_windows/world.h"

#include <string>
#include <vector>

namespace sstp::simulated {

/// 2026-11-22 12:00 UTC: the day on which every world begins.
WallTime first_day();

/// A fit certificate for `names`: RSA 2048, server authentication, key usable, chain trusted, valid from 30 days before the
/// first day to 60 days after. Thumbprint and hash follow from `number` alone.
Certificate make_certificate(std::uint64_t number, std::vector<std::string> names = {"vpn.example.com"});

/// RRAS running with one certificate (number 1) that both bindings and both hashes name; nobody else on the machine.
World healthy_world();

// Ways to break it. Each leaves RRAS running, as they happen in the field.
void drop_binding(World& world, AddressFamily family);
void bind(World& world, AddressFamily family, const Certificate& certificate, const AppId& owner = kSstpAppId);
void store_hashes(World& world, const Certificate& certificate);
void add_certificate(World& world, const Certificate& certificate, const std::string& store = "MY");
void remove_certificate(World& world, const Thumbprint& thumbprint, const std::string& store = "MY");
/// The certificate in the world that other actors may change in place (key lost, archived).
StoredCertificate* stored(World& world, const Thumbprint& thumbprint, const std::string& store = "MY");
/// RRAS restarts without us, and writes its events.
void restart_rras(World& world);

}  // namespace sstp::simulated
