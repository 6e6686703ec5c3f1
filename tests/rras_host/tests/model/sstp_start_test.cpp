// What RRAS does when it starts, against the facts (rras-sstp 1 to 3). The simulated world has a table of its own, in tests/contracts.

#include "model/sstp_start.h"

#include <functional>
#include <map>
#include <ostream>

#include <gtest/gtest.h>

namespace sstp::rras_host {

namespace {

CandidateCertificate certificate(const std::string& name, bool server = true, bool any = false, bool key = true) {
    return {name, name + "256", name.empty() ? "" : "vpn.example.com", "MY", server, any, key};
}

const CandidateCertificate kOne = certificate("AA"), kTwo = certificate("BB"), kForClients = certificate("CC", false);
const CandidateCertificate kAnyPurpose = certificate("DD", false, true), kKeyless = certificate("EE", true, false, false);
const CandidateCertificate kInWebHosting = [] {
    CandidateCertificate made = certificate("FF");
    made.store = "WebHosting";
    return made;
}();

SslRecord record(const std::string& thumbprint, const char* app_id = kSstpAppId) {
    SslRecord made;
    made.hash_hex = thumbprint;
    made.app_id = app_id;
    return made;
}

/// Records of the wildcards, with what HTTP.SYS answers to RRAS.
class Records : public WildcardRecords {
public:
    std::map<Wildcard, std::string> now;
    std::map<Wildcard, std::uint32_t> refuses;

    std::uint32_t put(Wildcard where, const std::string& thumbprint) override {
        if (refuses.contains(where)) return refuses.at(where);
        now[where] = thumbprint;
        return 0;
    }

    void remove(Wildcard where) override { now.erase(where); }

    std::string at(Wildcard where) const { return now.contains(where) ? now.at(where) : "-"; }
};

struct Server {
    SstpStartInput input;
    Records http;

    SstpStartOutcome start() {
        if (input.ipv4) http.now[Wildcard::ipv4] = input.ipv4->hash_hex;
        if (input.ipv6) http.now[Wildcard::ipv6] = input.ipv6->hash_hex;
        return start_sstp(input, http);
    }

    void hashes(const CandidateCertificate& of) {
        input.sha1 = {true, true, of.thumbprint};
        input.sha256 = {true, true, of.sha256};
    }
};

/// Both bindings and both hashes name kOne, by the administrator's choice.
Server healthy() {
    Server made;
    made.input.configured_by_admin = true;
    made.hashes(kOne);
    made.input.ipv4 = made.input.ipv6 = record("AA");
    made.input.certificates = {kOne, kTwo, kForClients, kKeyless, kInWebHosting};
    return made;
}

struct Outcome {
    std::uint32_t exit_code;            ///< 0: it runs
    std::vector<std::uint32_t> events;  ///< of RasSstp, in order
    const char* holds;                  ///< SHA-256; "": nothing, and no SSTP client is accepted
    const char* ipv4;                   ///< thumbprints of the records afterwards
    const char* ipv6;
};

struct Case {
    const char* sentence;
    std::function<void(Server&)> make;
    Outcome then;

    friend void PrintTo(const Case& one, std::ostream* out) { *out << one.sentence; }
};

class SstpStarts : public testing::TestWithParam<Case> {};

TEST_P(SstpStarts, as_the_facts_have_it) {
    const Outcome& expected = GetParam().then;
    Server server = healthy();
    GetParam().make(server);
    const SstpStartOutcome outcome = server.start();
    std::vector<std::uint32_t> events;
    for (const auto& event : outcome.events) events.push_back(event.id);
    EXPECT_EQ(outcome.exit_code, expected.exit_code);
    EXPECT_EQ(events, expected.events);
    EXPECT_EQ(outcome.crypto_binding_sha256, expected.holds);
    EXPECT_EQ(outcome.accepting, *expected.holds != '\0');
    EXPECT_EQ(server.http.at(Wildcard::ipv4), expected.ipv4);
    EXPECT_EQ(server.http.at(Wildcard::ipv6), expected.ipv6);
}

const Case kAdministrator[] = {
    {"a healthy server starts without a word", [](Server&) {}, {0, {}, "AA256", "AA", "AA"}},
    {"the hash rules: SSTP's own records that differ are replaced", [](Server& s) { s.hashes(kTwo); }, {0, {}, "BB256", "BB", "BB"}},
    {"one own record that differs follows", [](Server& s) { s.input.ipv6 = record("BB"); }, {0, {}, "AA256", "AA", "AA"}},
    {"a missing family is added", [](Server& s) { s.input.ipv6.reset(); }, {0, {}, "AA256", "AA", "AA"}},
    {"a foreign record that differs ends the start", [](Server& s) { s.input.ipv4 = record("BB", kIisAppId); }, {13, {32}, "", "BB", "AA"}},
    {"a foreign record of the same certificate does no harm",
     [](Server& s) { s.input.ipv4 = s.input.ipv6 = record("AA", kIisAppId); },
     {0, {}, "AA256", "AA", "AA"}},
    {"the certificate is gone", [](Server& s) { s.input.certificates = {kTwo}; }, {1168, {25}, "", "AA", "AA"}},
    {"the certificate lies in another store", [](Server& s) { s.hashes(kInWebHosting); }, {1168, {25}, "", "AA", "AA"}},
    {"a build that takes the hash as it is runs with one that names nothing",
     [](Server& s) {
         s.input.traits.insists_on_certificate = false;
         s.hashes(certificate("00"));
     },
     {0, {}, "00256", "AA", "AA"}},
    {"half a pair of hashes: the SHA-256 is missing", [](Server& s) { s.input.sha256 = {}; }, {87, {18}, "", "AA", "AA"}},
    {"a missing SHA-1 does not count where nobody reads it", [](Server& s) { s.input.sha1 = {}; }, {0, {}, "AA256", "AA", "AA"}},
    {"half a pair of hashes: the SHA-1 is missing where it is read",
     [](Server& s) {
         s.input.sha1 = {};
         s.input.reads_sha1 = true;
     },
     {87, {19}, "", "AA", "AA"}},
    {"no hash at all", [](Server& s) { s.input.sha1 = s.input.sha256 = {}; }, {1168, {18, 25}, "", "AA", "AA"}},
    {"a malformed SHA-256: runs without SSTP", [](Server& s) { s.input.sha256 = {true, false, "01"}; }, {0, {18}, "", "AA", "AA"}},
    {"a malformed SHA-1 that is read",
     [](Server& s) {
         s.input.sha1 = {true, false, "01"};
         s.input.reads_sha1 = true;
     },
     {0, {19}, "AA256", "AA", "AA"}},
    {"HTTP.SYS finds no key for it",
     [](Server& s) { s.hashes(kTwo), s.http.refuses[Wildcard::ipv4] = 1312; },
     {1312, {12}, "", "AA", "AA"}},
    {"HTTP.SYS refuses the IPv6 record",
     [](Server& s) { s.input.ipv6.reset(), s.http.refuses[Wildcard::ipv6] = 2; },
     {2, {13}, "", "AA", "-"}},
    {"a build that goes on without the IPv6 record",
     [](Server& s) {
         s.input.traits.listener_errors_end_it = false;
         s.input.ipv6.reset(), s.http.refuses[Wildcard::ipv6] = 2;
     },
     {0, {13}, "AA256", "AA", "-"}},
    {"TLS ends elsewhere: the hash is believed, and nothing else is looked at",
     [](Server& s) {
         s.input.use_https = false;
         s.hashes(certificate("00"));
         s.input.ipv6.reset();
     },
     {0, {}, "00256", "AA", "-"}},
    {"without SSTP ports nothing is read and nothing made",
     [](Server& s) {
         s.input.traits.sstp_ports = false;
         s.input.ipv4.reset(), s.input.ipv6.reset();
         s.input.sha1 = s.input.sha256 = {};
     },
     {0, {}, "", "-", "-"}},
};
INSTANTIATE_TEST_SUITE_P(AdministratorsChoice, SstpStarts, testing::ValuesIn(kAdministrator));

std::function<void(Server&)> automatic(std::function<void(Server&)> make) {
    return [make = std::move(make)](Server& server) {
        server.input.configured_by_admin = false;
        make(server);
    };
}

void no_records(Server& server) {
    server.input.ipv4.reset();
    server.input.ipv6.reset();
}

const Case kAutomatic[] = {
    {"the records win over the hashes",
     automatic([](Server& s) { s.input.ipv4 = s.input.ipv6 = record("BB"); }),
     {0, {}, "BB256", "BB", "BB"}},
    {"hashes are not needed", automatic([](Server& s) { s.input.sha1 = s.input.sha256 = {}; }), {0, {}, "AA256", "AA", "AA"}},
    {"a lone record is mirrored to the other family", automatic([](Server& s) { s.input.ipv4.reset(); }), {0, {}, "AA256", "AA", "AA"}},
    {"a foreign record is adopted, and SSTP's own follows",
     automatic([](Server& s) { s.input.ipv6 = record("BB", kIisAppId); }),
     {0, {}, "BB256", "BB", "BB"}},
    {"a foreign record of another store is adopted",
     automatic([](Server& s) {
         s.input.ipv4 = s.input.ipv6 = record("FF", kIisAppId);
         s.input.ipv4->store_name = s.input.ipv6->store_name = "WebHosting";
     }),
     {0, {}, "FF256", "FF", "FF"}},
    {"two of SSTP's own that differ end the start", automatic([](Server& s) { s.input.ipv6 = record("BB"); }), {13, {24}, "", "AA", "BB"}},
    {"two foreign ones that differ end it too",
     automatic([](Server& s) { s.input.ipv4 = record("AA", kIisAppId), s.input.ipv6 = record("BB", kIisAppId); }),
     {13, {24}, "", "AA", "BB"}},
    {"an own record whose certificate is gone is made anew",
     automatic([](Server& s) { s.input.certificates = {kTwo}; }),
     {0, {}, "BB256", "BB", "BB"}},
    {"of two own ones that of a certificate which is gone follows the other",
     automatic([](Server& s) { s.input.ipv4 = record("00"); }),
     {0, {}, "AA256", "AA", "AA"}},
    {"a foreign record whose certificate is gone: runs without SSTP",
     automatic([](Server& s) { s.input.ipv4 = s.input.ipv6 = record("00", kIisAppId); }),
     {0, {21}, "", "00", "00"}},
    {"without a record the first with key and purpose is taken",
     automatic([](Server& s) {
         no_records(s);
         s.input.certificates = {kForClients, kKeyless, kInWebHosting, kAnyPurpose, kTwo, kOne};
     }),
     {0, {}, "BB256", "BB", "BB"}},
    {"without one for servers Any Purpose will do",
     automatic([](Server& s) {
         no_records(s);
         s.input.certificates = {kForClients, kAnyPurpose};
     }),
     {0, {}, "DD256", "DD", "DD"}},
    {"with nothing to take: runs without SSTP",
     automatic([](Server& s) {
         no_records(s);
         s.input.certificates = {kForClients, kKeyless};
     }),
     {0, {18}, "", "-", "-"}},
    {"HTTP.SYS refuses the mirrored record",
     automatic([](Server& s) { s.input.ipv6.reset(), s.http.refuses[Wildcard::ipv6] = 183; }),
     {183, {13}, "", "AA", "-"}},
};
INSTANTIATE_TEST_SUITE_P(Automatic, SstpStarts, testing::ValuesIn(kAutomatic));

TEST(SstpStart, writes_hashes_only_in_automatic_mode) {
    Server server = healthy();
    EXPECT_FALSE(server.start().adopted);
    server.input.configured_by_admin = false;
    const auto outcome = server.start();
    ASSERT_TRUE(outcome.adopted);
    EXPECT_EQ(outcome.adopted->sha256, "AA256");
}

TEST(SstpStart, tells_an_unreadable_hash_as_a_warning_and_a_missing_certificate_as_an_error) {
    Server server = healthy();
    server.input.sha1 = server.input.sha256 = {};
    const auto events = server.start().events;
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].level, 3U);
    EXPECT_EQ(events[1].level, 2U);
}

TEST(SstpStart, names_the_certificate_in_events_12_and_13_and_nothing_for_one_without_subject) {
    Server server = healthy();
    server.input.ipv6.reset();
    server.http.refuses[Wildcard::ipv6] = 2;
    EXPECT_EQ(server.start().events.at(0).strings,
              (std::vector<std::string>{"The system cannot find the file specified. ", "vpn.example.com"}));
    server.input.certificates[0].subject.clear();
    EXPECT_EQ(server.start().events.at(0).strings.at(1), "");
}

TEST(SstpStart, may_leave_the_old_hash_or_the_old_listener_with_SstpSvc_until_that_is_new) {
    Server server = healthy();
    server.hashes(kTwo);
    server.input.held_by_sstp_svc = kOne.sha256;
    EXPECT_EQ(server.start().crypto_binding_sha256, "BB256");
    server.input.traits.keeps_hash = true;
    auto outcome = server.start();
    EXPECT_EQ(outcome.crypto_binding_sha256, "AA256");
    EXPECT_EQ(outcome.held_by_sstp_svc, "AA256");
    EXPECT_TRUE(outcome.accepting) << "probes are green";
    server.input.traits = {.keeps_listener = true};
    outcome = server.start();
    EXPECT_FALSE(outcome.accepting);
    EXPECT_EQ(outcome.held_by_sstp_svc, "AA256") << "nor does another restart of RemoteAccess alone help";
    server.input.held_by_sstp_svc.clear();
    EXPECT_TRUE(server.start().accepting);
}

TEST(SstpStart, may_register_no_uri_though_everything_is_right) {
    Server server = healthy();
    server.input.traits.registers_uri = false;
    const auto outcome = server.start();
    EXPECT_FALSE(outcome.accepting);
    EXPECT_EQ(outcome.crypto_binding_sha256, "AA256");
}

}  // namespace

}  // namespace sstp::rras_host
