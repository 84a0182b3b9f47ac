#!/usr/bin/env python3
"""ctest_summary: what a ctest log says, as shell assignments.

usage: ctest_summary.py LOG DETAILS

LOG is what ctest printed, DETAILS its Testing/Temporary/LastTest.log: ctest does not print what
a skipped test said.  Prints ctest_passed, ctest_failed, ctest_skipped (with the reason a skipped test gave) and
ctest_failures.  A log without any test is one failure: nothing may pass by not running.
"""
import re
import shlex
import sys

passed, failures, skips, said = 0, [], [], {}
with open(sys.argv[1], errors='replace') as log:
    for line in log:
        m = re.match(r'\s*\d+/\d+ Test\s+#\d+: (\S+) \.*\s*(?:\*\*\*)?(.*?)\s+[\d.]+ sec', line)
        if m:
            name, how = m[1], m[2].strip()
            if how == 'Passed':
                passed += 1
            elif how == 'Skipped':
                skips.append(name)
            else:
                failures.append(f'{name} ({how})')
with open(sys.argv[2], errors='replace') as details:
    # the last line of each test's output
    for name, output in re.findall(r'^\d+/\d+ Testing: (\S+)\n.*?^Output:\n-+\n(.*?)<end of output>',
                                   details.read(), re.M | re.S):
        said[name] = output.strip().split('\n')[-1]
if passed + len(failures) + len(skips) == 0:
    failures.append('no test ran')


def words(items):
    return '(' + ' '.join(shlex.quote(i) for i in items) + ')'


print(f'ctest_passed={passed}')
print(f'ctest_failed={len(failures)}')
print('ctest_failures=' + words(failures))
print('ctest_skipped=' + words(f"{s}: {said.get(s) or 'no reason given'}" for s in skips))
