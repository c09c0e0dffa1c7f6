#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Themes: in every terminal the same text, in the colours and attributes that it has."""

import os
import shutil
import subprocess
import sys
import tempfile

import tap
from scenes import PROGRAM, Scene
from sgr import PLAIN, Look
from tap import check, contains, equal, main, test

SIZE = {"cols": 100, "rows": 24}
THEMES = sorted(name.removesuffix(".theme") for name in
                os.listdir(os.path.join(tap.ROOT, "themes")) if name.endswith(".theme"))
CYCLE = ["default", *(name for name in THEMES if name != "default")]

# What ncurses-term has as xterm-direct, for what tmux is. tmux passes no direct colours on without
# being told so, but keeps them for itself, which is what is looked at.
DIRECT = r"""conntop-direct|24-bit colours, RGB, colors#0x1000000, pairs#0x7fff, initc@, oc@, ccc@,
	setab=\E[%?%p1%{8}%<%t4%p1%d%e48;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,
	setaf=\E[%?%p1%{8}%<%t3%p1%d%e38;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,
	use=tmux-256color,
"""


def scene(*argv, **options):
    return Scene(*argv, **{**SIZE, **options})


def text(terminal):
    """All lines but the one that says what the theme is."""
    return terminal.capture()[:-1]


def seen_of(cell):
    """The look of a cell, as far as it is seen: of a blank, not that it is bold."""
    if cell.text != " ":
        return cell.look
    attributes = cell.look.attributes & {"underline", "reverse"}
    return Look(attributes, cell.look.fg if attributes else None, cell.look.bg)


def looks(terminal):
    """Of each line the cells' looks; those that nothing was written to are plain."""
    return [[seen_of(cell) for cell in row] +
            [PLAIN] * (terminal.cols - sum(cell.width for cell in row))
            for row in terminal.cells()[:-1]]


def used(painted):
    return {look for row in painted for look in row}


def colored(painted):
    return {color for look in used(painted) for color in (look.fg, look.bg)} - {None}


def check_painted(terminal, fg, bg):
    """There is text in these colours."""
    pairs = {(cell.look.fg, cell.look.bg) for row in terminal.cells() for cell in row}
    check((fg, bg) in pairs, f"text in {fg} on {bg}", pairs)


def ground(terminal):
    """The background behind no text at all, at the end of a line."""
    return terminal.cells()[-2][-1].look.bg


def go_round(terminal, shown):
    """Presses T until it begins anew: what each theme looks like, the text being `shown`."""
    seen = {CYCLE[0]: looks(terminal)}
    for name in CYCLE[1:]:
        terminal.press("T")
        contains(terminal.capture()[-1], f"theme {name}: ", "bottom line")
        equal(text(terminal), shown, f"text in {name}")
        seen[name] = looks(terminal)
    terminal.press("T")
    contains(terminal.capture()[-1], "theme default: ", "bottom line")
    equal(looks(terminal), seen[CYCLE[0]], "looks of the default, once around")
    return seen


def check_round(term, colors, **options):
    """All themes in a terminal: how many differ, and up to which number their colours go."""
    with scene(term=term, **options) as terminal:
        seen = go_round(terminal, text(terminal))
    for name, painted in seen.items():
        numbers = colored(painted)
        check(all(isinstance(number, int) and number < colors for number in numbers),
              f"{name} in {term} with colours below {colors}", sorted(map(str, numbers)))
        check(len(used(painted)) > 3, f"{name} in {term} with roles that differ", used(painted))
    return seen


def check_colors(term, colors):
    seen = check_round(term, colors)
    check(not colored(seen["monochrome"]), "no colour in monochrome", used(seen["monochrome"]))
    differing = {str(painted) for painted in seen.values()}
    check(len(differing) >= (len(CYCLE) if colors == 256 else 6), f"themes that differ in {term}",
          len(differing))
    for name in ("dark", "light", "nord"):
        check(seen[name][-1][-1].bg is not None, f"a ground in {name}", seen[name][-1][-1])


# --- T in each terminal ---


@test
def t__tmux_256color__repaints_the_same_text():
    check_colors("tmux-256color", 256)


@test
def t__xterm_256color__repaints_the_same_text():
    check_colors("xterm-256color", 256)


@test
def t__xterm_of_8_colours__repaints_the_same_text():
    check_colors("xterm", 8)


@test
def t__screen__repaints_the_same_text():
    check_colors("screen", 8)


@test
def t__linux_console__repaints_the_same_text():
    check_colors("linux", 8)


@test
def t__vt100__changes_attributes_alone():
    check_round("vt100", 0)


@test
def t__no_color__changes_attributes_alone():
    seen = check_round("tmux-256color", 0, env={"NO_COLOR": "1"})
    check(len({str(painted) for painted in seen.values()}) > 2, "attributes that differ")


@test
def t__c_locale__repaints_the_same_text():
    check_round("tmux-256color", 256, locale="C")


# --- colours as they are asked for ---


@test
def theme__256_colours__are_the_nearest():
    with scene("--theme", "nord") as terminal:
        check_painted(terminal, 254, 237)  # #d8dee9 on #2e3440


@test
def theme__direct_colours__are_the_themes_own():
    tic = shutil.which("tic")
    if not tic:
        raise tap.Skip("tic is not installed")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([tic, "-x", "-o", folder, "-"], input=DIRECT, text=True, check=True)
        with scene("--theme", "nord", term="conntop-direct", env={"TERMINFO": folder}) as terminal:
            check_painted(terminal, "#d8dee9", "#2e3440")
            terminal.press("T", "T")
            contains(terminal.capture()[-1], "theme solarized-light: ", "bottom line")
            check_painted(terminal, "#586e75", "#fdf6e3")
            check_painted(terminal, "#5f6d00", "#fdf6e3")


@test
def theme__given_twice__the_last_holds_and_no_color_wins():
    with scene("--theme", "light", "--theme", "nord", "--color", "never") as terminal:
        check(not colored(looks(terminal)), "no colours", used(looks(terminal)))
        terminal.press("T")
        contains(terminal.capture()[-1], "theme solarized-dark: ", "the one after nord")


# --- the user's own ---


def write_theme(folder, name, ground_color="17"):
    """A theme on a ground; the roles are those of one of ours."""
    with open(os.path.join(tap.ROOT, "themes", "monochrome.theme"), encoding="ascii") as file:
        ours = file.read()
    with open(os.path.join(folder, name), "w", encoding="ascii") as file:
        file.write(ours.replace("text     = default", f"text     = 255 on {ground_color}"))


@test
def theme__own__comes_after_ours_and_is_taken_by_name():
    with tempfile.TemporaryDirectory() as home:
        own = os.path.join(home, "conntop", "themes")
        os.makedirs(own)
        write_theme(own, "mine.theme")
        with scene("--theme", "mine", env={"XDG_CONFIG_HOME": home}) as terminal:
            equal(ground(terminal), 17, "ground")
            write_theme(own, "broken.theme", "mud")
            terminal.press("T")
            contains(terminal.capture()[-1], "theme default: ", "bottom line")
            # All of ours, to the last; then the broken one is told, and the next one taken.
            terminal.press(*["T"] * (len(CYCLE) - 1))
            contains(terminal.capture()[-1], f"theme {CYCLE[-1]}: ", "bottom line")
            terminal.press("T")
            contains(terminal.capture()[-1], f"theme {own}/broken.theme, line 6: bad colours",
                     "bottom line")
            equal(ground(terminal), 17, "ground of the next one")


@test
def theme__file__is_read_from_where_it_is():
    with tempfile.TemporaryDirectory() as folder:
        write_theme(folder, "x.theme", "52")
        with scene("--theme", os.path.join(folder, "x.theme")) as terminal:
            equal(ground(terminal), 52, "ground")
            terminal.press("T")
            contains(terminal.capture()[-1], "theme default: ", "bottom line")


# --- what is none ---


def refusal(*argv, env=None):
    """What is said of a command line that is refused, with status 2."""
    ended = subprocess.run([PROGRAM, *argv], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True, check=False,
                           env={**os.environ, **(env or {})})
    equal((ended.returncode, ended.stdout), (2, ""), "status and output")
    return ended.stderr


@test
def theme__unknown__is_refused_with_the_names():
    said = refusal("--theme", "nrod")
    contains(said, "unknown theme 'nrod': default, ", "error")
    for name in THEMES:
        contains(said, name, "error")


@test
def theme__file_that_is_none__is_refused_without_its_text():
    with tempfile.NamedTemporaryFile("w", suffix=".theme") as file:
        file.write("[roles]\ntext = secret\n")
        file.flush()
        said = refusal("--theme", file.name)
        contains(said, f"theme {file.name}, line 2: bad colours for 'text'", "error")
        check("secret" not in said, "no text of the file", said)
    contains(refusal("--theme", "/nowhere/x"), "theme /nowhere/x: No such file or directory",
             "error")


@test
def theme__under_sudo__is_read_with_the_users_rights():
    if os.geteuid() != 0:
        raise tap.Skip("needs root")
    nobody = {"SUDO_UID": "65534", "SUDO_GID": "65534"}
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        path = os.path.join(folder, "x.theme")
        with open(path, "w", encoding="ascii") as file:
            file.write("[roles]\ntext = mud\n")
        os.chmod(path, 0o600)
        contains(refusal("--theme", path, env=nobody), f"theme {path}: Permission denied", "error")
        contains(refusal("--theme", path), f"theme {path}, line 2: ", "error as root")


if __name__ == "__main__":
    sys.exit(main(tap.no_terminal))
