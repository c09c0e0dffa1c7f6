# SPDX-License-Identifier: GPL-2.0-or-later
"""What a terminal shows, cell by cell: the lines of `tmux capture-pane -e` with their SGR sequences
(ECMA-48 8.3.117, and the 256 and direct colours that xterm added)."""

import re
import typing

from terminal import char_width

_ON = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 5: "blink", 7: "reverse"}
_OFF = {22: ("bold", "dim"), 23: ("italic",), 24: ("underline",), 25: ("blink",), 27: ("reverse",)}
NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")


class Look(typing.NamedTuple):
    """Colours are None (the terminal's own), 0 to 255, or "#rrggbb"."""

    attributes: frozenset = frozenset()
    fg: typing.Union[None, int, str] = None
    bg: typing.Union[None, int, str] = None

    def __str__(self):
        words = sorted(self.attributes)
        if self.fg is not None:
            words.append(color_name(self.fg))
        if self.bg is not None:
            words += ["on", color_name(self.bg)]
        return " ".join(words)


class Cell(typing.NamedTuple):
    """A character with the marks that combine with it, on one column or two."""

    text: str
    width: int
    look: Look


PLAIN = Look()


def color_name(color):
    if isinstance(color, str) or color > 15:
        return str(color)
    return ("bright-" if color > 7 else "") + NAMES[color % 8]


def _extended(codes):
    """The colour after a 38 or 48."""
    if codes.pop(0) == 5:
        return codes.pop(0)
    red, green, blue = codes.pop(0), codes.pop(0), codes.pop(0)
    return f"#{red:02x}{green:02x}{blue:02x}"


def change(look, sequence):
    """The look after the parameters of an SGR sequence."""
    codes = [int(code or 0) for code in re.split("[;:]", sequence)]
    while codes:
        code = codes.pop(0)
        if code == 0:
            look = PLAIN
        elif code in _ON:
            look = look._replace(attributes=look.attributes | {_ON[code]})
        elif code in _OFF:
            look = look._replace(attributes=look.attributes - set(_OFF[code]))
        elif code in (38, 48):
            look = look._replace(**{"fg" if code == 38 else "bg": _extended(codes)})
        elif code in (39, 49):
            look = look._replace(**{"fg" if code == 39 else "bg": None})
        elif code // 10 in (3, 9):
            look = look._replace(fg=code % 10 + (8 if code > 89 else 0))
        elif code // 10 in (4, 10):
            look = look._replace(bg=code % 10 + (8 if code > 99 else 0))
    return look


def cells(lines):
    """The cells of each line; a line ends where nothing more is written on it."""
    look, out = PLAIN, []
    for line in lines:
        row = []
        for part in re.split("(\x1b\\[[0-9;:]*m|[\x0e\x0f])", line):
            if part.startswith("\x1b["):
                look = change(look, part[2:-1])
            elif part not in ("\x0e", "\x0f"):  # of the line drawing characters
                for char in part:
                    if char_width(char) or not row:
                        row.append(Cell(char, char_width(char), look))
                    else:
                        row[-1] = row[-1]._replace(text=row[-1].text + char)
        out.append(row)
    return out
