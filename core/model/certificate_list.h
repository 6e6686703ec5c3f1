#pragma once

#include "core/model/certificate.h"

#include <memory>
#include <utility>
#include <vector>

namespace sstp {

/// The certificates of a store as a look found them. Copies share them: a look is copied several times in a cycle, and a store can hold
/// ten thousand. They are copied only for whoever changes a list that is shared.
class CertificateList {
public:
    CertificateList() = default;
    CertificateList(std::vector<Certificate> all)   // NOLINT(google-explicit-constructor): it is these certificates
        : all_(std::make_shared<std::vector<Certificate>>(std::move(all))) {}

    operator const std::vector<Certificate>&() const {   // NOLINT(google-explicit-constructor): likewise
        static const std::vector<Certificate> none;
        return all_ ? *all_ : none;
    }
    [[nodiscard]] const std::vector<Certificate>& all() const { return *this; }
    [[nodiscard]] auto begin() const { return all().begin(); }
    [[nodiscard]] auto end() const { return all().end(); }
    [[nodiscard]] std::size_t size() const { return all().size(); }
    [[nodiscard]] bool empty() const { return all().empty(); }
    [[nodiscard]] const Certificate& front() const { return all().front(); }
    [[nodiscard]] const Certificate& operator[](std::size_t index) const { return all()[index]; }

    /// To be changed; other copies of the list stay as they are.
    std::vector<Certificate>& own() {
        if (!all_ || all_.use_count() > 1) all_ = std::make_shared<std::vector<Certificate>>(all());
        return *all_;
    }

    /// Without looking at one certificate: two copies of one list. False says nothing.
    [[nodiscard]] bool is_shared_with(const CertificateList& other) const noexcept { return all_ == other.all_; }
    friend bool operator==(const CertificateList& left, const CertificateList& right) {
        return left.is_shared_with(right) || left.all() == right.all();
    }

private:
    std::shared_ptr<std::vector<Certificate>> all_;
};

}  // namespace sstp
