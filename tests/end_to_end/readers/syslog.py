"""RFC 5424 and RFC 3164 headers."""

import dataclasses
import datetime
import re

from readers import demand

PRINTABLE = re.compile(rb"[\x21-\x7e]+\Z")
SD_NAME = re.compile(rb'[\x21\x23-\x3c\x3e-\x5c\x5e-\x7e]{1,32}\Z')   # no '=', ' ', ']', '"'
TIMESTAMP = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,6})?(Z|[+-]\d\d:\d\d)\Z")
BOM = b"\xef\xbb\xbf"
KNOWN_ELEMENTS = {b"origin": {b"ip", b"enterpriseId", b"software", b"swVersion"}, b"meta": {b"sequenceId", b"sysUpTime", b"language"},
                  b"timeQuality": {b"tzKnown", b"isSynced", b"syncAccuracy"}}
CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


@dataclasses.dataclass
class Message:
    """One syslog message. Texts are str, `body` is MSG without a BOM; `milliseconds` since 1970 are None in RFC 3164, which knows no year."""

    facility: int
    severity: int
    time: str
    milliseconds: object
    host: str
    application: str
    process: str
    message_id: str
    elements: dict
    body: str


def priority(data):
    match = re.match(rb"<(0|[1-9]\d{0,2})>", data)
    demand(match and int(match[1]) <= 191, "PRI is 0 to 191 in angle brackets, without leading zeros")
    return divmod(int(match[1]), 8), data[match.end():]


def field(data, longest, name):
    value, blank, rest = data.partition(b" ")
    demand(blank, f"{name} ends with a blank")
    demand(value == b"-" or (len(value) <= longest and PRINTABLE.match(value)), f"{name} is 1 to {longest} printable ASCII characters, or '-'")
    return value.decode(), rest


def rfc5424(data):
    (facility, severity), rest = priority(data)
    demand(rest.startswith(b"1 "), "VERSION is 1")
    time, rest = field(rest[2:], 64, "TIMESTAMP")
    match = TIMESTAMP.match(time.encode())
    demand(match, "TIMESTAMP is RFC 3339 with upper-case T and Z and at most six digits of fraction")
    demand(match[3] == b"Z", "we tell the time in UTC")
    moment = datetime.datetime.fromisoformat(match[1].decode() + (match[2] or b".").decode().ljust(7, "0"))
    host, rest = field(rest, 255, "HOSTNAME")
    application, rest = field(rest, 48, "APP-NAME")
    process, rest = field(rest, 128, "PROCID")
    message_id, rest = field(rest, 32, "MSGID")
    elements, rest = structured_data(rest)
    demand(rest == b"" or rest.startswith(b" "), "a blank separates STRUCTURED-DATA from MSG")
    return Message(facility, severity, time, milliseconds(moment), host, application, process, message_id, elements, text(rest[1:]))


def milliseconds(moment):
    return round(moment.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)


def text(body):
    """MSG: UTF-8 behind a BOM, or ASCII without one."""
    demand(not CONTROL.search(body), "MSG has no control characters")
    if body.startswith(BOM):
        decoded = body[3:].decode("utf-8")
        demand("\ufeff" not in decoded, "one BOM")
        return decoded
    demand(body.isascii(), "MSG that is not ASCII begins with a BOM")
    return body.decode()


def structured_data(data):
    if data.startswith(b"-"):
        return {}, data[1:]
    demand(data.startswith(b"["), "STRUCTURED-DATA is '-' or begins with '['")
    elements = {}
    while data.startswith(b"["):
        name_end = re.compile(rb"[ \]]").search(data)
        demand(name_end, "an SD-ELEMENT ends with ']'")
        name = data[1:name_end.start()]
        demand(SD_NAME.match(name), f"SD-ID {name!r} is 1 to 32 characters, none of them '=', ' ', ']' or '\"'")
        demand(name.decode() not in elements, f"SD-ID {name.decode()} occurs once")
        demand(name in KNOWN_ELEMENTS or re.fullmatch(rb"[^@]+@\d+(\.\d+)*", name), f"SD-ID {name.decode()} is IANA's or has an enterprise number")
        parameters, data = element(data[name_end.start():], name)
        elements[name.decode()] = parameters
    return elements, data


def element(data, element_name):
    parameters = {}
    while data.startswith(b" "):
        match = re.match(rb' ([^= \]"]+)="((?:[^"\\\]]|\\.)*)"', data, re.DOTALL)
        demand(match, f"PARAM in {element_name.decode()}: name=\"value\" with \", \\ and ] escaped")
        name, value = match[1], match[2]
        demand(SD_NAME.match(name), f"PARAM-NAME {name!r} is 1 to 32 characters")
        demand(element_name not in KNOWN_ELEMENTS or name in KNOWN_ELEMENTS[element_name], f"IANA's {element_name.decode()} has no parameter {name.decode()}")
        demand(not CONTROL.search(value), f"no control characters in {name.decode()}")
        demand(not re.search(rb'\\[^"\\\]]', re.sub(rb"\\\\", b"", value)), f"only \", \\ and ] are escaped in {name.decode()}")
        parameters.setdefault(name.decode(), []).append(re.sub(rb'\\(["\\\]])', rb"\1", value).decode("utf-8"))
        data = data[match.end():]
    demand(data.startswith(b"]"), "an SD-ELEMENT ends with ']'")
    if element_name == b"meta" and "sequenceId" in parameters:
        demand(all(1 <= int(value) <= 2147483647 for value in parameters["sequenceId"]), "sequenceId is 1 to 2147483647")
    demand(all(len(values) == 1 or name == "ip" for name, values in parameters.items()), "only ip may be repeated")
    return {name: values[0] for name, values in parameters.items()}, data[1:]


def rfc3164(data):
    (facility, severity), rest = priority(data)
    match = re.match(rb"((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (?: [1-9]|[12]\d|3[01]) \d\d:\d\d:\d\d) ([\x21-\x7e]+) ", rest)
    demand(match, "TIMESTAMP 'Mmm dd hh:mm:ss' with the day padded by a blank, a blank, HOSTNAME, a blank")
    body = rest[match.end():]
    demand(body.isascii() and not CONTROL.search(body), "printable ASCII only")
    return Message(facility, severity, match[1].decode(), None, match[2].decode(), "", "", "", {}, body.decode())
