# SPDX-License-Identifier: GPL-2.0-or-later
"""What a guest told, and how it is judged."""
import base64
import json
import os
import subprocess
import tempfile


def check(function):
    """Marks a check of a guest; its name is the test's."""
    function.is_check = True
    return function


def checks_of(*modules):
    """Their checks, in order."""
    return [value for module in modules for value in vars(module).values()
            if getattr(value, "is_check", False)]


def expect(got, expected, what):
    assert got == expected, f"{what}\nexpected: {expected!r}\ngot:      {got!r}"


class Results:
    """The lines of a guest, by run and kind."""

    def __init__(self, release, program, lacking):
        self.release = release
        self.program = program  # conntop, here
        self.lacking = lacking  # why it cannot run beside others, or None
        self.lines = {}
        self.ended = "the guest never spoke"

    def add(self, line):
        if line == "done":
            self.ended = None
            return
        name, kind, text = line.split("|", 2)
        self.lines.setdefault((name, kind), []).append(text)

    def text(self, name, kind):
        return self.lines.get((name, kind), [])

    def facts(self, name, kind="facts"):
        return dict(line.split(" ", 1) for line in self.text(name, kind))

    def fact(self, name, key, kind="facts"):
        facts = self.facts(name, kind)
        assert key in facts, (f"the guest did not tell {key} of {name}, {kind}: "
                              f"{self.ended or 'it told ' + repr(facts)}")
        return facts[key]

    def number(self, name, kind, key):
        return int(self.fact(name, key, kind))

    def complaint(self, name):
        return " / ".join(self.text(name, "err") + self.text(name, "debug")[-3:])

    def events(self, name, kind="out"):
        """JSON lines of a stream, which must have ended well."""
        expect((self.fact(name, "status"), self.text(name, "err")), ("0", []),
               f"status and stderr of {name}")
        return [json.loads(line) for line in self.text(name, kind)]

    def snapshot(self, name, kind="out"):
        text = "\n".join(self.text(name, kind))
        assert text, f"no snapshot: {self.complaint(name) or self.ended}"
        return json.loads(text)

    def replayed(self, name, *options):
        """What conntop prints here of a recording that was made there."""
        text = "".join(self.text(name, "file"))
        assert text, f"no recording: {self.complaint(name) or self.ended}"
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "recording")
            with open(path, "wb") as file:
                file.write(base64.b64decode(text))
            done = subprocess.run([self.program, "--no-config", "--replay", path, *options],
                                  capture_output=True, text=True, timeout=60, check=False)
        expect((done.returncode, done.stderr), (0, ""), "status and stderr of the replay")
        return done.stdout.splitlines()


def one(rows, what, **wanted):
    """The only row with these values."""
    found = [row for row in rows if all(row.get(key) == wanted[key] for key in wanted)]
    assert len(found) == 1, (f"{what}: expected one row with {wanted}, got {len(found)}\n"
                             + "\n".join(json.dumps(row) for row in (found or rows)[:8]))
    return found[0]


def expect_fields(row, **wanted):
    expect({key: row.get(key) for key in wanted}, wanted, "fields")
