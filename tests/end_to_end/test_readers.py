"""The strict readers are read strictly: each rule is broken once, and found."""

import unittest

from readers import Malformed, payloads, syslog

HEADER = b"<134>1 2026-11-22T20:00:00.123Z host SstpWatchdog 7 heartbeat "
ECS = ('{"@timestamp":"2026-11-22T20:00:00.123Z","message":"m","ecs":{"version":"8.11.0"},"log":{"level":"info"},"event":{"kind":"state","category":["host"],'
       '"type":["info"],"severity":6,"sequence":1,"id":"a-1","code":"1028","action":"heartbeat"}}')

BROKEN = {
    "a leading zero in PRI": (syslog.rfc5424, HEADER.replace(b"<134>", b"<0134>") + b"-"),
    "a PRI above 191": (syslog.rfc5424, HEADER.replace(b"<134>", b"<192>") + b"-"),
    "seven digits of fraction": (syslog.rfc5424, HEADER.replace(b".123Z", b".1234567Z") + b"-"),
    "a lower-case z": (syslog.rfc5424, HEADER.replace(b"Z", b"z") + b"-"),
    "a MSGID of 33 characters": (syslog.rfc5424, HEADER.replace(b"heartbeat", b"h" * 33) + b"-"),
    "an APP-NAME of 49 characters": (syslog.rfc5424, HEADER.replace(b"SstpWatchdog", b"h" * 49) + b"-"),
    "a private SD-ID without an enterprise number": (syslog.rfc5424, HEADER + b'[sstp a="1"]'),
    "an SD-ID twice": (syslog.rfc5424, HEADER + b'[origin software="a"][origin software="b"]'),
    "a ] that is not escaped": (syslog.rfc5424, HEADER + b'[origin software="a]"]'),
    "a backslash before another character": (syslog.rfc5424, HEADER + b'[origin software="a\\n"]'),
    "sequenceId 0": (syslog.rfc5424, HEADER + b'[meta sequenceId="0"]'),
    "a parameter that IANA's origin lacks": (syslog.rfc5424, HEADER + b'[origin colour="red"]'),
    "a control character in MSG": (syslog.rfc5424, HEADER + b"- a\nb"),
    "text beyond ASCII without a BOM": (syslog.rfc5424, HEADER + "- ü".encode()),
    "a day of one digit without its blank": (syslog.rfc3164, b"<134>Nov 2 20:00:00 host CEF:0|"),
    "a pipe in a CEF header": (payloads.cef, r"CEF:0|a|b|c|1|1000|N|5|rt=1"),
    "a CEF severity of 11": (payloads.cef, "CEF:0|a|b|1|1000|N|11|rt=1"),
    "an = in a CEF value": (payloads.cef, "CEF:0|a|b|1|1000|N|5|msg=a=b"),
    "a | escaped in a CEF value": (payloads.cef, r"CEF:0|a|b|1|1000|N|5|msg=a\|b"),
    "a CEF key twice": (payloads.cef, "CEF:0|a|b|1|1000|N|5|msg=a msg=b"),
    "a LEEF attribute without =": (payloads.leef, "LEEF:2.0|a|b|1|1000|^|devTime=1234567890123^sev=5^a"),
    "a LEEF devTime in seconds": (payloads.leef, "LEEF:2.0|a|b|1|1000|^|devTime=1234567890^sev=5"),
    "a LEEF sev of 0": (payloads.leef, "LEEF:2.0|a|b|1|1000|^|devTime=1234567890123^sev=0"),
    "an ECS category of our own": (payloads.ecs, ECS.replace('["host"]', '["vpn"]')),
    "x509 at the top": (payloads.ecs, ECS.replace('"message"', '"x509":{},"message"')),
    "a JSON key twice": (payloads.ecs, ECS.replace('"message"', '"message":"n","message"')),
    "an ECS time without its zone": (payloads.ecs, ECS.replace("123Z", "123")),
    "JSON lines without the last line feed": (payloads.json_lines, b"{}\n{}"),
    "a HEC object without an event": (payloads.hec, b'{"time":1.5,"event":{}}'),
    "a HEC key that Splunk does not know": (payloads.hec, b'{"time":1.5,"event":"a","colour":1}'),
}
WHOLE = {
    "RFC 5424": (syslog.rfc5424, HEADER + b'[origin software="a\\"\\\\\\]"][meta sequenceId="1"] ' + syslog.BOM + "ü".encode()),
    "RFC 3164": (syslog.rfc3164, b"<134>Nov  2 20:00:00 host CEF:0|"),
    "CEF": (payloads.cef, r"CEF:0|a|b \| c|1|1000|N|5|rt=1 msg=a\=b c | d\\ \n e"),
    "LEEF": (payloads.leef, "LEEF:2.0|a|b|1|1000|^|devTime=1234567890123^sev=5^msg=a=b | c"),
    "ECS": (payloads.ecs, ECS),
    "HEC": (payloads.hec, b'{"time":1.500,"event":{"a":1}}{"time":2,"event":"b"}\n'),
}


class Readers(unittest.TestCase):
    def test_each_format_is_read(self):
        for name, (read, message) in WHOLE.items():
            with self.subTest(name):
                read(message)

    def test_each_broken_rule_is_found(self):
        for name, (read, message) in BROKEN.items():
            with self.subTest(name), self.assertRaises(Malformed):
                read(message)


if __name__ == "__main__":
    unittest.main()
