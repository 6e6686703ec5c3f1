#pragma once

#include "core/model/state.h"

#include <cstdint>
#include <random>

namespace sstp {

/// Values without a meaning, but of every shape: every optional there and not, lists empty and not, texts with quotes and no ASCII.
class AnyContents {
public:
    explicit AnyContents(std::uint64_t seed) : random_(seed) {}

    /// What the record moves on by itself stays at its default.
    RecordContents contents();
    Certificate certificate();
    OpenHeal open_heal();

private:
    std::uint64_t number(std::uint64_t below);
    bool flip() { return number(2) == 1; }
    std::string text();
    WallTime wall() { return WallTime{Duration{static_cast<std::int64_t>(number(4'000'000'000'000)) - 1'000'000'000'000}}; }
    RunningTime running() { return {Duration{static_cast<std::int64_t>(number(1'000'000'000'000))}}; }
    std::uint32_t u32() { return static_cast<std::uint32_t>(number(std::uint64_t{1} << 32)); }
    Bytes bytes(std::size_t most);
    template <class T>
    T digest() {
        Bytes raw(T::kSize);
        for (auto& each : raw) each = static_cast<std::uint8_t>(number(256));
        return *T::from_bytes(raw);
    }
    template <class E>
    E one_of(E last) {
        return static_cast<E>(number(static_cast<std::uint64_t>(last) + 1));
    }
    template <class Make>
    auto maybe(Make make) -> std::optional<decltype(make())> {
        return flip() ? std::optional{make()} : std::nullopt;
    }
    template <class Make>
    auto some(Make make) -> std::vector<decltype(make())> {
        std::vector<decltype(make())> values;
        for (std::uint64_t i = number(4); i > 0; --i) values.push_back(make());
        return values;
    }
    Reason reason() { return one_of(Reason::client_certificate_unfit); }
    AddressFamily family() { return one_of(AddressFamily::ipv6); }
    std::vector<std::string> texts() {
        return some([&] { return text(); });
    }
    CertificateAuthority authority();
    ChainRoot root();
    ListenerBinding binding();
    RawValue raw();
    Step step();
    Finding finding();

    std::mt19937_64 random_;
};

}  // namespace sstp
