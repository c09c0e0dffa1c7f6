# SPDX-License-Identifier: GPL-2.0-or-later
"""The demo's machine: its users, files, network, control groups. All in namespaces of its own."""

import ctypes
import os
import shutil
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
STAGE = "/mnt"  # covered by a tmpfs that only we see

# UIDs that no machine has: conntop records them and nobody else.
USERS = {
    "alice": (52001, "/home/alice", "user.slice/user-alice.slice"),
    "bob": (52002, "/home/bob", "user.slice/user-bob.slice"),
    "www-data": (52003, "/srv/www", "system.slice/nginx.service"),
    "shop": (52004, "/srv/shop", "system.slice/shop.service"),
    "postgres": (52005, "/srv/postgresql", "system.slice/postgresql.service"),
}
CGROUPS = sorted(cgroup for _, _, cgroup in USERS.values())

LAN = ("10.20.0.30/24", "10.20.0.40/24", "2001:db8:20::30/64")
WAN = (*(f"203.0.113.{host}/32" for host in range(21, 33)), "198.51.100.7/32",
       *(f"2001:db8:40::{host:x}/128" for host in range(0x21, 0x29)), "2001:db8:30::7/128")

NSSWITCH = "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n"
HOSTS = """\
127.0.0.1 localhost
::1 localhost
10.20.0.13 web-03 db
10.20.0.30 build-01
2001:db8:20::30 build-02
10.20.0.40 search
198.51.100.7 mirror.example.org
2001:db8:30::7 mirror6.example.org
203.0.113.99 backup.example.net
198.18.0.9 lab.example.net
"""

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


def libc(name, *args):
    if getattr(LIBC, name)(*args) < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")


def mount(kind, where, options):
    subprocess.run(["mount", "-t", kind, "-o", options, "none", where], check=True)


# --- files ----------------------------------------------------------------------------------------


def cover(path, text):
    """Another content for a file of the host, for us alone."""
    own = os.path.join(STAGE, os.path.basename(path))
    with open(own, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(own, 0o644)
    if os.path.exists(path):
        subprocess.run(["mount", "--bind", own, path], check=True)


def lay_out():
    """Accounts, and homes with what is in tests/demo/home: /home/alice and so on."""
    for name in os.listdir(HERE):
        if name.endswith(".py"):
            shutil.copy(os.path.join(HERE, name), STAGE)
    people = [f"{name}:*:{uid}:{uid}::{home}:/bin/bash" for name, (uid, home, _) in USERS.items()]
    cover("/etc/passwd", "\n".join(["root:*:0:0::/root:/bin/bash",
                                    "sshd:*:65533:65534::/run/sshd:/usr/sbin/nologin",
                                    "nobody:*:65534:65534::/:/usr/sbin/nologin",
                                    "deploy:*:52999:52999::/tmp:/bin/sh", *people]) + "\n")
    cover("/etc/group", "\n".join(["root:*:0:", "nogroup:*:65534:"] + [
        f"{name}:*:{uid}:" for name, (uid, *_) in USERS.items()]) + "\n")
    cover("/etc/hosts", HOSTS)
    cover("/etc/nsswitch.conf", NSSWITCH)
    source = os.path.join(STAGE, "homes")
    shutil.copytree(os.path.join(HERE, "home"), source)
    for where in ("/home", "/srv", "/run", "/tmp"):
        mount("tmpfs", where, "size=1g,mode=1777" if where == "/tmp" else "size=1g,mode=755")
    os.makedirs("/run/sshd", 0o755)
    for name, (uid, home, _) in USERS.items():
        if os.path.isdir(os.path.join(source, name)):
            shutil.copytree(os.path.join(source, name), home)
        else:
            os.makedirs(home)
        subprocess.run(["chown", "-R", f"{uid}:{uid}", home], check=True)


# --- control groups -------------------------------------------------------------------------------


class Cgroups:
    """Units of web-03, in a folder of ours; where the host has no cgroup2 there are none."""

    def __init__(self):
        self.folder = self.prefix = ""
        with open("/proc/self/mounts", encoding="utf-8") as file:
            mounts = [line.split() for line in file]
        root = next((one[1] for one in mounts if one[2] == "cgroup2"), None)
        if not root:
            return
        prefix = f"/conntop-demo.{os.getpid()}"
        try:
            for cgroup in CGROUPS:
                os.makedirs(f"{root}{prefix}/{cgroup}")
        except OSError:
            return
        self.prefix, self.folder = prefix, root + prefix

    def remove(self):
        for path, *_ in os.walk(self.folder, topdown=False) if self.folder else ():
            for _ in range(100):  # who was killed may not be gone yet
                try:
                    os.rmdir(path)
                    break
                except OSError:
                    time.sleep(0.1)


# --- network --------------------------------------------------------------------------------------


def ip(*args):
    subprocess.run(["ip", *args], check=True)


def in_net(name, *args):
    ip("-n", name, *args)


def sysctl(name, key, value):
    subprocess.run(["ip", "netns", "exec", name, "sysctl", "-qw", f"{key}={value}"], check=True)


def lay_wires():
    """web-03's network and all others: a local one between, and a far one by wan.py."""
    for name in ("web", "out"):
        ip("netns", "add", name)
        in_net(name, "link", "set", "lo", "up")
        in_net(name, "tuntap", "add", "wan0", "mode", "tun")
        sysctl(name, "net.ipv6.conf.all.accept_dad", 0)
        sysctl(name, "net.ipv6.conf.default.accept_dad", 0)
    in_net("web", "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", "out")
    for name in ("web", "out"):
        for link in ("eth0", "wan0"):
            in_net(name, "link", "set", link, "up", "mtu", "9000" if link == "wan0" else "1500")
    for address in ("10.20.0.13/24", "2001:db8:20::13/64"):
        in_net("web", "address", "add", address, "dev", "eth0")
    for address in ("192.0.2.13/32", "2001:db8:13::13/128"):
        in_net("web", "address", "add", address, "dev", "wan0")
        in_net("out", "route", "add", address, "dev", "wan0")
    for address in LAN:
        in_net("out", "address", "add", address, "dev", "eth0")
    for address in WAN:
        in_net("out", "address", "add", address, "dev", "wan0")
    in_net("web", "route", "add", "default", "dev", "wan0", "src", "192.0.2.13")
    in_net("web", "-6", "route", "add", "default", "dev", "wan0", "src", "2001:db8:13::13")
    in_net("web", "route", "add", "unreachable", "198.18.0.0/15")
    sysctl("web", "net.ipv4.tcp_syn_retries", 2)  # a connect in vain takes 7 s
    sysctl("web", "net.ipv4.ip_unprivileged_port_start", 0)  # nginx runs as its user from the start


def enter_net(name):
    fd = os.open(f"/run/netns/{name}", os.O_RDONLY)
    libc("setns", fd, CLONE_NEWNET)
    os.close(fd)
