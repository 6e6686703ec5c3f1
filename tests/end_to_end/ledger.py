"""The account of a loss test: what was produced, what arrived, what was told as dropped. Numbers are those at the end of the events' ids."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Told:
    """One `events_dropped`: so many events between two numbers, both included."""

    count: int
    first: int
    last: int


@dataclasses.dataclass
class Account:
    """One destination. `arrivals` are the numbers in the order in which they came, repetitions included."""

    destination: str
    produced: list
    arrivals: list
    told: list

    @property
    def first_arrivals(self):
        return list(dict.fromkeys(self.arrivals))

    @property
    def duplicates(self):
        return len(self.arrivals) - len(self.first_arrivals)

    @property
    def missing(self):
        return sorted(set(self.produced) - set(self.arrivals))

    @property
    def told_count(self):
        return sum(each.count for each in self.told)

    @property
    def silently_lost(self):
        """Missing and in no notice."""
        return [number for number in self.missing if not any(each.first <= number <= each.last for each in self.told)]

    @property
    def out_of_order(self):
        """First arrivals behind one with a higher number."""
        highest, wrong = 0, []
        for number in self.first_arrivals:
            if number < highest:
                wrong.append(number)
            highest = max(highest, number)
        return wrong

    def complaints(self):
        """Why the account does not balance; empty when it does."""
        found = []
        strangers = sorted(set(self.arrivals) - set(self.produced))
        if strangers:
            found.append(f"{len(strangers)} arrived that nobody produced: {strangers[:5]}")
        if self.silently_lost:
            found.append(f"{len(self.silently_lost)} are lost and were not told: {self.silently_lost[:5]}")
        if self.out_of_order:
            found.append(f"{len(self.out_of_order)} came behind a later one: {self.out_of_order[:5]}")
        if self.told_count < len(self.missing):
            found.append(f"{len(self.missing)} are missing, but only {self.told_count} were told as dropped")
        # More may be told than are missing: a batch that arrived without a confirmation and then fell out of the queue did both.
        for each in self.told:
            if each.count > sum(1 for number in self.produced if each.first <= number <= each.last):
                found.append(f"{each.count} told as dropped between {each.first} and {each.last}, where there are fewer")
        within = sum(1 for number in self.produced if any(each.first <= number <= each.last for each in self.told))
        if self.told_count > within:
            found.append(f"{self.told_count} told as dropped in all, of only {within} events that the notices name")
        return [f"{self.destination}: {complaint}" for complaint in found]


HEADINGS = ("sender", "to", "produced", "arrived", "twice or more", "told as dropped", "lost silently", "out of order")


def table(rows):
    """Lines of a table of (sender, Account)."""
    cells = [HEADINGS] + [tuple(map(str, (sender, each.destination, len(each.produced), len(each.first_arrivals), each.duplicates, each.told_count,
                                          len(each.silently_lost), len(each.out_of_order)))) for sender, each in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADINGS))]
    lines = ["| " + " | ".join(text.ljust(width) for text, width in zip(row, widths)) + " |" for row in cells]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]
