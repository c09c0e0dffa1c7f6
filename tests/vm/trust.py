# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks of one guest: what fails there, is lost, is kept, and where conntop cannot run."""
import json
import re

from kernels import Unavailable
from results import check, expect, expect_fields, one

CYCLES = 4 * 2000  # connections that four processes make
STORM = 100  # executions, with more arguments than the ring has room for


# --- failures, descendants, losses, recordings ----------------------------------------------------

@check
def failures__execs_and_connects__tell_their_errors(r):
    rows = r.events("failures")
    expect_fields(one(rows, "exec", event="exec", filename="/bin/no-such-program"), ret=-2,
                  error="ENOENT", comm="init", args=["/bin/no-such-program", "one", "two words"])
    expect_fields(one(rows, "exec", event="exec", filename="/etc/passwd"), ret=-13, error="EACCES")
    expect_fields(one(rows, "connect", event="connect"), raddr="192.0.2.1", rport=7080, ret=-101,
                  error="ENETUNREACH", pid=r.number("failures", "dropped", "pid"), comm="guest",
                  direction="out", ip=4)


@check
def follow__descendants_are_seen_and_no_others(r):
    rows = r.events("follow")
    root = r.number("follow", "facts", "root")
    below = one(rows, "grandchild", filename="/bin/guest")
    expect_fields(below, args=["guest", "record", "below"])
    expect_fields(one(rows, "child", pid=below["ppid"]), ppid=root)


@check
def losses__tiny_ring__seen_and_lost_are_all(r):
    events = r.snapshot("losses")["events"]
    happened = STORM + 1
    for kind in ("exec", "exit"):
        expect(events["seen"][kind] + events["lost"][kind], happened, f"seen and lost of {kind}")
    assert 0 < events["lost"]["exec"] < STORM, f"lost: {events['lost']}"
    expect((events["missed"], events["evicted"]["exec"]), (0, 0), "missed, evicted")
    expect(len(r.snapshot("losses")["execs"]), events["seen"]["exec"], "rows")


@check
def nesting__packets_that_interrupt_programs__every_event_is_seen(r):
    events = r.snapshot("nesting")["events"]
    expect({kind: events["seen"][kind] for kind in ("open", "connect", "accept", "close")},
           {"open": CYCLES, "connect": CYCLES, "accept": CYCLES, "close": 2 * CYCLES}, "seen")
    expect((set(events["lost"].values()), events["missed"]), ({0}, 0), "lost, missed")
    misses = r.number("nesting", "misses", "tcp_state")
    if not misses:
        raise Unavailable("no program was interrupted in its work, so that this proves nothing")
    return (f"{misses} times tcp_state was at work already, tcp_state_again "
            f"{r.fact('nesting', 'tcp_state_again', 'misses')} times")


@check
def recording__replayed_here__is_the_snapshot_made_there(r):
    expect((r.fact("recording", "status"), r.text("recording", "err")), ("0", []),
           "status and stderr")
    there = r.text("recording", "out")
    rports = {row["rport"] for row in r.snapshot("recording")["connections"]}
    assert {7090, 7091, 7092} <= rports, f"ports: {rports}"
    assert "/bin/no-such-program" in "".join(there), "the failed exec is not in the snapshot"
    here = r.replayed("recording", "--once", "--format", "json")
    expect(json.loads("\n".join(here)), r.snapshot("recording"), "replay")
    expect(here, there, "replay, byte for byte")


# --- where it cannot run --------------------------------------------------------------------------

def check_refusal(r, name, pattern):
    """One sentence, and the same on a terminal, with nothing else."""
    expect((r.fact(name, "status"), r.fact(name, "terminal")), ("1", "1"), "statuses")
    expect(r.text(name, "out"), [], "standard output")
    lines = r.text(name, "err")
    assert len(lines) == 1 and re.search("^conntop: " + pattern, lines[0]), \
        f"expected one sentence with {pattern!r}\ngot:      {lines!r}"
    expect(r.text(name, "log"), lines, "what the terminal got")


@check
def refusal__without_rights_is_one_sentence(r):
    check_refusal(r, "unprivileged", r"not allowed to load BPF programs: .*root \(sudo conntop\)")


@check
def refusal__root_of_a_container_is_one_sentence(r):
    check_refusal(r, "container", r"root without CAP_BPF and CAP_PERFMON \(in a container\?\) ")


@check
def refusal__root_without_perfmon_alone_is_one_sentence(r):
    check_refusal(r, "no_perfmon", r"root without CAP_PERFMON \(in a container\?\) ")


@check
def refusal__root_of_a_user_namespace_is_one_sentence(r):
    check_refusal(r, "rootless", r"not allowed to load BPF programs: .*user namespace .*outside")


@check
def refusal__seccomp_is_one_sentence(r):
    check_refusal(r, "sealed", r"the kernel refuses BPF programs even .*seccomp filter")
    check_refusal(r, "hidden", r"there is no bpf\(2\): .*CONFIG_BPF_SYSCALL=y.*seccomp filter")


@check
def refusal__without_btf_is_one_sentence(r):
    check_refusal(r, "no_btf", r"this kernel has no BTF .*CONFIG_DEBUG_INFO_BTF=y")


@check
def refusal__without_sysfs_is_one_sentence(r):
    check_refusal(r, "no_sysfs", r"there is no sysfs: .*mount -t sysfs")


@check
def refusal__old_kernel_is_one_sentence(r):
    check_refusal(r, "old", r"kernel 2\.6\.\S+ is too old: conntop needs Linux 5\.12")


@check
def least__two_capabilities__all_is_seen(r):
    expect((r.fact("least", "status"), r.text("least", "err")), ("0", []), "status and stderr")
    row = one(r.snapshot("least")["connections"], "closed", direction="out")
    expect_fields(row, rport=7600, tx_bytes=61, rx_bytes=62, state="CLOSED",
                  pid=r.number("least", "closed", "pid"))


@check
def lockdown__integrity_changes_nothing(r):
    expect((r.fact("lockdown_integrity", "status"), r.text("lockdown_integrity", "err")),
           ("0", []), "status and stderr")
    expect(r.snapshot("lockdown_integrity")["kernel"], r.release, "kernel")


@check
def lockdown__confidentiality_is_one_sentence(r):
    check_refusal(r, "lockdown_confidentiality", r".*confidentiality.*lockdown=integrity")


@check
def lockdown__confidentiality_without_securityfs_is_the_same(r):
    expect(r.text("lockdown_unseen", "err"), r.text("lockdown_confidentiality", "err"), "sentence")
    check_refusal(r, "lockdown_unseen", r".*confidentiality")


@check
def kernel_log__after_all_runs_has_no_warning(r):
    expect(r.ended, None, "how the guest ended")
    expect(r.text("after", "dmesg"), [], "warnings")
