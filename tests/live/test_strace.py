#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Executions as strace(1) sees them: the same ones, in the same order, failures included."""

import glob
import os
import re
import shutil
import subprocess

from actors import UID, known_program
from harness import (Skip, check, equal, fail, once_for_all, run_tests, stream, temp_dir,
                     temp_path, test)

SCRIPT = """#!/bin/sh
true
PROGRAM plain
PROGRAM 'two words' '' 'line
feed' "$(printf 'not \\377 UTF-8')"
(PROGRAM in-a-subshell; PROGRAM again)
PROGRAM left | PROGRAM right
for i in 1 2 3 4 5 6 7 8 9 10; do PROGRAM loop $i & done
wait
env PROGRAM by-env
env -i /bin/sh -c 'exec PROGRAM in-an-empty-environment'
sh -c 'sh -c "PROGRAM nested; exec PROGRAM replaced"'
SCRIPT2 one two
FOLDER/no-such-file one
FOLDER/not-executable two
FOLDER/no-program three
env no-such-command four
no-such-command five
echo "$(PROGRAM substituted)" | xargs -n 1 PROGRAM
nice PROGRAM nice
timeout 5 PROGRAM timed
exec PROGRAM last
"""


def write(path, text, mode):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


def made_script():
    """A script that does many things, and its folder, where strace can write."""
    folder = temp_path("strace")
    os.mkdir(folder)
    write(f"{folder}/not-executable", "#!/bin/sh\n", 0o644)
    write(f"{folder}/no-program", "\x7fELF but no more\n", 0o755)
    program = known_program()
    second = write(f"{folder}/second", f"#!/bin/sh -e\n{program} second \"$@\"\n", 0o755)
    text = SCRIPT.replace("PROGRAM", program).replace("SCRIPT2", second).replace("FOLDER", folder)
    path = write(f"{folder}/script", text, 0o755)
    os.chown(folder, UID, UID)
    return path, folder


# --- what strace says -----------------------------------------------------------------------------

CALL = re.compile(r'execve\("((?:\\x..)*)", \[(.*)\], 0x\w+ /\* \d+ vars? \*/\) += '
                  r'(-?\d+)(?: (\w+) \(.*\))?$')


def text_of(hexed):
    """As conntop writes bytes in JSON: those that are no UTF-8 as escapes."""
    data = bytes.fromhex(hexed.replace("\\x", ""))
    return data.decode("utf-8", "backslashreplace")


def interpreted(filename, args):
    """The arguments of the new image: a script's interpreter is put in front of its own."""
    with open(filename, "rb") as file:
        first = file.readline()
    if not first.startswith(b"#!"):
        return args
    words = first[2:].decode().strip().split(None, 1)
    return words + [filename] + args[1:]


def calls_of(path):
    """(filename, args, error) of each call that one process made, as its rows must be."""
    calls = []
    with open(path, encoding="ascii") as file:
        for line in file:
            if not line.startswith("exec"):
                continue
            found = CALL.match(line)
            if not found:
                fail(f"strace says {line!r}")
            filename = text_of(found[1])
            args = [text_of(one) for one in re.findall(r'"((?:\\x..)*)"', found[2])]
            if not found[4]:
                args = interpreted(filename, args)
            calls.append((filename, args, found[4]))
    return calls


@once_for_all
def traced():
    """What strace saw of the script, by PID; and what a stream with -x, and one without, told."""
    if not shutil.which("strace"):
        raise Skip("strace is not installed")
    path, folder = made_script()
    with_failed, without = stream("exec", "-x", "-u", UID), stream("exec", "-u", UID)
    done = subprocess.run(
        ["strace", "-ff", "-qq", "-xx", "-s", "65536", "-e", "trace=execve,execveat",
         "-e", "signal=none", "-o", f"{folder}/trace", path],
        user=UID, group=UID, extra_groups=[], cwd=temp_dir(), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"})
    rows, good_rows = with_failed.stop_rows(), without.stop_rows()
    if "PTRACE" in done.stderr or "ptrace" in done.stderr:
        raise Skip("strace may not trace here")
    equal(done.returncode, 0, "exit status of the script")
    traces = {int(name.rpartition(".")[2]): calls_of(name)
              for name in glob.glob(f"{folder}/trace.*")}
    return {pid: calls for pid, calls in traces.items() if calls}, rows, good_rows


def sequences(rows, pids):
    """As calls_of(), by PID."""
    found = {}
    for row in rows:
        if row["pid"] in pids:
            one = (row["filename"], row["args"], row["error"])
            found.setdefault(row["pid"], []).append(one)
    return found


def same_sequences(got, want):
    equal(sorted(got), sorted(want), "PIDs")
    for pid, calls in want.items():
        equal(got[pid], calls, f"calls of {pid}")


@test
def strace__of_a_script__same_calls_failures_included():
    traces, rows, _ = traced()
    errors = {error for calls in traces.values() for _, _, error in calls}
    check({"ENOENT", "EACCES", "ENOEXEC", None} <= errors, f"strace saw {errors}")
    check(sum(map(len, traces.values())) > 40, f"strace saw {len(traces)} processes")
    same_sequences(sequences(rows, traces), traces)


@test
def strace__of_a_script__same_successes_without_x():
    traces, _, rows = traced()
    good = {pid: [call for call in calls if not call[2]] for pid, calls in traces.items()}
    same_sequences(sequences(rows, traces), {pid: calls for pid, calls in good.items() if calls})


if __name__ == "__main__":
    run_tests()
