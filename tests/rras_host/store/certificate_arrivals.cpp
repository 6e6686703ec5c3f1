#include "store/certificate_arrivals.h"

#include <nlohmann/json.hpp>

#include "model/http_sys.h"
#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

nlohmann::json read_object(const wchar_t* name) { return nlohmann::json::parse(read_text(state_path(name)).value_or("{}")); }

constexpr const wchar_t* kCame = L"certificates_came.json";

}  // namespace

void note_arrival(const std::string& thumbprint) {
    const HostLock lock;
    nlohmann::json came = read_object(kCame);
    came[thumbprint] = now_filetime();
    write_text(state_path(kCame), came.dump());
}

bool has_new_key(const std::string& thumbprint) {
    const HostLock lock;
    const auto settle = read_object(L"http_sys.json").value("new_keys_settle_ms", 0U);
    return settle != 0 && key_is_too_new(read_object(kCame).value(thumbprint, std::uint64_t{0}), now_filetime(), settle);
}

}  // namespace sstp::rras_host
