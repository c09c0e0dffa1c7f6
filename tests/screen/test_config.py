#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""conntop.conf: what it starts with, what W and F write, and whose rights that is done with."""

import os
import re
import shutil
import subprocess
import sys
import tempfile

import tap
from screen import (EXECS, KEY_LINE, bottom, connections, filter_shown, start, wait_bottom,
                    wait_filter)
from tap import check, contains, equal, main, test
from terminal import Terminal

USER = 65534  # nobody: no files, no home


class Home:
    """A folder that stands for $XDG_CONFIG_HOME; may be another user's."""

    def __init__(self, text=None, owner=None):
        self.path = tempfile.mkdtemp(prefix="ct-config-")
        self.file = os.path.join(self.path, "conntop", "conntop.conf")
        self.owner = owner
        if text is not None:
            self.write(text)
        if owner:
            self.give(self.path)

    def give(self, path):
        os.chown(path, self.owner, self.owner)

    def write(self, text, mode=0o600):
        os.makedirs(os.path.dirname(self.file), mode=0o700, exist_ok=True)
        with open(self.file, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.file, mode)
        if self.owner:
            self.give(os.path.dirname(self.file))
            self.give(self.file)

    def text(self):
        with open(self.file, encoding="utf-8") as file:
            return file.read()

    def env(self):
        env = {"XDG_CONFIG_HOME": self.path, "HOME": self.path}
        if self.owner:
            env.update({"SUDO_UID": str(self.owner), "SUDO_GID": str(self.owner)})
        return env

    def start(self, *argv, **options):
        return start(*argv, env=self.env(), **{"cols": 150, **options})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path)


def run(home, *argv):
    """Status and standard error of what should not come as far as the screen."""
    env = {**os.environ, "LC_ALL": "C.UTF-8", **home.env()}
    done = subprocess.run([tap.PROGRAM, *argv], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, env=env, check=False, timeout=30)
    return done.returncode, done.stderr


def wait_saved(terminal, home):
    wait_bottom(terminal, f"saved as defaults in {home.file}")


# --- reading ---


@test
def config__keys_bound_anew__do_what_they_say():
    with Home("[keys]\nquit = x\nfailed = ^X\nsplit = Space\npause = F5\n") as home:
        with home.start(rows=100) as terminal:  # room for all of the help
            terminal.send("2")
            terminal.wait_for(lambda lines: not any(EXECS + " 0" in line for line in lines[1:3]))
            terminal.send("q", "Space")
            terminal.wait_for(lambda lines: re.search(f" {EXECS} [0-9]", lines[1]),
                              "the split, by Space; q no longer quits")
            terminal.send("?")
            terminal.wait_for(lambda lines: any(re.match(r" +x \^C +quit", line)
                                                for line in lines),
                              "help with the keys of the file")
            terminal.send("Escape")
            terminal.wait_for(lambda lines: re.search(f" {EXECS} [0-9]", lines[1]), "help gone")
            terminal.send("x")
            equal(terminal.exit_status(), 0, "exit status")


@test
def config__broken__names_file_line_and_key_and_not_its_text():
    with Home("[options]\ndelay = s3cret\n") as home:
        for argv in ((), ("--once",), ("--stream", "exec")):
            status, err = run(home, *argv)
            equal(status, 2, "exit status")
            equal(err, f"conntop: {home.file}:2: [options] delay: bad delay: seconds, from 0.1 to "
                       "60\nMend it, or start with --no-config.\n", "standard error")
        equal(run(home, "--no-config", "--once", "--duration", "0.1"), (0, ""), "without it")
        equal(run(home, "--version"), (0, ""), "--version")


@test
def config__example_of_the_manual__is_right():
    with open(os.path.join(tap.ROOT, "man", "conntop.1.in"), encoding="utf-8") as file:
        section = file.read().split(".Sh CONFIGURATION\n")[1]
    example = section.split(".Bd -literal -offset indent\n")[1].split(".Ed\n")[0]
    with Home(example.replace("uid = www-data", "uid = root")) as home:
        with home.start() as terminal:
            terminal.send("w")
            terminal.wait_for(lambda lines: "PAUSED" in lines[0], "pause by its new key")
        equal(run(home, "--once", "--duration", "0.1"), (0, ""), "with --once")


@test
def config__something_unknown__is_told_and_goes_on():
    with Home("[options]\nfrom-the-future = s3cret\n") as home:
        with Terminal([], cols=150, env=home.env()) as terminal:
            wait_bottom(terminal, f"{home.file}:2: [options]: unknown key, ignored")
            terminal.send("j")
            terminal.wait_for(KEY_LINE)
        equal(run(home, "--once", "--duration", "0.1"),
              (0, f"conntop: {home.file}:2: [options]: unknown key, ignored\n"), "with --once")


@test
def config__what_is_no_file__is_refused_at_once():
    with Home() as home:
        os.mkdir(os.path.dirname(home.file))
        os.mkfifo(home.file)
        status, err = run(home, "--once")
        equal(status, 2, "exit status")
        contains(err, f"{home.file}: not a file", "standard error")


@test
def config__under_sudo__is_read_with_the_users_rights():
    with Home("[options]\nport = 1\n", owner=USER) as home:
        os.chown(home.file, 0, 0)
        status, err = run(home, "--once", "--duration", "0.1")
        equal(status, 2, "exit status")
        contains(err, f"{home.file}: Permission denied", "standard error")
        os.chown(home.file, USER, USER)
        with home.start() as terminal:
            equal(filter_shown(terminal), "port=1", "filter of the user's file")


# --- saving ---


@test
def save__looks_and_all__are_there_after_a_restart():
    def started(home):
        terminal = Terminal([], cols=150, env=home.env())
        wait_bottom(terminal, f"{home.file}:3: [options]: unknown key, ignored")
        return terminal

    with Home("# my settings\n[options]\nnew-in-2.0 = 1 ; keep\ndelay = 0.5\n") as home:
        with started(home) as terminal:
            terminal.send("D", "2", "I", "W")
            wait_saved(terminal, home)
        contains(home.text(), "# my settings\n[options]\nnew-in-2.0 = 1 ; keep\ndelay = 0.5\n"
                              "numeric = yes\npane = connections\n", "the file")
        with started(home) as terminal:
            check(not any(f" {EXECS} " in line for line in terminal.capture()[1:]),
                  "Connections alone", terminal.capture())
            equal(connections(terminal).sort()[1], "up", "direction of the order")


@test
def save__first_time__makes_a_file_for_the_user_alone():
    with Home(owner=USER) as home:
        with home.start() as terminal:
            terminal.send("D", "W")
            wait_saved(terminal, home)
        stat = os.stat(home.file)
        equal((stat.st_uid, stat.st_gid, stat.st_mode & 0o7777), (USER, USER, 0o600), "the file")
        equal(os.stat(os.path.dirname(home.file)).st_mode & 0o7777, 0o700, "mode of its folder")
        equal(home.text(), "[options]\nnumeric = yes\n", "the file")


@test
def save__where_the_user_may_not_write__is_refused_in_place():
    with Home("[options]\n", owner=USER) as home:
        os.chown(os.path.dirname(home.file), 0, 0)
        os.chmod(os.path.dirname(home.file), 0o755)
        with home.start() as terminal:
            terminal.send("D", "W")
            wait_bottom(terminal, "not saved: ")
            contains(bottom(terminal), "Permission denied", "bottom line")
        equal(home.text(), "[options]\n", "the file")
        equal(os.listdir(os.path.dirname(home.file)), ["conntop.conf"], "its folder")


@test
def save__without_configuration__says_so():
    with Home() as home, home.start("--no-config") as terminal:
        terminal.send("W")
        wait_bottom(terminal, "--no-config: nothing is read, and nothing saved")
        equal(os.listdir(home.path), [], "what was written")


# --- filters by name ---


@test
def filters__named__come_back_after_a_restart():
    with Home("# top\n") as home:
        with home.start("-P", "443,8000-8010", "-p", "1", "-f") as terminal:
            terminal.send("F")
            terminal.wait_for("Saved filters")
            terminal.send("Enter")
            wait_bottom(terminal, "Name for the filters in force")
            terminal.type("web")
            terminal.send("Enter")
            wait_bottom(terminal, f"web: these filters are saved in {home.file}")
        equal(home.text(), "# top\n\n[filters web]\npid = 1\nport = 443,8000-8010\nfollow = yes\n",
              "the file")
        with home.start() as terminal:
            equal(filter_shown(terminal), "", "filter at the start")
            terminal.send("F")
            terminal.wait_for("Saved filters")
            terminal.send("Enter")
            wait_filter(terminal, "pid=1+ port=443,8000-8010")
            terminal.send("F")
            terminal.wait_for("Saved filters")
            terminal.send("d")
            wait_bottom(terminal, "Delete the selected filters?")
            terminal.send("y", "Enter")
            wait_bottom(terminal, "web: deleted from")
        equal(home.text(), "# top\n\n", "the file")


sys.exit(main())
