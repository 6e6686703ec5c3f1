// What is not described is not stored: every member of every stored struct is counted.

#include "core/record/member_list.h"

#include <gtest/gtest.h>

#include <utility>

namespace sstp {

namespace described_test {
/// Becomes whatever a member is. Never called, so never defined.
struct AnyMember {
    template <class T>
    operator T() const;   // NOLINT(google-explicit-constructor)
};
}  // namespace described_test

namespace {

using described_test::AnyMember;

template <class T, std::size_t... I>
constexpr bool can_be_made_of(std::index_sequence<I...>) {
    return requires { T{(static_cast<void>(I), AnyMember{})...}; };
}

/// Members of an aggregate: as many values as its braces take.
template <class T, std::size_t Most = 48>
constexpr std::size_t members_of() {
    static_assert(std::is_aggregate_v<T>);
    if constexpr (Most == 0) {
        return 0;
    } else if constexpr (can_be_made_of<T>(std::make_index_sequence<Most>{})) {
        static_assert(Most < 48, "count on");
        return Most;
    } else {
        return members_of<T, Most - 1>();
    }
}

struct CountingArchive {
    std::size_t described = 0;
    template <class T>
    void operator()(const char*, const T&) {
        ++described;
    }
    template <class T>
    void required(const char*, const T&) {
        ++described;
    }
};

template <class T>
std::size_t described_of() {
    CountingArchive archive;
    const T value{};
    stored::describe(archive, value);
    return archive.described;
}

template <class T>
class StoredStruct : public testing::Test {};

using EveryStruct =
    testing::Types<ChainRoot, ChainVerdict, Error, Certificate, CertificateAuthority, Moment, StartedBetween, Endpoint, BindingOptions,
                   ListenerBinding, RawValue, BindStep, WriteValueStep, RestartStep, RecordedChange, OpenHeal, BudgetCharge, Attempts,
                   PutBack, Cure, RefusedKey, AwaitedClient, HealStatistics, RunningClock, MachineIdentity, Learned, Proven, HeldByRras,
                   PlannedSuccession, Complaint, Finding, Reminder, RepeatedEvent, LossNotice, DestinationNotices>;
TYPED_TEST_SUITE(StoredStruct, EveryStruct);

TYPED_TEST(StoredStruct, has_every_member_described) { EXPECT_EQ(members_of<TypeParam>(), described_of<TypeParam>()); }

TEST(StoredStructs, leave_out_what_is_asked_anew_and_what_lies_elsewhere) {
    EXPECT_EQ(members_of<SessionMemory>(), described_of<SessionMemory>() + 1) << "SessionMemory::now";
    EXPECT_EQ(members_of<JournalEvent>(), described_of<JournalEvent>() + 1) << "JournalEvent::sequence";
    EXPECT_EQ(members_of<RecordContents>(), std::tuple_size_v<decltype(stored::kMemberList)> + 1) << "RecordContents::last_sequence";
}

}  // namespace
}  // namespace sstp
