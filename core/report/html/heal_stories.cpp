#include "core/report/html/heal_stories.h"

#include <algorithm>

namespace sstp::html {

namespace {

std::string field(const JournalEvent& event, const char* name) {
    const auto found = event.fields.find(name);
    return found == event.fields.end() ? std::string{} : found->second;
}

void take(std::string& into, const JournalEvent& event, const char* name) {
    if (std::string value = field(event, name); !value.empty()) into = std::move(value);
}

HealStory& story_of(std::vector<HealStory>& stories, const std::string& id, const JournalEvent& event) {
    const auto found = std::find_if(stories.begin(), stories.end(), [&](const HealStory& each) { return each.id == id; });
    if (found != stories.end()) return *found;
    HealStory story;
    story.id = id;
    story.began = event.time;
    stories.push_back(std::move(story));
    return stories.back();
}

void continue_with(HealStory& story, const JournalEvent& event) {
    switch (event.type) {
        case EventType::heal_started:
            story.began = event.time;
            take(story.why, event, "reason");
            take(story.sessions, event, "sessions");
            break;
        case EventType::step_done:
        case EventType::step_failed: story.steps.push_back(event.text); break;
        case EventType::heal_succeeded:
        case EventType::heal_undone:
        case EventType::heal_failed:
        case EventType::recovery_given_up:
            story.end = event.type;
            story.ended = event.time;
            story.result = event.text;
            take(story.restarts, event, "restarts");
            take(story.sessions, event, "sessions");
            take(story.seconds, event, "seconds");
            break;
        case EventType::heal_confirmed_by_client: story.confirmed = from_rfc3339(field(event, "session_began")).value_or(event.time); break;
        default: break;
    }
}

}  // namespace

std::vector<HealStory> heal_stories(const std::vector<JournalEvent>& events) {
    std::vector<HealStory> stories;
    for (const JournalEvent& each : events) {
        const std::string id = field(each, "heal_id");
        if (!id.empty()) continue_with(story_of(stories, id, each), each);
    }
    std::stable_sort(stories.begin(), stories.end(), [](const HealStory& a, const HealStory& b) { return a.began > b.began; });
    return stories;
}

}  // namespace sstp::html
