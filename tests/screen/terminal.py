# SPDX-License-Identifier: GPL-2.0-or-later
"""
A real terminal: a tmux server of its own, with one pane of a given size in which a program runs.

It is driven over one control-mode client, so that pressing a key or reading the screen executes
nothing: the program under test would see it.
"""

import os
import re
import select
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
import unicodedata

import tap

DEADLINE = 10.0  # seconds for whatever is waited for
POLL = 0.02

# What a program must not find in the environment by chance.
_UNSET = ("NO_COLOR", "TMUX", "TMUX_PANE", "LINES", "COLUMNS", "LC_ALL", "LC_CTYPE", "LANGUAGE",
          "CONNTOP_DEBUG", "SUDO_UID", "SUDO_GID", "SUDO_USER", "PROMPT_COMMAND")


class Timeout(AssertionError):
    pass


def has_ended(pid):
    """Whether a process is gone, or only waits to be reaped, which may take some init seconds."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait_until(ask, what, deadline=DEADLINE):
    """Asks until the answer is true, and returns it."""
    end = time.monotonic() + deadline
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Timeout(f"expected within {deadline:g} s: {what}")
        time.sleep(POLL)


def char_width(char):
    """Columns of a character as terminals count them."""
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def text_width(text):
    return sum(char_width(char) for char in text)


def column_of(line, part):
    """The screen column at which `part` begins in a line, or -1."""
    at = line.find(part)
    return at if at < 0 else text_width(line[:at])


def cut(line, start, end=None):
    """The text of the screen columns from start up to end."""
    col, out = 0, ""
    for char in line:
        if col >= start and (end is None or col < end):
            out += char
        col += char_width(char)
    return out


class Style:
    """What SGR sequences have set."""

    def __init__(self):
        self.attributes = frozenset()
        self.color = ""

    _ON = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "reverse"}
    _OFF = {22: {"bold", "dim"}, 23: {"italic"}, 24: {"underline"}, 27: {"reverse"}}

    def apply(self, sequence):
        codes = [int(code or 0) for code in re.split("[;:]", sequence)]
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.attributes, self.color = frozenset(), ""
            elif code in self._ON:
                self.attributes |= {self._ON[code]}
            elif code in self._OFF:
                self.attributes -= self._OFF[code]
            elif code in (38, 48):
                self.color += f"{code};" + ";".join(map(str, codes))
                codes = []
            elif 30 <= code <= 37 or 40 <= code <= 47 or 90 <= code <= 107:
                self.color += f"{code} "
            elif code == 39:
                self.color = ""


class Terminal:
    """
    with Terminal(["-n"], cols=100, rows=30) as terminal: ...

    argv: the program's arguments; command: another program with its own, instead of conntop.
    env: added to the environment; None as a value removes a variable.
    """

    def __init__(self, argv=(), cols=100, rows=30, env=None, command=None, locale="C.UTF-8",
                 term="tmux-256color"):
        self.cols, self.rows = cols, rows
        self.folder = tempfile.mkdtemp(prefix="ct-")
        self.name = f"ct-{os.getpid()}"
        self.server = self.control = None
        self._held = b""
        variables = {"LANG": locale, "TERM": term, "TZ": "UTC",
                     "XDG_CONFIG_HOME": os.path.join(self.folder, "config"), **(env or {})}
        words = ["exec", "env"]
        for name in {*_UNSET, *variables}:
            if variables.get(name) is None:
                words += ["-u", name]
        words += [f"{name}={value}" for name, value in variables.items() if value is not None]
        # tmux may miss the end of what ends at once: the shell around it tells.
        words += ["sh", "-c", '"$@"; echo $? > "$0.new"; mv "$0.new" "$0"', self._status()]
        words += command or [tap.PROGRAM, *argv]
        try:
            self._start(shlex.join(words))
        except BaseException:
            self.close()
            raise

    # --- the server ---

    def _tmux(self, *words):
        return ["tmux", "-u", "-L", self.name, "-f", "/dev/null", *words]

    def _start(self, line):
        env = {**os.environ, "TMUX_TMPDIR": self.folder, "LC_ALL": "C.UTF-8", "SHELL": "/bin/sh"}
        env.pop("TMUX", None)
        # In the foreground, as a child that does not outlive us: we also wait for its end.
        self.server = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", *self._tmux("-D")], env=env,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        socket = os.path.join(self.folder, f"tmux-{os.geteuid()}", self.name)
        wait_until(lambda: os.path.exists(socket), "a tmux server")
        self.control = subprocess.Popen(
            self._tmux("-C", "set-option", "-g", "remain-on-exit", "on", ";",
                       "set-option", "-g", "remain-on-exit-format", "", ";",
                       "set-option", "-g", "status", "off", ";",
                       "set-option", "-s", "escape-time", "0", ";",
                       "new-session", "-c", self.folder, "-x", str(self.cols), "-y", str(self.rows),
                       "-f", "no-output,ignore-size", line),
            env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        # What is asked before the session is there would be refused.
        end = time.monotonic() + DEADLINE
        while not self._line(end).startswith(b"%session-changed"):
            pass
        self.resize(self.cols, self.rows)

    def close(self):
        """Ends the server and all that runs in it."""
        try:
            self._end_program()
        except (AssertionError, OSError, ValueError):
            pass  # the server is gone: so is what ran in it
        for process in (self.server, self.control):
            if process:
                process.terminate()
                try:
                    process.wait(DEADLINE)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        if self.control:
            for stream in (self.control.stdin, self.control.stdout):
                try:
                    stream.close()
                except BrokenPipeError:
                    pass
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end_program(self):
        """While the server is there to wait for it; a shell ends after what it runs."""
        if not self.control:
            return
        outer = self.pid()
        for number in (signal.SIGHUP, signal.SIGHUP, signal.SIGKILL, signal.SIGKILL):
            if self.running():
                os.kill(self.program(), number)
            try:
                wait_until(lambda: has_ended(outer), "the end", 2)
                return
            except Timeout:
                continue

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        try:
            if error is not None and not isinstance(error, tap.Skip):
                error.add_note(f"screen {self.cols}x{self.rows}:\n" +
                               "\n".join("|" + line for line in self.capture()))
        except Exception:  # pylint: disable=broad-except
            pass
        finally:
            self.close()

    def _line(self, end):
        fd = self.control.stdout.fileno()
        while b"\n" not in self._held:
            if not select.select([fd], [], [], max(0, end - time.monotonic()))[0]:
                raise Timeout("expected an answer of tmux")
            some = os.read(fd, 1 << 16)
            if not some:
                raise AssertionError("expected: a tmux server\ngot: its end")
            self._held += some
        line, self._held = self._held.split(b"\n", 1)
        return line

    def tmux(self, *words):
        """Runs a tmux command; its output as lines."""
        line = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
        self.control.stdin.write(line.encode("utf-8", "surrogateescape") + b"\n")
        self.control.stdin.flush()
        end = time.monotonic() + DEADLINE
        while True:
            begin = re.fullmatch(rb"%begin (\d+ \d+ 1)", self._line(end))
            if begin:
                break
        out = []
        while True:
            got = self._line(end)
            if got in (b"%end " + begin[1], b"%error " + begin[1]):
                break
            out.append(got.decode("utf-8", "surrogateescape"))
        if got.startswith(b"%error"):
            raise AssertionError(f"expected: tmux to run {line}\ngot: {out}")
        return out

    def ask(self, variable):
        """The value of one of tmux's variables, such as cursor_flag."""
        return self.tmux("display-message", "-p", "#{" + variable + "}")[0]

    # --- what the user does ---

    def send(self, *keys):
        """Presses keys by tmux's names: "j", "Enter", "C-l", "PageDown"."""
        self.tmux("send-keys", "-t", ":", *keys)

    def type(self, text):
        self.tmux("send-keys", "-t", ":", "-l", text)

    def resize(self, cols, rows):
        self.cols, self.rows = cols, rows
        self.tmux("resize-window", "-x", str(cols), "-y", str(rows))

    # --- what the user sees ---

    def _idle(self):
        """
        Something that changes when the program runs; None while it does. Between two equal ones
        it has written whole frames only.
        """
        try:
            pid = self.program()
            with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
                status = file.read()
            with open(f"/proc/{pid}/wchan", encoding="ascii") as file:
                writing = "write" in file.read()
        except (OSError, ValueError):
            return "ended"
        if writing or re.search(r"^State:\s+[RD]", status, re.M):
            return None
        return pid, re.findall(r"_ctxt_switches:\s+(\d+)", status)

    def _look(self, *options):
        """
        A whole frame: while the program draws, the screen is half the old and half the new one.
        A program that never stops drawing is looked at as it is.
        """
        end = time.monotonic() + 2
        while True:
            before = self._idle()
            seen = self.tmux("capture-pane", "-p", *options, "-t", ":")
            again = self.tmux("capture-pane", "-p", *options, "-t", ":")
            if seen == again and before and before == self._idle() or time.monotonic() > end:
                return again

    def capture(self):
        """The screen's lines, blanks at their ends left out."""
        lines = self._look()
        return [line.rstrip(" ") for line in lines] + [""] * (self.rows - len(lines))

    def raw(self):
        """The screen's lines with the SGR sequences that paint them."""
        return self._look("-e")

    def styled(self):
        """Of each line a list of (text, attributes, color): the pieces of one look."""
        style, out = Style(), []
        for line in self.raw():
            pieces = []
            for part in re.split("(\x1b\\[[0-9;:]*m)", line):
                if part.startswith("\x1b["):
                    style.apply(part[2:-1])
                elif part:
                    pieces.append((part, style.attributes, style.color))
            out.append(pieces)
        return out

    def wait_for(self, wanted, what=None, deadline=DEADLINE):
        """Waits until the screen has a text, or a function of its lines is true; the lines."""
        seen = []

        def ask():
            seen[:] = self.capture()
            if callable(wanted):
                return wanted(seen)
            return any(wanted in line for line in seen)

        wait_until(ask, what or f"on the screen: {wanted!r}", deadline)
        return list(seen)

    # --- the program ---

    def pid(self):
        return int(self.ask("pane_pid"))

    def program(self):
        """The PID of what runs in the foreground: the last in the line of children."""
        pid = self.pid()
        while True:
            with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
                children = file.read().split()
            if not children:
                return pid
            pid = int(children[0])

    def wait_turns(self):
        """Until the program has waited for events, and so has taken and drawn what came before."""
        def turns():
            with open(f"/proc/{self.program()}/status", encoding="ascii") as file:
                return int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", file.read(), re.M)[1])

        begin = turns()
        wait_until(lambda: turns() > begin + 4, "the program going on")

    def _status(self):
        return os.path.join(self.folder, "status")

    def running(self):
        return not os.path.exists(self._status())

    def exit_status(self):
        """Waits for the program's end: its status, or 128 + the signal that killed it."""
        wait_until(lambda: not self.running(), "the end of the program")
        with open(self._status(), encoding="ascii") as file:
            return int(file.read())
