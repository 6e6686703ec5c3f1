#include "core/policy/group_policy.h"

#include "core/policy/read_policy.h"
#include "core/policy/spelling.h"
#include "core/policy/value_rules.h"

#include <algorithm>
#include <tuple>

namespace sstp {

namespace {

constexpr char kWhere[] = "HKLM\\SOFTWARE\\Policies\\SSTP Watchdog";
constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string lower(std::string_view text) {
    std::string word(text);
    for (char& c : word) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return word;
}

// Each value as the part of a policy file that says the same: the reader is the only judge of what is valid.
using Fragment = Spelled<Json>;

Fragment one_text(std::string_view value, const char* key, bool is_word = false) {
    const std::string_view text = trimmed(value);
    if (text.empty()) return Misspelled::because("is empty");
    Json file;
    file["certificate"][key] = is_word ? lower(text) : std::string(text);
    return file;
}

Fragment issuer(const std::string& value) { return one_text(value, "issuer"); }
Fragment thumbprint(const std::string& value) { return one_text(value, "thumbprint"); }
Fragment ca(const std::string& value) { return one_text(value, "ca", true); }

/// The entries that are not blank: the editor of Group Policy leaves empty lines.
Json entries(const std::vector<std::string>& lines) {
    Json list = Json::array();
    for (const std::string& line : lines) {
        if (const std::string_view entry = trimmed(line); !entry.empty()) list.push_back(entry);
    }
    return list;
}

Fragment dns_names(const std::vector<std::string>& lines) {
    Json file;
    file["certificate"]["dns_names"] = entries(lines);
    if (file["certificate"]["dns_names"].empty()) return Misspelled::because("is empty");
    return file;
}

Fragment siem_hosts(const std::vector<std::string>& lines) {
    Json file;
    file["siem"]["destinations"] = Json::array({{{"hosts", entries(lines)}}});
    if (file["siem"]["destinations"][0]["hosts"].empty()) return Misspelled::because("is empty");
    return file;
}

/// `sat,sun 02:00 3h`. Blanks behind a comma are allowed, and so is any case.
Fragment window(const std::string& value) {
    std::vector<std::string> words;
    std::string_view rest = trimmed(value);
    while (!rest.empty()) {
        const std::string_view word = rest.substr(0, rest.find_first_of(kBlanks));
        const bool goes_on = !words.empty() && (words.back().ends_with(',') || word.starts_with(','));
        if (goes_on) {
            words.back() += lower(word);
        } else {
            words.push_back(lower(word));
        }
        rest = trimmed(rest.substr(word.size()));
    }
    if (words.size() != 3) return Misspelled::because(R"(must be days, start and duration, such as "sat,sun 02:00 3h")");
    Json days = Json::array();
    for (std::string_view list = words[0];;) {
        const std::size_t comma = list.find(',');
        days.push_back(list.substr(0, comma));
        if (comma == std::string_view::npos) break;
        list.remove_prefix(comma + 1);
    }
    Json file;
    file["restart"]["window"] = {{"days", days}, {"start", words[1]}, {"duration", words[2]}};
    return file;
}

Fragment restarts_per_day(const std::uint32_t& value) {
    Json file;
    file["limits"]["restarts_per_day"] = value;   // the hour's is the file's affair
    return file;
}

/// The policy that says only what `fragment` says; or why not. Alone, since no rule joins one of these settings to another key
/// but that of the two limits, which `under_group_policy` keeps.
Spelled<Policy> read_fragment(const Fragment& fragment) {
    if (!fragment) return fragment.error();
    PolicyReading reading = read_policy(fragment->dump(-1, ' ', false, Json::error_handler_t::replace));
    if (reading.policy) return *std::move(reading.policy);
    return Misspelled::because("is invalid: " + reading.problems.front().sentence);
}

template <class T>
struct Setting {
    const char* name;  ///< of the registry value
    Observed<T> GroupPolicyValues::* value;
    std::vector<std::string> decides;
    Fragment (*fragment)(const T&);
    void (*take)(Policy& into, const Policy& from);
};

const char* registry_type(const std::vector<std::string>& /*of*/) { return "REG_MULTI_SZ"; }
const char* registry_type(const std::string& /*of*/) { return "REG_SZ"; }
const char* registry_type(std::uint32_t /*of*/) { return "REG_DWORD"; }

void take_siem(Policy& into, const Policy& from) { into.siem.destinations = from.siem.destinations; }
void take_restarts_per_day(Policy& into, const Policy& from) { into.limits.restarts_per_day = from.limits.restarts_per_day; }

const auto& settings() {
    using V = GroupPolicyValues;
    using Texts = std::vector<std::string>;
    static const auto kSettings = std::make_tuple(
        Setting<Texts>{"DnsNames",
                       &V::dns_names,
                       {"/certificate/dns_names"},
                       dns_names,
                       [](Policy& into, const Policy& from) { into.certificate.dns_names = from.certificate.dns_names; }},
        Setting<Texts>{"SiemHosts", &V::siem_hosts, {"/siem/destinations/0/hosts"}, siem_hosts, take_siem},
        Setting<std::string>{"Issuer",
                             &V::issuer,
                             {"/certificate/issuer"},
                             issuer,
                             [](Policy& into, const Policy& from) { into.certificate.issuer = from.certificate.issuer; }},
        Setting<std::string>{"Thumbprint",
                             &V::thumbprint,
                             {"/certificate/thumbprint"},
                             thumbprint,
                             [](Policy& into, const Policy& from) { into.certificate.thumbprint = from.certificate.thumbprint; }},
        Setting<std::string>{
            "Ca", &V::ca, {"/certificate/ca"}, ca, [](Policy& into, const Policy& from) { into.certificate.ca = from.certificate.ca; }},
        Setting<std::string>{"Window",
                             &V::window,
                             {"/restart/window/days", "/restart/window/start", "/restart/window/duration"},
                             window,
                             [](Policy& into, const Policy& from) { into.restart.window = from.restart.window; }},
        Setting<std::uint32_t>{
            "RestartsPerDay", &V::restarts_per_day, {"/limits/restarts_per_day"}, restarts_per_day, take_restarts_per_day});
    return kSettings;
}

/// Gives why the value does not hold; empty when it does.
template <class T>
std::string apply(const Setting<T>& setting, const Observed<T>& value, PolicyUnderGroupPolicy& result) {
    const T* given = value_of(value);
    if (!given) return why_unreadable(value) ? fmt::format("cannot be used: {}", why_unreadable(value)->message()) : "is not set";
    const auto read = read_fragment(setting.fragment(*given));
    if (!read) return read.error().why;
    setting.take(result.policy, *read);
    result.in_force.*setting.value = value;
    result.decided.insert(result.decided.end(), setting.decides.begin(), setting.decides.end());
    return {};
}

template <class T>
void apply(const Setting<T>& setting, const GroupPolicyValues& values, const GroupPolicyValues& last_good, PolicyUnderGroupPolicy& result) {
    const Observed<T>& value = values.*setting.value;
    if (is_absent(value)) return;
    const std::string why = apply(setting, value, result);
    if (why.empty()) return;
    const bool last_holds = apply(setting, last_good.*setting.value, result).empty();
    result.problems.push_back({fmt::format("Group Policy, {}", setting.name),
                               fmt::format("Group Policy's value {} ({}) {}. {} until it is mended.", setting.name, kWhere, why,
                                           last_holds ? "Its last good value holds" : "The policy file holds for it")});
}

/// Every value is unreadable for the same reason: then the key is, which is one cause. Null when not so.
const Error* why_the_key_cannot_be_read(const GroupPolicyValues& values) {
    const Error* first = why_unreadable(values.dns_names);
    const auto same = [&](const auto& setting) {
        const Error* why = why_unreadable(values.*setting.value);
        return why && *why == *first;
    };
    const bool all = first && std::apply([&](const auto&... setting) { return (same(setting) && ...); }, settings());
    return all ? first : nullptr;
}

}  // namespace

PolicyUnderGroupPolicy under_group_policy(const Policy& policy, const GroupPolicyValues& values, const GroupPolicyValues& last_good) {
    PolicyUnderGroupPolicy result;
    result.policy = policy;
    std::apply([&](const auto&... setting) { (apply(setting, values, last_good, result), ...); }, settings());
    if (const Error* why = why_the_key_cannot_be_read(values)) {
        result.problems = {{"Group Policy",
                            fmt::format("Group Policy's values ({}) cannot be read: {}. Those that held last hold, and the policy file for "
                                        "the others, until they can be.",
                                        kWhere, why->message())}};
    }
    LimitPolicy& limits = result.policy.limits;
    if (limits.restarts_per_hour > limits.restarts_per_day) {
        limits.restarts_per_hour = limits.restarts_per_day;
        result.decided.emplace_back("/limits/restarts_per_hour");
    }
    return result;
}

std::vector<GroupPolicySetting> group_policy_settings() {
    std::vector<GroupPolicySetting> all;
    const auto add = [&]<class T>(const Setting<T>& setting) { all.push_back({setting.name, registry_type(T{}), setting.decides}); };
    std::apply([&](const auto&... setting) { (add(setting), ...); }, settings());
    return all;
}

std::string set_values(const GroupPolicyValues& values) {
    std::string names;
    const auto add = [&](const auto& setting) {
        if (!is_absent(values.*setting.value)) names += (names.empty() ? "" : ", ") + std::string(setting.name);
    };
    std::apply([&](const auto&... setting) { (add(setting), ...); }, settings());
    return names;
}

std::optional<std::string> kept_text(const GroupPolicyValues& values) {
    Json all;
    const auto add = [&](const auto& setting) {
        if (const auto* value = value_of(values.*setting.value)) all[setting.name] = *value;
    };
    std::apply([&](const auto&... setting) { (add(setting), ...); }, settings());
    if (all.is_null()) return std::nullopt;
    return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

GroupPolicyValues from_kept_text(const std::optional<std::string>& text) try {
    if (!text) return {};
    const Json all = Json::parse(*text);
    GroupPolicyValues values;
    const auto take = [&]<class T>(const Setting<T>& setting) {
        if (const auto found = all.find(setting.name); found != all.end()) values.*setting.value = found->template get<T>();
    };
    std::apply([&](const auto&... setting) { (take(setting), ...); }, settings());
    return values;
} catch (const Json::exception&) {
    return {};
}

GroupPolicyValues SettledGroupPolicy::believe(const GroupPolicyValues& read, MonotonicTime now) {
    return {dns_names_.believe(read.dns_names, now),
            siem_hosts_.believe(read.siem_hosts, now),
            issuer_.believe(read.issuer, now),
            thumbprint_.believe(read.thumbprint, now),
            ca_.believe(read.ca, now),
            window_.believe(read.window, now),
            restarts_per_day_.believe(read.restarts_per_day, now)};
}

std::optional<MonotonicTime> SettledGroupPolicy::settles_at() const {
    std::optional<MonotonicTime> first;
    for (const auto& each : {dns_names_.settles_at(), siem_hosts_.settles_at(), issuer_.settles_at(), thumbprint_.settles_at(),
                             ca_.settles_at(), window_.settles_at(), restarts_per_day_.settles_at()}) {
        if (each && (!first || *each < *first)) first = each;
    }
    return first;
}

}  // namespace sstp
