#pragma once

#include "core/model/binding.h"
#include "service/windows/http_api.h"

#include <optional>
#include <string>

namespace sstp {

/// A record of ours in the shape that HttpSetServiceConfiguration takes, with everything that it points to. Nothing in it may
/// move while the system looks at it: not copyable, not movable.
class SslRecord {
public:
    explicit SslRecord(const ListenerBinding& record);
    SslRecord(const SslRecord&) = delete;
    SslRecord& operator=(const SslRecord&) = delete;

    /// False when a name in the record cannot be written in UTF-16, or the endpoint is no address.
    [[nodiscard]] bool is_valid() const noexcept { return valid_; }

    HTTP_SERVICE_CONFIG_SSL_SET set{};

private:
    PWSTR keep(const std::optional<std::string>& text, std::optional<std::wstring>& place);

    bool valid_ = true;
    SOCKADDR_STORAGE address_{};
    Bytes certificate_;
    std::optional<std::wstring> store_;
    std::optional<std::wstring> ctl_identifier_;
    std::optional<std::wstring> ctl_store_;
};

/// An address endpoint as HTTP.SYS wants it; all zero when it is none.
SOCKADDR_STORAGE to_socket_address(const Endpoint& endpoint) noexcept;

/// Nothing when the family is neither IPv4 nor IPv6.
std::optional<Endpoint> to_endpoint(const SOCKADDR* address) noexcept;

/// Nothing when the record cannot be carried over exactly: text that is not well-formed UTF-16, an impossible hash.
std::optional<ListenerBinding> to_binding(const HTTP_SERVICE_CONFIG_SSL_SET& set);
std::optional<ListenerBinding> to_binding(const http_api::HostNameSet& set);
std::optional<ListenerBinding> to_binding(const http_api::CentralStoreSet& set);

}  // namespace sstp
