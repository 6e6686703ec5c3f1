#include "service/service_orders.h"

#include <nlohmann/json.hpp>

#include "model/event_record.h"
#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

std::wstring file_of(const std::string& service, const wchar_t* extension) {
    return state_path(L"services\\" + to_wide(service) + extension);
}

}  // namespace

ServiceOrders read_orders(const std::string& service) {
    ServiceOrders orders;
    const HostLock lock;
    const auto text = read_text(file_of(service, L".json"));
    if (!text) return orders;
    const auto j = nlohmann::json::parse(*text);
    orders.start_ms = j.value("start_ms", orders.start_ms);
    orders.stop_ms = j.value("stop_ms", orders.stop_ms);
    orders.start = j.value("start", orders.start);
    orders.stop = j.value("stop", orders.stop);
    orders.exit_code = j.value("exit_code", orders.exit_code);
    orders.die = j.value("die", orders.die);
    orders.ready_ms = j.value("ready_ms", orders.ready_ms);
    orders.until_ready = j.value("until_ready", orders.until_ready);
    orders.refuses_ipv4 = j.value("refuses_ipv4", orders.refuses_ipv4);
    orders.refuses_ipv6 = j.value("refuses_ipv6", orders.refuses_ipv6);
    orders.sstp_ports = j.value("sstp_ports", orders.sstp_ports);
    orders.registers_uri = j.value("registers_uri", orders.registers_uri);
    orders.insists_on_certificate = j.value("insists_on_certificate", orders.insists_on_certificate);
    orders.listener_errors_end_it = j.value("listener_errors_end_it", orders.listener_errors_end_it);
    orders.keeps_hash = j.value("keeps_hash", orders.keeps_hash);
    orders.keeps_listener = j.value("keeps_listener", orders.keeps_listener);
    return orders;
}

void write_service_state(const std::string& service, const std::string& state) {
    const nlohmann::json j = {
        {"service", service}, {"state", state}, {"process_id", GetCurrentProcessId()}, {"time", system_time_text(now_filetime())}};
    const HostLock lock;
    CreateDirectoryW(state_path(L"services").c_str(), nullptr);
    write_text(file_of(service, L".state"), j.dump());
}

bool is_running(const std::string& service) {
    const HostLock lock;
    const auto text = read_text(file_of(service, L".state"));
    if (!text) return false;
    const auto state = nlohmann::json::parse(*text);
    if (state.value("state", "") != "running") return false;
    // A stand-in that was killed left its state behind.
    const HANDLE process = OpenProcess(SYNCHRONIZE, FALSE, state.value("process_id", 0U));
    if (!process) return false;
    const bool alive = WaitForSingleObject(process, 0) == WAIT_TIMEOUT;
    CloseHandle(process);
    return alive;
}

void begin_sessions() {
    const HostLock lock;
    write_text(state_path(L"sessions.json"), "[]");
}

void end_sessions() {
    const HostLock lock;
    DeleteFileW(state_path(L"sessions.json").c_str());
}

}  // namespace sstp::rras_host
