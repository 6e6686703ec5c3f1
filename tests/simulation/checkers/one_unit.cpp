// 2. Bindings, hashes and flag go together; nothing is changed before its old value is durable.

#include "tests/simulation/checkers/checkers.h"

#include <map>
#include <string>

namespace sstp::simulation {

namespace {

class OneUnit final : public Checker {
public:
    explicit OneUnit(const Scene& of) : Checker("one-unit", of) {}

    void wrote(const Write& write) override {
        const bool of_the_unit = write.call == PortCall::bindings_put || write.call == PortCall::bindings_remove || write.value;
        if (!of_the_unit || scene.storage_is_troubled()) return;
        const auto& open = scene.record.open_heal;
        if (!open) broken("changed " + write.subject + " before an intent was durable");
        const std::string found = write.value ? text_of(write.value_before) : text_of(write.binding_before);
        for (const RecordedChange& each : open->changes) {
            if (subject_of(each.step) != write.subject) continue;
            if (found == before_of(each.step) || found == after_of(each.step) || found.empty()) return;
            if (was_made_by_rras(write.binding_before, each.step) || completes_the_pair(write, *open)) return;
            // Somebody wrote between our last comparison and the write behind it: neither HTTP.SYS nor the registry can compare and
            // write in one.
            if (scene.now() - scene.last_disturbance < std::chrono::seconds{2}) return;
            // What somebody wrote during the proof is no part of what was found, and gives way to a new plan (2.4): told before, durably.
            if (const auto told = told_.find(write.subject); told != told_.end() && told->second == in_hex(write)) return;
            broken("overwrote a value at " + write.subject + " that the durable intent does not hold");
        }
        broken("changed " + write.subject + ", which is no part of the durable intent");
    }

    void heal_ended(const OpenHeal& heal) override {
        std::string as_found;
        std::string as_wanted;
        for (const RecordedChange& each : heal.changes) {
            const std::string subject = subject_of(each.step);
            const std::string now = value_at(scene.world(), subject);
            const auto made = scene.last_made.find(subject);
            // Somebody else's since: theirs. So is what the heal took in while it was proven, since somebody had changed it, and never
            // wrote.
            if (made == scene.last_made.end() || made->second != now) continue;
            const bool found = now == before_of(each.step);
            const bool wanted = now == after_of(each.step);
            if (found == wanted || (wanted && goes_with_the_sha256(subject))) continue;
            (found ? as_found : as_wanted) += ' ' + subject;
        }
        if (as_found.empty() || as_wanted.empty() || given_up_) return;
        broken("the heal ended with" + as_found + " as found and" + as_wanted + " as wanted");
    }

    // A heal that can be brought to neither end is closed after a day or its third recovery, and that is told (2.5).
    void committed(const std::vector<JournalEvent>& events) override {
        given_up_ = false;
        for (const JournalEvent& each : events) {
            given_up_ = given_up_ || each.type == EventType::recovery_given_up;
            if (each.type == EventType::step_begun)
                told_[field_of(each, "subject")] = field_of(each, "previous_value") + field_of(each, "previous_sha1");
        }
    }

private:
    // A pair of hashes goes back completed: the SHA-1 of the certificate that the SHA-256 names, with which RRAS is to start (2.4).
    [[nodiscard]] bool completes_the_pair(const Write& write, const OpenHeal& heal) const {
        if (write.value != SstpValue::sha1_certificate_hash || !write.value_before) return false;
        const auto decoded = decode_sha1(*write.value_before);
        const auto* stands = value_of(decoded);
        return stands && std::any_of(heal.changes.begin(), heal.changes.end(), [&](const RecordedChange& each) {
                   const auto* of_sha256 = std::get_if<WriteValueStep>(&each.step);
                   if (!of_sha256 || of_sha256->value != SstpValue::sha256_certificate_hash || !of_sha256->before) return false;
                   const auto hash = decode_sha256(*of_sha256->before);
                   const auto* named = value_of(hash) ? scene.world().find("MY", *value_of(hash)) : nullptr;
                   return named && named->certificate.thumbprint == *stands;
               });
    }
    // RRAS makes its records anew when it starts, in a form of its own (7.14), and with them what a boot in the middle of a heal finds
    // missing, or naming another: whose it is, for which certificate and from where, is in the intent.
    static bool was_made_by_rras(const std::optional<ListenerBinding>& found, const Step& step) {
        const auto* bind = std::get_if<BindStep>(&step);
        BindingOptions its_own;
        its_own.certificate_check_mode = 0x1000;
        if (!bind || !found || found->options != its_own) return false;
        const auto is_for_the_same = [&](const ListenerBinding& other) {
            return found->certificate == other.certificate && found->app_id == other.app_id && found->app_id == kSstpAppId &&
                   is_my_store(found->store) && is_my_store(other.store);
        };
        return is_for_the_same(bind->after) || (bind->before && is_for_the_same(*bind->before));
    }
    // Half a pair goes back completed from the certificate that the SHA-256 names (2.4), which may be the one that was wanted.
    [[nodiscard]] bool goes_with_the_sha256(const std::string& subject) const {
        if (subject != registry_name(SstpValue::sha1_certificate_hash)) return false;
        const auto& values = scene.world().parameters;
        const auto sha1 = values.find(SstpValue::sha1_certificate_hash), sha256 = values.find(SstpValue::sha256_certificate_hash);
        if (sha1 == values.end() || sha256 == values.end()) return false;
        const auto hash = decode_sha256(sha256->second);
        const auto* named = value_of(hash) ? scene.world().find("MY", *value_of(hash)) : nullptr;
        return named && sha1->second.data == named->certificate.thumbprint.to_vector();
    }

    static std::string in_hex(const Write& write) {
        if (write.value_before) return to_hex(write.value_before->data);
        return write.binding_before ? to_hex(write.binding_before->certificate) : std::string{};
    }

    std::map<std::string, std::string> told_;  ///< what each step was told to replace, when it was last begun
    bool given_up_ = false;
};

}  // namespace

std::unique_ptr<Checker> one_unit(const Scene& scene) { return std::make_unique<OneUnit>(scene); }

}  // namespace sstp::simulation
