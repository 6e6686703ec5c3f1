#include "store/served_files.h"

#include <set>

#include "store/certificate_store.h"
#include "store/state_folder.h"

namespace sstp::rras_host {

void forget_deleted_certificates() {
    std::set<std::string> kept;
    for (const char* store : {"MY", "WebHosting"})
        for (const auto& thumbprint : registered_thumbprints(store)) kept.insert(thumbprint);
    const HostLock lock;
    WIN32_FIND_DATAW found{};
    const HANDLE search = FindFirstFileW(state_path(L"served\\*.pem").c_str(), &found);
    if (search == INVALID_HANDLE_VALUE) return;
    do {
        const std::wstring file = found.cFileName;
        const std::string thumbprint = to_utf8(file.substr(0, file.rfind(L'.')));
        if (!kept.contains(thumbprint)) DeleteFileW(state_path(L"served\\" + file).c_str());
    } while (FindNextFileW(search, &found));
    FindClose(search);
}

}  // namespace sstp::rras_host
