"""pn532_faults: a PN532 that fails in every way, under the whole reader.

The inspection ends with retry and a reason; the next one, with the same versod, passes.
"""
import concurrent.futures
import os
import time
import unittest

import house
from house import PASS, RETRY

# Command 42 is InCommunicateThru, 4A InListPassiveTarget, 32 RFConfiguration, 02 and 14 the
# first that a host says (UM0701-02 clause 7); the words are verso-sim's faults.
READING = {
    'NAK': 'nak=yes',
    'not even an ACK': 'ignore=yes',
    'no answer': 'silence=yes',
    'error frame': 'error=yes',
    'garbage': 'garbage=DEADBEEF00FF55AA',
    'garbage like a frame': 'garbage=0000FFFFFF7FFF',
    'garbage before the frame': 'before=55AA00FF',
    'truncated frame': 'truncate=7',
    'a frame of one byte': 'truncate=1',
    'wrong data checksum': 'checksum=yes',
    'wrong length checksum': 'header=yes',
    'a bit of the header turned': 'flip=6:01',
    'status 01: the chip timed out': 'status=01',
    'status 13: a wrong frame': 'status=13',
    'status 27: not in this context': 'status=27',
    'status 29: released': 'status=29',
    'a status that libnfc aborts on': 'status=80',
    'status FF': 'status=FF',
    'an answer without status': 'answer=',
    'bytewise': 'bytewise=yes',
}
WAITED_FOR = {'not even an ACK', 'no answer', 'truncated frame', 'a frame of one byte', 'garbage like a frame'}
# What the reader may say of them; a pass if the fault did not matter.
REASONS = {'RF_LOST', 'RF_TIMEOUT', 'FRONTEND', 'SM_BROKEN'}


class Pn532Faults(unittest.TestCase):
    def setUp(self):
        self.folder = house.genuine()
        self.mrz = house.mrz_lines(self.folder)

    def meet(self, fault):
        with house.Desk(self.folder, sim=['--fault', fault]) as desk:
            keeper = house.children_of(desk.reader.process.pid)
            begun = time.monotonic()
            status, report = desk.reader.inspect(self.mrz, '--wait', '3')
            took = time.monotonic() - begun
            if status == RETRY:
                self.assertIn('cut', report)
                aborted = [c for c in house.checks_of(report).items() if c[1][0] == 'aborted']
                self.assertEqual(len(aborted), 1, aborted)
                self.assertIn(aborted[0][1][1], REASONS | {'RF_NO_CHIP'})
            else:
                self.assertEqual(status, PASS)
            again, report = desk.reader.inspect(self.mrz, '--wait', '5')
            self.assertEqual(again, PASS, report.get('cut'))
            self.assertEqual(house.children_of(desk.reader.process.pid), keeper)
            return house.WORDS[status], took

    def row(self, command, name, fault):
        verdict, took = self.meet('command=%s;%s' % (command, fault))
        self.assertLess(took, 17)
        print('  %-32s %s, %.1f s' % (name, verdict, took))

    def table(self, command, faults):
        for name, fault in faults.items():
            with self.subTest(name):
                self.row(command, name, fault)

    def test_while_reading(self):
        print()
        self.table('42*;nth=30', {k: v for k, v in READING.items() if k not in WAITED_FOR})

    def test_while_reading_and_nothing_comes(self):
        """Each of these costs the time that a chip is given: they run side by side."""
        print()
        with concurrent.futures.ThreadPoolExecutor() as pool:
            runs = {name: pool.submit(self.row, '42*;nth=30', name, READING[name]) for name in WAITED_FOR}
        for name, run in runs.items():
            with self.subTest(name):
                run.result()

    def test_while_looking(self):
        print()
        self.table('4A*;nth=1', {k: READING[k] for k in ('NAK', 'garbage', 'truncated frame', 'error frame')})
        self.table('32*;nth=2', {k: READING[k] for k in ('NAK', 'wrong data checksum')})
        self.table('02*;nth=1', {k: READING[k] for k in ('NAK', 'a status that libnfc aborts on')})

    def test_reasons(self):
        """The right reason where there is one."""
        for faults, reason in ((['status=80'], 'FRONTEND'), (['garbage=DEADBEEF00FF55AA'], 'FRONTEND'),
                               (['status=01'] * 3, 'RF_LOST'), (['close=before'], 'FRONTEND')):
            rules = [a for n, fault in enumerate(faults, 30) for a in ('--fault', 'command=42*;nth=%d;%s' % (n, fault))]
            with self.subTest(faults), house.Desk(self.folder, sim=rules) as desk:
                status, report = desk.reader.inspect(self.mrz, '--wait', '3')
                self.assertEqual(status, RETRY)
                self.assertEqual(house.reason_of(report, 'ele.dg'), reason, report['cut'])

    def test_a_lost_frame_does_not_matter(self):
        """The block protocol asks for it again: no retry, no second command to the chip."""
        for fault in ('status=01', 'status=02', 'status=05'):
            with self.subTest(fault), house.Desk(self.folder, sim=['--fault', 'command=42*;nth=30;' + fault]) as desk:
                self.assertEqual(desk.reader.inspect(self.mrz, '--wait', '3')[0], PASS)

    def test_each_way_over_the_air(self):
        """The same document as either type, at every rate, with small frames: the same verdict."""
        print()
        for name, chip, rate in (('type A', '', '106'), ('type A, 212', '', '212'), ('type A, 424', '', '424'),
                                 ('type A, 424 refused', '[air.pps]\ncommand = D0*\nlose = there\n', '424'),
                                 ('type A, frames of 16', '[chip]\nfsci = 0\n', '106'),
                                 ('type B', '[chip]\ntype = B\n', '106'),
                                 ('type B, 424 wanted', '[chip]\ntype = B\n', '424'),
                                 ('type B, frames of 16', '[chip]\ntype = B\nfsci = 0\n', '106')):
            with self.subTest(name):
                folder = house.copy_of(self.folder, name.replace(' ', '-'), '\n' + chip)
                with house.Desk(folder, options=[*house.trust_of(), '--nfc-rate', rate]) as desk:
                    begun = time.monotonic()
                    status, report = desk.reader.inspect(self.mrz)
                    self.assertEqual(status, PASS, report.get('cut'))
                    print('  %-24s pass, %.2f s' % (name, time.monotonic() - begun))

    def test_gone_and_back(self):
        with house.Desk(self.folder) as desk:
            self.assertEqual(desk.reader.inspect(self.mrz)[0], PASS)
            desk.sim.say('unplug')
            for _ in range(2):
                begun = time.monotonic()
                status, report = desk.reader.inspect(self.mrz, '--wait', '2')
                self.assertEqual((status, house.reason_of(report, 'ele.access')), (RETRY, 'FRONTEND'))
                self.assertLess(time.monotonic() - begun, 4)
            desk.sim.say('plug')
            self.assertEqual(desk.reader.inspect(self.mrz)[0], PASS)

    def test_absent_from_the_beginning(self):
        with house.Reader('pn532_uart:' + house.path('nothing')) as reader:
            status, report = reader.inspect(self.mrz, '--wait', '1')
            self.assertEqual((status, house.reason_of(report, 'ele.access')), (RETRY, 'FRONTEND'))
            with house.Sim(self.folder, '--pn532', house.path('nothing')):
                status, report = reader.inspect(self.mrz, '--wait', '5')
                self.assertEqual(house.result_of(report, 'ele.dg'), 'successful')

    def test_the_child_dies(self):
        """Whoever kills versod's children: the next document is read."""
        with house.Desk(self.folder) as desk:
            self.assertEqual(desk.reader.inspect(self.mrz)[0], PASS)
            for pid in house.children_of(desk.reader.process.pid):
                os.kill(pid, 9)
            house.wait_until(lambda: not house.is_alive(pid), what='its end')
            self.assertEqual(desk.reader.inspect(self.mrz)[0], PASS)

    def test_the_parent_dies(self):
        """No process is left behind."""
        with house.Desk(self.folder) as desk:
            self.assertEqual(desk.reader.inspect(self.mrz)[0], PASS)
            family = house.family_of(desk.reader.process.pid)
            self.assertTrue(family)
            desk.reader.process.kill()
            desk.reader.process.wait()
            house.wait_until(lambda: not any(map(house.is_alive, family)), 5, 'the end of its children')


if __name__ == '__main__':
    house.main()
