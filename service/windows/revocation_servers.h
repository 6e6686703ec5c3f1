#pragma once

#include "service/windows/windows_headers.h"

#include <wincrypt.h>

namespace sstp {

/// Whether the certificate says whom to ask if it is revoked: a CRL distribution point (RFC 5280 4.2.1.13) or an OCSP responder
/// (RFC 5280 4.2.2.1). Many private CAs name neither, and then no answer can ever be had.
bool names_a_revocation_server(PCCERT_CONTEXT certificate);

}  // namespace sstp
