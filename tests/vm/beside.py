# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks of one guest: conntop beside execsnoop and tcpconnect of libbpf-tools, on the same work.

Every line of theirs must have its line in ours. Known to differ, and compared accordingly:

execsnoop   PCOMM is the comm of the process itself, after the call; ours is its parent's, and comm
            a column of its own. An argument ends after 127 bytes, one that is empty is left out,
            and after 20 there is "...".
"""
import collections
import json
import re

from kernels import Unavailable
from results import check, expect

THEIR_ARGS = 20
THEIR_ARG_MAX = 127
ARGS_AT = 35  # in our line


def theirs(r, name, pattern):
    """Lines of a tool, after its title, as groups of the pattern."""
    if r.lacking:
        raise Unavailable(r.lacking)
    lines = r.text(name, "log")
    assert lines, f"{name} said nothing: {r.ended}"
    if not re.search(r"\bPID\b", lines[0]):
        raise Unavailable(f"{name} does not run on this kernel: {lines[0]}")
    matches = [re.fullmatch(pattern, line) for line in lines[1:]]
    odd = [line for line, match in zip(lines[1:], matches) if not match]
    expect(odd, [], f"lines of {name} that are not understood")
    return [match.groups() for match in matches]


def need(wanted, ours, what):
    """All that is wanted is there, as often."""
    missing = collections.Counter(wanted) - collections.Counter(ours)
    about = [line for line in ours if line[0] in {other[0] for other in missing}]
    assert not missing, "\n".join(
        [f"{what}: {sum(missing.values())} of {len(wanted)} lines are not in ours:"]
        + [repr(line) for line in missing] + ["ours, of these processes:"]
        + [repr(line) for line in about])


def exec_lines(r):
    """Our lines, each with its event of the recording that was made of the same stream."""
    if r.lacking:
        raise Unavailable(r.lacking)
    lines = r.text("beside_exec", "out")
    expect(lines[:1], ["PCOMM            PID    PPID   RET ARGS"], r.complaint("beside_exec"))
    events = [json.loads(line) for line in
              r.replayed("beside_exec", "--stream", "exec", "--format", "json", "--speed", "0")]
    expect(len(lines) - 1, len(events), "lines and recorded events")
    return list(zip(lines[1:], events))


def as_theirs(line, event):
    """What execsnoop, with its limits, makes of one of our lines."""
    head = (event["pid"], event["comm"], event["ppid"], event["ret"])
    words = [event["filename"], *event["args"][1:]]
    if " ".join(words) != line[ARGS_AT:]:
        return (*head, line[ARGS_AT:])  # a script: its own arguments; the event has the shell's
    cut = [word.encode()[:THEIR_ARG_MAX].decode() for word in words[:THEIR_ARGS]]
    return (*head, " ".join([word for word in cut if word] + ["..."] * (len(words) > THEIR_ARGS)))


@check
def beside__execsnoop__every_line_of_theirs_is_in_ours(r):
    wanted = [(int(pid), comm.rstrip(), int(ppid), int(ret), re.sub(r" ( \.\.\.)?$", r"\1", args))
              for comm, pid, ppid, ret, args in
              theirs(r, "execsnoop", r"(.{16}) (\d+) +(\d+) +(-?\d+) (.*)")]
    lines = exec_lines(r)
    need(wanted, [as_theirs(*pair) for pair in lines], "execsnoop")
    failed = [line for line in wanted if line[3] < 0]
    assert len(wanted) >= 30 and len(failed) >= 5, f"they saw {len(wanted)}, {len(failed)} failed"
    return f"{len(wanted)} lines of theirs, {len(failed)} of failures; {len(lines)} of ours"


@check
def beside__execsnoop__our_line_is_laid_out_alike(r):
    for line, event in exec_lines(r):
        expect(line[:ARGS_AT], f"{event['pcomm']:16} {event['pid']:<6} {event['ppid']:<6} "
                          f"{event['ret']:3} ", "columns before ARGS")


@check
def beside__tcpconnect__every_line_of_theirs_is_in_ours(r):
    pattern = r"(\d+) +(.{12}) ([46]) +(\S+) +(\S+) +(\d+) *"
    # Their COMM grew from 12 columns to 16.
    wanted = [(pid, comm.rstrip()[:12], *rest) for pid, comm, *rest in
              theirs(r, "tcpconnect", pattern.replace(".{12}", ".{12,16}"))]
    lines = r.text("beside_connect", "out")
    expect(lines[:1], ["PID    COMM         IP SADDR            DADDR            DPORT"],
           r.complaint("beside_connect"))
    ours = [re.fullmatch(pattern, line).groups() for line in lines[1:]]
    ours = [(pid, comm.rstrip(), *rest) for pid, comm, *rest in ours]
    need(wanted, ours, "tcpconnect")
    assert len(wanted) >= 20, f"they saw {len(wanted)}"
    return f"{len(wanted)} lines of theirs, {len(ours)} of ours"
