#include "core/report/explain/explanation.h"

#include <algorithm>

namespace sstp {

namespace {

bool is_about(const Explanation& each, Reason reason) { return each.reason == reason || each.twin == reason; }

}  // namespace

const std::array<Subject, 4>& explained_subjects() {
    static const std::array<Subject, 4> kSubjects{{{"Certificates", about_certificates()},
                                                   {"Records and hashes", about_records_and_hashes()},
                                                   {"Listeners and services", about_listeners_and_services()},
                                                   {"The watchdog itself", about_the_watchdog()}}};
    return kSubjects;
}

const Explanation& explanation(Reason reason) {
    static const Explanation kNone{.reason = Reason::no_fit_certificate};  // a test sees to it that there is one for every reason
    for (const Subject& subject : explained_subjects()) {
        for (const Explanation& each : subject.findings) {
            if (is_about(each, reason)) return each;
        }
    }
    return kNone;
}

std::string_view thing_to_do(Reason reason) {
    const std::string_view all = explanation(reason).you_do;
    const std::size_t end = all.find(". ");
    return end == std::string_view::npos ? all : all.substr(0, end + 1);
}

const EventExplanation& explanation(EventType type) {
    static const EventExplanation kNone{};
    const auto all = about_events();
    const auto found = std::find_if(all.begin(), all.end(), [=](const EventExplanation& each) { return each.type == type; });
    return found == all.end() ? kNone : *found;
}

std::vector<std::string_view> keys_of(std::string_view keys) {
    std::vector<std::string_view> found;
    while (!keys.empty()) {
        const std::size_t end = keys.find(' ');
        found.push_back(keys.substr(0, end));
        keys = end == std::string_view::npos ? std::string_view{} : keys.substr(end + 1);
    }
    return found;
}

}  // namespace sstp
