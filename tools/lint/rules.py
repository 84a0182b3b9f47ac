#!/usr/bin/env python3
"""rules: the parts of docs/style.md that a program can check.

usage: rules.py [ROOT]     prints "path:line: rule: text", exits 1 if any
"""
import re, sys, pathlib

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else '.')
bad = []

# Which folders may include which foreign headers (S7).
FOREIGN = {
    r'openssl/':             ('crypto/openssl/', 'tests/', 'tools/'),
    r'mbedtls/|psa/':        ('crypto/mbedtls/',),
    r'libusb':               ('tools/',),
    r'linux/|sys/|unistd.h|fcntl.h|termios.h|poll.h': ('drivers/', 'board/', 'firmware/app/', 'tools/', 'tests/'),
}
MAY_TOUCH_PTR = ('firmware/base/', 'crypto/', 'drivers/', 'tests/', 'tools/')  # S12

def report(path, n, rule, text):
    bad.append(f'{path}:{n}: {rule}: {text}')

for f in sorted(p for d in ('firmware', 'crypto', 'drivers', 'board', 'tests', 'tools')
                for p in (root / d).rglob('*.[ch]')):
    rel = f.relative_to(root).as_posix()
    lines = f.read_text().split('\n')
    head = '\n'.join(lines[:3])
    if not re.match(r'/\*\s*(\* )?' + re.escape(f.stem) + r': ', head) and 'layering/' not in rel:
        report(rel, 1, 'S1', f'file must begin with "/* {f.stem}: ..."')
    fence = False
    for n, line in enumerate(lines, 1):
        m = re.match(r'\s*#\s*include\s+[<"]([^>"]+)', line)
        if m:
            inc = m[1]
            if inc.startswith('..'):
                report(rel, n, 'S6', 'include by module path, not by ".."')
            for pat, where in FOREIGN.items():
                if re.match(pat, inc) and not rel.startswith(where):
                    report(rel, n, 'S7', f'{inc} is not for this folder')
        if re.search(r'(\.|->)ptr\b', line) and not rel.startswith(MAY_TOUCH_PTR):
            report(rel, n, 'S12', 'read through view_take(), write through buf_put()')
        if 'clang-format off' in line: fence = True
        if 'clang-format on' in line: fence = False
        if fence and re.match(r'\s*(if|for|while|return)\b', line):
            report(rel, n, 'S38', 'only tables may be fenced from clang-format')
        # S3: every prototype of a public header has a comment right above its group
        if '/include/' in rel and re.match(r'^[a-z].*\);$', line) and '(*' not in line and 'typedef' not in line:
            k = n - 2
            while k >= 0 and re.match(r'^[a-z].*\);$', lines[k]): k -= 1
            if k < 0 or not lines[k].rstrip().endswith('*/'):
                report(rel, n, 'S3', 'no comment above this prototype')

print('\n'.join(bad))
sys.exit(bool(bad))
