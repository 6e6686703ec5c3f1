#pragma once

#include "core/model/policy.h"
#include "core/ports/siem_transport.h"

#include <string>
#include <string_view>

namespace sstp {

/// What an HTTP answer that is no success means, and in words that an administrator can do something with.
struct HttpsMeaning {
    HandoverFailure failure = HandoverFailure::refused_us;
    std::string words;
    bool about_our_certificate = false;   ///< our client certificate, or that we showed none
};

/// `status`: 100 and up, but for 2xx. `body`: as far as it was read. Splunk's collector answers wrong settings of a token with 400 like a
/// wrong event, and tells them apart by a code in the body. Sources: RFC 9110 section 15; Splunk, "Troubleshoot HTTP Event Collector",
/// possible error codes.
HttpsMeaning meaning_of(int status, HttpsProfile profile, std::string_view body);

}  // namespace sstp
