#include "tests/contracts/registry_contract.h"

#include <string_view>

namespace sstp::contracts {
namespace {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ParametersContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(KillSwitchContract);

constexpr SstpValue kAll[] = {SstpValue::sha1_certificate_hash,
                              SstpValue::sha256_certificate_hash,
                              SstpValue::is_hash_configured_by_admin,
                              SstpValue::listener_port,
                              SstpValue::use_https,
                              SstpValue::server_uri,
                              SstpValue::sha1_enabled,
                              SstpValue::applied_listener_port,
                              SstpValue::applied_use_https};
constexpr SstpValue kOurs[] = {SstpValue::sha1_certificate_hash, SstpValue::sha256_certificate_hash,
                               SstpValue::is_hash_configured_by_admin};
constexpr SstpValue kNotOurs[] = {
    SstpValue::listener_port,         SstpValue::use_https,        SstpValue::server_uri, SstpValue::sha1_enabled,
    SstpValue::applied_listener_port, SstpValue::applied_use_https};

/// REG_SZ as programs write it, with the NUL.
RawValue text(std::u16string_view characters) {
    RawValue raw{RawValue::kText, {}};
    for (const char16_t c : characters) {
        raw.data.push_back(static_cast<std::uint8_t>(c));
        raw.data.push_back(static_cast<std::uint8_t>(c >> 8));
    }
    raw.data.insert(raw.data.end(), 2, 0);
    return raw;
}

RawValue twenty_bytes() {
    Bytes bytes;
    for (std::uint8_t i = 0; i < 20; ++i) bytes.push_back(static_cast<std::uint8_t>(i * 13));
    return RawValue::binary(std::move(bytes));
}

TEST_P(ParametersContract, a_missing_value_is_absent_not_unreadable) {
    for (const SstpValue value : kAll) EXPECT_TRUE(is_absent(world->parameters().read(value))) << registry_name(value);
}

TEST_P(ParametersContract, what_is_written_reads_back_bit_for_bit) {
    ASSERT_TRUE(world->parameters().write(SstpValue::sha1_certificate_hash, twenty_bytes()));
    ASSERT_TRUE(world->parameters().write(SstpValue::is_hash_configured_by_admin, RawValue::dword(1)));
    EXPECT_EQ(world->parameters().read(SstpValue::sha1_certificate_hash), Observed<RawValue>{twenty_bytes()});
    EXPECT_EQ(world->parameters().read(SstpValue::is_hash_configured_by_admin), Observed<RawValue>{RawValue::dword(1)});
    EXPECT_TRUE(is_absent(world->parameters().read(SstpValue::sha256_certificate_hash)));
}

TEST_P(ParametersContract, an_undo_can_put_back_even_what_was_malformed) {
    const RawValue odd_ones[] = {
        {RawValue::kBinary, {}},                   // empty
        {RawValue::kBinary, Bytes(19, 7)},         // one byte short
        text(u"3F2A"),                             // text where bytes belong
        {RawValue::kDword, {1, 2}},                // half a number
        {7, {0x41, 0, 0, 0, 0, 0}},                // REG_MULTI_SZ
        {0, {9}},                                  // REG_NONE
        {RawValue::kBinary, Bytes(70'000, 0xA5)},  // far more than a first guess at its size
    };
    for (const RawValue& raw : odd_ones) {
        ASSERT_TRUE(world->parameters().write(SstpValue::sha256_certificate_hash, raw));
        EXPECT_EQ(world->parameters().read(SstpValue::sha256_certificate_hash), Observed<RawValue>{raw});
    }
}

TEST_P(ParametersContract, what_others_write_is_seen_at_the_next_read) {
    world->somebody_writes(SstpValue::server_uri, text(u"/sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/"));
    EXPECT_EQ(decode_text(world->parameters().read(SstpValue::server_uri)), Stored<std::string>{std::string{kServerUri}});
    world->somebody_writes(SstpValue::server_uri, std::nullopt);
    EXPECT_TRUE(is_absent(world->parameters().read(SstpValue::server_uri)));
}

TEST_P(ParametersContract, only_hashes_and_flag_can_be_changed) {
    for (const SstpValue value : kNotOurs) {
        world->somebody_writes(value, RawValue::dword(7));
        const auto written = world->parameters().write(value, RawValue::dword(1));
        ASSERT_FALSE(written) << registry_name(value);
        EXPECT_EQ(written.error().kind, ErrorKind::malformed);
        const auto removed = world->parameters().remove(value);
        ASSERT_FALSE(removed) << registry_name(value);
        EXPECT_EQ(removed.error().kind, ErrorKind::malformed);
        EXPECT_EQ(world->parameters().read(value), Observed<RawValue>{RawValue::dword(7)}) << registry_name(value);
    }
}

TEST_P(ParametersContract, what_is_to_be_applied_and_what_was_applied_are_two_values) {   // 72
    world->somebody_writes(SstpValue::listener_port, RawValue::dword(4443));
    world->somebody_writes(SstpValue::applied_listener_port, RawValue::dword(443));
    EXPECT_EQ(world->parameters().read(SstpValue::listener_port), Observed<RawValue>{RawValue::dword(4443)});
    EXPECT_EQ(world->parameters().read(SstpValue::applied_listener_port), Observed<RawValue>{RawValue::dword(443)});
    EXPECT_TRUE(is_absent(world->parameters().read(SstpValue::applied_use_https)));
}

TEST_P(ParametersContract, when_it_was_last_written_moves_with_each_write) {
    const WallTime begun = world->now();
    ASSERT_TRUE(world->parameters().write(SstpValue::is_hash_configured_by_admin, RawValue::dword(0)));
    const auto first = world->parameters().last_written();
    ASSERT_TRUE(first) << first.error().message();
    EXPECT_GE(*first, begun - std::chrono::seconds{2});
    EXPECT_LE(*first, world->now() + std::chrono::seconds{2});
    world->somebody_writes(SstpValue::use_https, RawValue::dword(1));
    EXPECT_GE(*world->parameters().last_written(), *first);
}

TEST_P(ParametersContract, removing_a_value_is_done_once_and_stays_success) {
    for (const SstpValue value : kOurs) {
        ASSERT_TRUE(world->parameters().write(value, RawValue::dword(1)));
        EXPECT_TRUE(world->parameters().remove(value)) << registry_name(value);
        EXPECT_TRUE(is_absent(world->parameters().read(value)));
        EXPECT_TRUE(world->parameters().remove(value)) << registry_name(value);
    }
}

TEST_P(ParametersContract, a_flush_changes_nothing) {
    ASSERT_TRUE(world->parameters().write(SstpValue::sha1_certificate_hash, twenty_bytes()));
    const auto flushed = world->parameters().flush();
    ASSERT_TRUE(flushed) << flushed.error().message();
    EXPECT_EQ(world->parameters().read(SstpValue::sha1_certificate_hash), Observed<RawValue>{twenty_bytes()});
}

TEST_P(KillSwitchContract, without_a_value_it_is_absent) { EXPECT_TRUE(is_absent(world->kill_switch().read())); }

TEST_P(KillSwitchContract, the_text_comes_as_it_is) {
    world->group_policy_sets(text(u"observe"));
    EXPECT_EQ(world->kill_switch().read(), Observed<std::string>{"observe"});
    world->group_policy_sets(text(u"Heal "));
    EXPECT_EQ(world->kill_switch().read(), Observed<std::string>{"Heal "});
    world->group_policy_sets(text(u"größer"));
    EXPECT_EQ(world->kill_switch().read(), Observed<std::string>{"größer"});
    world->group_policy_sets(std::nullopt);
    EXPECT_TRUE(is_absent(world->kill_switch().read()));
}

TEST_P(KillSwitchContract, what_is_no_text_reads_as_hex_and_never_as_heal) {
    world->group_policy_sets(RawValue::dword(1));
    EXPECT_EQ(world->kill_switch().read(), Observed<std::string>{"01000000"});
    RawValue heal_in_bytes = text(u"heal");
    heal_in_bytes.type = RawValue::kBinary;
    world->group_policy_sets(heal_in_bytes);
    EXPECT_EQ(world->kill_switch().read(), Observed<std::string>{"6800650061006C000000"});
    world->group_policy_sets(RawValue{RawValue::kText, {0x68, 0x00, 0x65}});
    EXPECT_EQ(world->kill_switch().read(), Observed<std::string>{"680065"});
}

}  // namespace
}  // namespace sstp::contracts
