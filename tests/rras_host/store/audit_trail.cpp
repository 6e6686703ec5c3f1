#include "store/audit_trail.h"

#include <nlohmann/json.hpp>

#include "model/event_record.h"
#include "store/faults.h"
#include "store/state_folder.h"

namespace sstp::rras_host {

void audit(const std::string& function, const std::string& subject, std::uint32_t answer, const std::string& details) {
    nlohmann::ordered_json line = {{"time", system_time_text(now_filetime())},
                                   {"process", process_name()},
                                   {"process_id", GetCurrentProcessId()},
                                   {"function", function},
                                   {"subject", subject},
                                   {"answer", answer}};
    if (!details.empty()) line["details"] = nlohmann::ordered_json::parse(details);
    due_fault("audit");   // a line may be ordered to come late
    const HostLock lock;
    append_text(state_path(L"audit.jsonl"), line.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

}  // namespace sstp::rras_host
