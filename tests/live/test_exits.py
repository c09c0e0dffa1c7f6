#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Ends of processes: each told once, with what wait(2) said of it, and joined to its exec."""

import os
import signal
import threading
import time

from actors import GID, LIBC, UID, Child, known_program, own_cgroup, spawn
from harness import (Between, Within, check, equal, once, run_tests, same_fields, same_rows,
                     stream, test, wait_until)
from players import Flag, Player

EXIT_FIELDS = {"event", "time", "pid", "ppid", "uid", "gid", "loginuid", "comm", "cgroup",
               "exit_code", "signal", "duration_us"}
SYS_EXIT = 60  # of a thread alone, on x86-64
PROCESSES = 1000


def told(status):
    """What a row must say of a status of wait(2)."""
    if os.WIFSIGNALED(status):
        return {"signal": os.WTERMSIG(status), "exit_code": None}
    return {"signal": None, "exit_code": os.WEXITSTATUS(status)}


def rows_of(player, kinds="exit"):
    """Lets it play its last scene; the rows of it."""
    with_stream = stream(kinds, "-p", player.pid)
    player.tell()
    player.ended()
    return with_stream.stop_rows()


def scene(func, *args):
    yield func(*args)


def check_end(func, *args, **want):
    """One exit is told of a process that runs func; as wait(2) tells it, and as is wanted."""
    begin_ns, begin = time.time_ns(), time.monotonic_ns()
    player = Player(scene, func, *args, uid=UID, gid=GID, comm="known-mortal")
    rows = rows_of(player)
    longest = (time.monotonic_ns() - begin) // 1000
    equal(len(rows), 1, "rows")
    check(EXIT_FIELDS <= rows[0].keys(), f"missing: {EXIT_FIELDS - rows[0].keys()}")
    due = {"event": "exit", "pid": player.pid, "ppid": os.getpid(), "uid": UID, "gid": GID,
           "comm": "known-mortal", "cgroup": own_cgroup(), "time": Within(begin_ns, time.time_ns()),
           "duration_us": Between(1, longest)}
    same_fields(rows[0], due | told(player.ended()) | want)
    return rows[0]


# --- codes and signals ----------------------------------------------------------------------------


@test
def exit__by_itself__tells_the_code():
    for code in (0, 1, 42, 255):
        check_end(os._exit, code, exit_code=code, signal=None)


@test
def exit__by_a_signal__tells_the_signal():
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
        check_end(lambda number=number: os.kill(os.getpid(), number), exit_code=None,
                  signal=number)


def crash():
    LIBC.prctl(4, 0)  # PR_SET_DUMPABLE: leaves no core file behind
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    LIBC.strlen(1)


@test
def exit__by_a_wild_pointer__is_sigsegv():
    check_end(crash, signal=signal.SIGSEGV)


@test
def exit__code_above_255__is_its_low_byte():
    check_end(os._exit, 0x1234, exit_code=0x34)


@test
def exit__after_half_a_second__is_its_lifetime():
    def linger():
        time.sleep(0.5)
        os._exit(0)

    check_end(linger, duration_us=Between(500_000, 5_000_000))


@test
def exit__of_another_user_and_name__is_what_it_was_at_the_end():
    path = known_program()
    player = Player(scene, os.execve, path, ["argv0"], {}, uid=UID, comm="known-mortal")
    rows = rows_of(player, "exec,exit")
    equal([row["event"] for row in rows], ["exec", "exit"], "events")
    same_fields(rows[1], {"pid": player.pid, "comm": "known-program", "uid": UID, "exit_code": 0})


# --- threads --------------------------------------------------------------------------------------


def end_from_a_thread(code):
    threading.Thread(target=os._exit, args=(code,), daemon=True).start()
    signal.pause()


@test
def exit_group__from_another_thread__is_one_exit():
    check_end(end_from_a_thread, 7, exit_code=7)


def outlive_the_leader(code, flag):
    """The leader ends alone; another thread goes on until it is told to end."""
    def later():
        flag.wait()
        os._exit(code)

    threading.Thread(target=later, daemon=True).start()
    LIBC.syscall(SYS_EXIT, 3)


def check_leader_first(func, *args):
    flag = Flag()
    player = Player(scene, func, *args, flag, uid=UID)
    with_stream = stream("exit", "-p", player.pid)
    player.tell()
    wait_until(lambda: leader_ended(player.pid), "the leader's end")
    time.sleep(0.2)
    equal(with_stream.rows(), [], "rows while a thread goes on")
    flag.set()
    status = player.ended()
    rows = with_stream.stop_rows()
    equal(len(rows), 1, "rows")
    same_fields(rows[0], told(status) | {"pid": player.pid,
                                         "duration_us": Between(200_000, 10_000_000)})
    return status


def leader_ended(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        return file.read().rpartition(")")[2].split()[0] == "Z"


@test
def exit__leader_first__is_told_when_the_last_thread_ends():
    equal(os.WEXITSTATUS(check_leader_first(outlive_the_leader, 9)), 9, "what wait(2) said")


def all_end_alone(flag):
    def later():
        flag.wait()
        LIBC.syscall(SYS_EXIT, 4)

    threading.Thread(target=later, daemon=True).start()
    LIBC.syscall(SYS_EXIT, 3)


@test
def exit__each_thread_alone__is_told_as_wait_does():
    # Which code it is depends on the kernel: the leader's, or that of the last one.
    check(os.WEXITSTATUS(check_leader_first(all_end_alone)) in (3, 4), "what wait(2) said")


def many_threads():
    for _ in range(50):
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()
    os._exit(0)


@test
def exit__of_50_threads__is_none_of_the_process():
    check_end(many_threads, exit_code=0)


# --- many -----------------------------------------------------------------------------------------


def run_many(path, n):
    return [spawn(path, ["argv0", str(i)])[0] for i in range(n)]


@test
def exit__1000_processes__each_once():
    path = known_program()
    with_stream = stream("exec,exit", "-u", UID)
    parent = Child(run_many, path, PROCESSES, uid=UID)
    pids = parent.result()
    rows = [row for row in with_stream.stop_rows() if row["ppid"] == parent.pid]
    same_rows(rows, [{"pid": pid, "event": event} for pid in pids for event in ("exec", "exit")],
              "pid", "event")
    equal({row["exit_code"] for row in rows if row["event"] == "exit"}, {0}, "exit codes")


def die_in_turn(n):
    """Children that die of as many causes; their statuses of wait(2)."""
    statuses = {}
    for i in range(n):
        pid = os.fork()
        if not pid:
            if i % 3 == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            os._exit(i % 256)
        statuses[pid] = os.waitpid(pid, 0)[1]
    return list(statuses.items())


@test
def exit__300_that_never_executed__each_as_wait_told():
    with_stream = stream("exit", "-u", UID)
    parent = Child(die_in_turn, 300, uid=UID)
    wants = [{"pid": pid} | told(status) for pid, status in parent.result()]
    rows = [row for row in with_stream.stop_rows() if row["ppid"] == parent.pid]
    same_rows(rows, wants, "pid")


# --- joined to the exec ---------------------------------------------------------------------------


def end_so(words):
    return Child(os.execve, "/bin/sh", ["sh", "-c", words], {}, uid=UID)


@test
def snapshot__execs__carry_how_they_ended():
    with_once = once("-u", UID)
    begin = time.monotonic_ns()
    children = [end_so("exit 0"), end_so("exit 42"), end_so("kill -TERM $$"),
                end_so("kill -KILL $$")]
    for child in children:
        child.result()
    longest = (time.monotonic_ns() - begin) // 1000
    snapshot = with_once.stop_snapshot()
    wants = [{"pid": child.pid, "duration_us": Between(1, longest)} | told(child.status)
             for child in children]
    same_rows(snapshot["execs"], wants, "pid")
    same_rows(snapshot["processes"], [want | {"uid": UID} for want in wants], "pid")


@test
def snapshot__exec_that_goes_on__has_no_end():
    with_once = once("-u", UID)
    child = Child(os.execve, "/bin/sleep", ["sleep", "100"], {}, uid=UID)
    wait_until(lambda: executes(child.pid, "sleep"), "the exec")
    rows = with_once.stop_snapshot()["execs"]
    equal(len(rows), 1, "execs")
    same_fields(rows[0], {"pid": child.pid, "exit_code": None, "signal": None,
                          "duration_us": Between(0, 10_000_000)})


def executes(pid, name):
    with open(f"/proc/{pid}/comm", encoding="ascii") as file:
        return file.read() == name + "\n"


@test
def snapshot__image_that_was_replaced__the_last_one_ended():
    with_once = once("-u", UID)
    child = Child(os.execve, "/bin/sh", ["sh", "-c", "exec sh -c 'exit 5'"], {}, uid=UID)
    child.result()
    rows = sorted(with_once.stop_snapshot()["execs"], key=lambda row: row["time"])
    equal([(row["pid"], row["exit_code"]) for row in rows], [(child.pid, None), (child.pid, 5)],
          "PIDs and exit codes")


if __name__ == "__main__":
    run_tests()
