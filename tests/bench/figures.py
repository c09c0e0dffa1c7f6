# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures in a table: what was measured beside what it should be."""

import collections
import platform
import os
import re

# limit, figure: text. reached: True, False; None: could not be measured, or there is no limit.
Row = collections.namedtuple("Row", "goal what limit figure reached")
HEADER = Row("goal", "what", "limit", "figure", "reached")


def below(goal, what, value, limit, unit, note=""):
    """A figure that is to be at most that large."""
    digits = 2 if value < 10 else 1 if value < 100 else 0
    return Row(goal, what, f"{limit:g} {unit}", f"{value:.{digits}f} {unit}{note}", value <= limit)


def unmeasured(goal, what, why):
    return Row(goal, what, "", f"not measured: {why}", None)


def word(reached):
    return {True: "yes", False: "no", None: ""}[reached]


def lines_of(rows):
    """Cells aligned, two blanks between."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
            for row in rows]


def print_rows(rows):
    cells = [HEADER] + [Row(str(row.goal), *row[1:4], word(row.reached)) for row in rows]
    print(*lines_of(cells), sep="\n", flush=True)


def machine():
    """A line that says where this was measured."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"^model name\s*: (.*)", file.read(), re.M)
    try:
        with open("/etc/os-release", encoding="utf-8") as file:
            system = re.search(r'^PRETTY_NAME="?([^"\n]*)', file.read(), re.M)[1]
    except OSError:
        system = "unknown"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{os.cpu_count()} processors, {model[1] if model else platform.machine()}, "
            f"{memory:.0f} GB; Linux {platform.release()}, {system}")
