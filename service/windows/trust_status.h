#pragma once

#include "service/windows/crypto_handles.h"

#include <string>

namespace sstp {

/// The error bits of a CERT_TRUST_STATUS as half sentences, separated by semicolons. Source: Microsoft, CERT_TRUST_STATUS.
std::string trust_errors_in_words(DWORD errors);

}  // namespace sstp
