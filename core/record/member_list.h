#pragma once

#include "core/record/described_memory.h"
#include "core/record/record_json.h"

#include <span>
#include <string>
#include <string_view>
#include <tuple>

namespace sstp::stored {

/// One member of RecordContents under the name that its row has for ever.
template <auto Pointer>
struct Member {
    static constexpr auto pointer = Pointer;
    const char* name;
};

/// Every member but `last_sequence`, which lies with the numbers of the journal.
inline constexpr std::tuple kMemberList{Member<&RecordContents::installation_id>{"installation_id"},
                                        Member<&RecordContents::heal_count>{"heal_count"},
                                        Member<&RecordContents::running>{"running"},
                                        Member<&RecordContents::written_at>{"written_at"},
                                        Member<&RecordContents::machine>{"machine"},
                                        Member<&RecordContents::bookmark>{"bookmark"},
                                        Member<&RecordContents::drained_until>{"drained_until"},
                                        Member<&RecordContents::open_heal>{"open_heal"},
                                        Member<&RecordContents::incomplete>{"incomplete"},
                                        Member<&RecordContents::owed_starts>{"owed_starts"},
                                        Member<&RecordContents::charges>{"charges"},
                                        Member<&RecordContents::budget_unreadable>{"budget_unreadable"},
                                        Member<&RecordContents::learned>{"learned"},
                                        Member<&RecordContents::proven>{"proven"},
                                        Member<&RecordContents::unproven_active>{"unproven_active"},
                                        Member<&RecordContents::unconfirmed_choice>{"unconfirmed_choice"},
                                        Member<&RecordContents::names_ever>{"names_ever"},
                                        Member<&RecordContents::planned>{"planned"},
                                        Member<&RecordContents::held>{"held"},
                                        Member<&RecordContents::complaints>{"complaints"},
                                        Member<&RecordContents::complaints_of_start>{"complaints_of_start"},
                                        Member<&RecordContents::complaints_of_previous_start>{"complaints_of_previous_start"},
                                        Member<&RecordContents::sessions>{"sessions"},
                                        Member<&RecordContents::attempts>{"attempts"},
                                        Member<&RecordContents::cures>{"cures"},
                                        Member<&RecordContents::put_backs>{"put_backs"},
                                        Member<&RecordContents::awaited_client>{"awaited_client"},
                                        Member<&RecordContents::then_brought_clients>{"then_brought_clients"},
                                        Member<&RecordContents::refused_keys>{"refused_keys"},
                                        Member<&RecordContents::update_not_supported>{"update_not_supported"},
                                        Member<&RecordContents::reported_only>{"reported_only"},
                                        Member<&RecordContents::last_good_policy>{"last_good_policy"},
                                        Member<&RecordContents::last_good_group_policy>{"last_good_group_policy"},
                                        Member<&RecordContents::open_findings>{"open_findings"},
                                        Member<&RecordContents::reminders>{"reminders"},
                                        Member<&RecordContents::repeated>{"repeated"},
                                        Member<&RecordContents::destinations>{"destinations"},
                                        Member<&RecordContents::heals>{"heals"},
                                        Member<&RecordContents::event_log_gaps>{"event_log_gaps"},
                                        Member<&RecordContents::active_told>{"active_told"},
                                        Member<&RecordContents::kill_switch_told>{"kill_switch_told"},
                                        Member<&RecordContents::clock_doubt_told>{"clock_doubt_told"},
                                        Member<&RecordContents::written>{"written"},
                                        Member<&RecordContents::written_unseen>{"written_unseen"}};

// Each member's writer and reader, in the order of the list: whoever knows the JSON library makes them.
std::span<std::string (*const)(const RecordContents&)> member_writers();
std::span<Result<void> (*const)(std::string_view, RecordContents&)> member_readers();

template <class A>
void describe(A& archive, Is<UnsavedEvents> auto& update) {
    archive("written", update.written);
    archive("unseen", update.unseen);
    archive.required("events", update.events);
}

}  // namespace sstp::stored
