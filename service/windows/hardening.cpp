#include "service/windows/hardening.h"

#include "service/windows/windows_headers.h"

#include <fmt/format.h>

namespace sstp {
namespace {

Measure measure(const char* name, BOOL succeeded) {
    const DWORD code = GetLastError();
    return {name, succeeded != 0, succeeded != 0 ? 0 : static_cast<std::uint32_t>(code)};
}

// Windows takes a policy of exactly its own size. mingw-w64 10 gets one of these structures wrong, the one for code made at run time.
static_assert(sizeof(PROCESS_MITIGATION_EXTENSION_POINT_DISABLE_POLICY) == 4);
static_assert(sizeof(PROCESS_MITIGATION_IMAGE_LOAD_POLICY) == 4);
static_assert(sizeof(PROCESS_MITIGATION_CHILD_PROCESS_POLICY) == 4);
static_assert(sizeof(PROCESS_MITIGATION_REDIRECTION_TRUST_POLICY) == 4);

template <class Policy>
Measure mitigation(const char* name, PROCESS_MITIGATION_POLICY id, Policy policy) {
    static_assert(sizeof policy == 4);
    return measure(name, SetProcessMitigationPolicy(id, &policy, sizeof policy));
}

Measure no_extension_points() {
    PROCESS_MITIGATION_EXTENSION_POINT_DISABLE_POLICY policy{};
    policy.DisableExtensionPoints = 1;
    return mitigation("no extension points", ProcessExtensionPointDisablePolicy, policy);
}

Measure no_untrusted_images() {
    PROCESS_MITIGATION_IMAGE_LOAD_POLICY policy{};
    policy.NoRemoteImages = 1;
    policy.NoLowMandatoryLabelImages = 1;
    policy.PreferSystem32Images = 1;
    return mitigation("no remote or low-integrity images", ProcessImageLoadPolicy, policy);
}

Measure no_child_processes() {
    PROCESS_MITIGATION_CHILD_PROCESS_POLICY policy{};
    policy.NoChildProcessCreation = 1;
    return mitigation("no child processes", ProcessChildProcessPolicy, policy);
}

Measure no_foreign_junctions() {
    PROCESS_MITIGATION_REDIRECTION_TRUST_POLICY policy{};
    policy.EnforceRedirectionTrust = 1;
    return mitigation("no junctions of non-administrators", ProcessRedirectionTrustPolicy, policy);
}

}  // namespace

std::vector<Measure> harden_process() {
    // Three are left out on purpose. Images signed by Microsoft alone and strict handle checks: certificate keys may live in a
    // vendor's key storage provider, which is loaded into this process and must neither be refused nor bring us down. No code made at
    // run time: such providers and the hooks of endpoint protection make executable pages, and what a process has once forbidden
    // itself it cannot allow again.
    std::vector<Measure> measures;
    measures.push_back(measure("DLLs from System32 only", SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32)));
    measures.push_back(measure("no DLLs from the current folder", SetDllDirectoryW(L"")));
    measures.push_back(measure("heap ends on corruption", HeapSetInformation(nullptr, HeapEnableTerminationOnCorruption, nullptr, 0)));
    measures.push_back(no_extension_points());
    measures.push_back(no_untrusted_images());
    measures.push_back(no_child_processes());
    measures.push_back(no_foreign_junctions());
    // No box that nobody sees when a drive is not ready.
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX);
    return measures;
}

std::string summary(const std::vector<Measure>& measures) {
    std::string taken;
    std::string not_taken;
    for (const Measure& each : measures) {
        std::string& list = each.taken ? taken : not_taken;
        if (!list.empty()) list += ", ";
        list += each.name;
        if (!each.taken) list += fmt::format(" ({})", each.code);
    }
    if (not_taken.empty()) return taken;
    return fmt::format("{}{}refused by Windows: {}", taken, taken.empty() ? "" : "; ", not_taken);
}

}  // namespace sstp
