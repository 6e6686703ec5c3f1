// field/servers.md: a state database that is full or damaged (rows 50, 89), and a clock that is set back while we run (44), as stories.

#include "core/record/sqlite_record.h"
#include "tests/core/record/failing_disk.h"
#include "tests/core/record/temporary_folder.h"
#include "tests/core/servers/story.h"

namespace sstp::test {
namespace {

using namespace std::chrono_literals;
using namespace simulated;
using std::chrono::days;

class OurOwnFooting : public Story {
protected:
    /// Event 25, and RemoteAccess has ended: clients are out.
    void break_rras() {
        store_hashes(world, make_certificate(9));
        ASSERT_FALSE(restart_rras(world));
    }
};

TEST_F(OurOwnFooting, Row50_OnAFullDiskAHealHasRoomAndThatNothingElseIsKeptIsSaid) {
    FailingDisk disk;
    const TemporaryFolder folder;
    SqliteRecord database{folder.file("state.db"), server.record_clock};
    server.on_disk = &database;
    server.writes_status = true;
    server.settle();
    disk.full = true;   // for the database, and for the file beside it
    server.windows_answers([&](PortCall call) {
        return disk.full && call == PortCall::files_replace ? Verdict{Effect::fails, ErrorKind::disk_full, 112, 1ms} : Verdict{};
    });
    expire();
    server.live(30min);
    EXPECT_EQ("2", server.everything_names()) << server.described();
    EXPECT_TRUE(server.all_connect());
    // What is told meanwhile takes the room that other tables have left.
    const JournalEvent filler{0, EventType::heartbeat, world.wall, std::string(300, 'x'), {}};
    for (int i = 0; i < 5000 && database.commit({{filler}, std::nullopt, std::nullopt}); ++i) {
    }
    server.live(7h);
    ASSERT_TRUE(server.finds(Reason::record_unwritable)) << server.described();
    EXPECT_NE(std::string::npos, server.said_of(Reason::record_unwritable).find("Make room on the disk"))
        << server.said_of(Reason::record_unwritable);
    const Certificate three = [] {
        Certificate newest = newer_certificate(3);
        newest.not_before += 1h;
        newest.not_after += days{1};
        return newest;
    }();
    add_certificate(world, three);
    stored(world, two.thumbprint)->certificate.not_after = world.wall - 1min;
    server.live(2h);
    EXPECT_EQ("3", server.everything_names()) << "by the room that the first heal gave back: " << server.described();
    disk.full = false;
    server.live(30min);
    EXPECT_EQ("3", server.everything_names()) << server.described();
    EXPECT_TRUE(server.all_connect());
    EXPECT_FALSE(server.finds(Reason::record_unwritable));
    bool told = false;
    const auto journal = database.journal(std::nullopt, 100'000);
    ASSERT_TRUE(journal);
    for (const JournalEvent& each : *journal) {
        told = told || (each.type == EventType::finding_raised && each.fields.at("reason") == std::string{"certificate_expired"});
    }
    EXPECT_TRUE(told) << "alarms of that time are not dropped silently";
}

TEST_F(OurOwnFooting, Row89a_WithADamagedDatabaseAMissingRecordIsPutBackAtOnce) {
    server.settle();
    server.crash();
    server.lose_the_database();
    drop_binding(world, kIpv4);
    server.begin();
    server.live(5min);
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_TRUE(server.all_connect()) << server.described();
    EXPECT_EQ(0U, server.restarts()) << "a record alone needs none";
}

TEST_F(OurOwnFooting, Row89a_AtOnceMeansWithoutTheQuietPeriodForOneFamilyAndForBoth) {
    for (const bool both : {false, true}) {
        WatchedServer each;
        each.settle();
        each.crash();
        each.lose_the_database();
        drop_binding(each.world, kIpv4);
        if (both) drop_binding(each.world, kIpv6);
        each.begin();
        each.live(5s);
        EXPECT_EQ("1", each.everything_names()) << both << each.described();
        EXPECT_TRUE(each.all_connect()) << both << each.described();
        EXPECT_EQ(0U, each.restarts()) << both;
    }
}

TEST_F(OurOwnFooting, Row89b_WithRrasDownThereIsOneRestartAndThenTheBudgetCounts) {
    server.settle();
    server.crash();
    server.lose_the_database();
    break_rras();
    server.begin();
    server.live(5min);
    EXPECT_EQ("1", server.everything_names()) << server.described();
    EXPECT_EQ(1U, server.restarts());
    EXPECT_TRUE(server.all_connect());
    break_rras();
    server.live(30min);
    EXPECT_EQ(1U, server.restarts()) << "a second one within the hour: nobody knows how many there were before";
    EXPECT_TRUE(server.finds(Reason::budget_exhausted, Severity::warning)) << server.described();
    server.live(2h);
    EXPECT_EQ(2U, server.restarts()) << server.described();
    EXPECT_TRUE(server.all_connect());
}

// A clock that is set back two months while we run: by its dates the certificate in force begins only next month, and an older one of the
// same CA, which is still in the store, would be the fit one.
TEST_F(OurOwnFooting, Row44_AClockThatIsSetBackBeforeWhatClientsAcceptedMovesNothing) {
    Certificate older = make_certificate(3);
    older.not_before = world.wall - days{200};
    older.not_after = world.wall + days{100};
    add_certificate(world, older);
    server.settle();
    clients_dial(world);
    server.live(5min);
    server.count();
    world.time_synchronised = false;   // somebody set it by hand, and no time service puts it right
    set_clock_off(world, -days{60});
    server.live(50min);
    EXPECT_EQ(1U, server.told(EventType::clock_not_believed)) << server.described();
    server.live(5h);
    EXPECT_EQ(0U, server.writes()) << server.described();
    EXPECT_EQ("1", server.everything_names());
    EXPECT_TRUE(server.all_connect());
    EXPECT_TRUE(server.finds(Reason::clock_not_believed)) << server.described();
    EXPECT_EQ(0U, server.raised(Reason::certificate_not_yet_valid, Severity::warning)) << "one cause, one alarm";
    EXPECT_EQ(1U, server.raised(Reason::certificate_not_yet_valid, Severity::information)) << server.described();
    set_clock_off(world, days{60});
    server.live(10min);
    EXPECT_EQ(0U, server.writes()) << server.described();
    EXPECT_EQ(1U, server.told(EventType::clock_believed)) << server.described();
    EXPECT_FALSE(server.finds(Reason::clock_not_believed)) << server.described();
}

}  // namespace
}  // namespace sstp::test
