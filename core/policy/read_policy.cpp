#include "core/policy/read_policy.h"

#include "core/policy/excerpt.h"
#include "core/policy/policy_rule.h"
#include "core/policy/said_mode.h"
#include "core/policy/suggestion.h"

#include <fmt/format.h>

namespace sstp {

std::string PolicyProblem::to_string(std::string_view file) const {
    constexpr std::size_t kMostOfPointer = 200;  // it repeats keys of the file, however long they are
    return fmt::format("{}:{}:{}: {}{}{}", file, line, column, printable(pointer, kMostOfPointer), pointer.empty() ? "" : ": ", sentence);
}

std::string to_lines(const std::vector<PolicyProblem>& problems, std::string_view file) {
    std::string lines;
    for (const PolicyProblem& problem : problems) lines += problem.to_string(file) + "\n";
    return lines;
}

std::string to_lines_with_excerpts(const std::vector<PolicyProblem>& problems, std::string_view file) {
    std::string lines;
    for (const PolicyProblem& problem : problems) {
        lines += problem.to_string(file) + "\n";
        if (!problem.excerpt.empty()) lines += fmt::format("    {}\n    {}\n", problem.excerpt, problem.marks);
    }
    return lines;
}

namespace {

/// Every object of the policy that has a member of that name, as pointers without the indices of lists.
void find_owners(const Json& schema, const std::string& pointer, const std::string& key, std::vector<std::string>& owners) {
    if (const auto properties = schema.find("properties"); properties != schema.end() && schema.value("type", "") == "object") {
        if (properties->contains(key)) owners.push_back(pointer);
        for (const auto& [name, member] : properties->items()) find_owners(member, pointer + pointer_step(name), key, owners);
    }
    if (const auto items = schema.find("items"); items != schema.end()) find_owners(*items, pointer + "/0", key, owners);
    if (const auto choices = schema.find("anyOf"); choices != schema.end()) {
        for (const Json& choice : *choices) find_owners(choice, pointer, key, owners);
    }
}

}  // namespace

void say_unknown_key(const Spot& object, const JsonValue& member, const std::vector<std::string>& known, Problems& problems) {
    std::string sentence =
        fmt::format("{} is no key {}.", in_quotes(member.key), object.pointer.empty() ? "of a policy" : "of " + subject_of(object.pointer));
    std::vector<std::string> owners;
    find_owners(policy_rule().schema, "", member.key, owners);
    if (const auto meant = closest(member.key, known)) {
        sentence += fmt::format(" Did you mean {}?", in_quotes(*meant));
    } else if (!owners.empty()) {
        sentence += owners.front().empty() ? std::string(" It belongs to the outermost object.")
                                           : fmt::format(" It belongs to {}.", owners.front());
    }
    problems.say(member.key_at, object.member(member).pointer, sentence);
}

void say_does_not_belong(const Spot& object, const JsonValue& member, const char* to, Problems& problems) {
    problems.say(member.key_at, object.member(member).pointer, fmt::format("{} belongs to {}. Remove it here.", in_quotes(member.key), to));
}

namespace {

void add_pointers(const Spot& spot, std::vector<std::string>& pointers) {
    if (!spot.pointer.empty()) pointers.push_back(spot.pointer);
    const bool is_list = spot.value.kind == JsonValue::Kind::array;
    for (std::size_t i = 0; i < spot.value.children.size(); ++i)
        add_pointers(is_list ? spot.element(i) : spot.member(spot.value.children[i]), pointers);
}

}  // namespace

PolicyReading read_policy(std::string_view text) {
    Problems problems;
    const auto document = parse_json(text, problems);
    PolicyReading reading;
    reading.mode = said_mode(document);
    if (document) reading.policy = policy_rule().read({*document, ""}, problems);
    if (problems.size() > 0) {
        reading.policy.reset();
        reading.problems = problems.take();
        add_excerpts(text, reading.problems);
    } else {
        add_pointers({*document, ""}, reading.given);
    }
    return reading;
}

}  // namespace sstp
