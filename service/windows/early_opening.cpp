#include "service/windows/early_opening.h"

#include "service/tls/schannel_credentials.h"
#include "service/tls/sspi.h"
#include "service/windows/beside.h"
#include "service/windows/crypto_handles.h"

#include <mutex>

namespace sstp {

namespace {

std::mutex engine_is_opened;

/// The engine has no call to open it by: it opens with its first chain, of whatever certificate.
void open_chain_engine() {
    const UniqueStore store{CertOpenStore(
        CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_LOCAL_MACHINE | CERT_STORE_OPEN_EXISTING_FLAG | CERT_STORE_READONLY_FLAG, L"MY")};
    if (!store) return;
    const UniqueCertificateContext any{CertEnumCertificatesInStore(store.get(), nullptr)};
    if (!any) return;
    CERT_CHAIN_PARA parameters{};
    parameters.cbSize = sizeof parameters;
    UniqueChain chain;
    CertGetCertificateChain(HCCE_LOCAL_MACHINE, any.get(), nullptr, nullptr, &parameters,
                            CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL | CERT_CHAIN_DISABLE_AUTH_ROOT_AUTO_UPDATE, nullptr, chain.receive());
}

}  // namespace

void open_early() {
    const StopSignal never;
    (void)beside(
        never,
        []() noexcept {
            {
                const std::lock_guard opening(engine_is_opened);
                open_chain_engine();
            }
            (void)SchannelCredentials::acquire(schannel(), {OldestProtocol::as_the_system, false, nullptr});
            return true;
        },
        Duration{0});
}

void wait_for_chain_engine() { const std::lock_guard until_it_is_open(engine_is_opened); }

}  // namespace sstp
