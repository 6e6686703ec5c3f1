#pragma once

#include "core/model/policy.h"

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace sstp {

/// Why a text cannot be read, as the end of a sentence that begins with what it belongs to: "must end with a unit".
/// Not an aggregate: `result` would take every text for a value as well as for an error.
struct Misspelled {
    Misspelled() = default;

    static Misspelled because(std::string why) {
        Misspelled error;
        error.why = std::move(why);
        return error;
    }

    std::string why;
};
template <class T>
using Spelled = boost::system::result<T, Misspelled>;

// How the policy file spells its values. Each `…_from_text` reads what the `…_to_text` beside it writes.

/// A whole number with `ms`, `s`, `m`, `h` or `d`. Written by `to_string(Duration)`.
Spelled<Duration> duration_from_text(std::string_view text);

/// Bytes: a whole number with `B`, `KB`, `MB` or `GB` (powers of 1000).
Spelled<std::uint64_t> size_from_text(std::string_view text);
std::string size_to_text(std::uint64_t bytes);

/// `02:00`, after midnight.
Spelled<std::chrono::minutes> clock_from_text(std::string_view text);
std::string clock_to_text(std::chrono::minutes after_midnight);

/// `name`, `name:port`, `192.0.2.1:514`, `[::1]:6514`. Port 0: not given.
Spelled<HostAndPort> host_from_text(std::string_view text);
std::string host_to_text(const HostAndPort& host);

/// A name as a certificate holds it: a DNS name in A-labels (RFC 5890), at most 253 characters, `*` as the first label
/// allowed; or an IP address without brackets, given back in the one spelling that `IpAddress::to_string` has.
Spelled<std::string> certificate_name_from_text(std::string_view text);

/// 40 or 64 hex digits, separators ignored.
using CertificateDigest = std::variant<Thumbprint, CertificateHash>;
Spelled<CertificateDigest> thumbprint_from_text(std::string_view text);
std::string thumbprint_to_text(const CertificateDigest& digest);

/// `sha-256:AA:BB:…` (RFC 5425 section 4.2.2).
Spelled<CertificateHash> fingerprint_from_text(std::string_view text);
std::string fingerprint_to_text(const CertificateHash& hash);

/// `C:\folder\file`: a drive and a full path. Not a share, where the service would sign in with the machine's account.
Spelled<std::string> path_from_text(std::string_view text);

/// `https://host[:port]/path`, without user, password or fragment.
Spelled<std::string> url_from_text(std::string_view text);
/// The host of a URL that `url_from_text` took, without brackets and port.
std::string host_of_url(std::string_view url);
/// As much of a URL as is ever shown: scheme, host, port and first path segment (DESIGN 5.1; tokens hide in the rest, and
/// in what stands before an `@`). Takes texts that are no URL as well.
std::string shown_url(std::string_view url);

/// Text of one line, not empty, at most 255 bytes, without control characters.
Spelled<std::string> plain_text(std::string_view text);
/// A name of X.500 or a part of it: as above, at most 2,048 bytes.
Spelled<std::string> distinguished_name(std::string_view text);
/// A key name of the service control manager: as above, without slashes.
Spelled<std::string> service_from_text(std::string_view text);
/// A channel of the event log, without the characters that none may have (Microsoft, ChannelType).
Spelled<std::string> channel_from_text(std::string_view text);

}  // namespace sstp
