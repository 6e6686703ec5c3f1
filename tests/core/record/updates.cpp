#include "tests/core/record/updates.h"

#include "core/record/state_members.h"
#include "tests/core/record/any_contents.h"
#include "tests/core/record/manual_clock.h"

namespace sstp {

JournalEvent event(const char* text, EventType type) {
    return {0, type, kTestDay, text, {{"reason", "certificate_expired"}, {"subject", "[::]:443"}}};
}

RecordUpdate anything(std::uint64_t seed) {
    RecordUpdate update;
    update.events = {event("one"), event("two", EventType::heal_started)};
    update.contents = AnyContents{seed}.contents();
    return update;
}

RecordUpdate with_heal(const char* id) {
    RecordUpdate update;
    update.events = {event("begun", EventType::heal_started)};
    update.contents = RecordContents{};
    update.contents->installation_id = "0123";
    update.contents->open_heal = AnyContents{7}.open_heal();
    update.contents->open_heal->id = id;
    return update;
}

std::string differing(const RecordContents& one, const RecordContents& other) {
    std::string names;
    for (const StateMember& member : state_members()) {
        if (!member.same(one, other)) names += member.name + (": " + member.to_json(one) + " / " + member.to_json(other) + "\n");
    }
    return names;
}

RecordContents given(RecordContents contents) {
    contents.running = {};
    contents.written_at.reset();
    contents.written = 0;
    contents.last_sequence = 0;
    return contents;
}

RecordContents given_whole(const RecordUpdate& update) { return given(*update.contents); }

}  // namespace sstp
