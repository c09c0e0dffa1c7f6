#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""
What goes over the line to a terminal: no byte too many, none waited for, and everything put back.
"""

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import termios
import time

from actors import Stage, free_uid
from line import MODES, Line
from screen import execs, start
from tap import PROGRAM, Skip, check, equal, main, test
from terminal import column_of, has_ended, wait_until


def nobody():
    """Arguments with which nothing of this machine is on the screen."""
    return ["-u", str(free_uid())]


def begin(*argv, **options):
    """A line to conntop, whose first frame has come."""
    line = Line([*nobody(), *argv], **options)
    try:
        line.wait_for("quit")
        line.settle()
    except BaseException:
        line.close()
        raise
    return line


def jam(line):
    """Has everything drawn again and again, unread, until the line takes no more."""
    for _ in range(100):
        line.type("\x0c")
        time.sleep(0.004)


def run_true(count, uid):
    """That many execs, and the shell's own."""
    loop = "i=0; while [ $i -lt $0 ]; do /bin/true; i=$((i+1)); done"
    subprocess.run(["sh", "-c", loop, str(count)], check=True, user=uid, group=uid,
                   extra_groups=[])
    return count + 1


# --- what is written ---


@test
def frame__nothing_changed__writes_nothing():
    with begin("-d", "60") as line:
        equal(line.read_for(1), b"", "written while nothing happens")
        line.type("\x1b[99~")  # draws anew, with another time at most
        check(len(line.read_for(0.5)) < 40, "a few bytes for a key that does nothing")


@test
def frame__clock_changed__writes_a_few_cells():
    with begin("-d", "0.5", cols=120, rows=50) as line:
        written = line.read_for(3)
        check(b":" in written or re.search(rb"\d", written), "the clock", written)
        check(len(written) < 6 * 120, "a few bytes for each second", written)
        check(b"\x1b[2J" not in written, "nothing cleared", written)


@test
def frame__selection_moved__writes_two_rows():
    with Stage() as stage:
        with Line(["-u", str(stage.uid), "-d", "60"], cols=100, rows=40) as line:
            line.wait_for("quit")
            for number in range(5):
                stage.run("/bin/true", f"{number}" * 5)  # what another row had there differs
            line.wait_for("44444")
            line.settle()
            line.type("j")
            written = line.read_for(0.5)
            check(0 < len(written) < 900, "two rows of 40", written)
            check(b"\x1b[2J" not in written, "nothing cleared", written)


@test
def redraw__control_l__writes_everything():
    with begin("-d", "60") as line:
        line.type("\x0c")
        written = line.read_for(0.5)
        check(b"Execs" in written and b"Connections" in written, "the whole frame", written)


@test
def delay__changed_while_it_runs__refreshes_follow():
    with begin("-d", "60") as line:
        line.type("d")
        line.settle()
        line.type("\x150.2\r")
        line.settle(0.05)
        # The clock moves on the screen again, a second later at most.
        check(line.read_for(1.5), "the clock")


# --- a line that is slow, or not read ---


@test
def unread__5000_execs__none_is_lost_and_sigterm_ends_it_at_once():
    uid = free_uid()
    with Line(["-u", str(uid), "-d", "0.1"], cols=120, rows=40) as line:
        line.wait_for("quit")
        jam(line)
        count = run_true(5000, uid)
        line.settle()
        line.type("\x0c")
        frame = line.read_for(0.5).decode()
        check(f"Execs {count:,} " in frame, f"{count} execs", frame)
        check("lost 0" in frame, "lost 0", frame)
        jam(line)
        os.kill(line.pid(), signal.SIGTERM)
        equal(line.end(2), 0, "exit status")


@test
def unread__program__does_not_spin():
    with Stage() as stage:
        with Line(["-u", str(stage.uid), "-d", "0.1"], cols=100, rows=12) as line:
            line.wait_for("quit")
            jam(line)
            ticks = line.cpu_ticks()
            time.sleep(1)
            check(line.cpu_ticks() - ticks < 30, "little work", line.cpu_ticks() - ticks)


@test
def unread__keys__are_obeyed():
    with begin("-d", "60", cols=200, rows=60) as line:
        jam(line)
        line.type("q")
        equal(line.end(3), 0, "exit status")


@test
def unread__terminal_of_another_user__keys_are_obeyed():
    """As after su(1): only /dev/tty can be opened then."""
    nobody_else = {"SUDO_UID": "65534", "SUDO_GID": "65534", "SUDO_USER": "nobody"}
    with Line([*nobody(), "-d", "60"], cols=200, rows=60, env=nobody_else) as line:
        line.wait_for("quit")
        with open(f"/proc/{line.pid()}/status", encoding="ascii") as file:
            check("Uid:\t65534\t" in file.read(), "the program as that user")
        jam(line)
        line.type("q")
        equal(line.end(3), 0, "exit status")


# --- ways out ---


def check_left(leave, status, **options):
    with begin(**options) as line:
        equal(line.modes_on(), set(MODES), "modes while it runs")
        leave(line)
        equal(line.end(), status, "exit status")
        line.read()
        equal(line.modes_on(), set(), "modes afterwards")
        equal(termios.tcgetattr(line.slave), line.settings, "settings of the terminal")


def kill(number):
    return lambda line: os.kill(line.pid(), number)


@test
def leave__q__nothing_is_left_on():
    check_left(lambda line: line.type("q"), 0)


def last_row(line):
    """The text of the bottom row of 8, as the first frame ends with it."""
    drawn = line.out[line.out.rindex(b"\x1b[8d") + len(b"\x1b[8d"):]
    return re.sub(rb"\x1b(\[[0-9;?]*[A-Za-z]|\(B)", b"", drawn).decode()


@test
def leave__click_on_quit__nothing_is_left_to_the_shell():
    """It is done when the button comes up: later reports would be typed into the shell."""
    def click(line):
        place = last_row(line).index("quit") + 1
        line.type(f"\x1b[<0;{place};8M")
        line.settle()
        check(line.process.poll() is None, "the program waiting for the button to come up")
        line.type(f"\x1b[<0;{place};8m")

    check_left(click, 0, cols=40, rows=8)


@test
def leave__sigterm__nothing_is_left_on():
    check_left(kill(signal.SIGTERM), 0)


@test
def leave__sighup__nothing_is_left_on():
    check_left(kill(signal.SIGHUP), 0)


@test
def leave__sigquit__nothing_is_left_on():
    check_left(kill(signal.SIGQUIT), 128 + signal.SIGQUIT)


@test
def leave__sigsegv__nothing_is_left_on():
    check_left(kill(signal.SIGSEGV), 128 + signal.SIGSEGV)


@test
def leave__sigsegv_on_an_unread_line__ends_all_the_same():
    with begin("-d", "60", cols=200, rows=60) as line:
        jam(line)
        os.kill(line.pid(), signal.SIGSEGV)
        equal(line.end(3), 128 + signal.SIGSEGV, "exit status")
        equal(termios.tcgetattr(line.slave), line.settings, "settings of the terminal")


@test
def terminal__hung_up__ends_it_without_spinning():
    line = begin("-d", "0.1")
    try:
        pid = line.pid()
        os.close(line.slave)
        line.slave = None
        os.close(line.master)
        line.master = None
        wait_until(lambda: has_ended(pid), "the end of the program", 3)
        check(line.cpu_ticks() < 100, "little work", line.cpu_ticks())
    finally:
        line.close()


@test
def terminal__gone_while_hup_is_ignored__ends_it():
    line = Line(command=["sh", "-c", 'trap "" HUP; exec "$@"', "sh", PROGRAM, *nobody()])
    try:
        line.wait_for("quit")
        line.settle()
        pid = line.pid()
        line.hang_up()
        wait_until(lambda: has_ended(pid), "the end of the program", 3)
    finally:
        line.close()


# --- sizes ---


@test
def resize__storm__ends_with_the_right_screen():
    sizes = random.Random(4)
    with start(*nobody(), cols=100, rows=30) as terminal:
        for number in range(100):
            size = [(1, 1), (500, 200), (sizes.randint(1, 500), sizes.randint(1, 200))]
            terminal.resize(*size[min(number % 7, 2)])
        terminal.resize(90, 25)
        lines = terminal.wait_for(
            lambda lines: lines[-1].endswith("q quit") and "Execs" in lines[1],
            "the screen in its last size")
        equal(len(lines), 25, "rows")
        equal(execs(terminal).title.count("Execs"), 1, "one title")
        check(terminal.running(), "the program running on")


@test
def resize__too_small__says_so_as_far_as_it_goes():
    with start(*nobody(), cols=60, rows=20) as terminal:
        terminal.resize(30, 7)
        terminal.wait_for(lambda lines: lines == ["too small: needs 40x8"] + [""] * 6, "one line")
        terminal.resize(3, 2)
        terminal.wait_for(lambda lines: lines[0].startswith("to"), "the beginning of it")
        terminal.resize(1, 1)
        terminal.resize(60, 20)
        terminal.wait_for("q quit")


@test
def size__of_the_environment__does_not_count():
    with Line(command=["env", "LINES=10", "COLUMNS=50", PROGRAM, *nobody()], cols=100,
              rows=30) as line:
        line.wait_for("quit")
        check(b"\x1b[30d" in line.out or b"\x1b[30;" in line.out, "row 30", line.out)


# --- what is typed and pasted ---


@test
def input__unknown_sequences__never_act():
    with begin("-d", "60") as line:
        line.type("\x1b[113~\x1b[1;2q\x1bOq\x1b]11;q\x1b\\\x1b[?1;2qq"[:-1])
        line.settle()
        check(line.process.poll() is None, "the program running on")
        line.type("q")
        equal(line.end(), 0, "exit status")


@test
def input__pasted_in_bulk__is_text_or_nothing():
    with begin("-d", "60", cols=120) as line:
        line.type("\x1b[200~" + "q\r=x" * 3000 + "\x1b[201~")
        line.wait_for("paste ignored: no prompt is open")
        line.type("/")
        line.settle()
        line.type("\x1b[200~Qz9\x1b[201~")
        line.wait_for("Qz9")
        line.type("\x03")
        line.settle()
        check(line.process.poll() is None, "the program running on")


@test
def input__escape__closes_after_a_moment_and_before_a_letter_is_alt():
    with begin("-d", "60") as line:
        line.type("?")
        line.wait_for("Help")
        line.type("\x1b")
        line.wait_for("nothing passes")
        line.type("\x1bq")
        line.settle()
        check(line.process.poll() is None, "Alt-q is not q")


# --- suspending ---


@test
def suspend__by_others__takes_the_terminal_again():
    """SIGSTOP cannot be seen coming: after SIGCONT the settings and the frame are put right."""
    with begin("-d", "60") as line:
        ours = termios.tcgetattr(line.slave)
        os.kill(line.pid(), signal.SIGSTOP)
        wait_until(line.stopped, "a stopped program")
        termios.tcsetattr(line.slave, termios.TCSANOW, line.settings)
        line.read()
        os.kill(line.pid(), signal.SIGCONT)
        written = line.read_for(1)
        check(b"Execs" in written and b"quit" in written, "the whole frame", written)
        equal(termios.tcgetattr(line.slave), ours, "settings")


@test
def suspend__nobody_to_go_on_with__comes_back_at_once_as_it_was():
    """Without job control the stop is ignored; the terminal is given back and taken again."""
    with begin("-d", "60") as line:
        ours = termios.tcgetattr(line.slave)
        os.kill(line.pid(), signal.SIGTSTP)
        line.settle()
        check(b"\x1b[?1049l" in line.out, "the terminal given back", line.out)
        equal(line.modes_on(), set(MODES), "modes after that")
        equal(termios.tcgetattr(line.slave), ours, "settings")


# --- locales ---


def check_ascii(locale, env=None):
    with Stage() as stage, start("-u", str(stage.uid), locale=locale, env=env) as terminal:
        stage.run("/bin/true", "caf\u00e9-\u6f22")
        terminal.wait_for("caf")
        check(all(ord(char) < 0x7f for line in terminal.capture() for char in line),
              "ASCII alone", terminal.capture())


@test
def locale__c__is_ascii():
    check_ascii("C")


@test
def locale__legacy_8_bit__is_ascii():
    with tempfile.TemporaryDirectory() as folder:
        name = "xx_XX.ISO-8859-1"
        made = subprocess.run(["localedef", "-i", "POSIX", "-f", "ISO-8859-1", "-c",
                               os.path.join(folder, name)], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False)
        if not os.path.isdir(os.path.join(folder, name)):
            raise Skip(f"localedef makes no locale here: status {made.returncode}")
        check_ascii(name, {"LOCPATH": folder})


@test
def locale__utf_8__wide_and_combining_characters_are_whole():
    with Stage() as stage, start("-u", str(stage.uid), "--columns", "comm,args",
                                 cols=60) as terminal:
        stage.run("/bin/true", "wide \u6f22\u5b57 e\u0301 end")
        stage.run("/bin/true", "plain end")
        terminal.wait_for("plain end")
        lines = [line for line in terminal.capture() if "/bin/true" in line]
        equal(len({column_of(line, "/bin/true") for line in lines}), 1, "columns of ARGS")
        check(any("wide \u6f22\u5b57 e\u0301 end" in line for line in lines), "whole characters",
              lines)


# --- without a screen ---


def once(*argv):
    """What --once says of this machine on a terminal, without line ends of terminals."""
    with Line(["--once", "--duration", "0.2", *argv], cols=300) as line:
        line.read_for(0.5)
        equal(line.end(), 0, "exit status")
        line.read()
        return line.out.decode().replace("\r\n", "\n")


@test
def once__on_a_terminal__is_plain_and_has_what_was_asked_for():
    text = once("--pane", "listeners", "--columns", "pid,lport,comm", "--sort", "+lport", "-n")
    check("\x1b" not in text, "no escape sequences", text)
    head, _, table = text.partition("\n\n")
    check(head.startswith("conntop "), "what it was taken of", head)
    lines = table.splitlines()
    check(re.match(r"Listeners: \d+$", lines[0]), "one pane", lines[0])
    equal(lines[1].split(), ["PID", "LPORT", "COMM"], "columns")
    check("\n\n" not in table, "no other pane", table)
    ends = {re.match(r" *\S+ +\d+", line).end() for line in lines[2:]}
    check(len(ends) <= 1, "ports right-aligned", lines)
    ports = [int(line.split()[1]) for line in lines[2:]]
    equal(ports, sorted(ports), "order")


sys.exit(main())
