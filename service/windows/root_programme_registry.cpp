#include "service/windows/root_programme_registry.h"

#include "service/windows/portable/root_programme.h"
#include "service/windows/registry_key.h"
#include "service/windows/text.h"

#include <utility>

namespace sstp {

namespace {

constexpr MachineKey kAutoUpdate{L"SOFTWARE\\Microsoft\\SystemCertificates\\AuthRoot\\AutoUpdate",
                                 "HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\AuthRoot\\AutoUpdate"};
constexpr wchar_t kCertificates[] = L"SOFTWARE\\Microsoft\\SystemCertificates\\AuthRoot\\Certificates\\";

}  // namespace

std::shared_ptr<const RootProgramme> RootProgramme::now(std::shared_ptr<const RootProgramme> before) {
    if (!before) before = std::make_shared<const RootProgramme>();
    Observed<RawValue> read = read_value(kAutoUpdate, L"EncodedCtl");
    auto* raw = std::get_if<RawValue>(&read);
    // A list that vanished is written again within a day; what it said stays true until then.
    if (raw == nullptr || raw->data == before->encoded_) return before;
    auto fresh = std::make_shared<RootProgramme>();
    fresh->encoded_ = std::move(raw->data);
    fresh->listed_ = roots_of_programme(fresh->encoded_).value_or(std::set<Thumbprint>{});
    return fresh;
}

bool RootProgramme::has(const Thumbprint& root) const {
    if (listed_.contains(root)) return true;
    UniqueRegistryKey key;
    return open_machine_key((kCertificates + to_wide_lossy(root.to_string())).c_str(), KEY_QUERY_VALUE, key) == ERROR_SUCCESS;
}

}  // namespace sstp
