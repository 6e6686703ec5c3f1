#pragma once

#include "core/selection/basis.h"

#include <vector>

namespace sstp::selection {

using Candidates = std::vector<const Certificate*>;

/// `other` can stand in for `current` as far as names go: it covers what is required, where nothing is required the names of
/// `current`; where that has none, only what auto-enrolment linked or what has the same subject can.
bool covers_the_same(const Certificate& other, const Certificate& current, const Basis& basis);

/// DESIGN 2.1: covers the same names, same CA, starts later, ends later. With another kind of key, or with the IKE-intermediate
/// purpose where `current` has none, it must start at least a day later: certificates of the same age are told apart by the order.
/// Fitness of `other` is the caller's matter.
bool supersedes(const Certificate& other, const Certificate& current, const Basis& basis);

/// The first by the order of DESIGN 2.1, one that another of them supersedes passed over unless it is pinned; null of none.
/// Total over different certificates, whatever their order in the store.
const Certificate* best(const Candidates& candidates, const Basis& basis);

/// By the same order, the superseded ones in their place.
void sort_by_order(Candidates& candidates, const Basis& basis);

}  // namespace sstp::selection
