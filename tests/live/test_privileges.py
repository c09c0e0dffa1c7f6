#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""What conntop may still do once it has attached, in every mode, and that it goes on to work."""

import json
import os
import pty
import resource
import select
import shutil
import signal
import stat
import struct
import subprocess
import threading
import time

from actors import UID, Child, known_program, listener, spawn
from harness import (CONNTOP, NOBODY, ROOT, Skip, check, cleanup, conntop, conntop_env,
                     equal, once, proc_status, run_tests, same_fields, stream, temp_dir, temp_path,
                     test, wait_until, watches)
from players import Player, connected

CAP_PERFMON, CAP_BPF = 38, 39
CAPABILITIES = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
RING_BUFFER = "27"  # BPF_MAP_TYPE_RINGBUF
SECRET = "not-for-everybody"
DEMO = os.path.join(ROOT, "man", "demo.conntop")

# Who calls sudo: a user of our own /etc/passwd, in two groups more than the primary one.
USER, GROUP, GROUPS = 54321, 54322, {"54322", "54323", "54324"}
AS_USER = {"SUDO_UID": str(USER), "SUDO_GID": str(GROUP), "SUDO_USER": "somebody"}
AS_NOBODY = {"SUDO_UID": str(NOBODY), "SUDO_GID": str(NOBODY), "SUDO_USER": "nobody"}


# --- looking at it --------------------------------------------------------------------------------


def kept_capabilities():
    """Kernels before 5.19 want CAP_BPF for updates of maps."""
    release = [int(part) for part in os.uname().release.split("-")[0].split(".")[:2]]
    return 1 << CAP_BPF if release < [5, 19] else 0


def reads_environment(pid, uid):
    """Whether a process of the same user, without capabilities, may look into its memory."""
    done = subprocess.run(["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups",
                           "--bounding-set=-all", "--inh-caps=-all", "cat",
                           f"/proc/{pid}/environ"], capture_output=True, check=False)
    return done.returncode == 0 and bool(done.stdout)


def threads(pid):
    """Their ids, the process's own first."""
    return sorted(map(int, os.listdir(f"/proc/{pid}/task")), key=lambda tid: (tid != pid, tid))


def check_confined(pid, uid, gid=None, groups=None, live=True, bounded=True):
    """Each thread: NO_NEW_PRIVS, one user, no capability, a filter of system calls. No core."""
    for tid in threads(pid):
        check_thread(tid, uid, gid, groups, live, bounded)
    with open(f"/proc/{pid}/limits", encoding="ascii") as file:
        core = [line.split()[-3:] for line in file if line.startswith("Max core file size")]
    equal(core, [["0", "0", "bytes"]], "limit of core files")
    check(not reads_environment(pid, uid), "its memory is open to its user's other processes")


def check_thread(tid, uid, gid, groups, live, bounded):
    status = proc_status(tid)
    kept = kept_capabilities() if live else 0
    equal(status["NoNewPrivs"], "1", "NoNewPrivs")
    equal(status["Seccomp"], "2", "Seccomp")
    equal(status["Uid"].split(), [str(uid)] * 4, "Uid")
    equal(status["Gid"].split(), [str(uid if gid is None else gid)] * 4, "Gid")
    if groups is not None:
        equal(set(status["Groups"].split()), groups, "Groups")
    for name in CAPABILITIES if bounded else set(CAPABILITIES) - {"CapBnd"}:
        want = kept if name in ("CapPrm", "CapEff") else 0
        equal(f"{int(status[name], 16):x}", f"{want:x}", name)


def is_sanitized():
    with open(CONNTOP, "rb") as file:
        return b"__asan_init" in file.read()


@test
def memory__of_any_other_process__is_read_by_the_same_user():
    """What check_confined() takes for a sign of conntop's is none of this machine's."""
    for uid in (0, NOBODY):
        other = subprocess.Popen(["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups",
                                  "--bounding-set=-all", "sleep", "100"])
        cleanup(other.kill)
        wait_until(lambda: proc_status(other.pid).get("Name") == "sleep", "another process")
        check(reads_environment(other.pid, uid), f"not readable by user {uid}")
        other.kill()
        other.wait()


# --- a terminal -----------------------------------------------------------------------------------


class Screen:
    """conntop on a terminal that is read and not looked at: what it shows is exported."""

    def __init__(self, *args, env=None, command=(CONNTOP,), live=True):
        master, slave = pty.openpty()
        self.master = master
        self.process = subprocess.Popen([*command, *map(str, args)], stdin=slave, stdout=slave,
                                        stderr=slave, start_new_session=True,
                                        env=env or conntop_env(TERM="xterm-256color"))
        os.close(slave)
        cleanup(self.close)
        self.pid = self.process.pid
        self.seen = b""
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        wait_until(lambda: self.process.poll() is not None or b"quit" in self.seen and
                   (watches(self.pid) or not live), "the screen")
        check(self.process.returncode is None, "it ended at once", self.seen.decode())

    def read(self):
        try:
            while some := os.read(self.master, 65536):
                self.seen += some
        except OSError:
            pass  # the other end is closed

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.reader.join(10)
        os.close(self.master)

    def press(self, *keys):
        """One after the other: what is pasted at once is text to a prompt."""
        for key in keys:
            select.select([], [self.master], [], 10)
            os.write(self.master, key.encode())
            time.sleep(0.1)

    def export(self, folder):
        """What is on the screen now, by the key e."""
        path = f"{temp_path(os.path.join(folder, 'export'))}.json"
        self.press("e", "\x15", path, "\r")
        wait_until(lambda: os.path.exists(path), f"{path}, written")
        with open(path, encoding="utf-8") as file:
            return json.load(file), path

    def quit(self):
        self.press("q")
        equal(self.process.wait(30), 0, "exit status")


# --- a user of sudo -------------------------------------------------------------------------------


def users_folder(uid=NOBODY, gid=NOBODY):
    folder = temp_path("folder")
    os.mkdir(folder)
    os.chown(folder, uid, gid)
    return folder


def with_user():
    """A command that starts conntop where /etc/passwd and /etc/group have a user more."""
    folder = temp_dir()
    with open(f"{folder}/passwd", "w", encoding="ascii") as file:
        file.write(f"root:x:0:0::/root:/bin/sh\nsomebody:x:{USER}:{GROUP}::/nonexistent:/bin/sh\n")
    with open(f"{folder}/group", "w", encoding="ascii") as file:
        file.write(f"root:x:0:somebody-else\nsomebody:x:{GROUP}:\nmore:x:54323:somebody\n"
                   "most:x:54324:root,somebody\nothers:x:54325:root\n")
    mounts = 'mount --bind "$0/passwd" /etc/passwd && mount --bind "$0/group" /etc/group'
    if subprocess.run(["unshare", "--mount", "sh", "-c", mounts, folder], check=False,
                      capture_output=True).returncode:
        raise Skip("nothing can be mounted here")
    return ("unshare", "--mount", "sh", "-c", f'{mounts} && exec "$@"', folder, CONNTOP)


def secret(text=SECRET):
    """A file that only root may read."""
    path = temp_path("secret")
    with open(path, "w", encoding="ascii") as file:
        os.chmod(path, 0o600)
        file.write(text)
    return path


# --- the screen, while it is used -----------------------------------------------------------------


def talk(address):
    """A connection, some bytes, more of them, then a program that is not there."""
    sock = connected(address)
    sock.sendall(b"x" * 1000)
    yield True
    sock.sendall(b"x" * 500)
    yield True
    try:
        os.execv("/nonexistent/program", ["argv0", "failed"])
    except FileNotFoundError:
        yield True


def sent(snapshot, pid):
    rows = [row for row in snapshot["connections"] if row["pid"] == pid]
    return [(row["tx_bytes"], row["state"], row["direction"]) for row in rows]


def use_screen(screen, folder, confined):
    """Filters on a process, looks at it twice, and at what fails from then on."""
    server, other = listener(), listener()
    player, stranger = Player(talk, server.getsockname()), Player(talk, other.getsockname())
    player.next()
    stranger.next()
    screen.press("p", "\x15", str(player.pid), "\r")
    wait_until(lambda: sent(screen.export(folder)[0], player.pid) == [(1000, "ESTAB", "out")],
               "the connection, sampled")
    player.next()
    stranger.next()
    snapshot, path = screen.export(folder)
    wait_until(lambda: sent(screen.export(folder)[0], player.pid) == [(1500, "ESTAB", "out")],
               "what it sent since")
    equal(snapshot["filters"]["pid"], str(player.pid), "filter")
    equal(sent(snapshot, stranger.pid), [], "rows of another process")
    confined()
    screen.press("x")
    player.next()
    rows = wait_until(lambda: [row for row in screen.export(folder)[0]["execs"] if row["ret"]],
                      "the exec that failed")
    same_fields(rows[0], {"ret": -2, "filename": "/nonexistent/program", "pid": player.pid})
    screen.press("x", "=")
    wait_until(lambda: sent(screen.export(folder)[0], stranger.pid) == [(1500, "ESTAB", "out")],
               "the other process, once the filter is lifted")
    confined()
    return path


@test
def screen__under_sudo__is_confined_while_filters_change_and_samples_come():
    folder = users_folder(USER, GROUP)
    screen = Screen(env=conntop_env(TERM="xterm-256color", **AS_USER), command=with_user())

    def confined():
        check_confined(screen.pid, USER, GROUP, GROUPS)

    confined()
    path = use_screen(screen, folder, confined)
    status = os.stat(path)
    equal((status.st_uid, status.st_gid), (USER, GROUP), "owner of what is exported")
    screen.quit()


@test
def screen__as_root__is_confined_while_filters_change_and_samples_come():
    screen = Screen()
    use_screen(screen, users_folder(0, 0), lambda: check_confined(screen.pid, 0))
    screen.quit()


# --- the other modes ------------------------------------------------------------------------------


def run_each(path):
    for i in range(3):
        spawn(path, ["argv0", str(i)])


def run_three():
    Child(run_each, known_program(), uid=UID).result()


def arguments(rows):
    return [row["args"][1] for row in rows]


@test
def stream__under_sudo__is_confined_and_tells_of_all():
    with_stream = stream("exec", "-u", UID, command=with_user(), env=conntop_env(**AS_USER))
    check_confined(with_stream.pid, USER, GROUP, GROUPS)
    run_three()
    equal(arguments(with_stream.stop_rows()), ["0", "1", "2"], "rows")


@test
def stream__as_root__is_confined_and_tells_of_all():
    with_stream = stream("exec", "-u", UID, "-x")
    wait_until(lambda: len(threads(with_stream.pid)) == 2, "the thread that writes")
    check_confined(with_stream.pid, 0)
    run_three()
    equal(arguments(with_stream.stop_rows()), ["0", "1", "2"], "rows")


@test
def stream__as_root__precedence__is_the_readers_alone():
    allowed = subprocess.run(["nice", "-n", "-10", "nice"], capture_output=True, check=False)
    for conntop_run, wanted in ((stream("exec"), [int(allowed.stdout), 0]), (once(), [0])):
        wait_until(lambda pid=conntop_run.pid, wanted=wanted: wanted ==
                   [os.getpriority(os.PRIO_PROCESS, tid) for tid in threads(pid)], "nice values")


@test
def once__under_sudo__is_confined_and_samples():
    with_once = once("-u", UID, env=conntop_env(**AS_NOBODY))
    check_confined(with_once.pid, NOBODY)
    run_three()
    equal(len(with_once.stop_snapshot()["execs"]), 3, "rows")


@test
def record__under_sudo__is_confined_and_the_file_is_the_users():
    path = os.path.join(users_folder(), "recording")
    with_record = stream("exec", "-u", UID, "--record", path, env=conntop_env(**AS_NOBODY))
    check_confined(with_record.pid, NOBODY)
    run_three()
    equal(arguments(with_record.stop_rows()), ["0", "1", "2"], "rows")
    status = os.stat(path)
    equal((status.st_uid, status.st_gid), (NOBODY, NOBODY), "owner")
    equal(oct(stat.S_IMODE(status.st_mode)), "0o600", "mode")
    shown = conntop("--replay", path, "--stream", "exec", "--format", "json",
                    env=conntop_env(**AS_NOBODY))
    equal(arguments(map(json.loads, shown.out.splitlines())), ["0", "1", "2"], "shown again")


@test
def replay__under_sudo__is_confined():
    path = os.path.join(users_folder(), "recording")
    shutil.copy(DEMO, path)
    screen = Screen("--replay", path, env=conntop_env(TERM="xterm-256color", **AS_NOBODY),
                    live=False)
    check_confined(screen.pid, NOBODY, live=False)
    screen.quit()


@test
def replay__as_root__is_confined():
    screen = Screen("--replay", DEMO, live=False)
    check_confined(screen.pid, 0, live=False)
    screen.quit()


@test
def crash__with_cores_wanted__leaves_none():
    folder = users_folder()

    def dumps(command, crash):
        process = subprocess.Popen(command, cwd=folder, env=conntop_env(), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cleanup(process.kill)
        crash(process)
        _, status = os.waitpid(process.pid, 0)
        process.returncode = status
        check(os.WIFSIGNALED(status), f"no signal: {status}")
        return os.WCOREDUMP(status)

    def kill(process):
        wait_until(lambda: proc_status(process.pid).get("Seccomp") == "2", "the sandbox")
        process.send_signal(signal.SIGQUIT)

    if not dumps(["sh", "-c", "kill -QUIT $$"], lambda _: None):
        raise Skip("cores are dumped of nobody here")
    check(not dumps([CONNTOP, "--stream", "exec"], kill), "there is a core")


# --- files of others ------------------------------------------------------------------------------


def check_unread(result, status, reason="Permission denied"):
    equal((result.status, result.out), (status, b""), "exit status and output")
    check(reason in result.err, f"not said: {reason}", result.err)
    check(SECRET not in result.err, "what is in the file is told", result.err)


@test
def files__under_sudo__of_root_alone_are_not_read():
    env = conntop_env(**AS_NOBODY)
    path = temp_path("recording")
    shutil.copy(DEMO, path)
    os.chmod(path, 0o600)
    check_unread(conntop("--replay", path, "--once", env=env), 1)
    equal(conntop("--replay", path, "--once").status, 0, "as root it is read: exit status")
    check_unread(conntop("--config", secret(f"{SECRET}\n"), "--once", env=env), 2)


@test
def theme__under_sudo__of_root_alone_is_not_read():
    process = pty_run("--theme", secret(f"{SECRET} = red\n"), "--replay", DEMO,
                      env=conntop_env(TERM="xterm-256color", **AS_NOBODY))
    equal(process.returncode, 2, "exit status")
    check("Permission denied" in process.stderr, process.stderr)
    check(SECRET not in process.stderr, process.stderr)


def pty_run(*args, env):
    """To its end, on a terminal that nothing is read from."""
    master, slave = pty.openpty()
    try:
        return subprocess.run([CONNTOP, *args], stdin=slave, stdout=slave, stderr=subprocess.PIPE,
                              env=env, text=True, timeout=30, check=False)
    finally:
        os.close(master)
        os.close(slave)


@test
def output__under_sudo__over_a_file_of_root__fails_and_leaves_it():
    path = os.path.join(users_folder(), "file")
    os.rename(secret(), path)
    result = conntop("--once", "--duration", "0.1", "-o", path, env=conntop_env(**AS_NOBODY))
    equal((result.status, result.out), (1, b""), "exit status and output")
    result = conntop("--stream", "exec", "--duration", "0.1", "--force", "-o", path,
                     env=conntop_env(**AS_NOBODY))
    equal((result.status, result.out), (1, b""), "exit status and output of a stream")
    with open(path, encoding="ascii") as file:
        equal(file.read(), SECRET, "what is in the file")


# --- started with rights of the file --------------------------------------------------------------


def installed(mode, *capabilities):
    """A copy that only nobody can reach, with setcap(8)'s rights or setuid's."""
    folder = users_folder()
    os.chmod(folder, 0o700)
    path = os.path.join(folder, "conntop")
    shutil.copy(CONNTOP, path)
    os.chmod(path, mode)
    if os.statvfs(path).f_flag & os.ST_NOSUID:
        raise Skip("the temporary folder is mounted nosuid")
    if capabilities:
        # struct vfs_cap_data of linux/capability.h, effective at once
        bits = sum(1 << number for number in capabilities)
        value = struct.pack("<5I", 0x02000001, bits & 0xffffffff, 0, bits >> 32, 0)
        try:
            os.setxattr(path, "security.capability", value)
        except OSError as error:
            raise Skip(f"files cannot have capabilities here: {error.strerror}") from error
    return ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", path)


def ring_bytes(pid):
    """How large the ring buffer is."""
    for name in os.listdir(f"/proc/{pid}/fdinfo"):
        with open(f"/proc/{pid}/fdinfo/{name}", encoding="ascii") as file:
            fields = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
        if fields.get("map_type") == RING_BUFFER:
            return int(fields["max_entries"])
    return None


@test
def setcap__started_by_a_user__is_confined_and_tells_of_all():
    command = installed(0o755, CAP_PERFMON, CAP_BPF)
    with_stream = stream("exec", "-u", UID, command=command,
                         env=conntop_env(CONNTOP_RING_KB="64"))
    check_confined(with_stream.pid, NOBODY, groups=set(), bounded=False)
    check(ring_bytes(with_stream.pid) > 65536, "a user chooses how much memory the kernel gives")
    run_three()
    equal(arguments(with_stream.stop_rows()), ["0", "1", "2"], "rows")


@test
def setcap__screen__filters_change_and_samples_come():
    command = installed(0o755, CAP_PERFMON, CAP_BPF)
    screen = Screen(command=command)
    use_screen(screen, users_folder(),
               lambda: check_confined(screen.pid, NOBODY, groups=set(), bounded=False))
    screen.quit()


@test
def setcap__without_it__a_user_is_refused():
    done = subprocess.run([*installed(0o755), "--once"], capture_output=True, text=True,
                          env=conntop_env(), check=False)
    equal((done.returncode, done.stdout), (1, ""), "exit status and output")
    check("CAP_BPF and CAP_PERFMON" in done.stderr, done.stderr)


@test
def setuid__whatever_the_environment_says__becomes_its_caller():
    """Nobody is told to install it so. Where somebody has, it is no way to be somebody else."""
    for claimed in ("0", "1"):
        with_stream = stream("exec", "-u", UID, command=installed(0o4755),
                             env=conntop_env(SUDO_UID=claimed, SUDO_GID=claimed))
        check_confined(with_stream.pid, NOBODY)
        with_stream.stop()


def want_cores():
    """Of all that is started here: else conntop's limit would say nothing."""
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except (OSError, ValueError):
        pass  # not root: every test is skipped


if __name__ == "__main__":
    want_cores()
    run_tests()
