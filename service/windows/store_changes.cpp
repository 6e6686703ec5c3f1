#include "service/windows/store_changes.h"

#include "service/windows/text.h"

namespace sstp {

StoreChanges::StoreChanges(const std::string& store) {
    const auto name = to_wide(store);
    if (!name || name->empty()) return;   // no store has that name: opening it says so
    for (const wchar_t* place : {L"SOFTWARE\\Microsoft\\SystemCertificates\\", L"SOFTWARE\\Policies\\Microsoft\\SystemCertificates\\",
                                 L"SOFTWARE\\Microsoft\\EnterpriseCertificates\\"}) {
        places_.push_back(std::make_unique<RegistryWatch>(place + *name, RegistryWatch::Depth::with_subkeys, Wake::certificate_store));
    }
    armed_.resize(places_.size());
}

bool StoreChanges::since_last_time() {
    bool changed = places_.empty();
    for (std::size_t i = 0; i < places_.size(); ++i) {
        if (armed_[i] && WaitForSingleObject(places_[i]->signal(), 0) == WAIT_TIMEOUT) continue;
        changed = true;
        armed_[i] = places_[i]->arm().has_value();
        if (!armed_[i]) places_[i]->disarm();
    }
    return changed;
}

}  // namespace sstp
