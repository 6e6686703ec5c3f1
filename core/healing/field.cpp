#include "core/healing/field.h"

#include <algorithm>

namespace sstp {

namespace {

FieldValue value_or_nothing(const std::optional<ListenerBinding>& record) { return record ? FieldValue{*record} : FieldValue{}; }
FieldValue value_or_nothing(const std::optional<RawValue>& raw) { return raw ? FieldValue{*raw} : FieldValue{}; }

std::optional<ListenerBinding> record_in(const FieldValue& value) {
    const auto* record = std::get_if<ListenerBinding>(&value);
    return record ? std::optional{*record} : std::nullopt;
}

const RawValue* binary_in(const Unit& unit, SstpValue value) {
    const auto found = unit.find(value);
    const auto* raw = found == unit.end() ? nullptr : std::get_if<RawValue>(&found->second);
    return raw && raw->type == RawValue::kBinary ? raw : nullptr;
}

constexpr SstpValue kValuesOfTheUnit[] = {SstpValue::sha1_certificate_hash, SstpValue::sha256_certificate_hash,
                                          SstpValue::is_hash_configured_by_admin};

/// A record of SSTP's on another port than the one that the heal is about is left aside.
bool belongs_to(const OpenHeal& heal, const ListenerBinding& record) {
    if (!record.endpoint.is_wildcard()) return false;
    bool another_port = false;
    for (const RecordedChange& each : heal.changes) {
        const auto* bind = std::get_if<BindStep>(&each.step);
        if (bind && bind->after.endpoint == record.endpoint) return true;
        another_port = another_port || (bind && bind->after.endpoint.port != record.endpoint.port);
    }
    return !another_port && record.app_id == kSstpAppId;
}

}  // namespace

std::string name_of(const FieldId& field) {
    if (const auto* endpoint = std::get_if<Endpoint>(&field)) return endpoint->to_string();
    return registry_name(std::get<SstpValue>(field));
}

FieldId field_of(const Step& step) {
    if (const auto* bind = std::get_if<BindStep>(&step)) return bind->after.endpoint;
    return std::get<WriteValueStep>(step).value;
}

FieldValue before_of(const Step& step) {
    if (const auto* bind = std::get_if<BindStep>(&step)) return value_or_nothing(bind->before);
    return value_or_nothing(std::get<WriteValueStep>(step).before);
}

FieldValue after_of(const Step& step) {
    if (const auto* bind = std::get_if<BindStep>(&step)) return bind->after;
    return std::get<WriteValueStep>(step).after;
}

Result<FieldValue> read_field(Ports& ports, const FieldId& field) {
    if (const auto* endpoint = std::get_if<Endpoint>(&field)) {
        auto record = ports.bindings.at(*endpoint);
        if (record) return FieldValue{*record};
        if (record.error().kind == ErrorKind::not_found) return FieldValue{};
        return record.error();
    }
    auto raw = ports.parameters.read(std::get<SstpValue>(field));
    if (const Error* why = why_unreadable(raw)) return *why;
    return is_absent(raw) ? FieldValue{} : FieldValue{*value_of(raw)};
}

Result<void> write_field(Ports& ports, const FieldId& field, const FieldValue& from, const FieldValue& to) {
    if (const auto* endpoint = std::get_if<Endpoint>(&field)) {
        const auto* record = std::get_if<ListenerBinding>(&to);
        return record ? ports.bindings.put(*record, record_in(from)) : ports.bindings.remove(*endpoint);
    }
    const SstpValue value = std::get<SstpValue>(field);
    const auto* raw = std::get_if<RawValue>(&to);
    return raw ? ports.parameters.write(value, *raw) : ports.parameters.remove(value);
}

Result<Unit> read_unit(Ports& ports, const OpenHeal& heal) {
    Unit unit;
    const auto records = ports.bindings.all();
    if (!records) return records.error();
    for (const ListenerBinding& record : *records) {
        if (belongs_to(heal, record)) unit[record.endpoint] = record;
    }
    for (const SstpValue value : kValuesOfTheUnit) {
        auto read = read_field(ports, value);
        if (!read) return read.error();
        if (!is_nothing(*read)) unit[value] = std::move(*read);
    }
    return unit;
}

FieldValue value_at(const Unit& unit, const FieldId& field) {
    const auto found = unit.find(field);
    return found == unit.end() ? FieldValue{} : found->second;
}

bool means_the_same(const FieldValue& one, const FieldValue& other) {
    const auto* record = std::get_if<ListenerBinding>(&one);
    const auto* beside = std::get_if<ListenerBinding>(&other);
    if (!record || !beside) return one == other;
    const bool one_store = (is_my_store(record->store) && is_my_store(beside->store)) || record->store == beside->store;
    return one_store && record->endpoint == beside->endpoint && record->certificate == beside->certificate &&
           record->app_id == beside->app_id;
}

FieldValue in_the_form_of(const FieldValue& present, const FieldValue& wanted) {
    const auto* record = std::get_if<ListenerBinding>(&present);
    const auto* beside = std::get_if<ListenerBinding>(&wanted);
    if (!record || !beside || record->app_id != beside->app_id) return wanted;
    ListenerBinding kept = *record;
    kept.certificate = beside->certificate;
    if (!(is_my_store(record->store) && is_my_store(beside->store))) kept.store = beside->store;
    return kept;
}

std::optional<CertificateHash> sha256_of(const Unit& unit) {
    const RawValue* raw = binary_in(unit, SstpValue::sha256_certificate_hash);
    return raw ? CertificateHash::from_bytes(raw->data) : std::nullopt;
}

std::optional<Thumbprint> sha1_of(const Unit& unit) {
    const RawValue* raw = binary_in(unit, SstpValue::sha1_certificate_hash);
    return raw ? Thumbprint::from_bytes(raw->data) : std::nullopt;
}

bool rras_reads_sha1(Ports& ports) {
    const auto enabled = decode_dword(ports.parameters.read(SstpValue::sha1_enabled));
    if (why_unreadable(enabled)) return true;
    const auto* number = value_of(enabled);
    return number && *number != 0;
}

std::optional<Thumbprint> record_of(const Unit& unit, AddressFamily family) {
    for (const auto& [field, value] : unit) {
        const auto* record = std::get_if<ListenerBinding>(&value);
        if (record && record->endpoint.is_wildcard() && record->endpoint.family == family) return record->thumbprint();
    }
    return std::nullopt;
}

bool holds(const HeldByRras& held, const Unit& unit, bool reads_sha1) {
    if (held.sha256 != sha256_of(unit)) return false;
    if (reads_sha1 && held.sha1 != sha1_of(unit)) return false;
    return std::all_of(held.bindings.begin(), held.bindings.end(), [&](const auto& each) {
        const auto stands = record_of(unit, each.first);
        return !stands || *stands == each.second;
    });
}

HeldByRras held_after_start(const Unit& unit, const StartedBetween& start, WallTime now) {
    HeldByRras held;
    held.sha256 = sha256_of(unit);
    held.sha1 = sha1_of(unit);
    for (const AddressFamily family : kFamilies) {
        if (const auto record = record_of(unit, family)) held.bindings[family] = *record;
    }
    held.start = start;
    held.seen_at = now;
    return held;
}

}  // namespace sstp
