#pragma once

#include <string>

namespace sstp::rras_host {

/// A self-signed certificate in LocalMachine\MY for tests of the doubles; removed when this goes.
class TestCertificate {
public:
    /// With a private key in a key container of its own, or with a link to a container that does not exist.
    enum class Key { usable, broken };
    TestCertificate(const std::string& name, Key key);
    ~TestCertificate();
    TestCertificate(const TestCertificate&) = delete;
    TestCertificate& operator=(const TestCertificate&) = delete;

    /// SHA-1 thumbprint, 20 bytes.
    const std::string& hash() const { return hash_; }

private:
    std::wstring container_;
    std::string hash_;
};

}  // namespace sstp::rras_host
