#pragma once

namespace sstp::simulation {

/// Of the branches that the product marks as rare (core/model/rare.h): how many this process has run, and those that it has not. With
/// `all` how often each was run, the rarest first.
void tell_rare_branches(bool all);

}  // namespace sstp::simulation
