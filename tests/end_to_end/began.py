"""Whether a command of the program came as far as its own code: Wine tells.

Under load a command has ended with 1 and not a word, which the program never does: whatever ends it says why. Wine does, where it cannot load or begin a
program: its own errors are on channels that tests leave off, and a status like 0xC0000001 is cut to its last byte. So these channels are on, and one more: the
first statement of our main asks for mitigation policies (service/windows/hardening.cpp), which Wine has not, and says so. That line is there exactly when main
has begun. It proves nothing where another Wine is silent about them: it counts as missing only after it was seen once.
"""

import dataclasses
import re

CHANNELS = "-all,err+all,fixme+process"
OF_WINE = re.compile(r"^[0-9a-f]{4}:(?:err|fixme):\w+:.*\n?", re.MULTILINE)
FIRST_STATEMENT = ":fixme:process:SetProcessMitigationPolicy "


@dataclasses.dataclass
class Words:
    """What a command printed, apart from what Wine said meanwhile."""

    own: str
    of_wine: str

    @classmethod
    def of(cls, printed):
        return cls(OF_WINE.sub("", printed), "".join(OF_WINE.findall(printed)))

    @property
    def began(self):
        return FIRST_STATEMENT in self.of_wine

    @property
    def errors(self):
        return "".join(line for line in self.of_wine.splitlines(keepends=True) if ":err:" in line)


class Beginnings:
    """Of the commands of one test program."""

    def __init__(self):
        self._wine_tells = False

    def never(self, words):
        """Proven: not one statement of ours was run. Asked once for each command, in their order."""
        self._wine_tells = self._wine_tells or words.began
        return self._wine_tells and not words.began and words.own == ""

    def silent_end(self, code, words):
        """For whoever reads of a command that failed without a word; empty for any other."""
        if code == 0 or words.own != "":
            return ""
        main = "main had begun" if words.began else "whether main had begun is not known"
        return f"[Nothing was printed, exit code {code}; {main}. Wine's errors: {words.errors or 'none'}]"
