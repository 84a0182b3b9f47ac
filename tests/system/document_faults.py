"""document_faults: the document pulled away, silent, or talking nonsense, at any command.

The commands are those of a recorded inspection without a fault, so a new one is covered by
itself.  Each is met with each fault, and after each the same document is inspected again.

usage: document_faults.py (vpcd | pn532) (all | ends | few)
  all   every command
  ends  of a run of alike READ BINARYs (the middle of a large file) the first and the last
  few   of those, every seventh cell
"""
import sys
import unittest

import house
from house import PASS

# What the chip does instead; the words are verso-sim's rules.
FAULTS = {
    'taken away before': 'vanish=before',
    'taken away after': 'vanish=after',
    'away for a moment': 'vanish=before;return_ms=20',
    '6F00': 'reply=6F00',
    '6982': 'reply=6982',
    '6A82': 'reply=6A82',
    '6700': 'reply=6700',
    '6B00': 'reply=6B00',
    '6300': 'reply=6300',
    '9000 and nothing': 'reply=9000',
    '6988 in plain, session lost': 'reply=6988;sm=plain;lose=yes',
    'garbage, protected': 'reply=30805A5A5A5A5A5A5A5A5A5A5A9000',
    'garbage, in plain': 'reply=A5A5A5A5A5A5A5A5A5A5A59000;sm=plain',
    'MAC wrong': 'sm=badmac',
    'no MAC': 'sm=nomac',
    "DO'99' missing": 'sm=no99',
    "DO'99' says otherwise": 'sm=other99',
    'padding wrong': 'sm=badpadding',
    'plain answer under SM': 'sm=plain',
    'answer of one byte': 'wire_cut=1',
    'answer cut short': 'wire_cut=9',
    'answer altered on the way': 'wire=0:20',
    'TLV length a little too large': 'mutate=1:04',
    'TLV length far too large': 'mutate=1:7F',
    'TLV length in nine octets': 'mutate=1:89',
    'too much': 'append=0000000000000000000000000000009000',
}


def commands_of(transcript):
    """The commands of the last inspection in a transcript, in order."""
    commands = []
    with open(transcript) as f:
        for number, direction, text in (line.split() for line in f if line[0] != '#'):
            if direction == '>':
                commands = commands[:int(number) - 1] + [text]
    return commands


def ends_of_runs(commands):
    """Numbers, from 1; a run is of READ BINARYs that differ in the offset only."""
    def kind(i):
        alike = 0 <= i < len(commands) and commands[i].startswith('00B0')
        return (commands[i][:4], commands[i][8:]) if alike else i
    return [i + 1 for i in range(len(commands)) if not kind(i - 1) == kind(i) == kind(i + 1)]


def without_unsigned(report, good):
    """What a chip says that nobody signed is noted and proves nothing: a group that it did not
    show before, another version in EF.COM, no EF.COM.  The report as it would be without that."""
    notes = house.notes_of(report)
    groups = {g: 'not present' if ('DG_NOT_SIGNED', g) in notes else state
              for g, state in report['groups'].items()}
    facts = dict(report['facts'])
    if ('COM_VERSION', 'EF.COM') in notes:
        facts['document.lds'] = good['facts']['document.lds']
    checks = [dict(c, result='successful', reason='') if c.get('reason') == 'COM_MISSING' else c
              for c in report['checks']]
    if any(c.get('reason') == 'COM_MISSING' for c in report['checks']):
        facts['document.lds'] = good['facts']['document.lds']
    return dict(report, groups=groups, facts=facts, checks=checks)


class DocumentFaults(unittest.TestCase):
    way, choice = 'vpcd', 'ends'

    @classmethod
    def setUpClass(cls):
        cls.desk = house.Desk(house.genuine(), cls.way)
        cls.mrz = house.mrz_lines(house.genuine())
        status, cls.good = cls.desk.reader.inspect(cls.mrz)
        if status != PASS:
            raise AssertionError('the genuine document: %r' % cls.good)
        cls.commands = commands_of(cls.desk.transcript)

    @classmethod
    def tearDownClass(cls):
        cls.desk.__exit__()

    def one(self, number, fault):
        rule = '[rule.fault]\ncommand = *\nnth = %d\n' % number
        ini = rule + fault.replace(';', '\n').replace('=', ' = ') + '\n'
        self.desk.put(house.copy_of(house.genuine(), 'faulty', ini))
        status, report = self.desk.reader.inspect(self.mrz, '--wait', '2')
        if status == PASS:
            self.assertEqual(house.evidence_of(without_unsigned(report, self.good)), house.evidence_of(self.good))
        self.desk.sim.say('put') # it may be away
        again, report = self.desk.reader.inspect(self.mrz, '--wait', '5')
        self.assertEqual((again, house.evidence_of(report)), (PASS, house.evidence_of(self.good)), 'after it')
        return house.WORDS[status]

    def cells(self, faults, cells):
        counts = {name: {} for name in faults}
        for name, number in cells:
            with self.subTest(fault=name, command=number):
                verdict = self.one(number, faults[name])
                counts[name][verdict] = counts[name].get(verdict, 0) + 1
        for name, verdicts in counts.items():
            print('  %-30s %s' % (name, ', '.join('%d %s' % (n, v) for v, n in sorted(verdicts.items()))))

    def test_every_command_with_every_fault(self):
        self.assertGreater(len(self.commands), 20)
        numbers = ends_of_runs(self.commands) if self.choice != 'all' else range(1, len(self.commands) + 1)
        cells = [(name, number) for number in numbers for name in FAULTS]
        print('\n%d commands, %d of them x %d faults over %s'
              % (len(self.commands), len(numbers), len(FAULTS), self.way))
        if self.choice == 'few': # a step prime to the number of faults goes through all of them
            cells = cells[::7]
            print('every seventh of them: %d' % len(cells))
        self.cells(FAULTS, cells)

    def test_silence(self):
        """The reader waits for an answer as long as it may, and no longer."""
        count = {'all': 8, 'ends': 1, 'few': 2}[self.choice]
        step = len(self.commands) // count
        numbers = range(min(step // 2, 40) + 1, len(self.commands) + 1, step)[:count]
        print('\n%d of %d commands x silence over %s' % (len(numbers), len(self.commands), self.way))
        self.cells({'silence': 'silence=yes'}, [('silence', n) for n in numbers])


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    DocumentFaults.way, DocumentFaults.choice = sys.argv[1:]
    del sys.argv[1:]
    house.main()
