"""One event of each type of the catalogue, with contents that trouble writers and readers of every format."""

import dataclasses
import functools
import re
import string

from wine_prefix import SOURCE_DIR

HOSTILE = 'Müller & Söhne "quoted" \\ back\\u0041slash | pipe = equals ^ caret ] bracket [x] {} %s %1 \t tab\r\nsecond line\x01 \U0001f512 \u2028 e\u0301 end\\'
EVENT_XML = ("<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-RasSstp'/><EventID>13</EventID></System><EventData>"
             + "".join(f"<Data Name='value{n}'>Straße | = ^ \" \\ {n}</Data>" for n in range(60)) + "</EventData></Event>")
NUMBERS = {"count", "cycle", "days_left", "findings", "first_sequence", "gaps", "last_sequence", "level", "queued", "restarts", "seconds", "sessions", "certificate_key_bits", "step", "steps"}
BOOLEANS = {"asked_by_administrator", "healthy", "repeated"}
TIMES = {"certificate_not_after", "certificate_not_before", "event_time", "last_event_time", "session_began", "since", "until"}
HASHES = {"certificate_sha1": 40, "certificate_sha256": 64, "previous_sha1": 40, "previous_sha256": 64}


@dataclasses.dataclass(frozen=True)
class Entry:
    """One line of the table of events in core/journal/README.md, which a test keeps equal to the catalogue."""

    id: int
    word: str
    severity: str
    category: str
    ecs_type: str
    kind: str
    outcome: str
    fields: tuple


@functools.cache
def catalogue():
    """By the event's word."""
    entries = []
    for line in (SOURCE_DIR / "core" / "journal" / "README.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.fullmatch(r"1\d{3}", cells[0]):
            entries.append(Entry(int(cells[0]), cells[1].strip("`"), cells[2], *(part.strip() for part in cells[5].split(",")), tuple(re.findall(r"`(\w+)`", cells[6]))))
    return {entry.word: entry for entry in entries}


def value(field, seed):
    if field in NUMBERS:
        return str(1000 + seed)
    if field in BOOLEANS:
        return "true" if seed % 2 else "false"
    if field in TIMES:
        return f"2027-02-{1 + seed % 28:02}T03:04:05.678Z"
    if field in HASHES:
        return (string.hexdigits[seed % 10] + "AB4C")[:5].upper().ljust(HASHES[field], "7")
    if field == "severity":
        return ("critical", "warning", "information")[seed % 3]
    if field in ("certificate_dns_names", "names", "previous_names"):
        return "vpn.example.com,bücher.example,*.example.net"
    if field in ("event_computer", "computer", "previous_computer"):
        return "vpn-münchen.example.com"
    if field == "strings":
        return f"ErrorMessage=The system cannot find the file specified. Ä | = ^ {seed}\n second\n \nCertificateName="
    if field == "xml":
        return EVENT_XML
    return f"{field} {seed}: {HOSTILE}"


def one_of_each(milliseconds):
    """(word, milliseconds, text, fields) of every type, a millisecond apart."""
    return [(entry.word, milliseconds + number, f"Event {entry.id}: {HOSTILE}", {field: value(field, number) for field in entry.fields})
            for number, entry in enumerate(catalogue().values())]
