#include "control/requests.h"
#include "store/certificate_store.h"
#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

std::string store_of(const Json& request) { return request.value("store", "MY"); }

std::string thumbprint_of(const Json& request) { return request.at("thumbprint").get<std::string>(); }

Json list(const Json& request) {
    Json result = Json::array();
    for (const auto& c : list_certificates(store_of(request)))
        result.push_back({{"thumbprint", c.thumbprint},
                          {"sha256", c.sha256},
                          {"subject", c.subject},
                          {"server_purpose", c.server_authentication || c.any_purpose || c.no_purposes},
                          {"private_key", c.private_key},
                          {"renewed_by", c.renewed_by}});
    return result;
}

Json import(const Json& request) {
    static const std::map<std::string, PrivateKey> kKeys = {
        {"usable", PrivateKey::usable}, {"none", PrivateKey::none}, {"broken", PrivateKey::broken}, {"elsewhere", PrivateKey::elsewhere}};
    const auto key = kKeys.find(request.value("key", "none"));
    if (key == kKeys.end()) throw std::runtime_error("key is usable, none, broken or elsewhere");
    return import_certificate(store_of(request), from_hex(request.at("der").get<std::string>()), key->second,
                              from_hex(request.value("key_blob", "")));
}

}  // namespace

void add_certificate_requests(Requests& requests) {
    requests["certificate.list"] = list;
    requests["certificate.registered"] = [](const Json& request) -> Json { return registered_thumbprints(store_of(request)); };
    requests["certificate.import"] = import;
    requests["certificate.import_series"] = [](const Json& request) -> Json {
        return import_series(store_of(request), from_hex(request.at("der").get<std::string>()), request.at("at").get<std::size_t>(),
                             request.at("count").get<std::uint64_t>()),
               nullptr;
    };
    requests["certificate.remove"] = [](const Json& request) -> Json {
        return remove_certificate(store_of(request), thumbprint_of(request));
    };
    requests["certificate.chain"] = [](const Json& request) -> Json { return chain_errors(store_of(request), thumbprint_of(request)); };
    requests["certificate.archive"] = [](const Json& request) -> Json {
        return archive_certificate(store_of(request), thumbprint_of(request)), nullptr;
    };
    requests["certificate.renewed_by"] = [](const Json& request) -> Json {
        return link_renewal(store_of(request), thumbprint_of(request), request.at("successor").get<std::string>()), nullptr;
    };
    requests["certificate.break_key"] = [](const Json& request) -> Json { return break_private_key(thumbprint_of(request)), nullptr; };
    requests["certificate.clear"] = [](const Json& request) -> Json {
        for (const auto& thumbprint : registered_thumbprints(store_of(request))) remove_certificate(store_of(request), thumbprint);
        return nullptr;
    };
}

}  // namespace sstp::rras_host
