// CEF and LEEF: what is the envelope, what a field, and under which of the format's own keys.
#include "core/model/ip_address.h"
#include "core/model/time.h"
#include "tests/core/siem/strict_cef_leef.h"
#include "tests/core/siem/strict_event_texts.h"

#include <fmt/format.h>

#include <cctype>
#include <set>

namespace sstp::strict {

namespace {

/// HealId: heal_id.
std::string snake(std::string_view camel) {
    std::string name;
    for (const char c : camel) {
        if (std::isupper(static_cast<unsigned char>(c)) && !name.empty()) name += '_';
        name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return name;
}

const std::map<std::string_view, std::size_t> kCefLengths{{"msg", 1023}, {"reason", 1023}, {"dvchost", 100}, {"act", 63},   {"outcome", 63},
                                                          {"cat", 1023}, {"suser", 1023},  {"sntdom", 255},  {"cs1", 4000}, {"cs2", 4000},
                                                          {"cs3", 4000}, {"cs4", 4000},    {"cs5", 4000},    {"cs6", 4000}};

std::string with_domain(const std::map<std::string, std::string>& all, const char* key, const std::string& name) {
    const auto domain = all.find(key);
    return domain == all.end() ? name : without_escapes(domain->second) + "\\" + name;
}

/// CEF:0 knows IPv4 in dvc alone; IPv6 goes into a labelled key.
void take_cef_addresses(const std::map<std::string, std::string>& all, ReceivedEvent& event) {
    for (const auto& [key, family] : {std::pair{"dvc", AddressFamily::ipv4}, std::pair{"c6a1", AddressFamily::ipv6}}) {
        const auto found = all.find(key);
        if (found == all.end()) continue;
        const auto address = IpAddress::parse(found->second);
        if (!address || address->family != family) event.problem = std::string{key} + " is no address of its family: " + found->second;
        event.addresses.push_back(found->second);
    }
    if (all.contains("c6a1") != all.contains("c6a1Label")) event.problem = "c6a1 and its label go together";
}

void take_cef_field(const std::string& key, const std::string& value, const std::map<std::string, std::string>& all, ReceivedEvent& event) {
    static const std::set<std::string_view> kEnvelope{"rt",  "end", "dvc",     "dvchost", "c6a1",  "externalId",
                                                      "cat", "act", "outcome", "msg",     "sntdom"};
    constexpr std::string_view kOwn = "SstpWatchdog";
    if (const auto bound = kCefLengths.find(key); bound != kCefLengths.end() && value.size() > bound->second) {
        event.problem = key + " is longer than CEF's dictionary allows";
    }
    if (kEnvelope.contains(key)) return;
    if (key == "reason") {
        event.fields[key] = without_escapes(value);
    } else if (key == "suser") {
        event.fields["user"] = with_domain(all, "sntdom", without_escapes(value));
    } else if (key == "c6a1Label") {
        if (value != "Device IPv6 Address") event.problem = "c6a1 is labelled " + value;
    } else if (key.ends_with("Label")) {
        static const std::set<std::string_view> kLabelled{"cs1", "cs2", "cs3", "cs4", "cs5", "cs6", "cn1", "deviceCustomDate1"};
        if (!kLabelled.contains(std::string_view{key}.substr(0, key.size() - 5))) event.problem = "not a key that has a label: " + key;
        if (!all.contains(key.substr(0, key.size() - 5))) event.problem = "a label without its value: " + key;
    } else if (key.starts_with(kOwn)) {
        event.fields[snake(std::string_view{key}.substr(kOwn.size()))] = without_escapes(value);
    } else if (all.contains(key + "Label")) {
        const bool date = key == "deviceCustomDate1";
        event.fields[all.at(key + "Label")] = date ? to_rfc3339(WallTime{Duration{std::stoll(value)}}) : without_escapes(value);
    } else {
        event.problem = "neither in CEF's dictionary nor our own: " + key;
    }
}

/// IBM, "Predefined LEEF event attributes" (LEEF 2.0): each has the meaning that the table there gives it, whoever sends it.
const std::set<std::string_view> kPredefined{"cat",          "devTime",       "devTimeFormat", "proto",          "sev",
                                             "src",          "dst",           "srcPort",       "dstPort",        "srcPreNAT",
                                             "dstPreNAT",    "srcPostNAT",    "dstPostNAT",    "usrName",        "srcMAC",
                                             "dstMAC",       "srcPreNATPort", "dstPreNATPort", "srcPostNATPort", "dstPostNATPort",
                                             "identSrc",     "identHostName", "identNetBios",  "identGrpName",   "identMAC",
                                             "vSrc",         "vSrcName",      "accountName",   "srcBytes",       "dstBytes",
                                             "srcPackets",   "dstPackets",    "totalPackets",  "role",           "realm",
                                             "policy",       "resource",      "url",           "groupID",        "domain",
                                             "isLoginEvent", "isLogoutEvent", "identSecondlp", "calLanguage",    "calCountryOrRegion"};

}  // namespace

void take_cef(std::string_view text, ReceivedEvent& event) {
    const KeyedMessage cef = read_cef(text);
    event.problem = cef.problem;
    if (!event.problem.empty()) return;
    if (cef.vendor != "SSTP Watchdog" || cef.product != "SSTP Watchdog") event.problem = "vendor or product changed";
    for (const char* key : {"rt", "dvchost", "externalId", "cat", "act", "msg"}) {
        if (!cef.fields.contains(key)) event.problem = fmt::format("{} is missing", key);
    }
    if (!event.problem.empty()) return;
    event.id = cef.fields.at("externalId");
    event.action = cef.fields.at("act");
    event.sentence = without_escapes(cef.fields.at("msg"));
    event.host = cef.fields.at("dvchost");
    event.event_class = cef.event_class;
    event.severity = std::stoi(cef.severity);
    event.kind = without_escapes(cef.fields.at("cat"));
    take_cef_addresses(cef.fields, event);
    for (const auto& [key, value] : cef.fields) take_cef_field(key, value, cef.fields, event);
}

void take_leef(std::string_view text, ReceivedEvent& event) {
    const KeyedMessage leef = read_leef(text);
    event.problem = leef.problem;
    if (event.problem.empty() && (leef.vendor != "SSTP Watchdog" || leef.product != "SSTP Watchdog")) {
        event.problem = "vendor or product changed";
    }
    static const std::set<std::string_view> kRequired{"devTime", "sev", "cat", "identHostName", "externalId", "act", "msg"};
    static const std::set<std::string_view> kSometimes{"result", "identSrc", "usrName", "domain"};
    for (const std::string_view key : kRequired) {
        if (!leef.fields.contains(std::string{key})) event.problem = fmt::format("{} is missing", key);
    }
    if (!event.problem.empty()) return;
    event.id = leef.fields.at("externalId");
    event.action = leef.fields.at("act");
    event.sentence = without_escapes(leef.fields.at("msg"));
    event.host = leef.fields.at("identHostName");
    event.event_class = leef.event_class;
    event.severity = std::stoi(leef.fields.at("sev"));
    event.kind = without_escapes(leef.fields.at("cat"));
    if (const auto address = leef.fields.find("identSrc"); address != leef.fields.end()) {
        if (!IpAddress::parse(address->second)) event.problem = "identSrc is no address: " + address->second;
        event.addresses.push_back(address->second);
    }
    if (const auto user = leef.fields.find("usrName"); user != leef.fields.end()) {
        event.fields["user"] = with_domain(leef.fields, "domain", without_escapes(user->second));
    } else if (leef.fields.contains("domain")) {
        event.problem = "a domain without an account";
    }
    for (const auto& [key, value] : leef.fields) {
        if (kPredefined.contains(key) && !kRequired.contains(key) && !kSometimes.contains(key)) {
            event.problem = "IBM gives the attribute another meaning: " + key;
        }
        if (!kRequired.contains(key) && !kSometimes.contains(key)) event.fields[key] = without_escapes(value);
    }
}

}  // namespace sstp::strict
