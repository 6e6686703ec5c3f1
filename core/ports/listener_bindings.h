#pragma once

#include "core/model/binding.h"
#include "core/model/result.h"

#include <optional>
#include <vector>

namespace sstp {

/// HTTP.SYS certificate records of this machine. Source: Microsoft, HttpSetServiceConfiguration and its siblings.
class ListenerBindings {
public:
    virtual ~ListenerBindings() = default;

    /// Every record: addresses, host names, central stores. Errors: access_denied, unexpected.
    virtual Result<std::vector<ListenerBinding>> all() = 0;
    /// The record at an address endpoint. Errors: not_found, which is knowledge; everything else is not.
    virtual Result<ListenerBinding> at(const Endpoint& endpoint) = 0;
    /// Makes the record at `record.endpoint` (an address) what `record` says, every field of it, if `instead_of` is what
    /// stands there (nothing: no record): atomically where the system can (HttpUpdateServiceConfiguration), else by deleting
    /// and setting; when setting fails after the delete, the old record is put back before the error returns. A new record
    /// is created by a call that overwrites none.
    /// Errors: busy (something else stands there: somebody changed it, and nothing was done), already_exists (somebody set one
    /// in between), no_usable_key, access_denied, malformed.
    virtual Result<void> put(const ListenerBinding& record, const std::optional<ListenerBinding>& instead_of) = 0;
    /// Deletes the record at an address endpoint. Errors: not_found, access_denied.
    virtual Result<void> remove(const Endpoint& endpoint) = 0;
};

}  // namespace sstp
