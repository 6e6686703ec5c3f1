// 11. No certificate is deleted or archived unless retire_old says so, and then only the replaced one, unbound everywhere, after a
// verified heal. That keys are never exported is a matter of the adapters.

#include "tests/simulation/checkers/checkers.h"

namespace sstp::simulation {

namespace {

class KeysStay final : public Checker {
public:
    explicit KeysStay(const Scene& of) : Checker("keys-stay", of) {}

    void committed(const std::vector<JournalEvent>& events) override {
        for (const JournalEvent& each : events) healed_ = healed_ || each.type == EventType::heal_succeeded;
    }

    void wrote(const Write& write) override {
        const bool deletes = write.call == PortCall::certificates_remove;
        if (!deletes && write.call != PortCall::certificates_archive) return;
        const RetireOld wanted = scene.policy.certificate.retire_old;
        if (wanted != (deletes ? RetireOld::remove : RetireOld::archive)) broken("retired a certificate against the policy");
        if (!healed_ && !scene.storage_is_troubled()) broken("retired a certificate before a heal was told to have succeeded");
        for (const ListenerBinding& each : scene.world().bindings) {
            if (each.thumbprint() == write.certificate) broken("retired a certificate that " + each.endpoint.to_string() + " names");
        }
    }

private:
    bool healed_ = false;
};

}  // namespace

std::unique_ptr<Checker> keys_stay(const Scene& scene) { return std::make_unique<KeysStay>(scene); }

}  // namespace sstp::simulation
