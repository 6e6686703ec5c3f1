#pragma once

#include "tests/core/server_builder.h"

#include <string>
#include <vector>

namespace sstp::test {

/// What DESIGN 1 and 2.1 and servers.md forbid in the answer, said from their text alone and as simply as possible: none of the
/// selection's own rules is asked. Each entry is a sentence; none: nothing is wrong.
std::vector<std::string> objections(const ServerBuilder& server, const DesiredState& desired);

/// A certificate of the store that nobody could object to: fit in every respect, of the learned CA, with every name that the policy or
/// what was learned asks for. While nothing forbids, something must be chosen where there is one (promise converges).
bool holds_an_unobjectionable_one(const ServerBuilder& server);

}  // namespace sstp::test
