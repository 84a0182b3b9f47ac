#!/usr/bin/env python3
"""instructions: what callgrind counted in each row of protocol_bench, for each backend.

usage: instructions.py NAME=FOLDER...     FOLDER: callgrind's files of `protocol_bench grind`

Millions of instructions of one run, and how many thousands of them in our own object: firmware,
crypto glue and the few lines of the bench that give the recorded answers.
"""
import pathlib
import re
import sys


def read(path):
    """Row's name, instructions, those of our own object.  callgrind's format: a cost line gives
    what its function spent itself; after calls= comes one line of what was called."""
    name, total, own, ours, skip = None, 0, 0, False, False
    objects = {}
    for line in path.read_text().splitlines():
        if line.startswith("desc: Trigger: Client Request: "):
            name = line.split(": ", 3)[3]
        elif match := re.match(r"ob=\((\d+)\)(?: (.*))?", line):
            objects.setdefault(match[1], match[2])
            ours = objects[match[1]].endswith("/protocol_bench")
        elif match := re.match(r"cob=\((\d+)\) (.*)", line):
            objects.setdefault(match[1], match[2])
        elif line.startswith("calls="):
            skip = True
        elif re.match(r"[-+*\d]", line):
            if not skip:
                cost = int(line.split()[1])
                total += cost
                own += cost if ours else 0
            skip = False
    return name, total, own


def main(arguments):
    tables = {}
    for argument in arguments:
        backend, folder = argument.split("=", 1)
        rows = [read(p) for p in pathlib.Path(folder).glob("out.*")]
        tables[backend] = {name: (total, own) for name, total, own in rows if name}
    if not tables:
        sys.exit(__doc__)
    order = sorted({name for t in tables.values() for name in t})
    print(f"{'':33}" + "".join(f"{b + ', M':>14}{'own, k':>9}" for b in tables))
    for name in order:
        cells = [t.get(name) for t in tables.values()]
        print(f"{name:33}" + "".join(
            f"{c[0] / 1e6:14.2f}{c[1] / 1e3:9.1f}" if c else f"{'-':>14}{'-':>9}" for c in cells))


main(sys.argv[1:])
