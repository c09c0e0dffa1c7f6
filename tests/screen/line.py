# SPDX-License-Identifier: GPL-2.0-or-later
"""
A bare line to a program: the far end of a pseudo-terminal, on which each byte can be counted, held
up, or never be read.
"""

import errno
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time

import tap
from terminal import DEADLINE, wait_until


# What a program may switch on in a terminal, and off again.
MODES = {"alternate screen": (b"\x1b[?1049h", b"\x1b[?1049l"),
         "mouse": (b"\x1b[?1000h", b"\x1b[?1000l"),
         "mouse numbers": (b"\x1b[?1006h", b"\x1b[?1006l"),
         "paste marks": (b"\x1b[?2004h", b"\x1b[?2004l"),
         "cursor": (b"\x1b[?25l", b"\x1b[?25h")}


class Line:
    """
    with Line(["-n"], cols=100, rows=30) as line: ...

    argv: conntop's arguments; command: another program with its own. Nothing is read from the
    program but by read() and what waits.
    """

    def __init__(self, argv=(), cols=100, rows=30, term="xterm-256color", env=None, command=None):
        self.master, slave = pty.openpty()
        os.set_blocking(self.master, False)
        self.resize(cols, rows)
        self.settings = termios.tcgetattr(slave)
        self.out = b""
        unset = ("NO_COLOR", "LC_ALL", "LINES", "COLUMNS", "SUDO_UID", "SUDO_GID", "SUDO_USER")
        environment = {name: value for name, value in os.environ.items() if name not in unset}
        environment.update(TERM=term, LANG="C.UTF-8", TZ="UTC", **(env or {}))
        self.process = subprocess.Popen(
            command or [tap.PROGRAM, *argv], stdin=slave, stdout=slave, stderr=subprocess.PIPE,
            env=environment, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.slave = slave

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.close()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        self.hang_up()

    def hang_up(self):
        """The terminal is gone."""
        for name in ("master", "slave"):
            if getattr(self, name) is not None:
                os.close(getattr(self, name))
                setattr(self, name, None)

    def resize(self, cols, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def type(self, data):
        """All of it, as fast as the program takes it."""
        data = data.encode() if isinstance(data, str) else data
        while data:
            select.select([], [self.master], [], DEADLINE)
            data = data[os.write(self.master, data):]

    def read(self):
        """What has come since the last time; also kept in `out`."""
        got = b""
        while True:
            try:
                some = os.read(self.master, 65536)
            except OSError as error:
                if error.errno in (errno.EAGAIN, errno.EIO):
                    break
                raise
            if not some:
                break
            got += some
        self.out += got
        return got

    def read_for(self, seconds):
        """What comes within that time."""
        end, got = time.monotonic() + seconds, b""
        while time.monotonic() < end:
            select.select([self.master], [], [], max(0, end - time.monotonic()))
            got += self.read()
        return got

    def wait_for(self, text, deadline=DEADLINE):
        """Until the program has written a text, here and now or before."""
        wanted = text.encode() if isinstance(text, str) else text

        def ask():
            self.read()
            return wanted in self.out

        wait_until(ask, f"written: {text!r}", deadline)

    def settle(self, quiet=0.3):
        """Until the program has written nothing for a moment."""
        while self.read_for(quiet):
            pass

    def modes_on(self):
        """Which modes the terminal is in by what was written to it."""
        return {name for name, (on, off) in MODES.items()
                if self.out.rfind(on) > self.out.rfind(off)}

    def pid(self):
        return self.process.pid

    def end(self, deadline=DEADLINE):
        """Waits for the program's end, its terminal unread or not; its status as a shell has it."""
        wait_until(lambda: self.process.poll() is not None, "the end of the program", deadline)
        status = self.process.returncode
        return 128 - status if status < 0 else status

    def stopped(self):
        with open(f"/proc/{self.pid()}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] == "T"

    def cpu_ticks(self):
        with open(f"/proc/{self.pid()}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])
