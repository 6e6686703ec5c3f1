#include "service/windows/group_policy_registry.h"

#include "service/windows/portable/multi_text.h"
#include "service/windows/registry_key.h"
#include "service/windows/text.h"

#include <fmt/format.h>

namespace sstp {
namespace {

Observed<RawValue> raw(const char* value) { return read_value(kPoliciesKey, to_wide_lossy(value)); }

std::string named(const char* value) { return fmt::format("{}\\{}", kPoliciesKey.name, value); }

}  // namespace

GroupPolicyValues GroupPolicyRegistry::read() {
    GroupPolicyValues values;
    values.dns_names = decode_texts(raw("DnsNames"), named("DnsNames"));
    values.siem_hosts = decode_texts(raw("SiemHosts"), named("SiemHosts"));
    values.issuer = decode_one_text(raw("Issuer"), named("Issuer"));
    values.thumbprint = decode_one_text(raw("Thumbprint"), named("Thumbprint"));
    values.ca = decode_one_text(raw("Ca"), named("Ca"));
    values.window = decode_one_text(raw("Window"), named("Window"));
    values.restarts_per_day = decode_number(raw("RestartsPerDay"), named("RestartsPerDay"));
    return values;
}

}  // namespace sstp
