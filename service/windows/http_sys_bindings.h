#pragma once

#include "core/ports/listener_bindings.h"
#include "service/windows/http_api.h"

namespace sstp {

/// HTTP.SYS's certificate records through httpapi.dll. Source: Microsoft, HttpQueryServiceConfiguration,
/// HttpSetServiceConfiguration, HttpUpdateServiceConfiguration, HttpDeleteServiceConfiguration.
class HttpSysBindings final : public ListenerBindings {
public:
    HttpSysBindings() = default;
    ~HttpSysBindings() override;
    HttpSysBindings(const HttpSysBindings&) = delete;
    HttpSysBindings& operator=(const HttpSysBindings&) = delete;

    Result<std::vector<ListenerBinding>> all() override;
    Result<WallTime> last_written() override;
    Result<std::vector<IpAddress>> listen_list() override;
    Result<ListenerBinding> at(const Endpoint& endpoint) override;
    Result<void> put(const ListenerBinding& record, const std::optional<ListenerBinding>& instead_of) override;
    Result<void> remove(const Endpoint& endpoint) override;
    bool has_update() override { return !update_refused_ && update_function() != nullptr; }

private:
    /// HttpInitialize once, when first needed and again after a failure: the HTTP service may come up after us.
    Result<void> initialize();
    Result<void> replace(const ListenerBinding& record, const ListenerBinding& old);
    /// Null where the system has none.
    static http_api::UpdateServiceConfiguration* update_function() noexcept;

    bool initialized_ = false;
    bool update_refused_ = false;   ///< exported, and "not supported" all the same
};

}  // namespace sstp
