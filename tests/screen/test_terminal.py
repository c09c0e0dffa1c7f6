#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""The terminal itself: how it is taken, suspended and given back, and which ones will do."""

import os
import re
import shlex
import signal
import subprocess
import sys

from actors import Stage
from screen import KEY_LINE, execs, prompt, start, sync, wait_selected
from tap import PROGRAM, Skip, check, equal, main, test
from terminal import Terminal, has_ended, wait_until


class Shell(Terminal):
    """An interactive bash, in which conntop is a job like any other."""

    def __init__(self, **options):
        super().__init__(command=["bash", "--norc", "--noprofile", "-i"],
                         **{"cols": 100, "rows": 30, "env": {"PS1": "shell: "}, **options})
        self._lines = 0
        try:
            self.wait_for("shell:")
            self.run("ulimit -c 0")
        except BaseException:
            self.close()
            raise

    def begin(self, line):
        """Types a command line, whose end end() tells."""
        self._lines += 1
        self.type(f"{line}; echo end-$?-{self._lines}")
        self.send("Enter")

    def end(self):
        """The exit status of the last line begun, which has ended."""
        pattern = re.compile(rf"end-(\d+)-{self._lines}(?!\d)")

        def ended(lines):
            return any(pattern.match(line) for line in lines)

        lines = self.wait_for(ended, "the end of the command")
        return int(next(filter(None, map(pattern.match, lines)))[1])

    def run(self, line):
        self.begin(line)
        return self.end()

    def settings(self):
        """What stty says of the terminal."""
        path = os.path.join(self.folder, "stty")
        equal(self.run("stty -a > " + shlex.quote(path)), 0, "exit status of stty")
        with open(path, encoding="ascii") as file:
            return file.read()


FLAGS = ("alternate_on", "cursor_flag", "keypad_flag", "keypad_cursor_flag", "insert_flag",
         "mouse_any_flag", "origin_flag", "wrap_flag")


def flags(terminal):
    return {flag: terminal.ask(flag) for flag in FLAGS}


# An interactive bash repairs the terminal itself; this one looks at it before that.
LOOK = 'stty -a > "$1" && "$0"; status=$?; stty -a > "$2"; exit $status'


def check_way_out(leave, status):
    """Whatever ends the program, the shell has its terminal and its text back."""
    with Shell() as shell:
        shell.run("echo earlier text")
        before, settings = flags(shell), shell.settings()
        looks = [os.path.join(shell.folder, name) for name in ("before", "after")]
        shell.begin(shlex.join(["sh", "-c", LOOK, PROGRAM, *looks]))
        shell.wait_for(KEY_LINE)
        equal([shell.ask(flag) for flag in ("alternate_on", "cursor_flag", "mouse_any_flag")],
              ["1", "0", "1"], "alternate screen, cursor and mouse while it runs")
        leave(shell)
        equal(shell.end(), status, "exit status")
        equal(flags(shell), before, "state of the terminal")
        with open(looks[0], encoding="ascii") as first, open(looks[1], encoding="ascii") as second:
            equal(second.read(), first.read(), "stty just after the end")
        equal(shell.settings(), settings, "stty")
        lines = shell.capture()
        check("earlier text" in lines, "the shell's earlier text", lines)
        check(not any(KEY_LINE in line for line in lines), "nothing left of conntop", lines)
        shell.run("echo plain")
        looks = {(attributes, color) for pieces in shell.styled() for text, attributes, color
                 in pieces if text == "plain"}
        equal(looks, {(frozenset(), "")}, "look of later text")


@test
def quit__q__gives_terminal_back_with_status_0():
    check_way_out(lambda shell: shell.send("q"), 0)


@test
def quit__f10__gives_terminal_back_with_status_0():
    check_way_out(lambda shell: shell.send("F10"), 0)


@test
def quit__control_c__gives_terminal_back_with_status_0():
    check_way_out(lambda shell: shell.send("C-c"), 0)


@test
def quit__duration_over__gives_terminal_back_with_status_0():
    with Shell() as shell:
        before = flags(shell)
        equal(shell.run(shlex.quote(PROGRAM) + " --duration 0.5"), 0, "exit status")
        equal(flags(shell), before, "state of the terminal")


@test
def quit__prompt_open__control_c_closes_only_the_prompt():
    with start() as terminal:
        prompt(terminal, "p", end="C-c")
        terminal.wait_for(KEY_LINE)
        sync(terminal)
        check(terminal.running(), "the program running on")
        terminal.send("C-c")
        equal(terminal.exit_status(), 0, "exit status")


def kill(number):
    return lambda shell: os.kill(shell.program(), number)


@test
def signal__term__gives_terminal_back_with_status_0():
    check_way_out(kill(signal.SIGTERM), 0)


@test
def signal__hup__gives_terminal_back_with_status_0():
    check_way_out(kill(signal.SIGHUP), 0)


@test
def signal__int__gives_terminal_back_with_status_0():
    check_way_out(kill(signal.SIGINT), 0)


@test
def signal__segv__gives_terminal_back_with_status_139():
    check_way_out(kill(signal.SIGSEGV), 128 + signal.SIGSEGV)


@test
def signal__abrt__gives_terminal_back_with_status_134():
    check_way_out(kill(signal.SIGABRT), 128 + signal.SIGABRT)


@test
def signal__segv_in_a_prompt__gives_terminal_back_with_status_139():
    def crash(shell):
        prompt(shell, "p", "1234", end=None)
        shell.wait_for("Filter by PID: 1234")
        kill(signal.SIGSEGV)(shell)

    check_way_out(crash, 139)


@test
def terminal__gone__ends_the_program():
    with start() as terminal:
        pid = terminal.program()
        terminal.server.kill()
        wait_until(lambda: has_ended(pid), "the end of the program")


# --- suspending ---


def stopped(lines):
    """Whether the shell says so, and has its prompt back."""
    shown = [line for line in lines if line]
    return any("Stopped" in line for line in shown) and shown[-1] == "shell:"


def suspend_and_come_back(stop):
    with Stage() as stage, Shell() as shell:
        shell.run("echo earlier text")
        before, settings = flags(shell), shell.settings()
        shell.begin(shlex.quote(PROGRAM) + f" -u {stage.uid}")
        shell.wait_for(KEY_LINE)
        pid = shell.program()
        for number in range(2):
            stop(shell)
            shell.wait_for(stopped, "the shell's prompt after a stop")
            equal(flags(shell), before, "state of the terminal while suspended")
            equal(shell.settings(), settings, "stty while suspended")
            check("earlier text" in shell.capture(), "the shell's earlier text", shell.capture())
            stage.run("/bin/true", f"meanwhile-{number}")
            shell.begin("fg")
            shell.wait_for(lambda _, number=number: execs_shown(shell) == number + 1,
                           "conntop with what happened meanwhile")
            equal(shell.program(), pid, "PID of the job")
            equal([shell.ask(flag) for flag in ("alternate_on", "cursor_flag", "mouse_any_flag")],
                  ["1", "0", "1"], "alternate screen, cursor and mouse after fg")
        shell.send("q")
        equal(shell.end(), 0, "exit status")
        equal(flags(shell), before, "state of the terminal")
        equal(shell.settings(), settings, "stty")


def execs_shown(terminal):
    """How many rows Execs has; -1 when conntop is not on the screen."""
    return execs(terminal).count()[0] if KEY_LINE in terminal.capture()[-1] else -1


@test
def suspend__control_z_and_fg__gives_terminal_back_and_takes_it_again():
    suspend_and_come_back(lambda shell: shell.send("C-z"))


@test
def suspend__signal_and_fg__gives_terminal_back_and_takes_it_again():
    suspend_and_come_back(lambda shell: os.kill(shell.program(), signal.SIGTSTP))


@test
def suspend__resized_meanwhile__comes_back_in_the_new_size():
    with Shell() as shell:
        shell.begin(shlex.quote(PROGRAM))
        shell.wait_for(KEY_LINE)
        shell.send("C-z")
        shell.wait_for(stopped, "the shell's prompt after a stop")
        shell.resize(70, 20)
        shell.run("true")
        shell.begin("fg")
        shell.wait_for(lambda lines: KEY_LINE in lines[-1] and lines[1].startswith("▶ Execs"),
                       "conntop on 20 lines")
        # The title line ends in a blank.
        equal(len(shell.capture()[1]), 69, "width of the title line")


@test
def suspend__in_the_background__stops_again_without_a_word_on_the_screen():
    with Shell() as shell:
        shell.begin(shlex.quote(PROGRAM))
        shell.wait_for(KEY_LINE)
        shell.send("C-z")
        shell.wait_for(stopped, "the shell's prompt after a stop")
        settings = shell.settings()
        shell.run("bg; sleep 0.5")
        equal(shell.settings(), settings, "stty while in the background")
        check(not any(KEY_LINE in line for line in shell.capture()), "nothing of conntop",
              shell.capture())
        shell.begin("fg")
        shell.wait_for(KEY_LINE)
        shell.send("q")
        equal(shell.end(), 0, "exit status")


# --- which terminals ---


def check_output(terminal, wanted):
    """All that is on the screen in the end."""
    wanted = wanted.splitlines()
    terminal.wait_for(lambda lines: wanted[-1] in lines, f"a line {wanted[-1]!r}")
    equal([line for line in terminal.capture() if line], wanted, "output")


def check_unfit(term):
    with Terminal(cols=170, rows=10, env={"TERM": term}) as terminal:
        equal(terminal.exit_status(), 1, "exit status")
        check_output(terminal, f"conntop: TERM={term or ''} is unknown or cannot move the "
                     "cursor: set TERM, or use --once or --stream")


@test
def term__dumb__is_one_sentence_and_status_1():
    check_unfit("dumb")


@test
def term__unknown__is_one_sentence_and_status_1():
    check_unfit("nonsense")


@test
def term__unset__is_one_sentence_and_status_1():
    check_unfit(None)


def check_fit(term, **options):
    found = subprocess.run(["infocmp", term], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, check=False)
    if found.returncode:
        raise Skip(f"no terminfo entry for {term}")
    with Stage() as stage, Shell(term=term, cols=80, rows=24, **options) as terminal:
        settings = terminal.settings()
        terminal.begin(shlex.quote(PROGRAM) + f" -u {stage.uid}")
        terminal.wait_for(KEY_LINE)
        stage.run("/bin/true", "first")
        stage.run("/bin/true", "second")
        wait_selected(terminal, "/bin/true second")
        terminal.send("j")
        wait_selected(terminal, "/bin/true first")
        equal(len(execs(terminal).rows()), 2, "rows")
        terminal.send("q")
        equal(terminal.end(), 0, "exit status")
        equal(terminal.ask("cursor_flag"), "1", "cursor afterwards")
        equal(terminal.settings(), settings, "stty")


@test
def term__vt100__works():
    check_fit("vt100")


@test
def term__linux__works():
    check_fit("linux")


@test
def term__no_alternate_screen__shell_goes_on_below_the_last_frame():
    with Shell(term="vt100", cols=80, rows=24) as shell:
        shell.begin(shlex.quote(PROGRAM))
        shell.wait_for(KEY_LINE)
        shell.send("q")
        equal(shell.end(), 0, "exit status")
        lines = [line for line in shell.capture() if line.startswith("end-")]
        check(re.fullmatch(r"end-0-\d+", lines[-1]), "a line with nothing of conntop in it",
              lines[-1])


@test
def term__xterm_256color__works():
    check_fit("xterm-256color")


@test
def term__screen__works():
    check_fit("screen")


@test
def term__tmux_256color__works():
    check_fit("tmux-256color")


@test
def term__in_the_c_locale__works():
    check_fit("tmux-256color", locale="C")


@test
def stdout__pipe__is_one_sentence_and_status_1():
    done = subprocess.run([PROGRAM], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)
    equal((done.returncode, done.stdout, done.stderr),
          (1, "", "conntop: not a terminal: use --once or --stream to write to a file or pipe\n"),
          "exit status, output, error")


@test
def stdout__pipe_on_a_terminal__leaves_the_terminal_alone():
    line = f"{shlex.quote(PROGRAM)} | cat; echo status ${{PIPESTATUS[0]}}"
    with Terminal(cols=170, rows=10, command=["bash", "-c", line]) as terminal:
        terminal.exit_status()
        check_output(terminal, "conntop: not a terminal: use --once or --stream to write to a "
                     "file or pipe\nstatus 1")


@test
def stdin__not_a_terminal__is_one_sentence_and_status_1():
    line = f"{shlex.quote(PROGRAM)} < /dev/null; echo status $?"
    with Terminal(cols=170, rows=10, command=["bash", "-c", line]) as terminal:
        terminal.exit_status()
        check_output(terminal, "conntop: not a terminal: use --once or --stream to write to a "
                     "file or pipe\nstatus 1")


sys.exit(main())
