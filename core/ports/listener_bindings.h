#pragma once

#include "core/model/binding.h"
#include "core/model/ip_address.h"
#include "core/model/result.h"
#include "core/model/time.h"

#include <optional>
#include <vector>

namespace sstp {

/// HTTP.SYS certificate records of this machine. Source: Microsoft, HttpSetServiceConfiguration and its siblings.
class ListenerBindings {
public:
    virtual ~ListenerBindings() = default;

    /// Every record: addresses, host names, central stores. Errors: access_denied, unexpected.
    virtual Result<std::vector<ListenerBinding>> all() = 0;
    /// Last-write time of the registry key under which HTTP.SYS keeps them (…\HTTP\Parameters\SslBindingInfo). Errors:
    /// not_found, access_denied: then nobody knows.
    virtual Result<WallTime> last_written() = 0;
    /// HTTP.SYS's IP listen list; empty: it listens everywhere (HttpServiceConfigIPListenList).
    virtual Result<std::vector<IpAddress>> listen_list() = 0;
    /// The record at an address endpoint. Errors: not_found, which is knowledge; everything else is not.
    virtual Result<ListenerBinding> at(const Endpoint& endpoint) = 0;
    /// Makes the record at `record.endpoint` (an address) what `record` says, every field of it, if `instead_of` is what
    /// stands there (nothing: no record): atomically where the system can (HttpUpdateServiceConfiguration), else by deleting
    /// and setting; when setting fails after the delete, the old record is put back before the error returns. A new record
    /// is created by a call that overwrites none.
    /// `settling` is 87 for a record that is well-formed: HTTP.SYS answers so for seconds to minutes after a CNG key was made; try
    /// again. `not_replaceable`: the record has extended parameters that deleting and setting would lose, and there is no update.
    /// Errors: settling, not_replaceable, busy (something else stands there: somebody changed it, and nothing was done), already_exists
    /// (somebody set one in between), no_usable_key, access_denied, malformed.
    virtual Result<void> put(const ListenerBinding& record, const std::optional<ListenerBinding>& instead_of) = 0;
    /// Deletes the record at an address endpoint. Errors: not_found, access_denied.
    virtual Result<void> remove(const Endpoint& endpoint) = 0;
    /// False once HttpUpdateServiceConfiguration has answered "not supported" (or is not there) on this Windows build.
    virtual bool has_update() = 0;
};

}  // namespace sstp
