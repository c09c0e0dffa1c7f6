# SPDX-License-Identifier: GPL-2.0-or-later
"""A terminal's screen as SVG, in the reader's own monospace font, held to the cells' places."""

import re
from xml.sax.saxutils import escape

from terminal import text_width

CELL_WIDTH, CELL_HEIGHT, BASELINE, FONT_SIZE = 8.4, 18, 14, 14
MARGIN, CORNER = 12, 6
BACKGROUND, FOREGROUND = "#16191f", "#d5d9e0"
DIMMED = 0.62  # opacity
# The terminal's own sixteen colours, of which each stands out from the background by 4.5:1 or more.
PALETTE = ("#3b4252", "#f2777a", "#8fc77e", "#e5c07b", "#6fb3f2", "#d19ae0", "#62c6d1", "#d5d9e0",
           "#8a94a6", "#ff8f8f", "#a9e39b", "#f5d898", "#8fc8ff", "#e5b5f2", "#84e0ea", "#ffffff")
LEVELS = (0, 95, 135, 175, 215, 255)  # of the 256 colours' cube


def _hex(color, otherwise):
    if color is None:
        return otherwise
    if isinstance(color, str):
        return color
    if color < 16:
        return PALETTE[color]
    if color >= 232:
        return "#" + f"{8 + 10 * (color - 232):02x}" * 3
    return "#" + "".join(f"{LEVELS[(color - 16) // place % 6]:02x}" for place in (36, 6, 1))


def _colors(look):
    fg, bg = _hex(look.fg, FOREGROUND), _hex(look.bg, BACKGROUND)
    return (bg, fg) if "reverse" in look.attributes else (fg, bg)


def _runs(row):
    """(column, text, look) of cells side by side that are painted alike."""
    out, col = [], 0
    for cell in row:
        if out and out[-1][2] == cell.look:
            out[-1][1] += cell.text
        else:
            out.append([col, cell.text, cell.look])
        col += cell.width
    return out


def _words(col, text):
    """(column, words) of a run, parted where there is more than one blank."""
    for part in re.finditer(r"(\S| (?! ))+", text):
        words = part[0].strip(" ")
        at = col + text_width(text[:part.start()]) + len(part[0]) - len(part[0].lstrip(" "))
        if words:
            yield at, words


def _number(value):
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _place(col, row):
    return _number(MARGIN + col * CELL_WIDTH), _number(MARGIN + row * CELL_HEIGHT)


def _bar(col, row, text, top, height, color):
    x, y = _place(col, row)
    return (f'<rect x="{x}" y="{_number(float(y) + top)}" '
            f'width="{_number(text_width(text) * CELL_WIDTH)}" height="{height}" fill="{color}"/>')


def _bars(col, row, text, look):
    """What lies behind a run, and its underline."""
    fg, bg = _colors(look)
    out = [] if bg == BACKGROUND else [_bar(col, row, text, 0, CELL_HEIGHT, bg)]
    if "underline" in look.attributes:
        out.append(_bar(col, row, text, BASELINE + 2, 1, fg))
    return out


def _text(col, row, text, look):
    more = ""
    if "bold" in look.attributes:
        more += ' font-weight="bold"'
    if "dim" in look.attributes:
        more += f' opacity="{DIMMED}"'
    if _colors(look)[0] != FOREGROUND:
        more += f' fill="{_colors(look)[0]}"'
    out = []
    for at, words in _words(col, text):
        x, y = _place(at, row)
        out.append(f'<text x="{x}" y="{_number(float(y) + BASELINE)}" '
                   f'textLength="{_number(text_width(words) * CELL_WIDTH)}"{more}>'
                   f'{escape(words)}</text>')
    return out


def draw(rows, cols, title):
    """The SVG of lines of cells (sgr.py)."""
    width = _number(2 * MARGIN + cols * CELL_WIDTH)
    height = _number(2 * MARGIN + len(rows) * CELL_HEIGHT)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
           f'width="{width}" height="{height}" role="img">',
           f"<title>{escape(title)}</title>",
           f'<rect width="{width}" height="{height}" rx="{CORNER}" fill="{BACKGROUND}"/>',
           '<g font-family="ui-monospace, \'DejaVu Sans Mono\', Menlo, Consolas, monospace" '
           f'font-size="{FONT_SIZE}" fill="{FOREGROUND}">']
    for at, row in enumerate(rows):
        runs = _runs(row)
        for draw_part in (_bars, _text):
            for col, text, look in runs:
                out += draw_part(col, at, text, look)
    return "\n".join([*out, "</g>", "</svg>", ""])
