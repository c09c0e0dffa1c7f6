#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Executions: what --stream exec says of programs that were really run."""

import os
import shutil
import signal
import threading

from actors import (GID, UID, Child, cgroup2_root, known_program, own_cgroup, set_comm, spawn)
from harness import (NOBODY, Conntop, Skip, Within, check, cleanup, equal, in_order, once_for_all,
                     run_tests, same_fields, same_rows, stream, temp_dir, temp_path, test)

RUNS = 1000
LOGINUID = UID + 9

EXEC_FIELDS = {"event", "time", "pid", "ppid", "uid", "gid", "loginuid", "comm", "cgroup",
               "pcomm", "filename", "args", "args_truncated", "ret", "error"}


# --- a thousand in a loop -------------------------------------------------------------------------


def set_loginuid(number):
    """False where the kernel has no audit, or the session's is set for good."""
    try:
        with open("/proc/self/loginuid", "w", encoding="ascii") as file:
            file.write(str(number))
        return True
    except OSError:
        return False


def get_loginuid():
    try:
        with open("/proc/self/loginuid", encoding="ascii") as file:
            number = int(file.read())
        return None if number == 0xffffffff else number
    except OSError:
        return None


def run_known(path, n, become=None):
    """Executes `path` n times, each with arguments of its own; the rows this must give."""
    if become:
        become()
    with open("/proc/self/comm", encoding="ascii") as file:
        pcomm = file.read().rstrip("\n")
    loginuid, cgroup = get_loginuid(), own_cgroup()
    wants = []
    for i in range(n):
        args = [f"zero-{i}", "same each time", str(i), f"{i * 7919 % 1000:03}"]
        pid, begin_ns, end_ns = spawn(path, args)
        wants.append({"event": "exec", "pid": pid, "ppid": os.getpid(), "uid": os.getuid(),
                      "gid": os.getgid(), "loginuid": loginuid, "cgroup": cgroup, "pcomm": pcomm,
                      "comm": os.path.basename(path)[:15], "filename": path, "args": args,
                      "args_truncated": False, "ret": 0, "error": None,
                      "time": [begin_ns, end_ns]})
    return wants


def become_known():
    set_loginuid(LOGINUID)
    os.setgroups([])
    os.setgid(GID)
    os.setuid(UID)


@once_for_all
def thousand():
    """The runs, and what two unfiltered streams said of them: in JSON, in text."""
    path = known_program("known-program-with-a-long-name")
    json_stream, text_stream = stream("exec"), Conntop("--stream", "exec")
    wants = Child(run_known, path, RUNS, become_known, comm="known-parent").result()
    for want in wants:
        want["time"] = Within(*want["time"])
    rows = json_stream.stop_rows()
    return wants, rows, text_stream.stop(), path


@test
def stream_exec__1000_execs__each_once_with_every_field():
    wants, rows, _, path = thousand()
    same_rows([row for row in rows if row["filename"] == path], wants, "pid")


@test
def stream_exec__1000_execs__rows_have_the_fields_named():
    _, rows, _, path = thousand()
    for row in rows:
        check(EXEC_FIELDS <= row.keys(), f"missing: {EXEC_FIELDS - row.keys()} in {row}")
    check(any(row["filename"] == path for row in rows), "no row of the known program")


@test
def stream_exec__1000_execs__in_order_of_time():
    wants, rows, _, path = thousand()
    check(len(rows) >= RUNS, f"expected at least {RUNS} rows, got {len(rows)}")
    in_order(rows)
    ours = [row["pid"] for row in rows if row["filename"] == path]
    equal(ours, [want["pid"] for want in wants], "PIDs in order")


@test
def stream_exec__1000_execs_as_text__each_line_exact():
    wants, _, result, path = thousand()
    lines = result.out.decode().splitlines()
    equal(lines[0], "PCOMM            PID    PPID   RET ARGS", "header")
    ours = [line for line in lines if path in line]
    due = [f"{want['pcomm']:<16} {want['pid']:<6} {want['ppid']:<6} {0:>3} {path} "
           f"{' '.join(want['args'][1:])}" for want in wants]
    for got, want in zip(ours, due):
        equal(got, want, "line")
    equal(len(ours), len(due), "number of lines")


@test
def stream_exec__loginuid_set__is_shown():
    wants, rows, _, path = thousand()
    if wants[0]["loginuid"] != LOGINUID:
        raise Skip("the kernel does not let us set a login UID")
    shown = {row["loginuid"] for row in rows if row["filename"] == path}
    equal(shown, {LOGINUID}, "loginuid")


# --- single ones ----------------------------------------------------------------------------------


def watched(func, *args, **kwargs):
    """A child that runs func, and executes something; its rows, and it."""
    child = Child(func, *args, poised=True, **kwargs)
    with_stream = stream("exec", "-p", child.pid)
    child.go()
    child.result()
    equal(child.status, 0, "status of the child")
    return with_stream.stop_rows(), child


def exec_row(path, args, **kwargs):
    """The row of one exec of `path`."""
    rows, _ = watched(os.execve, path, args, {}, **kwargs)
    equal(len(rows), 1, "rows")
    return rows[0]


def text_of_exec(path, args):
    """The ARGS of one exec in the text stream."""
    child = Child(os.execve, path, args, {}, poised=True)
    with_stream = Conntop("--stream", "exec", "-p", child.pid)
    child.go()
    child.result()
    lines = with_stream.stop().out.split(b"\n")
    equal(len(lines), 3, "lines: the header, the child's, and nothing after the last line feed")
    return lines[1].partition(f" {child.pid:<6} {os.getpid():<6}   0 ".encode())[2]


@test
def args__blanks_newlines_and_empty__are_kept_apart():
    args = ["", "two words", "", "a\nb", "\ttab", 'quote" \\ back', "end "]
    row = exec_row(known_program(), ["argv0"] + args)
    equal(row["args"], ["argv0"] + args, "args")
    equal(row["args_truncated"], False, "args_truncated")


@test
def args__only_empty_ones__are_all_there():
    row = exec_row(known_program(), ["argv0", "", "", ""])
    equal(row["args"], ["argv0", "", "", ""], "args")


@test
def args__utf8_and_not__valid_json():
    args = [b"argv0", "grün €".encode(), b"\xff\xfe", b"a\xc3", b"\xc0\x80"]
    row = exec_row(known_program(), args)
    equal(row["args"], ["argv0", "grün €", "\\xff\\xfe", "a\\xc3", "\\xc0\\x80"], "args")


@test
def args__control_characters__json_keeps_them():
    row = exec_row(known_program(), ["argv0", "\x1b[31m", "\r", "\x7f", "\u202e"])
    equal(row["args"], ["argv0", "\x1b[31m", "\r", "\x7f", "\u202e"], "args")


@test
def args_as_text__bytes_a_terminal_obeys__are_escaped():
    path = known_program()
    shown = text_of_exec(path, [b"argv0", b"a\nb", b"\x1b[2J", b"\xff", b"", b"two words"])
    equal(shown, path.encode() + rb" a\nb \e[2J \xff  two words", "ARGS")


@test
def args__4_kib_argument__is_whole():
    long = "".join(chr(ord("a") + i % 26) for i in range(4096))
    row = exec_row(known_program(), ["argv0", long, "after"])
    equal(row["args"], ["argv0", long, "after"], "args")
    equal(row["args_truncated"], False, "args_truncated")


@test
def args__100_kib_argument__is_marked_truncated():
    long = "".join(chr(ord("a") + i % 26) for i in range(100 * 1024))
    row = exec_row(known_program(), ["argv0", long, "after"])
    equal(row["args_truncated"], True, "args_truncated")
    equal(len(row["args"]), 2, "number of arguments")
    equal(row["args"][0], "argv0", "args[0]")
    check(len(row["args"][1]) >= 4096, f"expected at least 4096 bytes, got {len(row['args'][1])}")
    check(long.startswith(row["args"][1]), "what is kept is not the beginning")


@test
def args__many_beyond_the_limit__beginning_is_kept():
    args = [f"argument-{i}" for i in range(5000)]
    row = exec_row(known_program(), args)
    equal(row["args_truncated"], True, "args_truncated")
    kept = row["args"]
    check(len(kept) > 300, f"expected more than 300 arguments, got {len(kept)}")
    equal(kept[:-1], args[:len(kept) - 1], "all but the last, which may be cut")
    check(args[len(kept) - 1].startswith(kept[-1]), f"{kept[-1]!r} begins no argument")


@test
def args_as_text__truncated__ends_in_dots():
    shown = text_of_exec(known_program(), ["argv0", "x" * (100 * 1024)])
    equal(shown[-8:], b"xxxx ...", "the end of the line")


@test
def filename__3_kib_path__is_whole():
    folder = os.path.join(temp_dir(), *["d" * 200] * 15)
    os.makedirs(folder)
    path = shutil.copy(known_program(), os.path.join(folder, "deep-program"))
    row = exec_row(path, ["argv0", "one"])
    same_fields(row, {"filename": path, "comm": "deep-program", "args": ["argv0", "one"]})


@test
def execveat__of_a_descriptor__is_shown():
    path = known_program()
    fd = os.open(path, os.O_RDONLY)
    cleanup(lambda: os.close(fd))
    rows, child = watched(os.execve, fd, ["argv0", "by fd"], {})
    equal(len(rows), 1, "rows")
    same_fields(rows[0], {"pid": child.pid, "ppid": os.getpid(), "args": ["argv0", "by fd"],
                          "ret": 0, "filename": f"/dev/fd/{fd}"})


def script(first_line):
    path = temp_path("script")
    with open(path, "w", encoding="ascii") as file:
        file.write(first_line + "\n:\n")
    os.chmod(path, 0o755)
    return path


@test
def script__json__args_are_the_new_images():
    path = script("#!/bin/sh -e")
    row = exec_row(path, ["argv0 is dropped", "one", "two words"])
    same_fields(row, {"filename": path, "comm": os.path.basename(path)[:15],
                      "args": ["/bin/sh", "-e", path, "one", "two words"]})


@test
def script__text__args_are_the_scripts_own():
    path = script("#!/bin/sh -e")
    equal(text_of_exec(path, ["argv0 is dropped", "one", "two words"]),
          f"{path} one two words".encode(), "ARGS")


@test
def script_of_a_script__text__args_are_the_scripts_own():
    inner = script("#!/bin/sh")
    outer = script(f"#!{inner} option")
    equal(text_of_exec(outer, ["argv0 is dropped", "one"]), f"{outer} one".encode(), "ARGS")


def exec_in_a_thread(path):
    """Executes from a thread that is not the leader, while the leader waits."""
    threading.Thread(target=os.execve, args=(path, ["argv0", "thread"], {}), daemon=True).start()
    signal.pause()


@test
def exec__from_another_thread__pid_is_the_processs():
    path = known_program()
    rows, child = watched(exec_in_a_thread, path)
    equal(len(rows), 1, "rows")
    same_fields(rows[0], {"pid": child.pid, "ppid": os.getpid(), "filename": path,
                          "comm": "known-program", "args": ["argv0", "thread"]})


def spawn_in_a_thread(path):
    """The parent's name is its leader's, whatever the thread that forks is called."""
    def work():
        set_comm("the-thread")
        pids.append(spawn(path, ["argv0"])[0])

    pids = []
    set_comm("the-leader")
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return pids[0]


@test
def exec__by_a_childs_thread__parent_is_the_process():
    with_stream = stream("exec", "-u", UID)
    parent = Child(spawn_in_a_thread, known_program(), uid=UID)
    pid = parent.result()
    rows = [row for row in with_stream.stop_rows() if row["pid"] == pid]
    equal(len(rows), 1, "rows of the child")
    same_fields(rows[0], {"ppid": parent.pid, "pcomm": "the-leader"})


@test
def exec__of_another_user__uid_and_gid_are_theirs():
    row = exec_row(known_program(), ["argv0"], uid=NOBODY, gid=GID)
    same_fields(row, {"uid": NOBODY, "gid": GID})


def exec_in_cgroup(folder, path):
    with open(os.path.join(folder, "cgroup.procs"), "w", encoding="ascii") as file:
        file.write(str(os.getpid()))
    os.execve(path, ["argv0"], {})


@test
def exec__in_a_control_group__is_its_path():
    root = cgroup2_root()
    if not root:
        raise Skip("no cgroup2 is mounted")
    folder = os.path.join(root, f"conntop-test-{os.getpid()}")
    try:
        os.mkdir(folder)
    except OSError as error:
        raise Skip(f"no control group can be made: {error}") from error
    cleanup(lambda: os.rmdir(folder))
    rows, _ = watched(exec_in_cgroup, folder, known_program())
    equal([row["cgroup"] for row in rows], [f"/conntop-test-{os.getpid()}"], "cgroup")


@test
def exec__chain_in_one_process__each_is_a_row():
    path = script(f"#!/bin/sh\nexec {known_program()} last")
    rows, _ = watched(os.execve, path, ["argv0"], {})
    equal([row["filename"] for row in rows], [path, known_program()], "file names")
    equal(rows[1]["args"], [known_program(), "last"], "args of the second")
    equal({row["ppid"] for row in rows}, {os.getpid()}, "ppid")


def exec_in_vain(path):
    try:
        os.execve(path, ["argv0"], {})
    except OSError as error:
        return error.errno
    return 0


@test
def exec__that_fails__is_no_row_of_success():
    child = Child(exec_in_vain, os.path.join(temp_dir(), "no such file"), poised=True)
    with_stream = stream("exec", "-p", child.pid)
    child.go()
    equal(child.result(), 2, "errno")
    equal([row for row in with_stream.stop_rows() if row["ret"] == 0], [], "rows of success")


if __name__ == "__main__":
    run_tests()
