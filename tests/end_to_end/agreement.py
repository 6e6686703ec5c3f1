"""Whether a message says what the journal says: read strictly, field by field, in each format."""

import json
import re

from every_event import BOOLEANS, NUMBERS, TIMES, catalogue
from readers import payloads, syslog

ENTERPRISE = 32473
VENDOR = "SSTP Watchdog"
SYSLOG = {"critical": 2, "error": 3, "warning": 4, "notice": 5, "info": 6, "debug": 7}
CEF = {"critical": 9, "error": 7, "warning": 5, "notice": 3, "info": 1, "debug": 0}
LEEF = {**CEF, "debug": 1}
MARK = " [cut]"
CEF_KEYS = {"certificate_sha256": "cs1", "certificate_subject": "cs2", "certificate_issuer": "cs3", "previous_sha256": "cs4", "endpoint": "cs5", "event_id": "cs6",
            "certificate_not_after": "deviceCustomDate1", "days_left": "cn1", "reason": "reason"}
CEF_LIMITS = {"msg": 1023, "reason": 1023}
HOST_NAMES = ("certificate_dns_names", "names", "previous_names", "event_computer", "computer", "previous_computer")
ECS_PLACES = {
    "certificate_dns_names": "tls.server.x509.alternative_names", "certificate_issuer": "tls.server.x509.issuer.distinguished_name",
    "certificate_key_bits": "tls.server.x509.public_key_size",
    "certificate_not_after": "tls.server.x509.not_after", "certificate_not_before": "tls.server.x509.not_before", "certificate_serial": "tls.server.x509.serial_number", "certificate_sha1": "tls.server.hash.sha1", "certificate_sha256": "tls.server.hash.sha256",
    "certificate_subject": "tls.server.x509.subject.distinguished_name", "channel": "winlog.channel", "error": "error.message", "error_code": "error.code",
    "error_kind": "error.type", "event_computer": "winlog.computer_name", "event_id": "winlog.event_id", "event_time": "winlog.time_created",
    "provider": "winlog.provider_name", "reason": "event.reason", "record_id": "winlog.record_id", "strings": "winlog.event_data", "xml": "event.original"}
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Disagreement(AssertionError):
    """A message says something else than the journal."""


def same(what, expected, got, may_be_cut=False):
    if expected == got:
        return
    if may_be_cut and isinstance(got, str) and got.endswith(MARK) and str(expected).startswith(got[:-len(MARK)]):
        return
    raise Disagreement(f"{what}: the journal says {expected!r}, the message {got!r}")


def one_line(text):
    return CONTROL.sub(" ", text)


def from_ascii(text):
    """\\uXXXX read back, surrogate pairs included."""
    units = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda match: chr(int(match[1], 16)), text)
    return units.encode("utf-16", "surrogatepass").decode("utf-16")


def host_names(text):
    return ",".join(name if name.isascii() else name.encode("idna").decode() for name in text.split(","))


def severity_of(row):
    """A finding that is raised has its own."""
    usual = catalogue()[row.word].severity
    return {"warning": "warning", "information": "notice"}.get(row.fields.get("severity"), usual) if row.word == "finding_raised" else usual


def kind_of(row):
    """What CEF and LEEF sort by: a finding's reason, else the category."""
    return row.fields["reason"] if row.fields.get("severity") and row.fields.get("reason") else catalogue()[row.word].category


def form_of(raw):
    """(header, format) of a message as it came."""
    header = "rfc5424" if re.match(rb"<\d+>1 ", raw) else "rfc3164"
    for mark, name in ((b" CEF:0|", "cef"), (b" LEEF:2.0|", "leef"), (b' {"', "json")):
        if mark in raw:
            return header, name
    return header, "rfc5424"


def check(raw, row, may_be_cut=False):
    """The message, read strictly, against the row of the journal. `may_be_cut`: a datagram."""
    header, form = form_of(raw)
    message = syslog.rfc5424(raw) if header == "rfc5424" else syslog.rfc3164(raw)
    same("facility", 16, message.facility)
    same("severity", SYSLOG[severity_of(row)], message.severity)
    if header == "rfc5424":
        same("time", happened(row), message.milliseconds)
        same("MSGID", row.word, message.message_id)
        same("APP-NAME", "SstpWatchdog", message.application)
        same("origin", VENDOR, message.elements["origin"]["software"])
        same("sequenceId", str(row.sequence), message.elements["meta"]["sequenceId"])
    {"rfc5424": check_text, "cef": check_cef, "leef": check_leef, "json": check_json}[form](message, row, may_be_cut)


def check_text(message, row, may_be_cut):
    element = message.elements.get(f"sstp@{ENTERPRISE}")
    if element is not None:
        same("id in the element", row.id, element["id"])
        same("names of fields", ["id", *sorted(row.fields)], list(element), False)
        for name, value in row.fields.items():
            same(name, one_line(value), element[name], may_be_cut)
        same("MSG", f"{one_line(row.text)} id={row.id}", message.body) if not may_be_cut else same("id", row.id, message.body.rpartition("id=")[2])
        return
    body, _, identity = message.body.rpartition(" id=")
    same("id", row.id, identity)
    pairs = re.findall(r' (\w+)="((?:[^"\\]|\\.)*)"', body)
    same("names of fields", sorted(row.fields), [name for name, _ in pairs])
    for name, value in pairs:
        same(name, one_line(row.fields[name]), re.sub(r'\\(["\\])', r"\1", value), may_be_cut)
    text = body[:body.index(f' {pairs[0][0]}="')] if pairs else body
    same("text", one_line(row.text).replace('="', "='"), text, may_be_cut)


def own_key(name):
    return "SstpWatchdog" + "".join(part.capitalize() if part[0].isalpha() else part for part in name.split("_"))


def milliseconds(text):
    return str(syslog.milliseconds(syslog.datetime.datetime.fromisoformat(text.replace("Z", ""))))


def happened(row):
    """An event of Windows has a time of its own; the journal's says when it was read."""
    seen = row.word in ("rassstp_event_seen", "http_event_seen") and row.fields.get("event_time")
    return int(milliseconds(seen)) if seen else row.milliseconds


def account(row, name_key, domain_key, got):
    """`DOMAIN\\name` in two keys; what lacks one of the two is a name as a whole, also where it was cut before the backslash."""
    text = row.fields.get("user", "")
    domain, backslash, name = text.partition("\\")
    cut_before = domain_key not in got and got.get(name_key, "").endswith(MARK)
    if domain and name and not cut_before:
        return {name_key: name, domain_key: domain}
    return {name_key: text} if text else {}


def check_cef(message, row, may_be_cut):
    read, entry = payloads.cef(message.body), catalogue()[row.word]
    same("vendor and product", (VENDOR, VENDOR), (read.header["vendor"], read.header["product"]))
    same("class", str(entry.id), read.header["class"])
    same("severity", str(CEF[severity_of(row)]), read.header["severity"])
    expected = {"rt": str(happened(row)), "externalId": row.id, "cat": kind_of(row), "act": row.word, "msg": row.text}
    if entry.outcome != "-":
        expected["outcome"] = entry.outcome
    if happened(row) != row.milliseconds:
        expected["end"] = str(row.milliseconds)
    expected |= account(row, "suser", "sntdom", read.fields)
    for name, value in row.fields.items():
        if name == "user":
            continue
        key = CEF_KEYS.get(name) or own_key(name)
        expected[key] = milliseconds(value) if key == "deviceCustomDate1" else host_names(value) if name in HOST_NAMES else value
        if key != name and name in CEF_KEYS:
            expected[key + "Label"] = name
    same("keys", sorted(expected), sorted(set(read.fields) - {"dvchost", "dvc", "c6a1", "c6a1Label"}))
    for key, value in expected.items():
        # Line ends survive in CEF, as \n and \r; other control characters are blanks.
        plain = re.sub("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]", " ", value)
        same(key, plain, from_ascii(read.fields[key]), may_be_cut or key in CEF_LIMITS)


def check_leef(message, row, may_be_cut):
    read, entry = payloads.leef(message.body), catalogue()[row.word]
    same("class", str(entry.id), read.header["class"])
    expected = {"devTime": str(happened(row)), "sev": str(LEEF[severity_of(row)]), "cat": kind_of(row), "externalId": row.id, "act": row.word, "msg": row.text,
                **{name: value for name, value in row.fields.items() if name != "user"}, **account(row, "usrName", "domain", read.fields)}
    if entry.outcome != "-":
        expected["result"] = entry.outcome
    same("keys", sorted(expected), sorted(set(read.fields) - {"identHostName", "identSrc"}))
    for key, value in expected.items():
        value = host_names(value) if key in HOST_NAMES else value
        same(key, one_line(value).replace("^", " "), from_ascii(read.fields[key]), may_be_cut)


def check_json(message, row, may_be_cut):
    check_ecs(payloads.ecs(message.body), row, may_be_cut)


def at(event, path):
    for part in path.split("."):
        event = event[part]
    return event


def check_ecs(event, row, may_be_cut=False):
    entry, about = catalogue()[row.word], event["event"]
    same("id and sequence", (row.id, row.sequence), (about["id"], about["sequence"]))
    same("code, action, kind", (str(entry.id), row.word, entry.kind), (about["code"], about["action"], about["kind"]))
    same("category and type", ([entry.category], [entry.ecs_type]), (about["category"], about["type"]))
    same("outcome", None if entry.outcome == "-" else entry.outcome, about.get("outcome"))
    same("severity", (CEF[severity_of(row)], severity_of(row)), (about["severity"], event["log"]["level"]))
    if "syslog" in event["log"]:     # left out of what would be too long for a datagram
        syslog_severity = event["log"]["syslog"]["severity"]
        same("severity of syslog", (SYSLOG[severity_of(row)], severity_of(row)), (syslog_severity["code"], syslog_severity["name"]))
        same("installation", row.id.partition("-")[0], event["agent"]["id"])
        hashes = {row.fields[name] for name in ("certificate_sha256", "certificate_sha1", "previous_sha256", "previous_sha1") if row.fields.get(name)}
        same("hashes", sorted(hashes), sorted(event.get("related", {}).get("hash", [])))
    same("time", str(happened(row)), milliseconds(event["@timestamp"]))
    same("when it was read", str(row.milliseconds), milliseconds(about.get("created", event["@timestamp"])))
    same("text", row.text, event["message"], may_be_cut)
    user = event.get("user", {})
    expected = account(row, "name", "domain", user)
    same("parts of the account", sorted(expected), sorted(user))
    for part, value in expected.items():
        same(f"user.{part}", value, user[part], may_be_cut)
    for name, value in row.fields.items():
        if name == "user":
            continue
        got = at(event, ECS_PLACES.get(name) or f"sstp_watchdog.{name}")
        if name in NUMBERS:
            value = int(value)
        elif name in BOOLEANS:
            value = value == "true"
        elif name in TIMES:
            value, got = milliseconds(value), milliseconds(got)
        elif name in ("certificate_dns_names", "names", "previous_names"):
            value, got = (value, ",".join(got))
        elif name == "strings":
            got = "\n".join(f"{key}=" + text.replace("\n", "\n ") for key, text in sorted(got.items(), reverse=True))   # as every_event spells them
        same(name, value, got, may_be_cut)


def check_hec(entry, row):
    same("time", happened(row), round(float(entry["time"]) * 1000))
    check_ecs(payloads.ecs(json.dumps(entry["event"])), row)


def identity_of(raw):
    """The event's id: it stands somewhere in every form of it."""
    found = re.findall(rb'(?:id=|externalId=|"id": ?"|id=")([0-9a-f]{32}-\d+)', raw)
    if not found:
        raise Disagreement(f"no id in {raw!r}")
    return found[-1].decode()
