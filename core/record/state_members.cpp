#include "core/record/state_members.h"

#include "core/record/member_list.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>
#include <vector>

namespace sstp {

namespace {

template <class T>
bool is_same(const T& one, const T& other) {
    return one == other;
}
/// `now` is no memory: the next look asks anew.
bool is_same(const SessionMemory& one, const SessionMemory& other) {
    const auto stored = [](const SessionMemory& of) {
        return std::tie(of.newest_sstp_began, of.starts_by_day, of.newest_day, of.days_with_a_start, of.open_under);
    };
    return stored(one) == stored(other);
}

bool is_moved_on(std::string_view name) { return name == "running" || name == "written_at" || name == "written"; }

std::vector<StateMember> made() {
    std::vector<StateMember> members;
    const auto add = [&members](auto member) {
        constexpr auto pointer = decltype(member)::pointer;
        const std::size_t index = members.size();
        members.push_back({member.name, is_moved_on(member.name),
                           [](const RecordContents& one, const RecordContents& other) { return is_same(one.*pointer, other.*pointer); },
                           [](const RecordContents& from, RecordContents& to) { to.*pointer = from.*pointer; },
                           stored::member_writers()[index], stored::member_readers()[index]});
    };
    std::apply([&add](auto... member) { (add(member), ...); }, stored::kMemberList);
    return members;
}

}  // namespace

std::span<const StateMember> state_members() {
    static const std::vector<StateMember> members = made();
    return members;
}

const StateMember* state_member(std::string_view name) {
    const auto members = state_members();
    const auto found = std::find_if(members.begin(), members.end(), [name](const StateMember& each) { return name == each.name; });
    return found == members.end() ? nullptr : &*found;
}

}  // namespace sstp
