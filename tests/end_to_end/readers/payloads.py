"""CEF:0, LEEF:2.0, ECS JSON and Splunk HEC: what stands in MSG, or in the body of a request."""

import dataclasses
import json
import re

from readers import demand


@dataclasses.dataclass
class Payload:
    """`header` are the fixed parts by name, `fields` the rest by key."""

    header: dict
    fields: dict


def cef(body):
    """ArcSight Common Event Format, version 0."""
    demand(body.startswith("CEF:0|"), "CEF:0| begins it")
    demand(body.isascii(), "ASCII")
    parts, rest = [], body[len("CEF:"):]
    while len(parts) < 7:
        match = re.match(r"((?:[^|\\]|\\[|\\])*)\|", rest)
        demand(match, "seven header fields, each ended by a pipe, with | and \\ escaped and nothing else")
        parts.append(re.sub(r"\\([|\\])", r"\1", match[1]))
        rest = rest[match.end():]
    names = ("version", "vendor", "product", "product_version", "class", "name", "severity")
    demand(all(parts), "no header field is empty")
    demand(re.fullmatch(r"[0-9]|10", parts[6]), "severity 0 to 10")
    return Payload(dict(zip(names, parts)), cef_extension(rest))


def cef_extension(text):
    fields = {}
    # A key is letters and digits and begins behind a blank, or the start; "=" elsewhere is escaped.
    starts = list(re.finditer(r"(?:^| )([A-Za-z0-9_.]+)(?<!\\)=", text))
    demand(not text or (starts and starts[0].start() == 0), "an extension begins with key=")
    for match, following in zip(starts, starts[1:] + [None]):
        value = text[match.end():following.start() if following else len(text)]
        demand(not re.search(r"[\r\n]", value), "no line feed in a value")
        demand(not re.search(r"(?<!\\)(?:\\\\)*=", value), f"= is escaped in {match[1]}")
        demand(not re.search(r"\\[^\\=nr]", value.replace("\\\\", "")), f"only \\, =, line feed and carriage return are escaped in {match[1]}")
        demand(match[1] not in fields, f"{match[1]} occurs once")
        fields[match[1]] = re.sub(r"\\(.)", lambda m: {"n": "\n", "r": "\r"}.get(m[1], m[1]), value)
    return fields


def leef(body):
    """IBM QRadar LEEF 2.0 with the delimiter ^."""
    demand(body.isascii(), "ASCII")
    parts = body.split("|", 6)
    demand(len(parts) == 7 and parts[0] == "LEEF:2.0", "LEEF:2.0|vendor|product|version|event id|delimiter|attributes")
    demand(all(parts[1:5]), "no header field is empty")
    demand(parts[5] in ("^", "x5E", "0x5E"), "the delimiter is ^")
    fields = {}
    for attribute in parts[6].split("^"):
        key, equals, value = attribute.partition("=")
        demand(equals and re.fullmatch(r"[A-Za-z0-9_]+", key), f"attribute {attribute[:40]!r} is key=value")
        demand(not re.search(r"[\x00-\x1f\x7f]", value), f"no control characters in {key}")
        demand(key not in fields, f"{key} occurs once")
        fields[key] = value
    demand(1 <= int(fields.get("sev", 0)) <= 10, "sev is 1 to 10")
    demand(re.fullmatch(r"\d{13}", fields.get("devTime", "")), "devTime is milliseconds since 1970, 13 digits")
    return Payload(dict(zip(("version", "vendor", "product", "product_version", "class"), parts)), fields)


def once(pairs):
    names = [name for name, _ in pairs]
    demand(len(names) == len(set(names)), f"a JSON key occurs twice: {names}")
    return dict(pairs)


ECS_KIND = {"alert", "event", "state", "metric", "signal", "asset", "enrichment", "pipeline_error"}
ECS_CATEGORY = {"api", "authentication", "configuration", "database", "driver", "email", "file", "host", "iam", "intrusion_detection", "library", "malware",
                "network", "package", "process", "registry", "session", "threat", "vulnerability", "web"}
ECS_TYPE = {"access", "admin", "allowed", "change", "connection", "creation", "deletion", "denied", "end", "error", "group", "indicator", "info", "installation",
            "protocol", "start", "user", "device"}


def ecs(body):
    """One event in the Elastic Common Schema, a JSON object in one line."""
    demand(body.isascii(), "ASCII only, so that MSG needs no BOM")
    demand("\n" not in body and "\r" not in body, "one line")
    event = json.loads(body, object_pairs_hook=once)
    demand(isinstance(event, dict), "an object")
    for name in ("@timestamp", "message"):
        demand(isinstance(event.get(name), str) and event[name], f"{name} is a text")
    demand(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", event["@timestamp"]), "@timestamp is UTC, RFC 3339")
    demand(re.fullmatch(r"\d+\.\d+\.\d+", event.get("ecs", {}).get("version", "")), "ecs.version")
    demand(event.get("log", {}).get("level") in ("critical", "error", "warning", "notice", "info", "debug"), "log.level")
    about = event.get("event", {})
    demand(about.get("kind") in ECS_KIND, "event.kind is one of ECS")
    for name, allowed in (("category", ECS_CATEGORY), ("type", ECS_TYPE)):
        demand(isinstance(about.get(name), list) and about[name] and set(about[name]) <= allowed, f"event.{name} is an array of ECS words")
    demand(about.get("outcome", "unknown") in ("success", "failure", "unknown"), "event.outcome")
    demand(isinstance(about.get("severity"), int) and isinstance(about.get("sequence"), int), "event.severity and event.sequence are numbers")
    for name in ("id", "code", "action"):
        demand(isinstance(about.get(name), str) and about[name], f"event.{name} is a text")
    demand("x509" not in event, "x509 belongs below tls.server")
    demand(not any("." in name for name in event), "objects, not dotted names")
    return event


def json_lines(body):
    """A body of newline-delimited JSON."""
    lines = body.split(b"\n")
    demand(lines[-1] == b"", "the last line ends with a line feed")
    return [line.decode("ascii") for line in lines[:-1]]


def hec(body):
    """Splunk HTTP Event Collector: objects one behind the other, each with its event."""
    decoder, text, place, found = json.JSONDecoder(object_pairs_hook=once), body.decode("ascii"), 0, []
    while place < len(text):
        entry, place = decoder.raw_decode(text, place)
        demand(set(entry) <= {"time", "host", "source", "sourcetype", "index", "event", "fields"}, f"keys of HEC: {sorted(entry)}")
        demand(isinstance(entry.get("event"), (dict, str)) and entry["event"], "event is not empty")
        demand(re.fullmatch(r"\d+(\.\d{1,6})?", str(entry.get("time"))), "time is seconds since 1970")
        found.append(entry)
        while text[place:place + 1] in ("\n", "\r", " "):
            place += 1
    return found
