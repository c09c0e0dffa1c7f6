#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""
The README's picture of the screen is what the program shows now.

    test_screenshot.py            compares it
    test_screenshot.py --update   draws it anew (make screenshot)
"""

import os
import sys
import xml.etree.ElementTree

import svg
from scenes import Scene
from tap import ROOT, check, contains, equal, main, no_terminal, test

PICTURE = os.path.join(ROOT, "man", "screenshot.svg")
COLS, ROWS = 120, 36
TITLE = "conntop: execs above, TCP connections below, each with its process"


def picture():
    """A download is selected, so that its connection is marked."""
    with Scene("-x", cols=COLS, rows=ROWS, steps=12) as scene:
        scene.press(*"jjjjjj")
        return svg.draw(scene.cells(), COLS, TITLE)


def read_picture():
    with open(PICTURE, encoding="utf-8") as file:
        return file.read()


@test
def picture__of_the_program_as_it_is__is_the_one_in_the_repository():
    if picture() != read_picture():
        raise AssertionError("expected: the picture that `make screenshot` draws\n"
                             f"got: another one in {PICTURE}")


@test
def picture__in_the_repository__is_xml_and_asks_for_nothing_from_elsewhere():
    text = read_picture()
    tree = xml.etree.ElementTree.fromstring(text)
    equal(tree.tag, "{http://www.w3.org/2000/svg}svg", "root element")
    for word in ("href", "url(", "@import", "<script", "<image", "<style"):
        check(word not in text, f"no {word} in the picture")


@test
def readme__shows_the_picture():
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        contains(file.read(), "(man/screenshot.svg)", "README.md")


if sys.argv[1:] == ["--update"]:
    drawn = picture()
    with open(PICTURE, "w", encoding="utf-8") as out:
        out.write(drawn)
else:
    sys.exit(main(no_terminal))
