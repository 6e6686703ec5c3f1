#include "core/report/render_metrics.h"
#include "tests/core/report/example_reports.h"

#include <gmock/gmock.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace sstp {
namespace {

/// What a strict reader of the text format (0.0.4) makes of a page: value by name and labels. A violation is a test failure.
class Exposition {
public:
    explicit Exposition(const std::string& page) {
        if (page.empty() || page.back() != '\n') violation("the page does not end with a line feed", page);
        if (page.find('\r') != std::string::npos) violation("a carriage return", page);
        std::istringstream lines{page};
        for (std::string line; std::getline(lines, line);) read(line);
        if (!pending_help_.empty()) violation("HELP without TYPE", pending_help_);
    }
    [[nodiscard]] std::optional<double> value(const std::string& sample) const {
        const auto found = samples_.find(sample);
        return found == samples_.end() ? std::nullopt : std::optional{found->second};
    }
    [[nodiscard]] const std::map<std::string, double>& samples() const { return samples_; }

private:
    static void violation(const std::string& what, const std::string& where) { ADD_FAILURE() << what << ": " << where; }

    void read(const std::string& line) {
        static const std::regex help{R"(# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (\S.*))"};
        static const std::regex type{R"(# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge))"};
        static const std::regex sample{
            R"re(([a-zA-Z_:][a-zA-Z0-9_:]*)(\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (-?[0-9]+))re"};
        std::smatch match;
        if (std::regex_match(line, match, help)) {
            pending_help_ = match[1];
            if (!families_.insert(pending_help_).second) violation("a family is torn apart", line);
        } else if (std::regex_match(line, match, type)) {
            if (match[1] != pending_help_) violation("TYPE does not follow its HELP", line);
            family_ = match[1];
            counter_ = match[2] == "counter";
            pending_help_.clear();
        } else if (std::regex_match(line, match, sample)) {
            if (match[1] != family_) violation("a sample outside its family", line);
            const std::string name{match[1]};
            if (counter_ != (name.size() > 6 && name.ends_with("_total"))) violation("only counters end in _total", line);
            if (std::string{match[3]}.ends_with(',')) violation("a comma too many", line);
            if (!samples_.emplace(line.substr(0, line.rfind(' ')), std::stod(match[4])).second) violation("a sample twice", line);
        } else {
            violation("not a line of the format", line);
        }
    }

    std::map<std::string, double> samples_;
    std::set<std::string> families_;
    std::string family_, pending_help_;
    bool counter_ = false;
};

Exposition page(const CycleReport& report) { return Exposition{render_metrics(report, example::record(), example::head())}; }

const std::string kLabels = R"({serial_number="1E000000B7",subject_CN="vpn.example.com",issuer_CN="Example Issuing CA",role="sstp"})";

TEST(Metrics, a_healthy_server) {
    const Exposition metrics = page(example::healthy());
    EXPECT_EQ(metrics.value("sstp_watchdog_up"), 1);
    EXPECT_EQ(metrics.value("sstp_watchdog_healthy"), 1);
    EXPECT_EQ(metrics.value("sstp_watchdog_build_info{version=\"1.0.0\"}"), 1);
    EXPECT_EQ(metrics.value("sstp_watchdog_mode{mode=\"heal\"}"), 1);
    EXPECT_EQ(metrics.value("sstp_watchdog_last_cycle_timestamp_seconds"), 1795227540);
    EXPECT_EQ(metrics.value("x509_cert_not_after" + kLabels), 1802995200);
    EXPECT_EQ(metrics.value("x509_cert_expired" + kLabels), 0);
    for (const char* binding : {"ipv4", "ipv6", "sha1_hash", "sha256_hash", "served_ipv4", "served_ipv6"}) {
        EXPECT_EQ(metrics.value(std::string{"sstp_watchdog_binding_match{binding=\""} + binding + "\"}"), 1) << binding;
    }
    EXPECT_EQ(metrics.value("sstp_watchdog_heals_total{result=\"succeeded\"}"), 11);
    EXPECT_EQ(metrics.value("sstp_watchdog_heals_total{result=\"undone\"}"), 1);
    EXPECT_EQ(metrics.value("sstp_watchdog_heals_total{result=\"incomplete\"}"), 0);
    EXPECT_EQ(metrics.value("sstp_watchdog_heals_total{result=\"overtaken\"}"), 0);
    EXPECT_EQ(metrics.value("sstp_watchdog_last_heal_timestamp_seconds"), 1795227553);
    EXPECT_EQ(metrics.value("sstp_watchdog_event_log_gaps_total"), 2);
}

TEST(Metrics, a_broken_server) {
    const Exposition metrics = page(example::look_at(example::ipv6_put_back_server()));
    EXPECT_EQ(metrics.value("sstp_watchdog_healthy"), 0);
    EXPECT_EQ(metrics.value("sstp_watchdog_findings{reason=\"binding_mismatch\"}"), 1);
    EXPECT_EQ(metrics.value("sstp_watchdog_findings{reason=\"weak_key\"}"), 0);
    EXPECT_EQ(metrics.value("sstp_watchdog_binding_match{binding=\"ipv6\"}"), 0);
    EXPECT_EQ(metrics.value("sstp_watchdog_binding_match{binding=\"served_ipv6\"}"), 0);
    EXPECT_EQ(metrics.value("sstp_watchdog_binding_match{binding=\"ipv4\"}"), 1);
}

TEST(Metrics, tell_who_stopped_changes) {
    test::Around around;
    around.permission = Permission::observe_by_kill_switch;
    const Exposition metrics = page(example::look_at(example::ended_server(), around));
    EXPECT_EQ(metrics.value("sstp_watchdog_mode{mode=\"observe_by_kill_switch\"}"), 1);
    EXPECT_EQ(metrics.value("sstp_watchdog_mode{mode=\"heal\"}"), std::nullopt);
}

TEST(Metrics, of_each_destination) {
    const Exposition metrics = page(example::ended());
    const auto value = [&](const char* name, const char* labels) {
        return metrics.value(std::string{"sstp_watchdog_siem_"} + name + "{destination=" + labels + "}");
    };
    EXPECT_EQ(value("destination_up", "\"soc\""), 1);
    EXPECT_EQ(value("destination_up", "\"archive\""), 0);
    EXPECT_EQ(value("queue_events", "\"soc\""), 0);
    EXPECT_EQ(value("queue_events", "\"archive\""), 21);
    EXPECT_EQ(value("oldest_timestamp_seconds", "\"archive\""), 1795214400);
    EXPECT_EQ(value("oldest_timestamp_seconds", "\"soc\""), std::nullopt) << "nothing waits";
    EXPECT_EQ(value("oldest_age_seconds", "\"soc\""), 0);
    EXPECT_EQ(value("oldest_age_seconds", "\"archive\""), 13140);
    EXPECT_EQ(value("confirmed_total", "\"soc\""), 316);
    EXPECT_EQ(value("retries_total", "\"archive\",reason=\"connect\""), 41);
    EXPECT_EQ(value("lost_total", "\"archive\",reason=\"queue_full\""), 4);
    EXPECT_EQ(value("lost_total", "\"archive\",reason=\"gone\""), 0) << "there from the beginning, so that an alert can count";
}

TEST(Metrics, of_a_destination_whose_state_cannot_be_read_there_is_no_sample) {
    CycleReport report = example::healthy();
    report.destinations = example::destinations();
    report.destinations[0].trouble = Error{ErrorKind::busy, "read", "state.db", 5, "database is locked"};
    const Exposition metrics = page(report);
    EXPECT_EQ(metrics.value("sstp_watchdog_siem_queue_events{destination=\"soc\"}"), std::nullopt);
    EXPECT_EQ(metrics.value("sstp_watchdog_siem_queue_events{destination=\"archive\"}"), 21);
}

TEST(Metrics, every_reason_has_a_sample_so_that_an_alert_can_resolve) {
    const Exposition metrics = page(example::healthy());
    for (const Reason reason : all_reasons()) {
        EXPECT_EQ(metrics.value(std::string{"sstp_watchdog_findings{reason=\""} + word(reason) + "\"}"), 0) << word(reason);
    }
}

TEST(Metrics, what_could_not_be_read_is_neither_0_nor_1) {
    const Exposition metrics = page(example::not_elevated());
    EXPECT_EQ(metrics.value("sstp_watchdog_binding_match{binding=\"ipv4\"}"), std::nullopt);
    EXPECT_EQ(metrics.value("sstp_watchdog_binding_match{binding=\"sha256_hash\"}"), 1);
}

TEST(Metrics, behind_a_load_balancer_nothing_is_said_of_bindings_and_certificate) {
    const Exposition metrics = page(example::behind_load_balancer());
    for (const auto& [sample, value] : metrics.samples()) {
        EXPECT_FALSE(sample.starts_with("sstp_watchdog_binding_match") || sample.starts_with("x509_")) << sample;
    }
}

TEST(Metrics, hostile_names_stay_within_their_label) {
    CycleReport report = example::healthy();
    report.assessment.desired.active->subject_cn = "a\"} 1\nfake_metric 7\\ \xFF\xE2\x80\xAE{";
    const Exposition metrics = page(report);   // reports every violation itself
    for (const auto& [sample, value] : metrics.samples()) EXPECT_FALSE(sample.starts_with("fake_metric")) << sample;
}

TEST(Metrics, a_new_record_counts_from_zero) {
    const Exposition metrics{render_metrics(example::healthy(), {}, example::head())};
    EXPECT_EQ(metrics.value("sstp_watchdog_heals_total{result=\"succeeded\"}"), 0);
    EXPECT_EQ(metrics.value("sstp_watchdog_last_heal_timestamp_seconds"), std::nullopt);
}

}  // namespace
}  // namespace sstp
