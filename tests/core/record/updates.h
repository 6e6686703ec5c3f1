#pragma once

#include "core/ports/record.h"

#include <cstdint>
#include <string>

namespace sstp {

JournalEvent event(const char* text, EventType type = EventType::finding_raised);
/// Two events, and contents that are made of nothing but `seed`.
RecordUpdate anything(std::uint64_t seed);
/// The intent of a heal, and nothing else.
RecordUpdate with_heal(const char* id);
/// What differs, for people.
std::string differing(const RecordContents& one, const RecordContents& other);
/// Without what the record moves on by itself.
RecordContents given(RecordContents contents);
RecordContents given_whole(const RecordUpdate& update);

}  // namespace sstp
