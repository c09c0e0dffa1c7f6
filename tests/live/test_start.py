#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a start costs, counted in system calls: no clock is looked at."""

import shutil
import socket
import subprocess

from harness import CONNTOP, Skip, conntop_env, equal, is_sanitized, run_tests, temp_path, test

TYPES = "/sys/kernel/btf/vmlinux"


def traced(calls, *args):
    """The lines of strace(1) about these calls."""
    if not shutil.which("strace"):
        raise Skip("strace is not installed")
    if is_sanitized():
        raise Skip("a sanitized program is not traced")
    log = temp_path("strace")
    done = subprocess.run(["strace", "-f", "-e", f"trace={calls}", "-o", log, CONNTOP, *args],
                          env=conntop_env(), check=False, timeout=60, stdout=subprocess.DEVNULL)
    equal(done.returncode, 0, "exit status")
    with open(log, encoding="utf-8", errors="replace") as file:
        return file.read().splitlines()


@test
def start__types_of_the_kernel__are_read_once():
    """By us: libbpf would read all again, and go through them for each that a program names."""
    lines = traced("openat", "--once", "--duration", "0.1")
    equal(len([line for line in lines if TYPES in line]), 1, f"opened {TYPES}, times")


@test
def start__services__are_read_once():
    """However many ports have no name."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held = [socket.create_connection(server.getsockname()) for _ in range(5)]
        lines = traced("openat", "--once", "--duration", "0.1")
        for connection in held:
            connection.close()
    equal(len([line for line in lines if '"/etc/services"' in line]), 1, "read, times")


if __name__ == "__main__":
    run_tests()
