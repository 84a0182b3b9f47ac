#!/usr/bin/env python3
"""links: whatever README.md, CONTRIBUTING.md and docs/ point to is there.

usage: links.py ROOT

Checks relative links, and paths in backticks that begin with a folder of this project.
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
folders = ('firmware', 'crypto', 'drivers', 'board', 'tests', 'tools', 'docs')
bad = []

for doc in [root / 'README.md', root / 'CONTRIBUTING.md', *sorted((root / 'docs').rglob('*.md'))]:
    for n, line in enumerate(doc.read_text().split('\n'), 1):
        for target in re.findall(r'\]\(([^)#:]+)[^)]*\)', line):
            if not (doc.parent / target).exists():
                bad.append(f'{doc.relative_to(root)}:{n}: there is no {target}')
        for path in re.findall(r'`((?:%s)/[\w./-]+)`' % '|'.join(folders), line):
            if not (root / path.rstrip('/')).exists():
                bad.append(f'{doc.relative_to(root)}:{n}: there is no {path}')

print('\n'.join(bad))
sys.exit(bool(bad))
