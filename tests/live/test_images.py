#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Executions out of the ordinary: by a descriptor, without arguments, of 32 bits; and failures."""

import ctypes
import errno
import os
import signal
import struct
import threading

from actors import LIBC, UID, Child, known_program
from harness import (Conntop, Skip, check, cleanup, equal, once, run_tests, same_fields, stream,
                     temp_dir, temp_path, test)

SYS_EXECVE, SYS_EXECVEAT = 59, 322  # on x86-64
AT_FDCWD, AT_EMPTY_PATH = -100, 0x1000


def strings(words):
    """As execve(2) wants them; None is a null pointer in place of all."""
    if words is None:
        return None
    return (ctypes.c_char_p * (len(words) + 1))(*words, None)


def execve(path, words):
    """The system call itself, which Python's own shields from odd arguments; its errno."""
    LIBC.syscall(SYS_EXECVE, path, strings(words), strings([]))
    return ctypes.get_errno()


def execveat(fd, path, words, flags):
    LIBC.syscall(SYS_EXECVEAT, fd, path, strings(words), strings([]), flags)
    return ctypes.get_errno()


def watched(func, *args, options=()):
    """The rows of a child that executes, the child, and what func returned."""
    child = Child(func, *args, uid=UID, comm="known-child", poised=True)
    with_stream = stream("exec", "-p", child.pid, *options)
    child.go()
    said = child.result()
    return with_stream.stop_rows(), child, said


def written(data, mode=0o755):
    path = temp_path("image")
    with open(path, "wb") as file:
        file.write(data)
    os.chmod(path, mode)
    return path


# --- out of the ordinary --------------------------------------------------------------------------


@test
def execveat__empty_path__is_the_descriptors_file():
    fd = os.open(known_program(), os.O_RDONLY)
    cleanup(lambda: os.close(fd))
    rows, child, _ = watched(execveat, fd, b"", [b"argv0", b"one"], AT_EMPTY_PATH)
    equal(len(rows), 1, "rows")
    same_fields(rows[0], {"pid": child.pid, "ret": 0, "filename": f"/dev/fd/{fd}",
                          "args": ["argv0", "one"]})


@test
def execveat__relative_to_a_folder__tells_both():
    fd = os.open(os.path.dirname(known_program()), os.O_RDONLY)
    cleanup(lambda: os.close(fd))
    rows, _, _ = watched(execveat, fd, b"known-program", [b"argv0", b"one"], 0)
    equal(len(rows), 1, "rows")
    same_fields(rows[0], {"ret": 0, "filename": f"/dev/fd/{fd}/known-program",
                          "comm": "known-program", "args": ["argv0", "one"]})


@test
def execveat__file_in_memory_only__is_shown():
    fd = os.memfd_create("known-image")
    cleanup(lambda: os.close(fd))
    with open("/bin/true", "rb") as file:
        os.write(fd, file.read())
    rows, _, _ = watched(execveat, fd, b"", [b"argv0"], AT_EMPTY_PATH)
    equal(len(rows), 1, "rows")
    same_fields(rows[0], {"ret": 0, "filename": f"/dev/fd/{fd}", "args": ["argv0"]})


@test
def execveat__from_a_thread__pid_is_the_processs():
    def in_a_thread(path):
        words = (AT_FDCWD, path.encode(), [b"argv0", b"thread"], 0)
        threading.Thread(target=execveat, args=words, daemon=True).start()
        signal.pause()

    rows, child, _ = watched(in_a_thread, known_program())
    equal(len(rows), 1, "rows")
    same_fields(rows[0], {"pid": child.pid, "ppid": os.getpid(), "args": ["argv0", "thread"]})


@test
def exec__argc_0__is_a_row_without_words():
    for words in ([], None):
        rows, child, _ = watched(execve, known_program().encode(), words)
        equal(len(rows), 1, "rows")
        same_fields(rows[0], {"pid": child.pid, "ret": 0, "comm": "known-program",
                              "args_truncated": False})
        # Kernels from 5.18 on put an empty argv[0] there.
        check(rows[0]["args"] in ([], [""]), f"args are {rows[0]['args']}")


I386_EXIT = bytes.fromhex("b801000000" "bb2a000000" "cd80")  # exit(42), by int 0x80


def elf32(code):
    """A whole program of 32 bits: ELF header, one segment, code."""
    base, at = 0x08048000, 52 + 32
    header = struct.pack("<16sHHIIIIIHHHHHH", b"\x7fELF\1\1\1", 2, 3, 1, base + at, 52, 0, 0,
                         52, 32, 1, 0, 0, 0)
    segment = struct.pack("<8I", 1, 0, base, base, at + len(code), at + len(code), 5, 4096)
    return header + segment + code


@test
def exec__32_bit_program__is_a_row_and_ends():
    path = written(elf32(I386_EXIT))
    child = Child(execve, path.encode(), [b"argv0", b"of 32 bits"], uid=UID, poised=True)
    with_stream = stream("exec,exit", "-p", child.pid)
    child.go()
    if child.result() == errno.ENOEXEC:
        raise Skip("this kernel runs no 32-bit programs")
    rows = with_stream.stop_rows()
    equal(os.WEXITSTATUS(child.status), 42, "its exit code")
    equal([row["event"] for row in rows], ["exec", "exit"], "events")
    same_fields(rows[0], {"filename": path, "args": ["argv0", "of 32 bits"], "ret": 0})
    same_fields(rows[1], {"pid": child.pid, "exit_code": 42})


# --- failed ---------------------------------------------------------------------------------------


def failed(path, words=(b"argv0", b"one", b"two words"), options=("-x",)):
    return watched(execve, path if path is None else path.encode(), list(words), options=options)


def check_failed(path, name):
    rows, child, said = failed(path)
    equal(errno.errorcode[said], name, "what the child got")
    equal(len(rows), 1, "rows")
    same_fields(rows[0], {"event": "exec", "pid": child.pid, "ppid": os.getpid(), "uid": UID,
                          "comm": "known-child", "ret": -said, "error": name, "filename": path,
                          "args": ["argv0", "one", "two words"], "args_truncated": False})


@test
def failed__no_such_file__enoent_and_what_was_tried():
    check_failed(os.path.join(temp_dir(), "no such file"), "ENOENT")


@test
def failed__not_executable__eacces_and_what_was_tried():
    check_failed(written(b"#!/bin/sh\n", 0o644), "EACCES")


@test
def failed__no_program__enoexec_and_what_was_tried():
    check_failed(written(b"\x7fELF but no more\n"), "ENOEXEC")


@test
def failed__script_without_its_interpreter__enoent():
    check_failed(written(b"#!/no/such/interpreter\n"), "ENOENT")


@test
def failed__file_in_place_of_a_folder__enotdir():
    check_failed(known_program() + "/beyond", "ENOTDIR")


@test
def failed__path_too_long__enametoolong():
    rows, _, said = failed("/" + "x" * 5000)
    equal(errno.errorcode[said], "ENAMETOOLONG", "what the child got")
    equal([row["error"] for row in rows], ["ENAMETOOLONG"], "errors")
    check(rows[0]["filename"].startswith("/" + "x" * 1000), "the beginning is not kept")


@test
def failed__by_execveat__what_was_tried():
    rows, child, said = watched(execveat, 99, b"relative", [b"argv0", b"one"], 0, options=["-x"])
    equal(errno.errorcode[said], "EBADF", "what the child got")
    equal(len(rows), 1, "rows")
    same_fields(rows[0], {"pid": child.pid, "error": "EBADF", "args": ["argv0", "one"]})
    check("relative" in rows[0]["filename"], f"filename is {rows[0]['filename']}")


@test
def failed__no_pointer_to_the_name__efault():
    rows, _, said = failed(None)
    equal(errno.errorcode[said], "EFAULT", "what the child got")
    equal([row["error"] for row in rows], ["EFAULT"], "errors")


@test
def failed__100_kib_of_arguments__marked_truncated():
    long = b"x" * (100 * 1024)
    rows, _, _ = failed("/no/such/file", (b"argv0", long, b"after"))
    equal(len(rows), 1, "rows")
    same_fields(rows[0], {"error": "ENOENT", "args_truncated": True})
    equal(rows[0]["args"][0], "argv0", "args[0]")
    check(long.decode().startswith(rows[0]["args"][1]), "what is kept is not the beginning")


@test
def failed__odd_arguments__are_kept_apart():
    words = [b"", b"a\nb", b"\xff", b"", "grün".encode()]
    rows, _, _ = failed("/no/such/file", words)
    equal([row["args"] for row in rows], [["", "a\nb", "\\xff", "", "grün"]], "args")


@test
def failed__without_x__is_not_told():
    rows, _, said = failed("/no/such/file", options=())
    equal((errno.errorcode[said], rows), ("ENOENT", []), "what the child got, and rows")


def fail_to_read():
    """Reads of all kinds that fail: no descriptor, and nothing there yet."""
    reader, writer = os.pipe2(os.O_NONBLOCK)
    said = []
    for fd in (-1, reader):
        try:
            os.read(fd, 1)
        except OSError as error:
            said.append(error.errno)
    os.close(reader)
    os.close(writer)
    return said


@test
def failed__other_calls__are_no_execs():
    rows, _, said = watched(fail_to_read, options=["-x"])
    equal((said, rows), ([errno.EBADF, errno.EAGAIN], []), "what the child got, and rows")


@test
def failed__as_text__ret_is_the_error():
    child = Child(execve, b"/no/such/file", [b"argv0", b"one"], comm="known-child", poised=True)
    with_stream = Conntop("--stream", "exec", "-x", "-p", child.pid)
    child.go()
    child.result()
    lines = with_stream.stop().out.decode().splitlines()
    equal(len(lines), 2, "lines")
    equal(lines[1].split()[1:], [str(child.pid), str(os.getpid()), "-2", "/no/such/file", "one"],
          "words of the line")


def fail_then_succeed(path):
    execve(b"/no/such/file", [b"argv0"])
    return execve(path.encode(), [b"argv0", b"good"])


@test
def failed__then_one_that_succeeds__two_rows_in_order():
    rows, child, _ = watched(fail_then_succeed, known_program(), options=["-x"])
    equal([row["ret"] for row in rows], [-2, 0], "ret")
    equal([row["comm"] for row in rows], ["known-child", "known-program"], "comm")
    equal({row["pid"] for row in rows}, {child.pid}, "PIDs")


@test
def failed__in_a_snapshot__is_no_image_of_the_process():
    child = Child(fail_then_succeed, known_program(), uid=UID, comm="known-child", poised=True)
    with_once = once("-x", "-u", UID)
    child.go()
    child.result()
    snapshot = with_once.stop_snapshot()
    rows = sorted(snapshot["execs"], key=lambda row: row["time"])
    equal([(row["ret"], row["error"], row["exit_code"]) for row in rows],
          [(-2, "ENOENT", None), (0, None, 0)], "ret, error and exit code")
    same_fields([row for row in snapshot["processes"] if row["pid"] == child.pid][0],
                {"comm": "known-program", "args": ["argv0", "good"], "exit_code": 0})


if __name__ == "__main__":
    run_tests()
