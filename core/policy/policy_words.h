#pragma once

#include "core/model/policy.h"

#include <array>
#include <cstddef>

namespace sstp {

/// The words of the policy file, in the order of the enumerations.
template <class E>
inline constexpr std::array<const char*, 0> kWordsOf{};
template <>
inline constexpr std::array<const char*, 2> kWordsOf<Mode> = {"heal", "observe"};
template <>
inline constexpr std::array<const char*, 2> kWordsOf<CaPolicy> = {"same", "any"};
template <>
inline constexpr std::array<const char*, 3> kWordsOf<ChainPolicy> = {"require", "warn", "ignore"};
template <>
inline constexpr std::array<const char*, 3> kWordsOf<RevocationPolicy> = {"off", "best_effort", "require"};
template <>
inline constexpr std::array<const char*, 3> kWordsOf<RetireOld> = {"keep", "archive", "delete"};
template <>
inline constexpr std::array<const char*, 2> kWordsOf<ForeignOwner> = {"report", "take_over"};
template <>
inline constexpr std::array<const char*, 2> kWordsOf<DestinationType> = {"syslog", "https"};
template <>
inline constexpr std::array<const char*, 3> kWordsOf<SyslogTransport> = {"tls", "tcp", "udp"};
template <>
inline constexpr std::array<const char*, 5> kWordsOf<SyslogFormat> = {"rfc5424", "cef", "leef", "json", "ocsf"};
template <>
inline constexpr std::array<const char*, 3> kWordsOf<SyslogHeader> = {"rfc5424", "rfc3164", "none"};
template <>
inline constexpr std::array<const char*, 2> kWordsOf<SyslogFraming> = {"octet_counting", "lf"};
template <>
inline constexpr std::array<const char*, 3> kWordsOf<HttpsProfile> = {"hec", "json", "ocsf"};
template <>
inline constexpr std::array<const char*, 2> kWordsOf<Confirmation> = {"end", "sent"};
template <>
inline constexpr std::array<const char*, 7> kWordsOf<LogLevel> = {"trace", "debug", "info", "warning", "error", "critical", "off"};

/// The word that the policy file has for a value: `word_of(Mode::heal)` is "heal".
template <class E>
constexpr const char* word_of(E value) {
    return kWordsOf<E>[static_cast<std::size_t>(value)];
}

}  // namespace sstp
