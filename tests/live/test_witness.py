#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""The witness by whose word events may be short in other tests: see Witness in harness.py."""

from actors import UID, Child, connect_often, listener
from harness import Between, Skip, Witness, check, equal, run_tests, test

CONNECTS = 500
# Of each: two to open at either end, and two to close at the least.
CHANGES = 8 * CONNECTS


def looking_on(*args):
    with Witness(*args) as witness:
        Child(lambda: len(connect_often(listener(), CONNECTS)), uid=UID).result()
    check(witness.process, f"there is no {witness.command[0]} (make tests)")
    if witness.process.returncode:
        raise Skip("the kernel does not let it look on")
    check(witness.happened >= CHANGES, f"{witness.happened} changes of {CHANGES} or more")
    return witness


@test
def witness__connections__next_to_nothing_is_kept():
    witness = looking_on()
    equal(witness.kept, Between(0, witness.happened / 50), f"kept, of {witness.happened}")
    equal(witness.of("close"), witness.kept, "what closes may be short")
    equal(witness.of("exec"), 0, "what execs may be short")


@test
def witness__program_that_never_runs__all_is_kept():
    witness = looking_on("unattached")
    equal((witness.ran, witness.missed), (0, 0), "ran, missed")
    equal(witness.kept, witness.happened, "kept")


if __name__ == "__main__":
    run_tests()
