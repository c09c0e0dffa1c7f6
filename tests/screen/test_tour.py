#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Long ways through the program end with status 0. Of the sanitized program (tests/builds) that says
as well that no memory was misused on the way, and none was left behind.
"""

import sys

from scenes import Ahead
from tap import main, no_terminal, test
from tours import TOURS, go


@test
def tour__of_much_that_there_is__ends_well():
    with Ahead() as ahead:
        for tour in TOURS:
            ahead.start(tour, go, tour)
        for tour in TOURS:
            ahead.result(tour)


sys.exit(main(no_terminal))
