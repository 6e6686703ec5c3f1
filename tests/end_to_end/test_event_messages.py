"""What Event Viewer shows of our events comes from our message files: each has a message for every one of them, and nothing is "the description cannot be found"."""

import struct
import unittest

from every_event import catalogue
from wine_prefix import WINDOWS_BUILD

RT_MESSAGETABLE = 11
LAYOUT = "%1\n\n%2\n\nid=%3\n"     # mc.exe ends lines with CR LF, windmc with LF


class Image:
    """As much of a PE file as leads to a resource (Microsoft, PE Format; MESSAGE_RESOURCE_DATA in winnt.h)."""

    def __init__(self, path):
        self.bytes = path.read_bytes()
        header = self.number(0x3C, 4)
        assert self.bytes[header:header + 4] == b"PE\0\0"
        sections, optional_size = self.number(header + 6, 2), self.number(header + 20, 2)
        optional = header + 24
        assert self.number(optional, 2) == 0x20B, "PE32+"
        self.resources = self.number(optional + 112 + 8 * 2, 4)
        table = optional + optional_size
        self.sections = [struct.unpack_from("<4I", self.bytes, table + 40 * each + 8) for each in range(sections)]

    def number(self, place, size):
        return int.from_bytes(self.bytes[place:place + size], "little")

    def place(self, address):
        """In the file, of an address relative to the image."""
        for size, begin, raw_size, raw in self.sections:
            if begin <= address < begin + max(size, raw_size):
                return raw + address - begin
        raise ValueError(f"{address:#x} is in no section")

    def entries(self, directory):
        place = self.place(self.resources) + directory
        count = self.number(place + 12, 2) + self.number(place + 14, 2)
        return {self.number(place + 16 + 8 * each, 4): self.number(place + 20 + 8 * each, 4) for each in range(count)}

    def messages(self):
        """Texts by id, of the first language."""
        names = self.entries(self.entries(0)[RT_MESSAGETABLE] & 0x7FFFFFFF)
        found = {}
        for name in names.values():
            data = self.place(self.resources) + next(iter(self.entries(name & 0x7FFFFFFF).values()))
            table = self.place(self.number(data, 4))
            for block in range(self.number(table, 4)):
                low, high, offset = struct.unpack_from("<3I", self.bytes, table + 4 + 12 * block)
                place = table + offset
                for identity in range(low, high + 1):
                    length, flags = struct.unpack_from("<2H", self.bytes, place)
                    found[identity] = self.bytes[place + 4:place + length].decode("utf-16-le" if flags & 1 else "latin-1").rstrip("\0").replace("\r\n", "\n")
                    place += length
        return found


class Messages(unittest.TestCase):
    def test_both_message_files_have_the_layout_for_every_event_of_the_catalogue(self):
        """The package registers the DLL; the command `install`, which has no other file, the program."""
        for file in ("sstp-watchdog-messages.dll", "sstp-watchdog.exe"):
            messages = Image(WINDOWS_BUILD / "bin" / file).messages()
            self.assertEqual({identity: messages.get(identity) for identity in (entry.id for entry in catalogue().values())},
                             {entry.id: LAYOUT for entry in catalogue().values()}, file)


if __name__ == "__main__":
    unittest.main()
