# SPDX-License-Identifier: GPL-2.0-or-later
"""What the live tests share: TAP, checks, conntop as a child process. See also actors.py.

A test is a function marked @test, named unit__condition__result; run_tests() runs them in order.
What a test starts is gone when it ends, however it ends. CONNTOP names the program under test.
"""

import collections
import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from datetime import datetime, timezone

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, os.environ.get("BUILD", "build"))
CONNTOP = os.path.abspath(os.environ.get("CONNTOP", os.path.join(ROOT, "conntop")))

TEST_S = 120  # what a test may take; none takes a tenth of it
TRACEPOINTS = {"sched_process_exec", "inet_sock_set_state"}
# What a stream says on standard error: where the kernel does not allow all, and what it could not
# tell of.
LIMITS = re.compile(r"^conntop: [^\n]*\bfexit\b[^\n]*\n")
LOSSES = re.compile(r"(?:conntop: (\d+) events? lost \((\w+ \d+(?:, \w+ \d+)*)\)\n)?"
                    r"(?:conntop: (\d+) missed by the kernel, before any filter\n)?")
CLOCK_SLACK_NS = 50_000_000  # the wall clock may be slewed while we look

NOBODY = 65534


class Failure(Exception):
    """A check that did not hold: each argument is a line of its own."""


class Skip(Exception):
    """The test cannot run here; says why."""


# --- checks ---------------------------------------------------------------------------------------


def show(value, most=300):
    text = value if isinstance(value, str) and "\n" not in value else repr(value)
    return text if len(text) <= most else f"{text[:most]}... ({len(text)} characters)"


def fail(*lines):
    raise Failure(*lines)


def equal(got, want, what="value"):
    if got != want:
        fail(f"{what}: expected {show(want)}", f"{what}: got      {show(got)}")


def check(holds, *lines):
    if not holds:
        fail(*lines)


class Between:
    """Equal to every number from `low` to `high`."""

    def __init__(self, low, high):
        self.low, self.high = low, high

    def __eq__(self, other):
        return isinstance(other, (int, float)) and self.low <= other <= self.high

    def __repr__(self):
        return f"from {self.low} to {self.high}"


class Within:
    """Equal to every RFC 3339 time between two readings of time.time_ns()."""

    def __init__(self, begin_ns, end_ns):
        self.begin_ns, self.end_ns = begin_ns - CLOCK_SLACK_NS, end_ns + CLOCK_SLACK_NS

    def __eq__(self, other):
        return isinstance(other, str) and self.begin_ns <= ns_of(other) <= self.end_ns

    def __repr__(self):
        return f"{rfc3339(self.begin_ns)} to {rfc3339(self.end_ns)}"


def rfc3339(ns):
    moment = datetime.fromtimestamp(ns // 10**9, timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{ns % 10**9:09d}Z"


def ns_of(text):
    """Nanoseconds since the Epoch, of a time as conntop writes them."""
    seconds, fraction = text.split(".")
    check(len(fraction) == 10 and fraction[9] == "Z", f"not RFC 3339, UTC, nanoseconds: {text}")
    moment = datetime.strptime(seconds, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    return int(moment.timestamp()) * 10**9 + int(fraction[:9])


def same_fields(row, want, name="row"):
    """Every field in `want` is what the row has."""
    wrong = []
    for key, value in want.items():
        if key not in row:
            wrong.append(f"{name}: no field {key}")
        elif row[key] != value:
            wrong.append(f"{name}: {key} is {show(row[key])}, expected {show(value)}")
    if wrong:
        fail(*wrong)


def same_rows(rows, wants, *key):
    """`rows` are `wants`, each exactly once, found by the fields `key`; other fields agree."""

    def key_of(row):
        return tuple(row[field] for field in key)

    got = collections.Counter(map(key_of, rows))
    due = collections.Counter(map(key_of, wants))
    if got != due:
        lines = [f"expected {len(wants)} rows, got {len(rows)}"]
        for word, some in (("missing", due - got), ("unexpected", got - due)):
            lines += [f"{word}: {dict(zip(key, one))}" for one in list(some)[:3]]
            lines += [f"{word}: {sum(some.values())} in all"] if some else []
        fail(*lines)
    by_key = collections.defaultdict(list)
    for row in rows:
        by_key[key_of(row)].append(row)
    wrong = []
    for want in wants:
        some = by_key[key_of(want)]
        right = [row for row in some if want.items() <= row.items()]
        try:
            same_fields((right or some)[0], want, f"row {key_of(want)}")
        except Failure as failure:
            wrong += failure.args
        some.remove((right or some)[0])
    if wrong:
        fail(f"{len(wrong)} fields are wrong in {len(wants)} rows", *wrong[:8])


def in_order(rows):
    """The times of the rows never step back."""
    for before, after in zip(rows, rows[1:]):
        if ns_of(after["time"]) < ns_of(before["time"]):
            fail("expected times that never step back", f"got {before}", f"then {after}")


def wait_until(condition, what, seconds=30):
    """Polls; returns what `condition` returned when it was true at last."""
    deadline = time.monotonic() + seconds
    while True:
        got = condition()
        if got:
            return got
        if time.monotonic() > deadline:
            fail(f"waited {seconds} s in vain for {what}")
        time.sleep(0.02)


# --- conntop --------------------------------------------------------------------------------------


def proc_status(pid):
    """/proc/PID/status as a dictionary; empty when there is no such process."""
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
            return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    except OSError:
        return {}


def fdinfo(pid, field):
    """What the descriptors of a process say in a field of /proc/PID/fdinfo."""
    found = []
    try:
        for fd in os.listdir(f"/proc/{pid}/fdinfo"):
            try:
                with open(f"/proc/{pid}/fdinfo/{fd}", encoding="ascii", errors="replace") as file:
                    lines = [line.rstrip("\n").partition(":\t") for line in file]
            except OSError:
                continue
            found += [value for key, _, value in lines if key == field]
    except OSError:
        pass
    return found


def watches(pid):
    """Whether conntop sees every event from now on, and ends in good order on SIGTERM.

    It does not say when it is ready. But its links to the tracepoints are seen in /proc, and after
    attaching it takes charge of signals: from then on it is in its loop. But not of all of them, as
    for a moment when it starts a thread.
    """
    status = proc_status(pid)
    if "SigCgt" not in status or not TRACEPOINTS <= set(fdinfo(pid, "tp_name")):
        return False
    blocked = int(status["SigBlk"], 16)
    if blocked >> (signal.SIGUSR1 - 1) & 1:
        return False
    taken = blocked | int(status["SigCgt"], 16)
    return bool(taken >> (signal.SIGTERM - 1) & 1)


def conntop_env(**changes):
    """The environment that conntop gets: the tests', but for what would change its output."""
    env = {key: value for key, value in os.environ.items()
           if key not in ("SUDO_UID", "SUDO_GID", "SUDO_USER")}
    return env | {"LC_ALL": "C.UTF-8", "TZ": "UTC", "XDG_CONFIG_HOME": "/dev/null"} | changes


Result = collections.namedtuple("Result", "status out err")


def said_lost(err):
    """What a stream said was lost, by kind, and how often the kernel ran no program of its."""
    found = LOSSES.fullmatch(LIMITS.sub("", err))
    check(found, f"standard error: {err!r}")
    words = (one.split() for one in found[2].split(", ")) if found[2] else ()
    lost = {name: int(n) for name, n in words}
    equal(sum(lost.values()), int(found[1] or 0), "losses of all kinds, and their sum")
    return lost, int(found[3] or 0)


class Conntop:
    """A conntop in the background, from the moment on that it watches. Output goes to files."""

    def __init__(self, *args, env=None, stdout=None, command=(CONNTOP,)):
        self.out_path, self.err_path = temp_path("out"), temp_path("err")
        with open(self.out_path, "wb") as out, open(self.err_path, "wb") as err:
            self.process = subprocess.Popen([*command, *map(str, args)],
                                            stdin=subprocess.DEVNULL, stdout=stdout or out,
                                            stderr=err, env=env or conntop_env())
        cleanup(self.kill)
        self.pid = self.process.pid
        self.filtered = bool({"-u", "-p", "-P"} & set(args))
        wait_until(lambda: self.process.poll() is not None or watches(self.pid),
                   "conntop to attach")
        if self.process.returncode is not None:
            fail(f"conntop {' '.join(map(str, args))} ended at once: {self.process.returncode}",
                 self.err())

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def err(self):
        with open(self.err_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def out(self):
        with open(self.out_path, "rb") as file:
            return file.read()

    def rows(self):
        """The complete lines so far, of a stream in JSON."""
        whole = self.out().rpartition(b"\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def send(self, number):
        self.process.send_signal(number)

    def ended(self):
        """Waits for the end."""
        return Result(self.process.wait(60), self.out(), self.err())

    def stop(self, number=signal.SIGTERM):
        """Ends it in good order: status 0."""
        self.send(number)
        result = self.ended()
        equal(result.status, 0, "exit status")
        return result

    def stop_rows(self, number=signal.SIGTERM):
        """Ends a stream in JSON that must not have lost anything that it was asked for; its rows.

        Without a filter it may lose what strangers do, and then says so.
        """
        result = self.stop(number)
        lost, missed = said_lost(result.err)
        check(not self.filtered or not lost, f"lost: {lost}")
        equal(missed, 0, "missed by the kernel")
        check(not result.out or result.out.endswith(b"\n"), "the last line is not whole")
        return [json.loads(line) for line in result.out.splitlines()]

    def stop_snapshot(self):
        """Ends --once --format json: the snapshot."""
        return json.loads(self.stop().out)


def stream(kinds, *args, **kwargs):
    return Conntop("--stream", kinds, "--format", "json", *args, **kwargs)


def once(*args, **kwargs):
    """A snapshot that is taken when stop_snapshot() says so."""
    return Conntop("--once", "--duration", 1000, "--format", "json", *args, **kwargs)


def conntop(*args, env=None, stdout=subprocess.PIPE, timeout=60, **kwargs):
    """Runs conntop to its end."""
    done = subprocess.run([CONNTOP, *map(str, args)], stdin=subprocess.DEVNULL, stdout=stdout,
                          stderr=subprocess.PIPE, env=env or conntop_env(), timeout=timeout,
                          check=False, **kwargs)
    return Result(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


# --- what the kernel keeps from BPF programs ------------------------------------------------------


class Witness:
    """Looks on, within a `with`, how often sockets changed their state and how often the kernel
    ran a BPF program for it; what is missing is in `kept` then.

    A stock kernel keeps nothing: it runs the program, or counts that it did not. Some kernels are
    patched not to run BPF programs in some contexts, and do not count it; when a packet happens to
    come in there, what it changes never happened to conntop. That is one end of one connection,
    which is opened, connected or accepted, and closed once: at most one event of each kind is
    short for it. On a kernel that runs its programs nothing may be short.

    Where there is no witness (the kernel does not allow it, the tests are not built), nothing is
    excused.
    """

    def __init__(self, *args):
        self.command = [os.path.join(BUILD, "tests", "witness"), *args]
        self.happened = self.ran = self.missed = self.kept = 0
        self.process = None

    def __enter__(self):
        try:
            self.process = subprocess.Popen(self.command, text=True, stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE)
        except OSError:
            return self
        cleanup(self.process.kill)
        self.process.stdout.readline()  # it watches, or has ended
        return self

    def __exit__(self, *_):
        if not self.process:
            return
        words = self.process.communicate("\n")[0].split()
        if self.process.returncode == 0:
            self.happened, self.ran, self.missed = map(int, words[1::2])
            self.kept = self.happened - self.ran - self.missed

    def of(self, kind):
        """How many events of a kind may be short for what was kept. Programs are executed, and
        end, by themselves: nothing interrupts another process for it."""
        return 0 if kind in ("exec", "exit") else self.kept


# --- running tests --------------------------------------------------------------------------------

tests = []
cleanups = []
_temp = {"dir": None, "n": 0}


def test(func):
    tests.append(func)
    return func


def cleanup(func):
    """Calls it when the test is over, the latest first."""
    cleanups.append(func)


def once_for_all(func):
    """What several tests look at: made at the first call, its failure kept as well."""
    kept = []

    @functools.wraps(func)
    def cached():
        if not kept:
            try:
                kept.append((func(), None))
            except Exception as error:
                kept.append((None, error))
        value, error = kept[0]
        if error:
            raise error
        return value

    return cached


def is_sanitized(program=CONNTOP):
    """Whether it was built with AddressSanitizer, under which memory and speed are others."""
    linked = subprocess.run(["ldd", program], stdout=subprocess.PIPE, text=True, check=False)
    return "libasan" in linked.stdout


def temp_dir():
    """A folder for this run that every user may look into."""
    if not _temp["dir"]:
        _temp["dir"] = tempfile.mkdtemp(prefix="conntop-test-")
        os.chmod(_temp["dir"], 0o755)
    return _temp["dir"]


def temp_path(name="file"):
    _temp["n"] += 1
    return os.path.join(temp_dir(), f"{name}.{_temp['n']}")


def tidy():
    while cleanups:
        try:
            cleanups.pop()()
        except OSError:
            pass


def run_test(number, func):
    signal.setitimer(signal.ITIMER_REAL, TEST_S)
    try:
        if os.geteuid() != 0:
            raise Skip("needs root")
        func()
        print(f"ok {number} - {func.__name__}", flush=True)
        return True
    except Skip as skip:
        print(f"ok {number} - {func.__name__} # SKIP {skip}", flush=True)
        return True
    except Failure as failure:
        lines = [line for text in failure.args for line in str(text).splitlines()]
    except Exception:
        lines = traceback.format_exc().splitlines()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        tidy()
    print(f"not ok {number} - {func.__name__}", *(f"# {line}" for line in lines), sep="\n",
          flush=True)
    return False


def on_alarm(*_):
    fail(f"took more than {TEST_S} s")


class Ended(SystemExit):
    """Somebody wants us to leave."""

    def __init__(self, number):
        super().__init__(128 + number)
        self.number = number

    def __str__(self):
        return f"ended by {signal.Signals(self.number).name}"


def on_signal(number, _):
    raise Ended(number)


def run_tests():
    """Runs all, or those named on the command line; ends the process."""
    signal.signal(signal.SIGALRM, on_alarm)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, on_signal)
    names = sys.argv[1:]
    chosen = [func for func in tests if not names or func.__name__ in names]
    try:
        print(f"1..{len(chosen)}", flush=True)
        passed = [run_test(number, func) for number, func in enumerate(chosen, 1)]
    except BaseException as reason:
        # A plan that is not kept has a reason.
        print(f"Bail out! {reason or type(reason).__name__}", flush=True)
        raise
    finally:
        tidy()
        if _temp["dir"]:
            shutil.rmtree(_temp["dir"], ignore_errors=True)
    sys.exit(0 if all(passed) else 1)
