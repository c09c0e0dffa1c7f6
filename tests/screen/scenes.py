# SPDX-License-Identifier: GPL-2.0-or-later
"""
conntop on a host that exists nowhere (scene/): the same screens on every machine, without root.

Its clock stands still soon after the start; from then on each refresh is one tick.
"""

import concurrent.futures
import os
import signal
import string

import sgr
import tap
from terminal import Terminal, wait_until

PROGRAM = os.path.abspath(os.environ.get("SCENE") or os.path.join(
    tap.ROOT, os.environ.get("BUILD") or "build", "tests", "scene"))
DELAY = "0.1"


class Scene(Terminal):
    """
    A terminal in which the scene is up and its clock stands still.

    steps: seconds that passed on screen before, one a refresh; settings: SCENE_* without SCENE_;
    shell: a script that starts it, "$0" "$@", with job control.
    """

    def __init__(self, *argv, steps=1, settings=None, env=None, delay=DELAY, shell=None,
                 **options):
        tap.check(os.access(PROGRAM, os.X_OK), f"{PROGRAM}: make tests builds it")
        told = {"TICKS": "ticks", "STEPS": str(steps), **(settings or {})}
        command = [PROGRAM, "-d", delay, *argv]
        super().__init__(command=["bash", "-mc", shell, *command] if shell else command,
                         env={**{f"SCENE_{name}": value for name, value in told.items()},
                              **(env or {})}, **options)
        try:
            wait_until(lambda: self.ticks() > 1, "the scene on screen")
        except BaseException as error:  # the caller has no terminal to close yet
            self.__exit__(type(error), error, None)
            raise

    def ticks(self):
        try:
            return os.path.getsize(os.path.join(self.folder, "ticks"))
        except FileNotFoundError:
            return 0

    def settle(self):
        """Until what was pressed before has been obeyed and drawn."""
        self.ask("cursor_flag")  # by when tmux has passed the keys on
        before = self.ticks()
        wait_until(lambda: self.ticks() > before + 1 or not self.running(), "two refreshes")

    def press(self, *keys):
        """
        Presses keys, each when the one before was obeyed and drawn; 'text types a text, and 1s lets
        a second pass on the scene's clock.
        """
        for key in keys:
            if key == "1s":
                os.kill(self.program(), signal.SIGUSR1)
            elif key.startswith("'") and len(key) > 1:
                self.type(key[1:])
            else:
                self.send(key)
            self.settle()
        return self.capture()

    def cells(self):
        """Of each line its cells, as they are painted."""
        return sgr.cells(self._look("-e", "-N"))


class Ahead:
    """Does what takes a while several at a time, before it is asked for."""

    def __init__(self, at_once=8):
        self._pool = concurrent.futures.ThreadPoolExecutor(at_once)
        self._started = {}

    def start(self, name, function, *args):
        self._started[name] = self._pool.submit(function, *args)

    def result(self, name):
        """What the function returned, or raised."""
        return self._started[name].result()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._pool.shutdown(cancel_futures=True)


# --- screens as text ------------------------------------------------------------------------------


def plain(terminal):
    """The lines of the screen as they are."""
    return [line.rstrip() for line in terminal.capture()]


def painted(terminal):
    """
    The lines of the screen, then as many of a letter a cell that tells how it is painted, then
    what the letters mean. A dot is a cell without any attribute or colour.
    """
    letters, text, looks = {sgr.PLAIN: "."}, [], []
    free = iter(string.ascii_letters + string.digits)
    for row in terminal.cells():
        text.append("".join(cell.text for cell in row).rstrip())
        looks.append("")
        for cell in row:
            if cell.look not in letters:
                letters[cell.look] = next(free)
            looks[-1] += letters[cell.look] * cell.width
    looks = [line.rstrip(".") for line in looks]
    meaning = [f"{letter}  {look}" for look, letter in letters.items() if letter != "."]
    return [*text, "--- painted", *looks, "--- meaning", *meaning]
