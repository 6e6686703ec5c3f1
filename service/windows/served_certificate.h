#pragma once

#include "core/model/server_state.h"
#include "service/windows/crypto_handles.h"
#include "service/windows/root_programme_registry.h"

namespace sstp {

/// The certificate that a listener showed, and the chain that came with it in the context's store, judged from what this machine
/// has: nobody is asked. Its key is usable, for it has just signed. Errors: malformed, when it cannot be parsed.
Result<Served> read_served(PCCERT_CONTEXT shown, const RootProgramme& programme);

}  // namespace sstp
