#!/usr/bin/env python3
"""strangers: the simulators share no lines with the reader.

usage: strangers.py ROOT

Two implementations that agree are evidence, one that agrees with itself is not: so no run of
six lines of code in tools/sim and tools/perso may stand in the reader's modules, too.  Blank
lines, comments, lone punctuation and includes do not count; white space is folded.
"""
import collections
import pathlib
import re
import sys

RUN = 6
root = pathlib.Path(sys.argv[1])


def code_lines(path):
    text = re.sub(r'/\*.*?\*/', lambda m: '\n' * m[0].count('\n'), path.read_text(), flags=re.S)
    for n, line in enumerate(text.split('\n'), 1):
        line = ' '.join(re.sub(r'//.*', '', line).split())
        if re.search(r'\w', line) and not line.startswith(('#include', '#ifndef', '#endif')):
            yield n, line


def runs(folders):
    for folder in folders:
        for path in sorted((root / folder).rglob('*.[ch]')):
            lines = list(code_lines(path))
            for i in range(len(lines) - RUN + 1):
                where = f'{path.relative_to(root)}:{lines[i][0]}'
                yield where, tuple(line for _, line in lines[i:i + RUN])


reader = collections.defaultdict(list)
for where, run in runs(('firmware', 'crypto', 'drivers', 'board')):
    reader[run].append(where)
shared = [(where, reader[run][0]) for where, run in runs(('tools/sim', 'tools/perso')) if run in reader]
for theirs, ours in shared:
    print(f'{theirs} and {ours} share {RUN} lines')
print(f'{len(reader)} runs of {RUN} lines in the reader, {len(shared)} of them in the simulators')
sys.exit(bool(shared) or not reader)
