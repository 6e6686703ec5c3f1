#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>

namespace sstp {

/// What kind of failure came back, in words that decisions may rest on. The raw code stays beside it for people.
enum class ErrorKind : std::uint8_t {
    unexpected,           ///< a code that no caller treats specially
    access_denied,        ///< ERROR_ACCESS_DENIED (5): not elevated, or a descriptor forbids it
    not_found,            ///< the object that was to be changed is not there (2, 1168)
    already_exists,       ///< ERROR_ALREADY_EXISTS (183)
    no_usable_key,        ///< ERROR_NO_SUCH_LOGON_SESSION (1312) of HTTP.SYS: no private key in the machine key set
    malformed,            ///< what was read or given cannot be understood (87 and the like)
    timed_out,            ///< a bounded wait ran out; what was asked for may still happen
    stopped,              ///< our own stop was requested while we waited
    busy,                 ///< held by somebody else for the moment: scanner, lock, pending state (32, 33, 1061)
    service_disabled,     ///< ERROR_SERVICE_DISABLED (1058)
    service_hung,         ///< a service did not answer its control in time (1053) or sits in a pending state
    service_gone,         ///< marked for deletion (1072) or not installed (1060)
    dependents_running,   ///< ERROR_DEPENDENT_SERVICES_RUNNING (1051)
    disk_full,            ///< ERROR_DISK_FULL (112), SQLITE_FULL
    corrupt,              ///< stored data is damaged
    position_lost,        ///< the event log no longer holds the record that a bookmark names (15011, 15012, 1168)
    batch_too_large,      ///< RPC_S_INVALID_BOUND (1734): the read position has moved, subscribe again with less
    source_unavailable,   ///< channel, publisher or the RPC service behind it is away (1722, 1818, 15007)
    settling,             ///< 87 for a well-formed HTTP.SYS record: a key made seconds ago; the same call may go through later
    not_replaceable,      ///< an HTTP.SYS record whose extended parameters a replacement would lose
    not_supported,        ///< this Windows does not have it (50, 120, 127)
    verification_failed,  ///< what was written does not read back, or does not serve
};

/// The stable word for a kind, as JSON output and back-off keys use it ("access_denied").
const char* word(ErrorKind kind) noexcept;

/// A failure as a value: what was attempted, on what, and what came back.
/// An adapter builds it on the line after the call that failed.
struct Error {
    ErrorKind kind = ErrorKind::unexpected;
    std::string operation;   ///< what was attempted, as a verb phrase: "replace the HTTP.SYS binding"
    std::string subject;     ///< on what: "[::]:443"
    std::uint32_t code = 0;  ///< Win32, HRESULT, SECURITY_STATUS or SQLite code; 0 when there is none
    std::string text;        ///< the system's text for the code, or our sentence

    /// One line for people: `could not replace the HTTP.SYS binding [::]:443: Access is denied (5)`.
    [[nodiscard]] std::string message() const;

    friend bool operator==(const Error&, const Error&) = default;
};

/// Found by argument-dependent look-up when `.value()` is called on an error: always a bug in the caller.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

template <class T>
using Result = boost::system::result<T, Error>;

}  // namespace sstp
