#include "service/remote_access_start.h"

#include <algorithm>
#include <chrono>

#include <nlohmann/json.hpp>

#include "model/event_record.h"
#include "model/sstp_start.h"
#include "service/service_orders.h"
#include "store/audit_trail.h"
#include "store/binding_store.h"
#include "store/certificate_store.h"
#include "store/event_log.h"
#include "store/registry_values.h"
#include "store/served_files.h"
#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

constexpr const char* kSha1Value = "Sha1CertificateHash";
constexpr const char* kSha256Value = "Sha256CertificateHash";
constexpr const char* kFlagValue = "isHashConfiguredByAdmin";

std::wstring listener_file() { return state_path(L"services\\sstp.json"); }

RegistryHash hash_value(const std::optional<RegistryKey>& key, const char* name, std::size_t bytes) {
    const RegistryValue* value = key ? key->find(name) : nullptr;
    if (!value) return {};
    return {true, value->type == REG_BINARY && value->bytes.size() == bytes, to_hex(value->bytes.data(), value->bytes.size())};
}

std::string endpoint_of(Wildcard where, std::uint32_t port) {
    return (where == Wildcard::ipv4 ? "0.0.0.0:" : "[::]:") + std::to_string(port);
}

std::optional<SslRecord> record_at(std::vector<SslRecord> records, const std::string& endpoint) {
    SslRecord key;
    key.endpoint = endpoint;
    const auto found = find_ssl_record(records, key);
    return found == records.end() ? std::nullopt : std::optional(*found);
}

void add_certificates(const std::string& store, std::vector<CandidateCertificate>& to) {
    for (const auto& each : list_certificates(store))
        to.push_back({each.thumbprint, each.sha256, each.subject, store, each.server_authentication, each.any_purpose, each.private_key});
}

/// MY, and the stores that the records name.
std::vector<CandidateCertificate> certificates_for(const SstpStartInput& input) {
    std::vector<CandidateCertificate> certificates;
    std::vector<std::string> stores = {"MY"};
    for (const auto* record : {&input.ipv4, &input.ipv6})
        if (*record) stores.push_back((*record)->store_name.value_or("MY"));
    for (auto each = stores.begin(); each != stores.end(); ++each) {
        const bool known = std::any_of(stores.begin(), each, [&](const std::string& other) { return same_text(other, *each); });
        if (!known) add_certificates(*each, certificates);
    }
    return certificates;
}

SstpStartInput look(const std::optional<RegistryKey>& parameters, std::uint32_t port, const ServiceOrders& rras,
                    const ServiceOrders& sstp_svc) {
    SstpStartInput input;
    input.use_https = registry_number(parameters, "UseHttps", 1) != 0;
    input.configured_by_admin = registry_number(parameters, kFlagValue, 0) != 0;
    input.reads_sha1 = registry_number(parameters, "Sha1Enabled", 0) != 0;
    input.sha1 = hash_value(parameters, kSha1Value, 20);
    input.sha256 = hash_value(parameters, kSha256Value, 32);
    const auto records = load_ssl_records();
    input.ipv4 = record_at(records, endpoint_of(Wildcard::ipv4, port));
    input.ipv6 = record_at(records, endpoint_of(Wildcard::ipv6, port));
    input.certificates = certificates_for(input);
    input.traits = {rras.sstp_ports,     rras.registers_uri,     rras.insists_on_certificate, rras.listener_errors_end_it,
                    sstp_svc.keeps_hash, sstp_svc.keeps_listener};
    return input;
}

void write_ras_sstp_events(const SstpStartOutcome& outcome) {
    std::vector<EventRecord> records;
    for (const auto& event : outcome.events) {
        EventRecord record;
        record.provider = kRasSstpProvider;
        record.provider_guid = kRasSstpGuid;
        record.event_source = "RasSstp";
        record.id = event.id;
        record.level = event.level;
        for (const auto& text : event.strings) record.data.emplace_back("", text);
        records.push_back(std::move(record));
    }
    if (!records.empty()) append_events("System", records);
}

/// RRAS's own writes to HTTP.SYS, refused where the test ordered it.
class OwnRecords : public WildcardRecords {
public:
    OwnRecords(std::uint32_t port, const ServiceOrders& orders) : port_(port), orders_(orders) {}

    std::uint32_t put(Wildcard where, const std::string& thumbprint) override {
        const SslRecord record = own_record(where, thumbprint);
        std::uint32_t answer = where == Wildcard::ipv4 ? orders_.refuses_ipv4 : orders_.refuses_ipv6;
        if (answer == NO_ERROR) answer = set_ssl_record(record);
        if (answer == ERROR_ALREADY_EXISTS) answer = update_ssl_record(record);
        audit("RemoteAccess makes a record", record.endpoint, answer, nlohmann::json({{"hash", thumbprint}}).dump());
        return answer;
    }

    void remove(Wildcard where) override {
        const SslRecord record = own_record(where, "");
        audit("RemoteAccess removes a record", record.endpoint, delete_ssl_record(record));
    }

private:
    /// SSTP's AppId, store MY, check mode 0x1000, everything else zero.
    SslRecord own_record(Wildcard where, const std::string& thumbprint) const {
        const bool ipv6 = where == Wildcard::ipv6;
        // sockaddr_in and sockaddr_in6 of the wildcard: family, port in network order, zeros.
        std::string address(ipv6 ? 28 : 16, '\0');
        address[0] = static_cast<char>(ipv6 ? 23 : 2);
        address[2] = static_cast<char>(port_ >> 8);
        address[3] = static_cast<char>(port_ & 0xFF);
        SslRecord record;
        record.endpoint = endpoint_of(where, port_);
        record.port = static_cast<std::uint16_t>(port_);
        record.sockaddr_hex = to_hex(address.data(), address.size());
        record.hash_hex = thumbprint;
        record.app_id = kSstpAppId;
        record.store_name = "MY";
        record.check_mode = 0x1000;
        return record;
    }

    std::uint32_t port_;
    const ServiceOrders& orders_;
};

std::string number_bytes(std::uint32_t number) { return {reinterpret_cast<const char*>(&number), sizeof number}; }

/// What is in force from now on (`configuration_pending` is a difference from it).
void apply_configuration(const std::optional<RegistryKey>& parameters) {
    const std::string store = std::string(kSstpParameters) + "\\ConfigStore";
    for (const auto& [name, otherwise] : {std::pair{"UseHttps", 1U}, std::pair{"ListenerPort", 0U}})
        write_registry_value(store, {name, REG_DWORD, number_bytes(registry_number(parameters, name, otherwise))});
}

void adopt(const CandidateCertificate& certificate) {
    write_registry_value(kSstpParameters, {kSha1Value, REG_BINARY, from_hex(certificate.thumbprint)});
    write_registry_value(kSstpParameters, {kSha256Value, REG_BINARY, from_hex(certificate.sha256)});
    write_registry_value(kSstpParameters, {kFlagValue, REG_DWORD, number_bytes(0)});
    audit("RemoteAccess adopts the binding's hashes", certificate.thumbprint, 0);
}

std::int64_t unix_milliseconds() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

std::uint32_t start_sstp_listener() {
    const HostLock lock;
    forget_deleted_certificates();
    const ServiceOrders orders = read_orders("RemoteAccess");
    const auto parameters = read_registry_key(kSstpParameters);
    apply_configuration(parameters);
    const std::uint32_t configured = registry_number(parameters, "ListenerPort", 0);
    const std::uint32_t port = configured == 0 || configured > 65535 ? 443 : configured;
    SstpStartInput input = look(parameters, port, orders, read_orders("SstpSvc"));
    auto state = nlohmann::json::parse(read_text(listener_file()).value_or("{}"));
    input.held_by_sstp_svc = state.value("held_by_sstp_svc", "");
    OwnRecords records(port, orders);
    const SstpStartOutcome outcome = start_sstp(input, records);
    if (outcome.adopted) adopt(*outcome.adopted);
    write_ras_sstp_events(outcome);
    state["accepting"] = outcome.accepting;
    state["use_https"] = input.use_https;
    state["ready_at"] = unix_milliseconds() + orders.ready_ms;
    state["until_ready"] = orders.until_ready;
    state["crypto_binding_sha256"] = outcome.crypto_binding_sha256;
    state["held_by_sstp_svc"] = outcome.held_by_sstp_svc;
    write_text(listener_file(), state.dump());
    return outcome.exit_code;
}

void forget_sstp_listener() {
    const HostLock lock;
    write_text(listener_file(), "{}");
}

}  // namespace sstp::rras_host
