#pragma once

#include <string>

namespace sstp {

/// The tables of events and fields in core/journal/README.md.
std::string catalogue_reference();
/// installer/messages.mc.
std::string message_table();
/// tests/golden/catalogue.txt: one line an event, of what may never change.
std::string catalogue_golden();

}  // namespace sstp
