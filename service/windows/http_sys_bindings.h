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
    Result<ListenerBinding> at(const Endpoint& endpoint) override;
    Result<void> put(const ListenerBinding& record, const std::optional<ListenerBinding>& instead_of) override;
    Result<void> remove(const Endpoint& endpoint) override;

private:
    /// HttpInitialize once, when first needed and again after a failure: the HTTP service may come up after us.
    Result<void> initialize();
    Result<void> replace(const ListenerBinding& record, const ListenerBinding& old);

    bool initialized_ = false;
    http_api::UpdateServiceConfiguration* update_ = nullptr;  ///< null where the system has none
};

}  // namespace sstp
