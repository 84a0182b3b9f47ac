"""mrz_inputs: wrong lines, somebody else's, none; and no document."""
import time
import unittest

import house
from house import FAIL, PASS, REFER, RETRY

WEIGHTS, VALUES = (7, 3, 1), '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'


def digit(text):
    """Doc 9303-3 clause 4.9, by itself."""
    return str(sum(WEIGHTS[i % 3] * (0 if c == '<' else VALUES.index(c)) for i, c in enumerate(text)) % 10)


def rewritten(line, number=None, birth=None, expiry=None, optional=None, sex=None):
    """The second line of a TD3 with other fields and right check digits."""
    number, birth, expiry = number or line[:9], birth or line[13:19], expiry or line[21:27]
    optional, sex = (optional or line[28:42]).ljust(14, '<'), sex or line[20]
    head = number + digit(number)
    dates = birth + digit(birth), expiry + digit(expiry)
    tail = optional + digit(optional)
    return head + line[10:13] + dates[0] + sex + dates[1] + tail + digit(head + dates[0] + dates[1] + tail)


def other(text):
    """another text of the same kind"""
    return text[:-1] + {'A': 'B', '0': '1', '<': '0'}.get(text[-1], '0' if text[-1].isdigit() else 'A')


class MrzInputs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desk = house.Desk(house.genuine(), 'vpcd')
        cls.lines = house.mrz_lines(house.genuine())

    @classmethod
    def tearDownClass(cls):
        cls.desk.__exit__()

    def look(self, first, second):
        return self.desk.reader.inspect([first, second])

    def tearDown(self):
        status, report = self.look(*self.lines)
        self.assertEqual(status, PASS, report)

    def test_the_helper(self):
        self.assertEqual(rewritten(self.lines[1]), self.lines[1])

    def test_another_key(self):
        """Number, birth, expiry make the key: the chip refuses, and it is to be typed again."""
        line = self.lines[1]
        for name, second in {'number': rewritten(line, number=other(line[:9])),
                             'birth': rewritten(line, birth='740813'),
                             'expiry': rewritten(line, expiry='361121')}.items():
            with self.subTest(name):
                status, report = self.look(self.lines[0], second)
                self.assertEqual(house.checks_of(report)['ele.access'], ('failed', 'ACCESS_DENIED'))
                self.assertEqual(house.result_of(report, 'opt.mrz.consistency'), 'successful')
                self.assertEqual((status, report['groups']), (RETRY, {}))
                self.assertNotIn('document.mrz', report['facts'])

    def test_another_field(self):
        """The chip opens, and its MRZ is another than the printed one."""
        first, second = self.lines
        rows = {
            'name': (first.replace('ERIKSSON', 'ERIKSSEN'), second),
            'issuer': (first.replace('UTO', 'UTA'), second),
            'document code': ('I' + first[1:], second),
            'nationality': (first, second[:10] + 'UTA' + second[13:]),
            'sex': (first, second[:20] + 'M' + second[21:]),
        }
        for name, lines in rows.items():
            with self.subTest(name):
                status, report = self.look(*lines)
                self.assertEqual(house.result_of(report, 'ele.access'), 'successful')
                self.assertEqual(house.checks_of(report)['com.mrzdg1'], ('failed', 'MRZ_DG1_MISMATCH'))
                self.assertEqual(status, FAIL)

    def test_optional_data(self):
        status, report = self.look(self.lines[0], rewritten(self.lines[1], optional='ZE184226C'))
        self.assertEqual(house.checks_of(report)['com.mrzdg1'], ('undetermined', 'MRZ_DG1_OPTIONAL'))
        self.assertEqual(status, REFER)

    def test_a_check_digit(self):
        """A wrong digit of the number, of birth or expiry goes into the key; the others do not."""
        line = self.lines[1]
        for at, opens in ((9, False), (19, False), (27, False), (42, True), (43, True)):
            with self.subTest(at):
                wrong = line[:at] + str((int(line[at]) + 1) % 10) + line[at + 1:]
                status, report = self.look(self.lines[0], wrong)
                self.assertEqual(house.checks_of(report)['opt.mrz.consistency'], ('failed', 'MRZ_CHECK_DIGIT'))
                self.assertEqual(house.result_of(report, 'ele.access') == 'successful', opens)
                self.assertNotEqual(status, PASS)

    def test_another_documents(self):
        berta = house.document('berta', person__given='BERTA', mrz__number='L898902C4', person__birth='1980-01-31')
        status, report = self.look(*house.mrz_lines(berta))
        self.assertEqual((status, house.reason_of(report, 'ele.access')), (RETRY, 'ACCESS_DENIED'))
        self.desk.put(berta)
        try:
            self.assertEqual(self.look(*house.mrz_lines(berta))[0], PASS)
            status, report = self.look(*self.lines) # and the other way round
            self.assertEqual((status, house.reason_of(report, 'ele.access')), (RETRY, 'ACCESS_DENIED'))
        finally:
            self.desk.put(house.genuine())

    def test_none(self):
        status, report = self.desk.reader.inspect(None)
        self.assertEqual(house.checks_of(report)['ele.access'], ('undetermined', 'MRZ_NOT_GIVEN'))
        self.assertEqual(house.checks_of(report)['opt.mrz.consistency'], ('not supported', 'MRZ_NOT_GIVEN'))
        self.assertNotIn(status, (PASS, FAIL))

    def test_no_mrz_at_all(self):
        first, second = self.lines
        rows = {'lower case': [first.lower(), second.lower()], 'an umlaut': [first.replace('K', 'Ä', 1), second],
                'a sentence': ['hello'], 'one line': [first], 'three long lines': [first, second, second],
                'too short': [first[:-1], second[:-1]], 'a blank inside': [first.replace('<', ' ', 1), second],
                'letters for digits': [first, second[:13] + 'ABCDEF' + second[19:]],
                'a zero byte': [first[:5] + '\0' + first[6:], second], 'a tab': [first, '\t' + second]}
        for name, lines in rows.items():
            with self.subTest(name):
                status, out, err = self.desk.reader.verso('inspect', '--mrz', '-', '--json', stdin='\n'.join(lines))
                self.assertIn(status, (REFER, RETRY, 65, 64), out + err)
                if status < 64:
                    self.assertIn('"result":"undetermined"', out)

    def test_nothing_lies_there(self):
        self.desk.sim.say('take')
        begun = time.monotonic()
        try:
            status, report = self.desk.reader.inspect(self.lines, '--wait', '1')
        finally:
            self.desk.sim.say('put')
        self.assertEqual((status, house.checks_of(report)['ele.access']), (RETRY, ('aborted', 'RF_NO_CHIP')))
        self.assertLess(time.monotonic() - begun, 3)

    def test_nothing_lies_on_a_pn532(self):
        with house.Desk(house.genuine()) as desk:
            desk.sim.say('take')
            begun = time.monotonic()
            status, report = desk.reader.inspect(self.lines, '--wait', '1')
            self.assertEqual((status, house.checks_of(report)['ele.access']), (RETRY, ('aborted', 'RF_NO_CHIP')))
            self.assertLess(time.monotonic() - begun, 3)
            desk.sim.say('put')
            self.assertEqual(desk.reader.inspect(self.lines)[0], PASS)

    def test_laid_down_while_waiting(self):
        with house.Desk(house.genuine(), sim=['--present-after', '1500']) as desk:
            self.assertEqual(desk.reader.inspect(self.lines)[0], PASS)


if __name__ == '__main__':
    house.main()
