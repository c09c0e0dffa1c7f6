# SPDX-License-Identifier: GPL-2.0-or-later
"""Processes and connections to be seen: a stage with a user of its own, workers and servers."""

import collections
import os
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
import threading

PYTHON = "/usr/bin/python3"
NOBODY_PID = "4194304"  # PID_MAX_LIMIT: the last PID is one less
HERE = os.path.dirname(os.path.abspath(__file__))


def free_uid():
    """A user that nobody is, so that a filter on it leaves out the rest of the machine."""
    while True:
        uid = random.randrange(1000000, 10000000)
        try:
            pwd.getpwuid(uid)
        except KeyError:
            return uid


class Server:
    """Listens on a loopback address, accepts, and reads what comes."""

    def __init__(self, host="127.0.0.1"):
        self.host = host
        self._listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        self._listener.bind((host, 0))
        self._listener.listen(128)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._read, args=(connection,), daemon=True).start()

    @staticmethod
    def _read(connection):
        with connection:
            try:
                while connection.recv(65536):
                    pass
            except OSError:
                pass

    def close(self):
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()


class PrivateConnection:
    """A connection to an address of a network namespace of its own, held until it is closed."""

    _SCRIPT = """
import os, socket, sys
uid, host = int(sys.argv[1]), sys.argv[2]
family = socket.AF_INET6 if ":" in host else socket.AF_INET
listener = socket.create_server((host, 0), family=family)
os.setgid(uid)
os.setuid(uid)
connection = socket.create_connection(listener.getsockname()[:2])
print("up", flush=True)
sys.stdin.read()
"""

    def __init__(self, uid, host):
        line = ('ip link set lo up && ip address add "$1" dev lo nodad && '
                'exec "$0" -I -S -c "$2" "$3" "$1"')
        self.process = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", line, PYTHON, host, self._SCRIPT, str(uid)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self.process.stdout.readline() != b"up\n":
            self.close()
            raise AssertionError(f"expected: a network namespace with {host}")

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


Place = collections.namedtuple("Place", "host port")


class Worker:
    """One process, worker.py, that keeps its PID while it executes itself anew."""

    def __init__(self, stage, name):
        self.stage = stage
        self.process = subprocess.Popen(
            [stage.program(name), "-I", "-S", stage.script], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, user=stage.uid, group=stage.uid, extra_groups=[],
            cwd="/")
        self.pid = self.process.pid
        self._answer()

    def _answer(self):
        line = self.process.stdout.readline().decode().rstrip("\n")
        if not line or line.startswith("failed"):
            raise AssertionError(f"expected: an answer of the worker\ngot: {line!r}")
        return line

    def tell(self, *words):
        self.process.stdin.write((" ".join(map(str, words)) + "\n").encode())
        self.process.stdin.flush()
        return self._answer()

    def execute(self, name):
        """An exec of this PID; comm is then the name."""
        self.tell("exec", self.stage.program(name))

    def connect(self, server, lport=0):
        """Opens a connection and holds it; its local port."""
        return int(self.tell("connect", server.host, server.port, lport))

    def fail_to_connect(self, host="127.0.0.1", port=1):
        """Tries a port where nobody listens."""
        try:
            self.tell("connect", host, port)
        except AssertionError:
            return
        raise AssertionError(f"expected: nobody listens on port {port}")

    def end(self, lport):
        self.tell("close", lport)

    def send(self, lport, count):
        self.tell("send", lport, count)

    def rename(self, comm):
        self.tell("comm", repr(comm))

    def listen(self, host="127.0.0.1"):
        """Listens there and accepts nothing; where, as connect() wants to know it."""
        return Place(host, int(self.tell("listen", host)))

    def fork_to_accept(self, place):
        """A child accepts a connection, and holds it as long as we are; its PID."""
        return int(self.tell("fork", place.port))

    def fail_to_run(self, *words):
        """Tries a program that cannot be executed."""
        try:
            self.run(*words)
        except AssertionError:
            return
        raise AssertionError(f"expected: {words} cannot be executed")

    def run(self, *words):
        """Runs a program as a child; its PID."""
        return int(self.tell("run", repr([word if isinstance(word, bytes) else word.encode()
                                          for word in words])))

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


class Stage:
    """
    with Stage() as stage: a folder that everybody may read, a user, and what was started for it;
    all of it is gone afterwards.
    """

    def __init__(self, uid=None):
        self.uid = free_uid() if uid is None else uid
        self.folder = tempfile.mkdtemp(prefix="cts-")
        os.chmod(self.folder, 0o755)
        self.script = os.path.join(self.folder, "w")
        shutil.copy(os.path.join(HERE, "worker.py"), self.script)
        os.chmod(self.script, 0o644)
        self._open = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for thing in reversed(self._open):
            thing.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def program(self, name, target=PYTHON):
        """A file of that name that runs the interpreter, or another program."""
        path = self.path(name) if isinstance(name, str) else os.path.join(
            self.folder.encode(), name)
        if not os.path.lexists(path):
            os.symlink(target, path)
        return path

    def worker(self, name):
        self._open.append(Worker(self, name))
        return self._open[-1]

    def server(self, host="127.0.0.1"):
        self._open.append(Server(host))
        return self._open[-1]

    def private_connection(self, host):
        self._open.append(PrivateConnection(self.uid, host))

    def run(self, *words):
        """Runs a program as the stage's user, to its end; its PID."""
        process = subprocess.Popen(words, user=self.uid, group=self.uid, extra_groups=[],
                                   stdout=subprocess.DEVNULL, cwd="/")
        process.wait()
        return process.pid


def run_others(count):
    """So many execs by somebody else: root."""
    for _ in range(count):
        subprocess.run(["/bin/true"], check=True)


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False
