#include "core/report/support/bundle.h"

#include "service/commands/command_line.h"
#include "service/commands/console.h"
#include "service/commands/looking.h"
#include "service/commands/policy_as_found.h"
#include "service/commands/running_service.h"
#include "service/commands/taken_snapshot.h"
#include "service/commands/written_file.h"
#include "service/windows/ntfs_files.h"
#include "service/windows/portable/multi_text.h"
#include "service/windows/registry_key.h"
#include "service/windows/text.h"
#include "service/windows/unique_handle.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

constexpr std::size_t kMostOfFile = 64U << 20U;
constexpr std::size_t kMostOfLog = 2U << 20U;      // of each: the newest lines
constexpr std::size_t kMostEvents = 20'000;

std::string windows_version() {
    constexpr MachineKey kKey{L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"};
    std::string version;
    for (const wchar_t* name : {L"ProductName", L"CurrentBuildNumber"}) {
        const auto text = decode_one_text(read_value(kKey, name), kKey.name);
        if (const auto* value = value_of(text)) version += (version.empty() ? "" : " ") + *value;
    }
    const auto revision = decode_number(read_value(kKey, L"UBR"), kKey.name);
    if (const auto* value = value_of(revision)) version += fmt::format(".{}", *value);
    return version.empty() ? "unknown" : version;
}

/// Its newest lines, whole.
std::string end_of(std::string text, std::size_t most) {
    if (text.size() <= most) return text;
    text.erase(0, text.size() - most);
    text.erase(0, text.find('\n') + 1);
    return "(older lines are left out)\n" + text;
}

/// A file of the data folder; without it the bundle says why.
void add_file(SupportMaterial& material, const Environment& environment, const std::string& name, const char* says) {
    std::string place = name;
    std::replace(place.begin(), place.end(), '/', '\\');
    auto text = NtfsFiles{}.read(environment.places.in_data_folder(place.c_str()), kMostOfFile);
    if (!text) {
        material.missing.push_back(text.error().message());
        return;
    }
    const bool is_log = name.ends_with(".log");
    material.files.push_back(
        {name == "sstp_watchdog.prom" ? "metrics.prom" : name, says, is_log ? end_of(*std::move(text), kMostOfLog) : *std::move(text)});
}

/// Of a folder that cannot be read: none.
std::vector<std::string> names_in(const std::string& folder) {
    std::vector<std::string> names;
    WIN32_FIND_DATAW entry{};
    const UniqueFind find{FindFirstFileW((to_wide_lossy(folder) + L"\\*").c_str(), &entry)};
    if (!find) return names;
    do {
        names.push_back(to_utf8_lossy(entry.cFileName));
    } while (FindNextFileW(find.get(), &entry));
    return names;
}

void add_logs(SupportMaterial& material, const Environment& environment) {
    const std::string folder = environment.places.in_data_folder("logs");
    std::vector<std::string> names = names_in(folder);
    std::erase_if(names, [](const std::string& name) { return !name.ends_with(".log"); });
    std::sort(names.begin(), names.end());
    for (const std::string& each : names) add_file(material, environment, "logs/" + each, "log of the service");
    if (names.empty()) material.missing.push_back("there is no log in " + folder);
}

void add_journal(SupportMaterial& material, Ports& ports) {
    if (material.snapshot.record.installation_id.empty()) {
        material.missing.push_back("nothing has happened yet: the journal is empty");
    } else if (auto events = ports.record.journal(std::nullopt, 0)) {
        material.events = *std::move(events);
        if (material.events.size() > kMostEvents) material.events.erase(material.events.begin(), material.events.end() - kMostEvents);
    } else {
        material.missing.push_back(events.error().message());
    }
}

Result<SupportMaterial> collect(const Environment& environment) {
    SupportMaterial material;
    const StopSignal stop;
    auto assembled = environment.assemble(
        {environment.places, Errand::look, stop, {}, [&](const std::string& text) { material.missing.push_back(text); }});
    if (!assembled) return assembled.error();
    Ports ports = (*assembled)->ports();
    const WatchdogOptions options = options_of(environment);
    Watchdog watchdog{ports, options};
    material.look = watchdog.look();
    material.policy = watchdog.policy();
    material.head = static_cast<const ReportHead&>(options);
    material.nobody_heals = why_service_does_not_heal();
    material.snapshot = snapshot_with(material.look, ports, environment);
    PolicyAsFound policy = policy_as_found(environment.places.policy_file, last_good_policy(material.snapshot.record));
    material.values = std::move(policy.values);
    material.policy_problems = std::move(policy.problems);
    add_journal(material, ports);
    material.versions = {{"SSTP Watchdog", options.version},
                         {"Windows", windows_version()},
                         {"Service", material.nobody_heals.empty() ? "runs" : material.nobody_heals},
                         {"Program", environment.program},
                         {"Data folder", environment.places.data_folder},
                         {"Policy file", environment.places.policy_file},
                         {"Hardening", environment.hardening}};
    add_file(material, environment, "status.json", "what the service found last");
    add_file(material, environment, "sstp_watchdog.prom", "what monitoring is told");
    add_logs(material, environment);
    return material;
}

int support(const Environment& environment, const std::string& file) {
    if (!require_elevation("support")) return 1;
    const auto material = collect(environment);
    if (!material) return complain(material.error().message(), 1);
    const SupportBundle bundle = support_bundle(*material);
    const auto zip = zip_of(bundle.members, material->look.state.looked_at.wall);
    if (!zip) return complain(zip.error().message(), 1);
    if (const auto written = write_file(file, *zip); !written) return complain_of_unwritten(written.error());
    print(bundle.contents);
    print_text(fmt::format("\nWritten: {}\n", file));
    return 0;
}

}  // namespace

const CommandSyntax kSupportCommand{
    .name = "support",
    .does = "Collect what support needs into a zip file, redacted: look, policy, journal, logs, versions",
    .words = {WordSyntax::Count::one, "FILE", "FILE FILE.zip REQUIRED", "The zip file that is written"},
    .run = [](Environment& environment, const GivenLine& line) { return support(environment, line.word()); },
};

}  // namespace sstp
