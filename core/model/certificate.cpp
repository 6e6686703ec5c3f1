#include "core/model/certificate.h"

namespace sstp {

std::string brief(const Certificate& certificate) {
    const std::string& name = certificate.dns_names.empty() ? certificate.subject_cn : certificate.dns_names.front();
    return certificate.thumbprint.brief() + (name.empty() ? std::string{} : " (" + name + ")");
}

}  // namespace sstp
