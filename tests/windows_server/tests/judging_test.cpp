#include "tests/windows_server/kit/judging.h"

#include <gmock/gmock.h>

#include <utility>

namespace sstp::kit {

namespace {

using Kind = Verdict::Kind;

Verdict verdict_of(const std::string& id, const Answers& answers) {
    for (const auto& question : all_questions()) {
        if (question.id == id) return question.judge(answers);
    }
    ADD_FAILURE() << "there is no question " << id;
    return {};
}

Ran printed(std::string output, int exit_code = 0) { return {.exit_code = exit_code, .output = std::move(output)}; }

struct Row {
    const char* sentence;
    const char* id;
    Answers answers;
    Kind verdict;
};

const std::string kOwnService =
    "state=running\nprocess=1234\nstart=automatic\npath=\"C:\\Program Files\\SSTP Watchdog\\sstp-watchdog.exe\" service\nsid_type=1\n"
    "preshutdown_ms=30000\nprivileges=SeChangeNotifyPrivilege\nrecovers_after_errors=yes\nrecovery=1:10000,1:60000,1:300000,0:0\n";

std::string with(std::string text, const std::string& old, const std::string& now) { return text.replace(text.find(old), old.size(), now); }

const std::string kTaken = "extension_points=0x1\nimage_load=0x7\nchild_process=0x1\nredirection_trust=0x1\ndynamic_code=0x0\n";
const std::string kOurRecord = "\n    IP:port : 0.0.0.0:443\n    Application ID : {ba195980-cd49-458b-9e23-c84ee0adcd75}\n\n";

const std::vector<Row> kRows{
    {"a service that is set up as it sets itself up", "configuration", {{"service", printed(kOwnService)}}, Kind::as_expected},
    {"an unquoted path is told (unquoted service path)",
     "configuration",
     {{"service", printed(with(kOwnService, "path=\"", "path="))}},
     Kind::differs},
    {"three minutes of preshutdown are Windows' default (F16)",
     "configuration",
     {{"service", printed(with(kOwnService, "30000", "180000"))}},
     Kind::differs},
    {"a whole LocalSystem token shows that the privileges were not reduced (F17)",
     "token",
     {{"process", printed("token_privileges=SeChangeNotifyPrivilege,SeDebugPrivilege\nservice_sid=yes\n")}},
     Kind::differs},
    {"one privilege and the service's SID",
     "token",
     {{"process", printed("token_privileges=SeChangeNotifyPrivilege\nservice_sid=yes\n")}},
     Kind::as_expected},
    {"policies in force", "mitigations", {{"process", printed(kTaken)}}, Kind::as_expected},
    {"forbidden code at run time is told (F1)",
     "mitigations",
     {{"process", printed(with(kTaken, "dynamic_code=0x0", "dynamic_code=0x1"))}},
     Kind::differs},
    {"a policy that Server 2016 does not know is none of our faults",
     "mitigations",
     {{"process", printed(with(kTaken, "redirection_trust=0x1", "redirection_trust=unknown(87)"))}},
     Kind::as_expected},
    {"netsvcs shared by others is to be read (F2)",
     "sharing",
     {{"remote_access", printed("state=running\nin_process=Appinfo,RemoteAccess,Schedule\n")}},
     Kind::to_be_read},
    {"a dependant that takes no stop is told (F21)",
     "dependants",
     {{"of_rasman", printed("dependant=VendorAgent of=RasMan state=running accepts_stop=no\ncount=1\n")},
      {"of_sstpsvc", printed("count=0\n")}},
     Kind::differs},
    {"one that does not run need not take one",
     "dependants",
     {{"of_rasman", printed("dependant=VendorAgent of=RasMan state=stopped accepts_stop=no\ncount=1\n")},
      {"of_sstpsvc", printed("count=0\n")}},
     Kind::as_expected},
    {"thirty seconds of START_PENDING are too many (F9)",
     "second_start",
     {{"watched", printed("at=0.30 state=start_pending checkpoint=1 accepts_stop=no\nrunning_after=31.20\n")}},
     Kind::differs},
    {"an upgrade that fails ends with 1603 and leaves all as it was",
     "rollback",
     {{"upgrade", printed("", 1603)},
      {"versions_before", printed("version=1.0.0")},
      {"versions_after", printed("version=1.0.0")},
      {"descriptor_before", printed("D:(A;;LC;;;BU)")},
      {"descriptor_after", printed("D:(A;;LC;;;BU)")},
      {"service", printed("state=running\n")}},
     Kind::as_expected},
    {"a service that is down after a rollback is told (F11)",
     "rollback",
     {{"upgrade", printed("", 1603)},
      {"versions_before", printed("version=1.0.0")},
      {"versions_after", printed("version=1.0.0")},
      {"descriptor_before", printed("D:")},
      {"descriptor_after", printed("D:")},
      {"service", printed("state=stopped\n")}},
     Kind::differs},
    {"access rights lost in an upgrade are told (F11)",
     "upgrade",
     {{"upgrade", printed("", 3010)},
      {"trouble", printed("", 1)},
      {"descriptor_before", printed("D:(A;;LC;;;BU)")},
      {"descriptor_after", printed("D:")},
      {"service", printed("state=stopped\nstart=manual\n")}},
     Kind::differs},
    {"a file that was held is exchanged later (F6)",
     "upgrade",
     {{"upgrade", printed("", 3010)},
      {"trouble", printed("", 1)},
      {"descriptor_before", printed("D:")},
      {"descriptor_after", printed("D:")},
      {"service", printed("state=stopped\nstart=manual\n")}},
     Kind::as_expected},
    {"a stop that came when nothing was being restarted proves nothing (F5)",
     "stop_in_a_heal",
     {{"stopped", printed("met_after=never\n", 125)},
      {"remote_access", printed("state=running\n")},
      {"rasman", printed("state=running\n")},
      {"sstpsvc", printed("state=running\n")}},
     Kind::differs},
    {"a healed binding without a client that connects proves no crypto binding",
     "heal",
     {{"healed", printed("first=21.0 tries=9\n")}, {"connected", printed("", 691)}},
     Kind::differs},
    {"a refused folder without a word in the Application log is told (F10)",
     "folder_of_a_user",
     {{"events", printed("")}, {"after", printed("state=stopped\n", 1)}},
     Kind::differs},
    {"an access list that the start has changed is told (F12)",
     "hard_link",
     {{"before", printed("BUILTIN\\Users:(I)(RX)")}, {"after_acl", printed("NT AUTHORITY\\SYSTEM:(F)")}},
     Kind::differs},
    {"IIS on 443 keeps the kit from replacing its binding",
     "port_is_ours",
     {{"records", printed(kOurRecord + "    IP:port : [::]:443\n    Application ID : {4dc3e181-e14b-4a21-b022-59fc669b0914}\n\n")}},
     Kind::differs},
    {"SSTP alone on 443", "port_is_ours", {{"records", printed(kOurRecord)}}, Kind::as_expected},
    {"a key that is called unusable while KeyIso is stopped is told (F7)",
     "keys",
     {{"made",
       printed("1111111111111111111111111111111111111111 CN=sstp-kit key csp\n2222222222222222222222222222222222222222 CN=sstp-kit key "
               "ksp\n3333333333333333333333333333333333333333 CN=sstp-kit key ecc\n")},
      {"keys",
       printed("certificate=1111111111111111111111111111111111111111 key=usable\ncertificate=2222222222222222222222222222222222222222 "
               "key=usable\ncertificate=3333333333333333333333333333333333333333 key=usable\n")},
      {"without_keyiso", printed("certificate=2222222222222222222222222222222222222222 key=unusable\n")}},
     Kind::differs},
    {"RemoteAccess called stopped while it was only starting is told (F4)",
     "boot",
     {{"history", printed("{\"reason\": \"service_stopped\"}")}, {"watchdog", printed("state=running\n")}},
     Kind::differs},
};

TEST(Judges, know_what_is_as_expected) {
    for (const auto& row : kRows) {
        const auto verdict = verdict_of(row.id, row.answers);
        EXPECT_EQ(verdict.kind, row.verdict) << row.sentence << ": " << verdict.because;
    }
}

TEST(ProbeWords, are_read_whole_and_by_their_whole_name) {
    const Ran ran = printed("service_exit_code=5 exit_code=3\nfirst=12.5\npath=a b\nnever=x1\n");
    EXPECT_EQ(word_value(ran, "exit_code"), "3");
    EXPECT_EQ(number_value(ran, "first"), 12.5);
    EXPECT_EQ(word_value(ran, "path"), "a");
    EXPECT_EQ(number_value(ran, "never"), std::nullopt);
    EXPECT_EQ(word_value(ran, "missing"), "");
}

}  // namespace

}  // namespace sstp::kit
