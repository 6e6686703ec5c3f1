#include "tests/windows_server/kit/probes.h"

#include "service/windows/text.h"
#include "service/windows/unique_handle.h"
#include "service/windows/windows_headers.h"

#include <sddl.h>
#include <winsvc.h>

#include <fmt/format.h>

#include <stdexcept>
#include <vector>

namespace sstp::kit {

namespace {

std::vector<BYTE> token_information(HANDLE token, TOKEN_INFORMATION_CLASS kind) {
    DWORD size = 0;
    GetTokenInformation(token, kind, nullptr, 0, &size);
    std::vector<BYTE> buffer(size);
    if (size == 0 || !GetTokenInformation(token, kind, buffer.data(), size, &size)) return {};
    return buffer;
}

void print_token(HANDLE process) {
    UniqueKernelHandle token;
    if (!OpenProcessToken(process, TOKEN_QUERY, token.receive())) {
        print_line(fmt::format("token=unknown({})", GetLastError()));
        return;
    }
    std::string names;
    if (const auto buffer = token_information(token.get(), TokenPrivileges); !buffer.empty()) {
        const auto* privileges = reinterpret_cast<const TOKEN_PRIVILEGES*>(buffer.data());
        for (DWORD at = 0; at < privileges->PrivilegeCount; ++at) {
            wchar_t name[128]{};
            DWORD length = 127;
            LUID luid = privileges->Privileges[at].Luid;
            LookupPrivilegeNameW(nullptr, &luid, name, &length);
            names += (names.empty() ? "" : ",") + to_utf8_lossy(name);
        }
    }
    print_line("token_privileges=" + (names.empty() ? std::string{"none"} : names));
    std::string service_sid = "no";
    if (const auto buffer = token_information(token.get(), TokenGroups); !buffer.empty()) {
        const auto* groups = reinterpret_cast<const TOKEN_GROUPS*>(buffer.data());
        for (DWORD at = 0; at < groups->GroupCount; ++at) {
            UniqueLocal<wchar_t> text;
            // S-1-5-80-: a service's own.
            if (ConvertSidToStringSidW(groups->Groups[at].Sid, text.receive()) && to_utf8_lossy(text.get()).starts_with("S-1-5-80-"))
                service_sid = "yes";
        }
    }
    print_line("service_sid=" + service_sid);
}

void print_policy(HANDLE process, PROCESS_MITIGATION_POLICY policy, const char* name) {
    DWORD flags = 0;
    if (GetProcessMitigationPolicy(process, policy, &flags, sizeof flags))
        print_line(fmt::format("{}={:#x}", name, flags));
    else
        print_line(fmt::format("{}=unknown({})", name, GetLastError()));
}

}  // namespace

/// process NAME: token and mitigation policies of a running service's process.
int probe_process(const Arguments& arguments) {
    if (arguments.size() != 1) throw std::runtime_error("process NAME");
    const UniqueServiceHandle manager{OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT)};
    const UniqueServiceHandle service{OpenServiceW(manager.get(), to_wide_lossy(arguments[0]).c_str(), SERVICE_QUERY_STATUS)};
    SERVICE_STATUS_PROCESS status{};
    DWORD size = 0;
    if (!service || !QueryServiceStatusEx(service.get(), SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status), sizeof status, &size) ||
        status.dwProcessId == 0) {
        print_line("process=none");
        return 1;
    }
    const UniqueKernelHandle process{OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, status.dwProcessId)};
    print_line(fmt::format("process={}", status.dwProcessId));
    if (!process) throw std::runtime_error(fmt::format("its process could not be opened ({})", GetLastError()));
    print_token(process.get());
    print_policy(process.get(), ProcessExtensionPointDisablePolicy, "extension_points");
    print_policy(process.get(), ProcessImageLoadPolicy, "image_load");
    print_policy(process.get(), ProcessChildProcessPolicy, "child_process");
    print_policy(process.get(), ProcessRedirectionTrustPolicy, "redirection_trust");
    print_policy(process.get(), ProcessDynamicCodePolicy, "dynamic_code");
    return 0;
}

}  // namespace sstp::kit
