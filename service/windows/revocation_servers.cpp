#include "service/windows/revocation_servers.h"

#include "service/windows/unique_handle.h"

#include <cstring>

namespace sstp {

bool names_a_revocation_server(PCCERT_CONTEXT certificate) {
    const CERT_INFO& info = *certificate->pCertInfo;
    if (CertFindExtension(szOID_CRL_DIST_POINTS, info.cExtension, info.rgExtension) != nullptr) return true;
    const CERT_EXTENSION* access = CertFindExtension(szOID_AUTHORITY_INFO_ACCESS, info.cExtension, info.rgExtension);
    if (access == nullptr) return false;
    UniqueLocal<CERT_AUTHORITY_INFO_ACCESS> decoded;
    DWORD size = 0;
    if (!CryptDecodeObjectEx(X509_ASN_ENCODING, X509_AUTHORITY_INFO_ACCESS, access->Value.pbData, access->Value.cbData,
                             CRYPT_DECODE_ALLOC_FLAG, nullptr, decoded.receive(), &size)) {
        return true;  // not understood is not "names nobody": it stays unknown
    }
    for (DWORD i = 0; i < decoded.get()->cAccDescr; ++i) {
        if (std::strcmp(decoded.get()->rgAccDescr[i].pszAccessMethod, szOID_PKIX_OCSP) == 0) return true;
    }
    return false;
}

}  // namespace sstp
