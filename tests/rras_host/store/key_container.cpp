#include "store/key_container.h"

#include <stdexcept>

#include <windows.h>

#include <wincrypt.h>

namespace sstp::rras_host {

namespace {

constexpr DWORD kKeySets[] = {CRYPT_MACHINE_KEYSET, 0};

[[noreturn]] void fail(const char* operation) {
    throw std::runtime_error(std::string(operation) + ": error " + std::to_string(GetLastError()));
}

}  // namespace

void put_private_key(const std::wstring& container, const std::string& blob) {
    for (const DWORD key_set : kKeySets) {
        HCRYPTPROV provider = 0;
        if (!CryptAcquireContextW(&provider, container.c_str(), MS_ENH_RSA_AES_PROV_W, PROV_RSA_AES, CRYPT_NEWKEYSET | key_set) &&
            !CryptAcquireContextW(&provider, container.c_str(), MS_ENH_RSA_AES_PROV_W, PROV_RSA_AES, key_set))
            fail("create a key container");
        HCRYPTKEY key = 0;
        const bool imported = CryptImportKey(provider, reinterpret_cast<const BYTE*>(blob.data()), static_cast<DWORD>(blob.size()), 0,
                                             CRYPT_EXPORTABLE, &key) != FALSE;
        if (imported) CryptDestroyKey(key);
        CryptReleaseContext(provider, 0);
        if (!imported) fail("import a private key");
    }
}

void delete_private_key(const std::wstring& container) {
    for (const DWORD key_set : kKeySets) {
        HCRYPTPROV none = 0;
        CryptAcquireContextW(&none, container.c_str(), MS_ENH_RSA_AES_PROV_W, PROV_RSA_AES, CRYPT_DELETEKEYSET | key_set);
    }
}

std::string generate_private_key(unsigned bits) {
    HCRYPTPROV provider = 0;
    if (!CryptAcquireContextW(&provider, nullptr, MS_ENH_RSA_AES_PROV_W, PROV_RSA_AES, CRYPT_VERIFYCONTEXT)) fail("open the key provider");
    HCRYPTKEY key = 0;
    if (!CryptGenKey(provider, AT_KEYEXCHANGE, (bits << 16) | CRYPT_EXPORTABLE, &key)) fail("generate a key");
    DWORD size = 0;
    CryptExportKey(key, 0, PRIVATEKEYBLOB, 0, nullptr, &size);
    std::string blob(size, '\0');
    if (!CryptExportKey(key, 0, PRIVATEKEYBLOB, 0, reinterpret_cast<BYTE*>(blob.data()), &size)) fail("export a key");
    CryptDestroyKey(key);
    CryptReleaseContext(provider, 0);
    return blob;
}

}  // namespace sstp::rras_host
