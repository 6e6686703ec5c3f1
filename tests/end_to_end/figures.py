"""Figures of the benchmarks: each beside what was measured in the same run, since figures of different runs or machines say nothing of each other; how a row of
measurements grows; and the table that shows them."""

import dataclasses
import json
import os
import pathlib
import subprocess

FILE = "SSTP_FIGURES"   # where a part leaves its figures, when somebody collects them: one JSON object a line


@dataclasses.dataclass(frozen=True)
class Figure:
    """`base` is in the unit of `value`. Without it nothing is compared, because the goal itself is absolute."""

    part: str
    what: str
    value: float
    unit: str
    beside: str = ""
    base: float | None = None
    goal: str = ""

    @property
    def ratio(self):
        """How many times `base`; nothing beside nothing."""
        return self.value / self.base if self.base else None


def tell(*figures):
    """Each to whoever collects them."""
    if os.environ.get(FILE):
        with open(os.environ[FILE], "a", encoding="utf-8") as file:
            file.writelines(json.dumps(dataclasses.asdict(figure)) + "\n" for figure in figures)


def collected(file):
    file = pathlib.Path(file)
    return [Figure(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def slope(points):
    """Of the straight line that lies nearest to (x, y) pairs, by least squares: y for each x. With one x there is no line."""
    points = list(points)
    if len({x for x, _ in points}) < 2:
        raise ValueError("a slope needs two moments")
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)


def settled(points):
    """The second half: what a start leaves behind is no growth."""
    points = list(points)
    return points[len(points) // 2:]


def shown(number):
    """Three digits that count; whole numbers from a thousand on are grouped."""
    if number is None:
        return ""
    if number == 0:
        return "0"
    if abs(number) >= 1000:
        return f"{number:,.0f}"
    text = f"{number:.3g}"
    return f"{number:.6f}".rstrip("0").rstrip(".") if "e" in text else text


def table(figures):
    """The lines of a table in Markdown; figures of a part stay together in the order in which they were told."""
    lines = ["| part | what | measured | beside it in the same run | ratio | goal |", "|---|---|---|---|---|---|"]
    for part in dict.fromkeys(figure.part for figure in figures):
        for figure in figures:
            if figure.part != part:
                continue
            base = f"{shown(figure.base)} {figure.unit}: {figure.beside}" if figure.base is not None else figure.beside
            ratio = f"{shown(figure.ratio)} : 1" if figure.ratio is not None else ""
            lines.append(f"| {part} | {figure.what} | {shown(figure.value)} {figure.unit} | {base} | {ratio} | {figure.goal} |")
    return lines


def machine():
    """Processor, how many, and memory; neither its name nor its paths."""
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = " ".join(line.split(":", 1)[1].split())
            break
    (total,) = (int(line.split()[1]) for line in pathlib.Path("/proc/meminfo").read_text(encoding="utf-8").splitlines() if line.startswith("MemTotal:"))
    return f"{model}, {len(os.sched_getaffinity(0))} processors, {total / 1024 / 1024:.0f} GB of memory"


def commit(folder):
    """The one that is checked out, and whether something else than it was measured."""
    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()

    try:
        return git("rev-parse", "--short=10", "HEAD") + (" with changes" if git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown commit"
