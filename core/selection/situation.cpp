#include "core/selection/situation.h"

#include "core/model/rare.h"
#include "core/selection/names.h"

#include <algorithm>

namespace sstp::selection {

namespace {

/// A copy in MY that came without its key is none that RRAS could use: what a listener serves from another store tells of the key there.
Place place_of_active(const Basis& basis) {
    const auto records = wildcards(basis.in.state);
    const bool elsewhere = std::any_of(records.begin(), records.end(), [&](const ListenerBinding* record) {
        return !is_my_store(record->store) && record->thumbprint() == basis.active->thumbprint;
    });
    const Certificate* copy = basis.stored_active;
    if (!copy || (elsewhere && has_no_usable_key(*copy))) return elsewhere ? Place::other_store : Place::gone;
    return copy->archived ? Place::archived : Place::in_store;
}

bool only_lacks_names(const std::vector<Unfitness>& against) {
    return std::all_of(against.begin(), against.end(),
                       [](const Unfitness& each) { return each.severity != Severity::critical || each.reason == Reason::name_mismatch; });
}

/// No listener of ours came to an agreement with a key of this kind, and none served anything.
bool has_no_cipher(const Basis& basis) {
    if (!basis.leaves.empty()) return false;
    for (const AddressFamily family : basis.families) {
        for (const Probe* probe : basis.in.state.own_probes(family)) {
            const auto* unreachable = std::get_if<Unreachable>(&probe->outcome);
            if (unreachable && unreachable->no_cipher_for_this_key) {
                SSTP_RARE("the cipher list serves no key of this kind");
                return true;
            }
        }
    }
    return false;
}

bool every_leaf_is(const Certificate& certificate, const Basis& basis) {
    return !basis.leaves.empty() &&
           std::all_of(basis.leaves.begin(), basis.leaves.end(), [&](const Certificate* leaf) { return leaf->hash == certificate.hash; });
}

/// An archived one is still found by its hash, so that a hash that was changed can be put back; one that is gone is not.
bool holds_its_place(Place place, const Basis& basis) {
    switch (place) {
        case Place::in_store: return true;
        case Place::archived: return every_leaf_is(*basis.active, basis);
        case Place::other_store:
        case Place::gone: break;
    }
    return is_served_rightly(*basis.active, basis);
}

}  // namespace

ActiveStanding active_standing(const Basis& basis) {
    ActiveStanding standing;
    if (!basis.active) return standing;

    standing.place = place_of_active(basis);
    standing.against = judge(*basis.active, fitness_input(*basis.active, basis, is_at_work(*basis.active, basis)));
    standing.is_fit = worst_of(standing.against) == nullptr;
    standing.is_second_choice =
        !standing.is_fit && only_lacks_names(standing.against) && is_second_choice(*basis.active, basis.names, basis.in.memory);
    standing.no_cipher = has_no_cipher(basis);
    standing.stands = (standing.is_fit || standing.is_second_choice) && !standing.no_cipher && holds_its_place(standing.place, basis);
    // In automatic mode RRAS adopts what the record names, whatever its store (facts: rras-sstp section 2).
    const bool is_found =
        standing.place == Place::in_store || (standing.place == Place::other_store && !basis.in.state.settings.chosen_by_administrator());
    standing.next_start_breaks = standing.stands && !is_found;
    return standing;
}

const Unfitness* worst_of(const std::vector<Unfitness>& against) {
    const auto found =
        std::find_if(against.begin(), against.end(), [](const Unfitness& each) { return each.severity == Severity::critical; });
    return found == against.end() ? nullptr : &*found;
}

FitnessInput successor_input(const Certificate& certificate, const Basis& basis, const ActiveStanding& active) {
    FitnessInput input = fitness_input(certificate, basis, false);
    if (basis.names.origin == Origin::presumed && !active.stands && !input.names.empty()) input.names = {basis.names.primary};
    return input;
}

}  // namespace sstp::selection
