#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/event_source.h"
#include "service/host/places.h"
#include "service/host/self_configuration.h"
#include "service/windows/data_folder.h"
#include "service/windows/os_error.h"
#include "service/windows/scm.h"
#include "service/windows/text.h"

#include <fmt/format.h>

namespace sstp {

namespace {

/// `"C:\Program Files\SSTP Watchdog\sstp-watchdog.exe" service`, with the places when they are not the usual ones. Quoted,
/// else Windows tries C:\Program.exe first.
Result<std::wstring> command_of_service(const Environment& environment) {
    std::string command = fmt::format("\"{}\" service", environment.program);
    const auto usual = default_data_folder();
    if (!usual || *usual != environment.places.data_folder) command += fmt::format(" --data \"{}\"", environment.places.data_folder);
    if (environment.places.policy_file != environment.places.in_data_folder("policy.json"))
        command += fmt::format(" --policy \"{}\"", environment.places.policy_file);
    if (auto wide = to_wide(command)) return *std::move(wide);
    return own_error(ErrorKind::malformed, "register the service", environment.program, "the path cannot be written in UTF-16");
}

Result<void> register_service(const Environment& environment) {
    const auto command = command_of_service(environment);
    if (!command) return command.error();
    const UniqueServiceHandle scm{OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE)};
    if (!scm) {
        const DWORD code = GetLastError();
        return os_error("open the service control manager", {}, code);
    }
    const UniqueServiceHandle service{CreateServiceW(scm.get(), kServiceName, kServiceDisplayName, SERVICE_CHANGE_CONFIG,
                                                     SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START, SERVICE_ERROR_NORMAL, command->c_str(),
                                                     nullptr, nullptr, nullptr, nullptr, nullptr)};
    if (!service) {
        const DWORD code = GetLastError();
        if (code == ERROR_SERVICE_EXISTS)
            return own_error(ErrorKind::already_exists, "register the service", kServiceNameText,
                             "it is registered already; to do it anew: sstp-watchdog uninstall");
        return service_error("register the service", kServiceNameText, code);
    }
    std::wstring text =
        L"Notices when the certificate of the SSTP VPN listener stops working, repairs bindings, hashes and services, and reports to the "
        L"SIEM.";
    SERVICE_DESCRIPTIONW description{text.data()};
    ChangeServiceConfig2W(service.get(), SERVICE_CONFIG_DESCRIPTION, &description);   // only for people's eyes
    return {};
}

int install(const Environment& environment) {
    if (!require_elevation("install")) return 1;
    if (const auto prepared = prepare_data_folder(environment.places.data_folder); !prepared)
        return complain(prepared.error().message(), 1);
    if (const auto registered = register_service(environment); !registered) return complain(registered.error().message(), 1);
    const std::string messages = message_file_of(environment.program);
    if (const auto source = register_event_source(messages); !source) complain(source.error().message(), 0);
    (void)configure_own_service();   // once more, and logged, whenever the service starts
    print_text(fmt::format(
        "Registered the service {}: {}\nLocalSystem runs this file from now on: nobody but administrators may be able to change it.\n"
        "Texts of its events in Event Viewer: {}\n{}Start it: sc start {}\n",
        kServiceNameText, environment.program, messages,
        messages == environment.program
            ? "Put sstp-watchdog-messages.dll beside the program and register it again: else whoever shows these events "
              "holds the program, and keeps a newer one from taking its place.\n"
            : "",
        kServiceNameText));
    return 0;
}

}  // namespace

const CommandSyntax kInstallCommand{
    .name = "install",
    .does = "Register the service without the MSI",
    .run = [](Environment& environment, const GivenLine&) { return install(environment); },
};

}  // namespace sstp
