#include "core/journal/certificate_fields.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sstp {

std::string listed(const std::vector<std::string>& values) { return fmt::format("{}", fmt::join(values, ",")); }

void add_validity(std::map<std::string, std::string>& fields, const Certificate& certificate) {
    fields["certificate_sha256"] = certificate.hash.to_string();
    fields["certificate_serial"] = certificate.serial;
    fields["certificate_not_before"] = to_rfc3339(certificate.not_before);
    fields["certificate_not_after"] = to_rfc3339(certificate.not_after);
    if (certificate.key_bits != 0) fields["certificate_key_bits"] = std::to_string(certificate.key_bits);
}

void add_certificate(std::map<std::string, std::string>& fields, const Certificate& certificate) {
    add_validity(fields, certificate);
    fields["certificate_sha1"] = certificate.thumbprint.to_string();
    fields["certificate_subject"] = certificate.subject;
    fields["certificate_issuer"] = certificate.issuer;
    fields["certificate_dns_names"] = listed(certificate.dns_names);
}

}  // namespace sstp
