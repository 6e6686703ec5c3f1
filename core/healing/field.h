#pragma once

#include "core/model/heal_plan.h"
#include "core/model/state.h"
#include "core/ports/ports.h"

#include <map>
#include <string>
#include <variant>

namespace sstp {

/// One field of the unit: an HTTP.SYS record or one of SSTP's values. Records come first.
using FieldId = std::variant<Endpoint, SstpValue>;
/// What stands there. `std::monostate`: nothing.
using FieldValue = std::variant<std::monostate, ListenerBinding, RawValue>;

/// "[::]:443", "Sha256CertificateHash".
std::string name_of(const FieldId& field);

// Of a bind or write step; a restart has no field.
FieldId field_of(const Step& step);
FieldValue before_of(const Step& step);
FieldValue after_of(const Step& step);

/// What stands there now. Errors: what the port could not read.
Result<FieldValue> read_field(Ports& ports, const FieldId& field);
/// Makes `from`, which stands there, `to`. Errors: the port's.
Result<void> write_field(Ports& ports, const FieldId& field, const FieldValue& from, const FieldValue& to);

/// The unit as it stands: the wildcard records that are SSTP's or that the heal changes, both hashes and the flag. A field
/// that is not there has no entry.
using Unit = std::map<FieldId, FieldValue>;
Result<Unit> read_unit(Ports& ports, const OpenHeal& heal);

FieldValue value_at(const Unit& unit, const FieldId& field);
/// Equal; or records of one owner that name one certificate in one store: RRAS makes its records anew when it starts, and gives them its
/// own spelling and options.
bool means_the_same(const FieldValue& one, const FieldValue& other);
/// `wanted` as it is written over `present`: a record keeps the options and the spelling of its store that it has now, for RRAS, or its
/// owner, may have given it others meanwhile.
FieldValue in_the_form_of(const FieldValue& present, const FieldValue& wanted);
inline bool is_nothing(const FieldValue& value) { return std::holds_alternative<std::monostate>(value); }

/// The certificate that a unit's SHA-256 names; nothing when it is missing or malformed.
std::optional<CertificateHash> sha256_of(const Unit& unit);
std::optional<Thumbprint> sha1_of(const Unit& unit);
/// Sha1Enabled is set: RRAS reads the SHA-1 as well. Unreadable counts as yes.
bool rras_reads_sha1(Ports& ports);
/// What the family's wildcard record names.
std::optional<Thumbprint> record_of(const Unit& unit, AddressFamily family);
/// RRAS read exactly this when it last started: the SHA-256, the SHA-1 where it reads that, and every record.
bool holds(const HeldByRras& held, const Unit& unit, bool reads_sha1);
/// What RRAS holds that starts on this unit.
HeldByRras held_after_start(const Unit& unit, const StartedBetween& start, WallTime now);

}  // namespace sstp
