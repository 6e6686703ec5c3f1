#pragma once

#include "core/model/state.h"

#include <concepts>
#include <type_traits>

namespace sstp::stored {

// How values of the record are spelled, said once for writing and for reading: `describe(archive, value)` names each member of a
// struct to the archive, which writes it (of a const value) or reads it. `archive(name, member)`: one that is missing when it is
// read keeps its default, as after an update that brought it. `archive.required(name, member)`: its lack is damage.
// Names are for ever; those that nobody knows any more are passed over.

/// `T` is `Of`, const or not.
template <class T, class Of>
concept Is = std::same_as<std::remove_const_t<T>, Of>;

/// The words of an enumeration, by its values.
template <class E>
struct Words;

template <>
struct Words<AddressFamily> {
    static constexpr const char* all[] = {"ipv4", "ipv6"};
};
template <>
struct Words<Level> {
    static constexpr const char* all[] = {"nothing", "refused", "crypto_binding", "answers"};
};
template <>
struct Words<KeyState> {
    static constexpr const char* all[] = {"absent", "unusable", "unknown", "usable"};
};
template <>
struct Words<KeyAlgorithm> {
    static constexpr const char* all[] = {"rsa", "ecdsa", "other"};
};
template <>
struct Words<ChainTrust> {
    static constexpr const char* all[] = {"good", "bad", "unknown"};
};
template <>
struct Words<Revocation> {
    static constexpr const char* all[] = {"not_checked", "good", "revoked", "unknown"};
};
template <>
struct Words<CaKind> {
    static constexpr const char* all[] = {"unknown", "public", "private", "self_signed"};
};
template <>
struct Words<Severity> {
    static constexpr const char* all[] = {"information", "warning", "critical"};
};
template <>
struct Words<Endpoint::Kind> {
    static constexpr const char* all[] = {"address", "host_name", "central_store"};
};
/// Only those that are ever written.
template <>
struct Words<SstpValue> {
    static constexpr const char* all[] = {"Sha1CertificateHash", "Sha256CertificateHash", "isHashConfiguredByAdmin"};
};
template <>
struct Words<Urgency> {
    static constexpr const char* all[] = {"now", "soon", "planned"};
};
template <>
struct Words<ChangePhase> {
    static constexpr const char* all[] = {"pending", "intended", "done", "returned", "theirs"};
};
template <>
struct Words<HealDirection> {
    static constexpr const char* all[] = {"forward", "back"};
};
template <>
struct Words<ChargeKind> {
    static constexpr const char* all[] = {"restart", "then", "taking_back", "recovery"};
};

}  // namespace sstp::stored
