#include "core/policy/show_policy.h"

#include "core/policy/policy_rule.h"
#include "core/policy/schema.h"

namespace sstp {

std::string show_policy(const Policy& policy, ShownUrls urls) {
    Json shown = policy_rule().show(policy);
    if (urls == ShownUrls::shortened) {
        for (Json& destination : shown["siem"]["destinations"]) {
            if (const auto address = destination.find("url"); address != destination.end())
                *address = shown_url(address->get<std::string>());
        }
    }
    return shown.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string_view policy_schema() {
    static const std::string kText = [] {
        Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                       {"title", "SSTP Watchdog policy"},
                       {"description", "Every key is optional; {} is a complete policy. Comments are allowed in the file."}};
        schema.update(policy_rule().schema);
        return schema.dump(2) + "\n";
    }();
    return kText;
}

}  // namespace sstp
