# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests as TAP: @test registers a function under its own name, main() runs them all."""

import os
import shutil
import signal
import subprocess
import sys
import traceback

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(os.environ.get("CONNTOP") or os.path.join(ROOT, "conntop"))

os.environ["XDG_CONFIG_HOME"] = "/dev/null"  # whoever runs the tests may have a configuration

_tests = []


class Skip(Exception):
    """The test cannot run here; the text says why."""


def test(function):
    _tests.append(function)
    return function


def check(condition, expected, got=None):
    if not condition:
        raise AssertionError(f"expected: {expected}" + ("" if got is None else f"\ngot: {got!r}"))


def equal(got, expected, what="value"):
    if got != expected:
        raise AssertionError(f"{what}: expected: {expected!r}\ngot: {got!r}")


def contains(text, part, what="text"):
    if part not in text:
        raise AssertionError(f"{what}: expected to contain: {part!r}\ngot: {text!r}")


def no_terminal():
    """Why no program can be run in a terminal on this machine, or None."""
    return None if shutil.which("tmux") else "tmux is not installed"


def why_not_here():
    """Why nothing can be run on this machine, or None."""
    if no_terminal():
        return no_terminal()
    if os.geteuid() != 0:
        return "needs root"
    if not os.path.exists("/sys/kernel/btf/vmlinux"):
        return "this kernel has no BTF"
    if not os.access(PROGRAM, os.X_OK):
        return None  # a failure, not a reason to skip
    tried = subprocess.run([PROGRAM, "--once", "--duration", "0.1"], stdout=subprocess.DEVNULL,
                           stderr=subprocess.PIPE, text=True, check=False)
    return "this kernel refuses BPF programs" if "refuses BPF" in tried.stderr else None


def _say(text):
    for line in text.rstrip().splitlines():
        print("# " + line)


def _run(number, function, reason):
    name = function.__name__
    try:
        if reason:
            raise Skip(reason)
        function()
    except Skip as skip:
        print(f"ok {number} - {name} # SKIP {skip}", flush=True)
        return True
    except Exception as error:  # pylint: disable=broad-except
        print(f"not ok {number} - {name}")
        if isinstance(error, AssertionError):
            place = traceback.extract_tb(error.__traceback__)
            ours = [frame for frame in place if frame.filename == function.__code__.co_filename]
            _say(f"line {ours[-1].lineno}: {ours[-1].line}" if ours else "")
            _say(str(error))
            for note in getattr(error, "__notes__", []):
                _say(note)
        else:
            _say(traceback.format_exc())
        sys.stdout.flush()
        return False
    print(f"ok {number} - {name}", flush=True)
    return True


def main(reason_not_to=why_not_here):
    """Runs the tests, or those whose names contain an argument; the exit status of the process."""
    sys.stdout.reconfigure(errors="backslashreplace")
    # What was started is ended by the with statements that are left.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    chosen = [function for function in _tests
              if not sys.argv[1:] or any(word in function.__name__ for word in sys.argv[1:])]
    reason = reason_not_to()
    good = [_run(number, function, reason) for number, function in enumerate(chosen, 1)]
    print(f"1..{len(chosen)}")
    return 0 if all(good) else 1
