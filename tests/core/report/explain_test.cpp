#include "core/report/explain/render_explain.h"

#include "core/journal/catalogue.h"
#include "core/report/explain/explanation.h"
#include "core/report/wrap.h"
#include "tests/core/policy/policy_reference.h"
#include "tests/core/policy/repository_files.h"
#include "tests/core/report/lines_of.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>

namespace sstp {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::size_t kConsole = 80;

std::vector<const Explanation*> all_explanations() {
    std::vector<const Explanation*> all;
    for (const Subject& subject : explained_subjects()) {
        for (const Explanation& each : subject.findings) all.push_back(&each);
    }
    return all;
}

TEST(Explained, every_reason_has_one_entry_and_no_more) {
    std::map<Reason, int> entries;
    for (const Explanation* each : all_explanations()) {
        ++entries[each->reason];
        if (each->twin) ++entries[*each->twin];
    }
    for (const Reason reason : all_reasons()) EXPECT_EQ(entries[reason], 1) << word(reason);
    EXPECT_EQ(entries.size(), kReasonCount);
}

TEST(Explained, every_event_of_the_catalogue_has_one_entry_and_no_more) {
    std::map<EventType, int> entries;
    for (const EventExplanation& each : about_events()) ++entries[each.type];
    for (const CatalogueEntry& each : catalogue()) EXPECT_EQ(entries[each.type], 1) << each.action();
    EXPECT_EQ(entries.size(), catalogue().size());
}

TEST(Explained, texts_are_sentences_in_plain_ascii) {
    const auto is_sentence = [](std::string_view text, const char* of) {
        EXPECT_THAT(std::string{text}, EndsWith(".")) << of;
        EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; })) << of;
    };
    for (const Explanation* each : all_explanations()) {
        for (const std::string_view text : {each->meaning, each->seen, each->we_do, each->you_do}) is_sentence(text, word(each->reason));
    }
    for (const EventExplanation& each : about_events()) {
        for (const std::string_view text : {each.we_do, each.you_do}) is_sentence(text, word(each.type));
    }
}

/// `check` ends with it, in one line of a console.
TEST(Explained, the_one_thing_to_do_is_one_short_sentence) {
    constexpr std::size_t kRoom = kConsole - 11;
    for (const Reason reason : all_reasons()) {
        EXPECT_LE(thing_to_do(reason).size(), kRoom) << word(reason) << ": " << thing_to_do(reason);
        EXPECT_THAT(std::string{thing_to_do(reason)}, EndsWith(".")) << word(reason);
    }
    EXPECT_EQ(thing_to_do(Reason::certificate_expiring), "Renew the certificate into LocalMachine\\MY.");
}

/// DESIGN 6.1, the paragraph "Information".
TEST(Explained, what_is_information_and_nothing_else_is_called_so) {
    const std::set<Reason> information{Reason::tls_offloaded,          Reason::sstp_not_configured,    Reason::names_presumed,
                                       Reason::listener_excluded_ipv4, Reason::listener_excluded_ipv6, Reason::service_starting};
    for (const Reason reason : all_reasons()) {
        EXPECT_EQ(explanation(reason).severity == "information", information.count(reason) == 1) << word(reason);
        EXPECT_THAT(std::string{explanation(reason).severity}, testing::ContainsRegex("critical|warning|information")) << word(reason);
    }
}

TEST(Explained, every_policy_key_named_exists) {
    const std::string reference = policy_reference();
    const auto exists = [&](std::string_view keys, const char* of) {
        for (const std::string_view key : keys_of(keys)) {
            const std::string code = fmt::format("`{}`", key);  // a section stands in bold
            EXPECT_TRUE(reference.find("| " + code + " |") != std::string::npos ||
                        reference.find("| **" + code + "** |") != std::string::npos)
                << of << " " << key;
        }
    };
    for (const Explanation* each : all_explanations()) exists(each->keys, word(each->reason));
    for (const EventExplanation& each : about_events()) exists(each.keys, word(each.type));
}

/// Words with an underscore or a point in them are words that somebody will search for.
TEST(Explained, no_text_names_a_word_that_does_not_exist) {
    const std::string reference = policy_reference();
    const std::set<std::string> of_windows{"w32tm"};
    const std::regex snake{"[a-z0-9]+(_[a-z0-9]+)+"};
    const std::regex command{"sstp-watchdog ([a-z]+)"};
    const std::set<std::string> commands{"check", "plan", "heal", "status", "history", "policy", "siem", "explain"};
    const std::string text = render_all_explanations(1000);
    for (std::sregex_iterator each{text.begin(), text.end(), snake}, end; each != end; ++each) {
        const std::string found = each->str();
        const bool known = reason_from_word(found) || event_type_from_word(found) || catalogue_field(found) ||
                           reference.find(found) != std::string::npos || of_windows.count(found) == 1;
        EXPECT_TRUE(known) << found;
    }
    for (std::sregex_iterator each{text.begin(), text.end(), command}, end; each != end; ++each) {
        EXPECT_TRUE(commands.count((*each)[1].str()) == 1) << each->str();
    }
}

TEST(Explained, everything_fits_a_console) {
    for (const std::string& text : {render_all_explanations(kConsole), render_explained_words(kConsole)}) {
        for (const std::string& line : lines_of(text)) EXPECT_LE(columns_of(line), kConsole) << line;
    }
}

TEST(Explain, tells_a_finding) {
    const std::string text = render_explanation("Certificate_Expiring", kConsole).value_or("");
    EXPECT_THAT(text, StartsWith("certificate_expiring\n  Finding      warning\n  Means        The certificate in force ends soon"));
    EXPECT_THAT(
        text,
        HasSubstr(
            "\n  What you do  Renew the certificate into LocalMachine\\MY. If a newer one is\n               here, the finding says"));
    EXPECT_THAT(text, HasSubstr("\n  Policy       certificate.warn_before, certificate.replace_before,\n               restart.window\n"));
    EXPECT_THAT(text, HasSubstr("\n  Told as      1019 certificate_expiring\n"));
    EXPECT_THAT(text, HasSubstr("\n\ncertificate_expiring\n  Event        1019, warning\n")) << "a word that is both is told as both";
}

TEST(Explain, tells_an_event_by_its_word_and_by_its_id) {
    const auto by_word = render_explanation("siem_destination_down", kConsole);
    ASSERT_TRUE(by_word);
    EXPECT_THAT(*by_word, HasSubstr("\n  Pair         resolved by 1026 siem_destination_restored\n"));
    EXPECT_EQ(render_explanation("1025", kConsole), by_word);
}

TEST(Explain, of_a_word_that_does_not_exist_names_the_nearest) {
    EXPECT_FALSE(render_explanation("certificate_expird", kConsole));
    EXPECT_THAT(explain_unknown("certificate_expird", kConsole),
                StartsWith("There is no finding and no event \"certificate_expird\". Did you mean:\n"
                           "  certificate_expired             The certificate in force has ended."));
    EXPECT_THAT(explain_unknown("zzzz", kConsole), Not(HasSubstr("Did you mean")));
    EXPECT_THAT(explain_unknown("zzzz", kConsole), EndsWith("\nThe list of all words: sstp-watchdog explain\n"));
    EXPECT_LT(explain_unknown(std::string(100000, 'x'), kConsole).size(), 300U);
    EXPECT_EQ(explain_unknown("a\nb\x1B[2J", kConsole).find('\x1B'), std::string::npos);
    for (const std::string& line : lines_of(explain_unknown("binding", kConsole))) EXPECT_LE(columns_of(line), kConsole) << line;
}

TEST(Explain, takes_words_as_they_are_written_elsewhere) {
    const auto wanted = render_explanation("certificate_expired", kConsole);
    ASSERT_TRUE(wanted);
    for (const char* typed : {"Certificate expired", "certificate-expired", "CERTIFICATE_EXPIRED"}) {
        EXPECT_EQ(render_explanation(typed, kConsole), wanted) << typed;
    }
}

struct Meant {
    const char* typed;
    const char* first;    ///< what is offered first
    const char* another;  ///< what must be offered as well, or nothing
};

class ExplainOffers : public testing::TestWithParam<Meant> {};

/// What somebody types who remembers the matter and not the word.
TEST_P(ExplainOffers, what_was_meant) {
    const Meant& each = GetParam();
    const auto lines = lines_of(explain_unknown(each.typed, kConsole));
    ASSERT_GT(lines.size(), 2U) << each.typed;
    EXPECT_LE(lines.size(), 7U);
    EXPECT_THAT(lines[1], StartsWith(std::string{"  "} + each.first + " "));
    if (*each.another) {
        EXPECT_THAT(lines, testing::Contains(StartsWith(std::string{"  "} + each.another + " ")));
    }
}

INSTANTIATE_TEST_SUITE_P(
    Explain, ExplainOffers,
    testing::Values(Meant{"expired", "certificate_expired", ""}, Meant{"expired cert", "certificate_expired", ""},
                    Meant{"cert_missing", "certificate_missing", ""}, Meant{"revoked", "certificate_revoked", ""},
                    Meant{"ocsp", "revocation_unknown", ""}, Meant{"sha256_wrong", "hash_sha256_mismatch", "hash_sha256_missing"},
                    Meant{"hash mismatch", "hash_sha1_mismatch", "hash_sha256_mismatch"}, Meant{"load balancer", "tls_offloaded", ""},
                    Meant{"eku", "eku_unfit", ""}, Meant{"private key", "private_key_missing", "private_key_unusable"},
                    Meant{"kill switch", "kill_switch_invalid", "kill_switch_set"}, Meant{"iis", "binding_foreign_owner", ""},
                    Meant{"listener_unreachable", "listener_unreachable_ipv4", "listener_unreachable_ipv6"},
                    Meant{"servce_stoped", "service_stopped", ""}, Meant{"13", "rassstp_event_seen", ""},
                    Meant{"15021", "http_event_seen", ""}, Meant{"budget", "budget_exhausted", "budget_restored"},
                    Meant{"intermediate missing", "served_chain_incomplete", ""}, Meant{"clock", "clock_not_believed", ""}));

TEST(Explain, the_page_has_a_heading_for_every_finding_and_every_event) {
    const std::string page = render_explained_page();
    const auto count = [&](const std::string& heading) {
        std::size_t found = 0;
        for (std::size_t at = 0; (at = page.find(heading, at)) != std::string::npos; at += heading.size()) ++found;
        return found;
    };
    for (const Reason reason : all_reasons()) EXPECT_EQ(count(std::string{"\n### "} + word(reason) + "\n"), 1U) << word(reason);
    for (const CatalogueEntry& each : catalogue()) {
        EXPECT_EQ(count("\n### " + std::to_string(each.id) + " " + each.action() + "\n"), 1U) << each.action();
    }
}

TEST(Explain, the_page_of_the_repository_is_what_is_explained) {
    expect_generated_file("core/report/explain/README.md", render_explained_page());
}

}  // namespace
}  // namespace sstp
