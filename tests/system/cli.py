"""cli: verso as a person or a script meets it."""
import json
import os
import pty
import re
import select
import stat
import subprocess
import time
import unittest

import house
from house import FAIL, PASS, REFER, RETRY


def on_a_terminal(arguments, stdin, stdout_too=False):
    """(exit status, what it wrote on the terminal, what on stdout)"""
    master, slave = pty.openpty()
    p = house.spawn(arguments, stdin=subprocess.PIPE, stderr=slave, stdout=slave if stdout_too else subprocess.PIPE)
    os.close(slave)
    p.stdin.write(stdin.encode())
    p.stdin.close()
    screen, out, until = b'', b'', time.monotonic() + 30
    while time.monotonic() < until:
        try:
            if not select.select([master], [], [], 0.1)[0]:
                continue
            part = os.read(master, 65536)
        except OSError:
            break # the other side is closed
        if not part:
            break
        screen += part
    if not stdout_too:
        out = p.stdout.read()
        p.stdout.close()
    os.close(master)
    return p.wait(10), screen.decode(), out.decode()


class Cli(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desk = house.Desk(house.genuine(), 'vpcd')
        cls.verso = staticmethod(cls.desk.reader.verso)
        cls.lines = house.mrz_lines(house.genuine())
        cls.typed = '\n'.join(cls.lines) + '\n'
        cls.reader = ['--reader', 'unix:' + cls.desk.reader.link]

    @classmethod
    def tearDownClass(cls):
        cls.desk.__exit__()

    def on(self, folder):
        self.desk.put(folder)
        self.addCleanup(self.desk.put, house.genuine())
        return '\n'.join(house.mrz_lines(folder))

    def each_verdict(self, look):
        """look(MRZ, exit status, first word) with the document on the reader"""
        rows = (('utopia', PASS, 'PASS'), ('altered-dg2', FAIL, 'FAIL'), ('unknown-issuer', REFER, 'REFER'))
        for recipe, status, word in rows:
            with self.subTest(recipe):
                look(self.on(house.document(recipe, recipe)), status, word)
        self.desk.sim.say('take')
        self.addCleanup(self.desk.sim.say, 'put')
        with self.subTest('no document'):
            look(self.typed, RETRY, 'RETRY')

    def test_exit_status_and_first_word(self):
        def look(typed, status, word):
            got, out, err = self.verso('inspect', '--wait', '1', '--mrz', '-', stdin=typed)
            self.assertEqual((got, out.split()[0].rstrip(':'), err), (status, word, ''))
            self.assertNotIn('\033', out)
        self.each_verdict(look)

    def test_json_is_one_line(self):
        def look(typed, status, word):
            got, out, err = self.verso('inspect', '--json', '--wait', '1', '--mrz', '-', stdin=typed)
            self.assertEqual((got, err, out.count('\n'), out[-1:]), (status, '', 1, '\n'))
            report = json.loads(out)
            self.assertEqual(report['verdict'].upper(), word)
            self.assertEqual(set(report) - {'cut'},
                             {'format', 'verdict', 'profile', 'grounds', 'checks', 'groups', 'notes', 'notes_lost', 'effort', 'facts'})
            self.assertEqual('cut' in report, status == RETRY)
            if status != PASS:
                self.assertIn(report['verdict'], [g['worth'] for g in report['grounds']])
        self.each_verdict(look)

    def test_the_altered_group_is_named(self):
        typed = self.on(house.document('altered-dg2', 'altered-dg2'))
        _, out, _ = self.verso('inspect', '--mrz', '-', stdin=typed)
        self.assertIn('DG2: not identical', out)
        self.assertNotIn('DG1: not identical', out)
        self.assertNotIn('DG15', out.split('checks')[0]) # a group that was never there is no reason

    def test_ways_in_and_proofs_are_shown(self):
        folder = house.document('eac-aa', 'eac-aa')
        typed = self.on(folder)
        status, out, _ = self.verso('inspect', '--mrz', '-', '--challenge', '0123456789abcdef',
                                    '--terminal', os.path.join(folder, 'terminal'), stdin=typed)
        self.assertEqual(status, PASS)
        facts = dict(re.split(' +', line.strip(), 1) for line in
                     out.split('facts\n')[1].split('effort')[0].replace(' auth.', '-auth').splitlines())
        self.assertEqual((facts['chip-auth'], facts['active-auth'], facts['challenge'], facts['terminal']),
                         ('3DES brainpoolP224r1', 'RSA-1024', '0123456789abcdef', 'UTIS00001'))
        self.assertEqual(len(facts['response']), 256)
        self.assertNotIn('[ele.', out) # what a document does not offer stands among the checks, not above
        self.assertIn('not supported  PACE ', out)

    def test_ways_to_give_the_mrz(self):
        td1 = house.document('td1', 'td1', ds__name='Document Signer of Cards')
        three = house.mrz_lines(td1)
        self.assertEqual(len(three), 3)
        for more in ([], ['--json']):
            self.assertEqual(self.verso('inspect', '--mrz', *self.lines, *more)[0], PASS)
            self.assertEqual(self.verso('inspect', *more, '--mrz', *self.lines)[0], PASS)
            self.assertEqual(self.verso('inspect', '--mrz=' + self.lines[0], self.lines[1], *more)[0] in (PASS, 64), True)
        for typed in (self.typed, self.typed.rstrip(), self.typed.replace('\n', '\r\n'), '\n\n' + self.typed + '\n\n'):
            self.assertEqual(self.verso('inspect', '--mrz', '-', stdin=typed)[0], PASS)
        self.on(td1)
        self.assertEqual(self.verso('inspect', '--mrz', *three)[0], PASS)
        self.assertEqual(self.verso('inspect', '--mrz', '-', stdin='\n'.join(three))[0], PASS)

    def test_profiles(self):
        for profile, status in (('desk', PASS), ('counter', PASS), ('gate', REFER)): # no clone protection
            got, out, _ = self.verso('inspect', '--json', '--profile', profile, '--mrz', '-', stdin=self.typed)
            self.assertEqual((got, json.loads(out)['profile']), (status, profile))

    def test_misuse(self):
        rows = {
            (): 'which command?',
            ('dance',): 'no command dance',
            ('--nonsense',): 'unrecognized option',
            ('inspect', '--nonsense'): 'unrecognized option',
            ('inspect', 'word'): 'no option belongs to',
            ('inspect', '--mrz'): 'requires an argument',
            ('inspect', '--mrz', *['A' * 20] * 4): 'no option belongs to',
            ('inspect', '--mrz', 'A' * 200, 'B'): 'longer than an MRZ',
            ('inspect', '--wait', '0'): '1 to 3600',
            ('inspect', '--wait', '3601'): '1 to 3600',
            ('inspect', '--wait', '5x'): '1 to 3600',
            ('inspect', '--wait', ''): '1 to 3600',
            ('info', 'word'): 'usage',
        }
        for arguments, want in rows.items():
            with self.subTest(arguments):
                status, out, err = self.verso(*arguments)
                self.assertEqual((status, out), (64, ''), err)
                self.assertIn(want, err)
        for typed in ('', '\n\n', 'A' * 5000):
            status, out, err = self.verso('inspect', '--mrz', '-', stdin=typed)
            self.assertEqual((status, out), (64, ''))
            self.assertIn('MRZ', err)

    def test_no_reader(self):
        verso = house.program('verso')
        self.assertEqual(house.run([verso, 'info'])[0], 64) # which one?
        for where, status in (('unix:' + house.path('nobody'), 69), ('tcp:1', 64), ('unix:/' + 'x' * 200, 64)):
            for command in ('info',), ('inspect', '--mrz', *self.lines):
                with self.subTest((where, command)):
                    got, out, err = house.run([verso, '--reader', where, *command])
                    self.assertEqual((got, out), (status, ''))
                    self.assertEqual(err.count('\n'), 1)

    def test_refused(self):
        status, out, err = self.verso('inspect', '--profile', 'kiosk', '--mrz', '-', stdin=self.typed)
        self.assertEqual((status, out), (65, ''))
        self.assertIn('no profile of that name', err)

    def test_the_reader_dies(self):
        slow = house.copy_of(house.genuine(), 'slow', '[rule.slow]\ncommand = *\ndelay_ms = 50\n')
        with house.Desk(slow, 'vpcd') as desk:
            p = house.spawn([house.program('verso'), '--reader', 'unix:' + desk.reader.link, 'inspect', '--mrz',
                             *self.lines], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            time.sleep(1)
            desk.reader.process.kill()
            out, err = p.communicate(timeout=10)
            self.assertEqual((p.returncode, out), (74, b''))
            self.assertIn(b'closed the connection', err)

    def test_help_and_version(self):
        for arguments, want in {('--help',): 'inspect', ('inspect', '--help'): '--save DIR', ('inspect', '-h'): '--mrz -',
                                ('info', '--help'): 'usage'}.items():
            status, out, err = self.verso(*arguments)
            self.assertEqual((status, err), (0, ''), arguments)
            self.assertIn(want, out)
        self.assertRegex(self.verso('--version')[1], r'^verso \d+\.\d+\.\d+\n$')
        status, out, _ = house.run([house.program('versod'), '--help'])
        self.assertEqual(status, 0)
        self.assertIn('--trust-key', out)
        self.assertRegex(house.run([house.program('versod'), '--version'])[1], r'^versod \d+\.\d+\.\d+\n$')

    def test_versod_misused(self):
        for arguments in ([], ['--nfc', 'vpcd:0'], ['--link', 'unix:x'], ['--nonsense'], ['word'],
                          ['--nfc', 'vpcd:0', '--link', 'unix:x', '--trust', 'x'],
                          ['--nfc', 'vpcd:0', '--link', 'unix:x', '--board', 'moon']):
            status, out, err = house.run([house.program('versod'), *arguments], seconds=5)
            self.assertEqual((status, out), (64, ''), arguments)
            self.assertIn('versod', err)
        for nfc, date in (('nonsense', '2020-01-01'), ('vpcd:x', '2020-01-01'), ('pcsc:0', '2020-01-01'),
                          ('vpcd:0', '2020-02-30'), ('vpcd:0', 'today')):
            status, out, err = house.run([house.program('versod'), '--nfc', nfc, '--link', 'unix:' + house.path('x'),
                                          '--date', date], seconds=5)
            self.assertEqual((status, out, err.count('\n')), (69, '', 1), (nfc, date))

    def test_info(self):
        status, out, _ = self.verso('info')
        self.assertEqual(status, 0)
        rows = dict(line.split(None, 1) for line in out.splitlines())
        self.assertEqual(list(rows), ['firmware', 'frontend', 'profiles', 'trust', 'date'])
        self.assertEqual(rows['date'], time.strftime('%Y-%m-%d'))

    # --- progress ---------------------------------------------------------------------

    def slow(self):
        return self.on(house.copy_of(house.genuine(), 'slowly', '[rule.slow]\ncommand = *\ndelay_ms = 5\n'))

    def test_progress_on_a_terminal(self):
        typed = self.slow()
        command = [house.program('verso'), *self.reader, 'inspect', '--mrz', '-']
        status, screen, out = on_a_terminal(command, typed)
        self.assertEqual((status, out.split()[0]), (PASS, 'PASS'))
        self.assertRegex(screen, r'DG2 +\[#*\.*\] \d+ of 19\d\d\d bytes')
        drawn = [int(x.split(' of ')[0].split('] ')[1]) for x in screen.split('\r') if 'DG2' in x and ' of ' in x]
        self.assertGreater(len(drawn), 3)
        self.assertEqual(drawn, sorted(drawn))
        self.assertTrue(screen.endswith('\r\033[K'), screen[-20:]) # and it goes when done

    def test_no_progress(self):
        typed = self.slow()
        base = [house.program('verso'), *self.reader, 'inspect', '--mrz', '-']
        for more in ['--quiet'], ['--json']:
            status, screen, out = on_a_terminal(base + more, typed)
            self.assertEqual((status, screen), (PASS, ''))
        self.assertEqual(self.verso('inspect', '--mrz', '-', stdin=typed)[2], '') # no terminal

    def test_colour_on_a_terminal(self):
        status, screen, _ = on_a_terminal([house.program('verso'), *self.reader, 'inspect', '--quiet', '--mrz', '-'],
                                          self.typed, stdout_too=True)
        self.assertEqual(status, PASS)
        self.assertTrue(screen.startswith('\033[1;32mPASS\033[0m\r\n'), screen[:40])

    # --- save -------------------------------------------------------------------------

    def save(self, typed, name, *more):
        to = house.path(name)
        status, out, err = self.verso('inspect', '--mrz', '-', '--save', to, *more, stdin=typed)
        return status, to, err

    def test_save(self):
        status, to, _ = self.save(self.typed, 'saved')
        self.assertEqual(status, PASS)
        self.assertEqual(sorted(os.listdir(to)),
                         ['DG1.bin', 'DG11.bin', 'DG12.bin', 'DG14.bin', 'DG2.bin', 'report.cbor', 'report.json'])
        for file in 'DG1', 'DG2', 'DG11', 'DG12', 'DG14':
            self.assertEqual(house.contents(to, file), house.contents(house.genuine(), file), file)
        self.assertEqual(stat.S_IMODE(os.stat(to).st_mode), 0o700)
        for file in os.listdir(to):
            self.assertEqual(stat.S_IMODE(os.stat(os.path.join(to, file)).st_mode), 0o600, file)
        with open(os.path.join(to, 'report.json')) as json_, open(os.path.join(to, 'report.cbor'), 'rb') as cbor:
            self.assertEqual(house.wire.decode(cbor.read()), json.load(json_))

    def test_save_only_what_is_verified(self):
        typed = self.on(house.document('altered-dg2', 'altered-dg2'))
        status, to, _ = self.save(typed, 'altered')
        self.assertEqual(status, FAIL)
        self.assertEqual(sorted(os.listdir(to)),
                         ['DG1.bin', 'DG11.bin', 'DG12.bin', 'DG14.bin', 'report.cbor', 'report.json'])

    def test_save_refuses(self):
        full = house.path('full')
        os.makedirs(full)
        for name in 'letter', '.hidden':
            with self.subTest(name):
                with open(os.path.join(full, name), 'w') as f:
                    f.write('mine')
                status, _, err = self.save(self.typed, 'full')
                self.assertEqual(status, 73)
                self.assertIn('not empty', err)
                self.assertEqual(os.listdir(full), [name])
                os.unlink(os.path.join(full, name))
        self.assertEqual(self.save(self.typed, 'full')[0], PASS) # empty: good
        self.assertEqual(self.save(self.typed, 'no/such/folder')[0], 73)

    def test_save_of_an_inspection_that_was_cut(self):
        typed = self.on(house.copy_of(house.genuine(), 'leaves', '[rule.x]\ncommand = *\nnth = 60\nvanish = before\n'))
        status, to, _ = self.save(typed, 'cut')
        self.assertEqual(status, RETRY)
        for file in os.listdir(to):
            if file.startswith('DG'):
                self.assertEqual(house.contents(to, file[:-4]), house.contents(house.genuine(), file[:-4]))
        self.assertFalse([f for f in os.listdir(to) if f.endswith('.part')])
        self.assertNotIn('DG2.bin', os.listdir(to))


if __name__ == '__main__':
    house.main()
