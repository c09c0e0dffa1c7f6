# SPDX-License-Identifier: GPL-2.0-or-later
"""The ways to use the program in which faults are tried, and what is asked of each."""

import json
import os
import re
import signal
import subprocess
import termios
import time

import tap
from line import Line
from tap import PROGRAM, ROOT

BUILD = os.path.join(ROOT, os.environ.get("BUILD", "build"))
SCENE = os.path.abspath(os.environ.get("SCENE") or os.path.join(BUILD, "tests", "scene"))
FAULTS = os.path.join(BUILD, "tests", "faults.so")
DEMO = os.path.join(ROOT, "man", "demo.conntop")
# Memory that is lost as it runs out is glibc's and ncurses's, when they are set up.
SANITIZER = "verify_asan_link_order=0:detect_leaks=0"
DEADLINE = 40  # a machine may be busy

FINDINGS = re.compile(rb"[^\n]*(?:AddressSanitizer|LeakSanitizer|runtime error)[^\n]*")
# Without these there is no way to give a terminal back.
GIVING_BACK = ("write", "tcsetattr", "tcgetattr", "endwin")
# What is said of a call that failed: strerror(3) or words of our own, without blanks.
WORDS = re.compile("Cannotallocatememory|outofmemory|Outofmemory|Input/outputerror|Nospaceleft|"
                   "Toomanyopenfiles|Interrupted|Operationnotpermitted|cannothold|noconfiguration")


def why_not_here():
    for file in (FAULTS, SCENE, PROGRAM):
        if not os.access(file, os.R_OK):
            raise FileNotFoundError(f"{file} is not built: make tests")
    return None


def whole(name, text):
    """Whether a file of ours is complete, whatever is in it."""
    if not name.endswith(".json"):
        return text is not None and text.endswith(b"\n")
    try:
        return bool(json.loads(text))
    except (TypeError, ValueError):
        return False


class Outcome:
    """What a run left behind."""

    def __init__(self):
        self.status = None  # None: it had to be killed
        self.out = self.err = b""
        self.files = {}
        self.left = set()  # of the terminal: what was not put back
        self.places, self.failed, self.function = {}, False, ""

    def take_files(self, folder):
        for where, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(where, name)
                with open(path, "rb") as file:
                    self.files[os.path.relpath(path, folder)] = file.read()


class Way:
    """
    argv: "@" in a word stands for the folder. before: files that are there, {path: bytes}.
    written: files that are there at the end, whole, as in the run without a fault or as before.
    same: the output is that of the run without a fault. most: runs. twice: of what is called often
    one call in the midst fails, too, in a run of its own.
    """

    tries = 1  # so many runs with one fault must all be wrong

    def __init__(self, name, argv, before=None, written=(), same=True, root=False, most=400,
                 twice=True):
        self.name, self.argv, self.before = name, argv, before or {}
        self.written, self.same, self.root = written, same, root
        self.most, self.twice = most, twice

    def reason(self):
        return tap.why_not_here() if self.root else None

    def command(self, folder):
        return [word.replace("@", folder) for word in self.argv]

    def environment(self, folder, env):
        return {"XDG_CONFIG_HOME": folder,
                "MALLOC_PERTURB_": "165", "ASAN_OPTIONS": SANITIZER,
                "SCENE_STEPS": "1", **env}

    def prepare(self, folder):
        os.mkdir(folder)
        for name, text in self.before.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(text)

    def run(self, folder, env):
        self.prepare(folder)
        outcome = Outcome()
        with subprocess.Popen(self.command(folder), stdin=subprocess.DEVNULL, cwd=folder,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC",
                                   **self.environment(folder, env)}) as process:
            try:
                outcome.out, outcome.err = process.communicate(timeout=DEADLINE)
                outcome.status = process.returncode
            except subprocess.TimeoutExpired:
                process.kill()
        outcome.take_files(folder)
        return outcome

    # --- judging ---

    def complaint(self, sound, outcome):
        """What is wrong, or None."""
        for ask in (self.bad_end, self.bad_files, self.bad_output):
            wrong = ask(sound, outcome)
            if wrong:
                return wrong
        return None

    def said(self, outcome):
        """Whether the user was told that something is missing, if only by ncurses as it ends us."""
        return re.search(rb"^(?:conntop|scene): \S|Out of memory$", outcome.err, re.M)

    def bad_end(self, _, outcome):
        finding = FINDINGS.search(outcome.err)
        if finding:
            return finding[0].decode(errors="replace")
        if outcome.status is None:
            return f"did not end within {DEADLINE} s"
        if outcome.status < 0:
            return f"ended by {signal.Signals(-outcome.status).name}"
        if outcome.status > 2:
            return f"exit status {outcome.status}: {outcome.err!r}"
        if outcome.status and not self.said(outcome):
            return f"exit status {outcome.status} without a word: {outcome.err!r}"
        if outcome.left and outcome.function not in GIVING_BACK:
            return f"left in the terminal: {', '.join(sorted(outcome.left))}"
        return None

    def bad_files(self, sound, outcome):
        strange = outcome.files.keys() - sound.files.keys()
        if strange:
            return f"left behind: {', '.join(sorted(strange))}"
        for name, text in sound.files.items():
            wrong = self.bad_file(name, text, outcome.files.get(name), self.said(outcome))
            if wrong:
                return wrong
        return None

    def bad_file(self, name, sound, got, said):
        before = self.before.get(name)
        other = got not in (before, sound) and not ((said or not self.same) and whole(name, got))
        if name in self.written and other:
            return f"{name} is neither whole nor as it was"
        if before is not None and got is None:
            return f"{name} is gone"
        if name in self.written and got != sound and not said:
            return f"{name} was not written, and not a word"
        return None

    def bad_output(self, sound, outcome):
        if not self.same or outcome.out == sound.out or self.said(outcome):
            return None
        return f"another output, and not a word: {len(sound.out)}, {len(outcome.out)} bytes"


class Recording(Way):
    """One that writes a recording: it can be played."""

    def bad_file(self, name, sound, got, said):
        return None if said or got else f"{name} was not written, and not a word"

    def bad_output(self, sound, outcome):
        return None


class Session(Way):
    """
    On a terminal. keys: pieces of what is typed, each after the last one has been obeyed: that is
    told by the clock, so that a run may go wrong where a program waits long for a CPU.
    """
    tries = 2

    def __init__(self, name, argv, keys, **options):
        super().__init__(name, argv, same=False, twice=False, **options)
        self.keys = keys

    def run(self, folder, env):
        self.prepare(folder)
        outcome = Outcome()
        words = [f"{name}={text}" for name, text in self.environment(folder, env).items()]
        with Line(command=["env", "-C", folder, *words, *self.command(folder)], cols=140,
                  rows=40) as line:
            self.play(line)
            outcome.status = self.end(line)
            line.read()
            outcome.out, outcome.err = line.out, line.process.stderr.read()
            outcome.left = line.modes_on()
            if termios.tcgetattr(line.slave) != line.settings:
                outcome.left.add("settings")
        outcome.take_files(folder)
        return outcome

    def play(self, line):
        end = time.monotonic() + 3
        while b"Connections" not in line.out and time.monotonic() < end:
            if line.process.poll() is not None:
                break
            line.read_for(0.02)
        for rows, keys in enumerate(self.keys, 40):
            if line.process.poll() is not None:
                return
            line.type(keys)
            line.settle(0.04)
            line.resize(140, rows)  # has all drawn anew
            line.settle(0.03)

    def end(self, line):
        """Waits; what keeps it from ending are prompts."""
        for ask in (lambda: line.type("q"), lambda: line.type("\x07\x15\r\x03"),
                    lambda: line.type("\x03\x03"), line.process.terminate):
            if line.process.poll() is None:
                ask()
            end = time.monotonic() + 1
            while line.process.poll() is None and time.monotonic() < end:
                line.read_for(0.01)
            if line.process.returncode is not None:
                return line.process.returncode
        return None

    def said(self, outcome):
        shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][0-9A-B]|\s", "",
                       outcome.out.decode(errors="replace"))
        # Where nothing can be read, nobody sits there any more.
        return super().said(outcome) or WORDS.search(shown) or outcome.function == "read"


CONFIG = b"# ours\n[general]\ndelay = 0.1\n"
EXPORT_JSON, EXPORT_CSV = "e\x15shot.json\r", "e\x15shot.csv\r"
# What lies between two pieces is drawn: keys of one piece may be obeyed before anything is.
TOUR = ["jjkG\x06g\x1b[C\x1b[Ct-+t" + "\r\x1b[B\r",
        "\x7f\x7f2zz13450/curl\rnN" + "\\\x15web\r" + "S",
        "  \r\\\x15\rp\x151\rfx=u\x15root\r=P\x15443\ra\x1510.0.0.0/8\rc\x15c*\r=s",
        "\r<>ITDT?", "jj\x7fd\x150.2\r  \x1b[<0;5;8M\x1b[200~pasted\x1b[201~\x0c"]
SAVING = ["p\x151\rF", "\r", "one\r", "\x7f" + EXPORT_JSON, EXPORT_CSV, "W"]

LIVE = ["--duration", "0.2"]
ONCE = ["--once", "--duration", "0.05", "--format"]

WAYS = [
    Way("once_json", [SCENE, *ONCE, "json"]),
    Way("once_text", [SCENE, *ONCE, "text", "--sort", "-tx", "--pane", "connections"]),
    Way("once_file", [SCENE, *ONCE, "json", "-o", "@/shot.json"], written=["shot.json"]),
    Way("once_force", [SCENE, *ONCE, "csv", "--pane", "execs", "--force", "-o", "@/shot.csv"],
        before={"shot.csv": b"before\n"}, written=["shot.csv"]),
    Way("once_folder", [SCENE, *ONCE, "csv", "-o", "@/shots/"],
        written=[f"shots/{pane}.csv" for pane in
                 ("execs", "connections", "processes", "remotes", "listeners")]),
    Way("stream_scene", [SCENE, "--stream", "all", "--format", "json", *LIVE]),
    Way("replay", [PROGRAM, "--replay", DEMO, *ONCE[:1], "--format", "json"]),
    Way("replay_stream", [PROGRAM, "--replay", DEMO, "--speed", "0", "--stream", "all"]),
    Session("screen_tour", [SCENE, "-d", "0.1"], TOUR),
    Session("screen_saving", [SCENE], SAVING, before={"conntop/conntop.conf": CONFIG},
            written=["shot.json", "conntop/conntop.conf"]),
    Way("live_stream", [PROGRAM, "--stream", "all", *LIVE], same=False, root=True, most=100),
    Recording("live_record", [PROGRAM, "-x", "--record", "@/it.conntop", "--once", *LIVE],
              same=False, root=True, most=100),
    Session("live_screen", [PROGRAM, "-d", "0.1"], ["p\x151\rf=", "x"], root=True, most=100),
]
