#include "tests/core/selection/selection_case.h"

namespace sstp::test {

namespace order {

/// Which of several successors is taken: DESIGN 2.1, "Order". In each row all that come after the question speak for the other one.
class OrderOfSuccessors : public Selects {};
TEST_P(OrderOfSuccessors, IsThatOfTheDesign) { expect_as_said(GetParam()); }

/// Both outlast one, and neither supersedes the other: the later starts later, the longer ends later.
CertificateBuilder later(std::uint32_t number) { return certificate(number).valid(-1, 80); }
CertificateBuilder longer(std::uint32_t number) { return certificate(number).valid(-5, 89); }
IssuingCa other_root() { return public_ca("Second Issuing CA"); }

std::string number_of_the_smaller_hash() {
    const Certificate second = two(), third = certificate(3).newer();
    return second.hash < third.hash ? second.serial : third.serial;
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Successors, OrderOfSuccessors, testing::Values(
    SelectionCase{"the one to which auto-enrolment linked one, though the other starts later",
                  healthy().adding(longer(2)).adding(later(3)).linking(one(), longer(2)), "1, planned 2", "(certificate_superseded) renewal_link_pending"},
    SelectionCase{"the linked one, though the other is of the same root",
                  healthy().adding(longer(2).issued_by(other_root())).adding(later(3)).linking(one(), longer(2)), "1, planned 2",
                  "(certificate_superseded) renewal_link_pending"},
    SelectionCase{"the linked one is passed over where another starts later and ends later",
                  healthy().adding(certificate(2).valid(-5, 80)).adding(certificate(3).valid(-1, 89)).linking(one(), certificate(2)), "1, planned 3",
                  "(certificate_superseded) renewal_link_pending"},
    SelectionCase{"the one of the same root, though the other starts later",
                  healthy().adding(longer(2)).adding(later(3).issued_by(other_root())), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"the one with the same root on one of its two paths, though the other starts later",
                  healthy().adding(longer(2).issued_by(other_root().cross_signed_by(public_ca()))).adding(later(3).issued_by(other_root())),
                  "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"the one of the same root, though its key is of another kind",
                  healthy().adding(longer(2).key(KeyAlgorithm::ecdsa, 256)).adding(later(3).issued_by(other_root())), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"the one with the same kind of key, though the other starts later",
                  healthy().adding(longer(2)).adding(later(3).key(KeyAlgorithm::ecdsa, 256)), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"the one with the same kind of key, though it is marked for IKEv2",
                  healthy().adding(longer(2).ike_intermediate()).adding(later(3).key(KeyAlgorithm::ecdsa, 256)), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"the one that is not marked for IKEv2, though the other starts later",
                  healthy().adding(longer(2)).adding(later(3).ike_intermediate()), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"the one that starts later, though the other ends later",
                  healthy().adding(longer(2)).adding(later(3)), "1, planned 3", "(certificate_superseded)"},
    SelectionCase{"of one day of issue the one that ends later",
                  healthy().adding(certificate(2).valid(-1, 89)).adding(certificate(3).valid(-1, 80)), "1, planned 2", "(certificate_superseded)"},
    SelectionCase{"of one day of issue the one that ends later, wherever it lies in the store",
                  healthy().adding(certificate(2).valid(-1, 80)).adding(certificate(3).valid(-1, 89)), "1, planned 3", "(certificate_superseded)"},
    SelectionCase{"of two alike the one with the smaller SHA-256",
                  healthy().adding(two()).adding(certificate(3).newer()), "1, planned " + number_of_the_smaller_hash(), "(certificate_superseded)"}));
// clang-format on

}  // namespace order

}  // namespace sstp::test
