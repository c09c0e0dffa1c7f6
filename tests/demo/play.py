# SPDX-License-Identifier: GPL-2.0-or-later
"""web-03 at work: starts its services, then, when told to, its users and the world around."""

import os
import shutil
import subprocess
import sys
import time

from world import STAGE, USERS, enter_net, libc

POSTGRES = "/usr/lib/postgresql/15/bin"
cgroup_folder = ""


def start(user, *command, net="web", wait=False, quiet=True):
    """A program of a user of web-03; of None, of another machine."""

    def become():
        enter_net(net)
        if not user:
            return
        uid, home, cgroup = USERS[user]
        if cgroup_folder:
            with open(os.path.join(cgroup_folder, cgroup, "cgroup.procs"), "w",
                      encoding="ascii") as file:
                file.write("0")
        if user in ("alice", "bob"):  # who logged in
            try:
                with open("/proc/self/loginuid", "w", encoding="ascii") as file:
                    file.write(str(uid))
            except OSError:
                pass
        os.chdir(home)
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)

    env = {"PATH": "/usr/bin:/bin:/usr/sbin", "LANG": "C.UTF-8", "PGUSER": user or "root",
           "HOME": USERS[user][1] if user else "/root", "PGCONNECT_TIMEOUT": "20"}
    out = subprocess.DEVNULL if quiet else None
    process = subprocess.Popen(command, preexec_fn=become, env=env, stdin=subprocess.DEVNULL,
                               stdout=out, stderr=out)
    if wait and process.wait():
        sys.exit(f"demo: {' '.join(command)} ended with {process.returncode}")
    return process


def start_postgres():
    data = "/srv/postgresql/15"
    start("postgres", f"{POSTGRES}/initdb", "-A", "trust", "-D", data, wait=True)
    with open(f"{data}/postgresql.conf", "a", encoding="ascii") as file:
        file.write("listen_addresses = 'localhost,10.20.0.13'\n"
                   "unix_socket_directories = '/srv/postgresql'\nfsync = off\n"
                   "shared_buffers = 32MB\n")
    with open(f"{data}/pg_hba.conf", "a", encoding="ascii") as file:
        file.write("host all all 10.20.0.0/24 trust\n")
    start("postgres", f"{POSTGRES}/postgres", "-D", data)
    for _ in range(100):
        time.sleep(0.1)
        if not start("postgres", f"{POSTGRES}/pg_isready", "-qh", "10.20.0.13").wait():
            break
    psql = ["/usr/bin/psql", "-qh", "/srv/postgresql", "-d", "postgres", "-c"]
    for user in ("bob", "shop"):
        start("postgres", *psql, f"create role {user} superuser login", wait=True)
    start("postgres", *psql, "create database shop", wait=True)
    start("bob", f"{POSTGRES}/pgbench", "-qis", "2", "-h", "localhost", "shop", wait=True)


def start_services():
    start_postgres()
    start("www-data", "/bin/sh", "./fill", wait=True)
    start("www-data", "/usr/sbin/nginx", "-p", "/srv/www", "-c", "nginx.conf", quiet=False)
    start("shop", "/usr/bin/python3", "./shop.py")


def start_others():
    """The machines around: a mirror, an ssh server, and web clients."""
    keys = "/home/alice/.ssh"
    os.mkdir(keys, 0o700)
    for key in ("/run/host_key", f"{keys}/id_ed25519"):
        subprocess.run(["ssh-keygen", "-qt", "ed25519", "-N", "", "-f", key], check=True)
    shutil.copy(f"{keys}/id_ed25519.pub", "/run/authorized_keys")
    for path in (keys, *(f"{keys}/{name}" for name in os.listdir(keys))):
        os.chown(path, USERS["alice"][0], USERS["alice"][0])
    start(None, "/usr/sbin/sshd", "-D", "-f", "/dev/null", "-h", "/run/host_key",
          "-o", "UsePAM=no", "-o", "AuthorizedKeysFile=/run/authorized_keys",
          "-o", "StrictModes=no", "-o", "ListenAddress=10.20.0.30",
          "-o", "ListenAddress=2001:db8:20::30", net="out")
    start(None, sys.executable, "-B", f"{STAGE}/others.py", "mirror", net="out", quiet=False)


def main():
    global cgroup_folder
    ready, go, seconds = map(int, sys.argv[1:4])
    cgroup_folder = sys.argv[4]
    libc("prctl", 15, b"systemd", 0, 0, 0)  # PR_SET_NAME: it stands for init
    os.environ["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin"
    subprocess.Popen([sys.executable, "-B", f"{STAGE}/wan.py"])
    start_services()
    start_others()
    time.sleep(2)
    # What was here before the recording begins.
    start("alice", "/bin/bash", "./idle")
    time.sleep(1)
    os.write(ready, b"r")
    os.read(go, 1)
    start(None, sys.executable, "-B", f"{STAGE}/others.py", "clients", net="out", quiet=False)
    start("alice", "/bin/bash", "./work")
    start("bob", "/bin/bash", "./work")
    start("www-data", "/bin/sh", "./bin/watch")
    time.sleep(seconds + 30)


main()
