#include "core/selection/client_choice.h"

#include "core/model/text.h"

#include <algorithm>

namespace sstp {

bool is_for_clients(const Certificate& certificate) {
    if (!certificate.purposes) return true;
    return std::any_of(certificate.purposes->begin(), certificate.purposes->end(),
                       [](const std::string& oid) { return oid == kClientAuthentication || oid == kAnyPurpose; });
}

bool is_asked_for(const Certificate& certificate, const SelectClientCertificate& selector) {
    if (selector.issuer && !equal_ignoring_case(*selector.issuer, certificate.issuer_cn) &&
        !equal_ignoring_case(*selector.issuer, certificate.issuer)) {
        return false;
    }
    if (!selector.dns_name) return true;
    return std::any_of(certificate.dns_names.begin(), certificate.dns_names.end(),
                       [&](const std::string& name) { return equal_ignoring_case(name, *selector.dns_name); });
}

}  // namespace sstp
