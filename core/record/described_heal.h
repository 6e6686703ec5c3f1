#pragma once

#include "core/record/described_certificate.h"

namespace sstp::stored {

// Every field of a binding goes through here: what is left out could not be put back.

template <class A>
void describe(A& archive, Is<Moment> auto& moment) {
    archive("wall", moment.wall);
    archive("monotonic", moment.monotonic);
}

template <class A>
void describe(A& archive, Is<StartedBetween> auto& start) {
    archive("earliest", start.earliest);
    archive("latest", start.latest);
    archive("process_began", start.process_began);
}

template <class A>
void describe(A& archive, Is<Endpoint> auto& endpoint) {
    archive.required("kind", endpoint.kind);
    archive.required("family", endpoint.family);
    archive.required("address", endpoint.address);
    archive("scope", endpoint.scope);
    archive("host", endpoint.host);
    archive.required("port", endpoint.port);
}

template <class A>
void describe(A& archive, Is<BindingOptions> auto& options) {
    archive.required("check_mode", options.certificate_check_mode);
    archive.required("revocation_freshness", options.revocation_freshness_seconds);
    archive.required("revocation_timeout", options.revocation_url_timeout_milliseconds);
    archive("ctl_identifier", options.ctl_identifier);
    archive("ctl_store", options.ctl_store);
    archive.required("flags", options.flags);
}

template <class A>
void describe(A& archive, Is<ListenerBinding> auto& binding) {
    archive.required("endpoint", binding.endpoint);
    archive.required("certificate", binding.certificate);
    archive.required("app_id", binding.app_id);
    archive("store", binding.store);
    archive.required("options", binding.options);
}

template <class A>
void describe(A& archive, Is<RawValue> auto& raw) {
    archive.required("type", raw.type);
    archive.required("data", raw.data);
}

template <class A>
void describe(A& archive, Is<BindStep> auto& step) {
    archive("before", step.before);
    archive.required("after", step.after);
}

template <class A>
void describe(A& archive, Is<WriteValueStep> auto& step) {
    archive.required("value", step.value);
    archive("before", step.before);
    archive.required("after", step.after);
}

template <class A>
void describe(A& archive, Is<RestartStep> auto& step) {
    archive.required("services", step.services);
}

template <class A>
void describe(A& archive, Is<RecordedChange> auto& change) {
    archive.required("step", change.step);
    archive.required("phase", change.phase);
}

template <class A>
void describe(A& archive, Is<OpenHeal> auto& heal) {
    archive.required("id", heal.id);
    archive("began", heal.began);
    archive("began_running", heal.began_running);
    archive.required("target", heal.target);
    archive("urgency", heal.urgency);
    archive("asked_by_administrator", heal.asked_by_administrator);
    archive("cures", heal.cures);
    archive.required("changes", heal.changes);
    archive("services", heal.services);
    archive("then", heal.then);
    archive("cannot_return", heal.cannot_return);
    archive("direction", heal.direction);
    archive("why_back", heal.why_back);
    archive("before", heal.before);
    archive("to_start", heal.to_start);
    archive("stop_was_asked", heal.stop_was_asked);
    archive("restarts", heal.restarts);
    archive("restarts_back", heal.restarts_back);
    archive("then_done", heal.then_done);
    archive("recoveries", heal.recoveries);
    archive("rras_started", heal.rras_started);
    archive("failed_starts", heal.failed_starts);
    archive("last_failed_start", heal.last_failed_start);
    archive("left_open", heal.left_open);
}

template <class A>
void describe(A& archive, Is<IncompleteHeal> auto& heal) {
    archive.required("id", heal.id);
    archive.required("target", heal.target);
    archive("before", heal.before);
}

template <class A>
void describe(A& archive, Is<BudgetCharge> auto& charge) {
    archive.required("at", charge.at);
    archive("wall", charge.wall);
    archive("heal_id", charge.heal_id);
    archive("what", charge.what);
}

template <class A>
void describe(A& archive, Is<Attempts> auto& attempts) {
    archive.required("target", attempts.target);
    archive("failures", attempts.failures);
    archive("last", attempts.last);
    archive("service_was_asked_to_stop", attempts.service_was_asked_to_stop);
    archive("policy", attempts.policy);
    archive("last_failure", attempts.last_failure);
    archive("with_stop", attempts.with_stop);
}

template <class A>
void describe(A& archive, Is<PutBack> auto& put_back) {
    archive("subject", put_back.subject);
    archive("to", put_back.to);
    archive("times", put_back.times);
    archive("last", put_back.last);
    archive("last_wall", put_back.last_wall);
}

template <class A>
void describe(A& archive, Is<Cure> auto& cure) {
    archive("subject", cure.subject);
    archive("value", cure.value);
    archive("at", cure.at);
    archive("before", cure.before);
}

template <class A>
void describe(A& archive, Is<RefusedKey> auto& refused) {
    archive("text", refused.text);
    archive("at", refused.at);
    archive("key", refused.key);
}

template <class A>
void describe(A& archive, Is<AwaitedClient> auto& awaited) {
    archive("heal_id", awaited.heal_id);
    archive("healed_at", awaited.healed_at);
    archive("changed_a_hash", awaited.changed_a_hash);
    archive("only_services_restarted", awaited.only_services_restarted);
    archive("overdue_told", awaited.overdue_told);
    archive("after_then", awaited.after_then);
}

template <class A>
void describe(A& archive, Is<HealStatistics> auto& heals) {
    archive("total", heals.total);
    archive("last_at", heals.last_at);
    archive("last_result", heals.last_result);
    archive("last_text", heals.last_text);
    archive("outages", heals.outages);
}

}  // namespace sstp::stored
