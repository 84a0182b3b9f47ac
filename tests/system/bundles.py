"""bundles: trust bundles that are cut, altered, foreign, older, missing: the reader starts, says so, and refers."""
import os
import unittest

import house
from house import PASS, REFER

PAGE = 4096


class Bundles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(house.bundle(), 'rb') as f:
            cls.good = f.read()
        cls.lines = house.mrz_lines(house.genuine())

    def file(self, data):
        path = house.path('altered.bundle')
        with open(path, 'wb') as f:
            f.write(data)
        return path

    def refers(self, options, reason, said):
        with house.Desk(house.genuine(), 'vpcd', options=options) as desk:
            for _ in range(2):
                status, report = desk.reader.inspect(self.lines)
                self.assertEqual((status, house.reason_of(report, 'ele.trust')), (REFER, reason), desk.reader.log())
                self.assertEqual(house.result_of(report, 'ele.sod.sig'), 'successful')
                self.assertEqual(house.result_of(report, 'ele.dg'), 'successful')
            with desk.reader.host() as host:
                line = host.hello()['bundle']
            log = desk.reader.log().splitlines()
            self.assertIn(line, log[0])
            if said:
                self.assertIn(said, line)
                self.assertIn('without a usable bundle every document is referred', log[1])
                self.assertEqual(len(log), 2, log)
            return line

    def test_the_good_one(self):
        with house.Desk(house.genuine(), 'vpcd') as desk:
            self.assertEqual(desk.reader.inspect(self.lines)[0], PASS)

    def test_none(self):
        self.assertEqual(self.refers([], 'NO_BUNDLE', ''), '')

    def test_missing(self):
        self.refers(house.trust_of(house.path('nowhere')), 'NO_BUNDLE', 'No such file')
        self.refers(house.trust_of('/'), 'NO_BUNDLE', '/')

    def test_truncated(self):
        sizes = [0, 1, 100, PAGE - 1, PAGE, len(self.good) - PAGE, len(self.good) - 1]
        for size in sizes:
            with self.subTest(size):
                line = self.refers(house.trust_of(self.file(self.good[:size])), 'NO_BUNDLE', 'altered.bundle')
                self.assertNotIn('Success', line)

    def test_longer(self):
        self.refers(house.trust_of(self.file(self.good + b'\0')), 'NO_BUNDLE', 'altered.bundle')

    def test_a_bit_of_the_header(self):
        used = len(self.good[:PAGE].rstrip(b'\0'))
        for at in [0, 4, 5, 8, used // 4, used // 3, used // 2, used - 65, used - 33, used - 1]:
            with self.subTest(at):
                data = bytearray(self.good)
                data[at] ^= 1 << at % 8
                self.refers(house.trust_of(self.file(bytes(data))), 'NO_BUNDLE', 'altered.bundle')

    def test_a_bit_of_another_page(self):
        """Pages are proved when they are used: found out at opening or at the document."""
        for page in range(1, len(self.good) // PAGE):
            with self.subTest(page):
                data = bytearray(self.good)
                data[page * PAGE + 40] ^= 1
                with house.Desk(house.genuine(), 'vpcd', options=house.trust_of(self.file(bytes(data)))) as desk:
                    for _ in range(2):
                        status, report = desk.reader.inspect(self.lines)
                        self.assertEqual(status, REFER)
                        self.assertIn(house.reason_of(report, 'ele.trust'), ('NO_BUNDLE', 'BUNDLE_UNUSABLE'))

    def test_a_foreign_key(self):
        self.refers(house.trust_of(key='somebody'), 'NO_BUNDLE', 'trust.bundle')

    def test_a_key_that_is_none(self):
        for name, data in {'garbage': os.urandom(500), 'empty': b'', 'text': b'-----BEGIN PUBLIC KEY-----\n',
                           'long': b'A' * 100000}.items():
            with self.subTest(name):
                key = house.path('bad.pub')
                with open(key, 'wb') as f:
                    f.write(data)
                self.refers(['--trust', house.bundle(), '--trust-key', key], 'NO_BUNDLE', 'not a P-256 public key')
        self.refers(['--trust', house.bundle(), '--trust-key', house.path('nowhere')], 'NO_BUNDLE', 'nowhere')

    def test_the_private_key_by_mistake(self):
        self.refers(['--trust', house.bundle(), '--trust-key', house.operator_key()], 'NO_BUNDLE', 'public key')

    def test_an_older_one(self):
        """With --state a bundle that was replaced is not taken again, after a restart neither."""
        old, new = house.bundle('old', counter=5), house.bundle('new', counter=6)
        state = house.path('state')
        os.makedirs(state, exist_ok=True)
        more = ['--state', state]
        for file, status in ((old, PASS), (new, PASS), (new, PASS)):
            with house.Desk(house.genuine(), 'vpcd', options=house.trust_of(file) + more) as desk:
                self.assertEqual(desk.reader.inspect(self.lines)[0], status)
        self.refers(house.trust_of(old) + more, 'NO_BUNDLE', 'old')
        self.refers(house.trust_of(old) + more, 'NO_BUNDLE', 'old')
        with house.Desk(house.genuine(), 'vpcd', options=house.trust_of(old)) as desk: # nobody remembers
            self.assertEqual(desk.reader.inspect(self.lines)[0], PASS)
        self.assertEqual(os.listdir(state), ['trust-counter'])

    def test_a_state_that_is_lost(self):
        """What cannot be read is not taken for zero."""
        state = house.path('state2')
        os.makedirs(state, exist_ok=True)
        for name, data in {'garbage': b'garbage\n', 'empty': b'', 'negative': b'-1\n',
                           'too large': b'9' * 40 + b'\n'}.items():
            with self.subTest(name):
                with open(os.path.join(state, 'trust-counter'), 'wb') as f:
                    f.write(data)
                self.refers(house.trust_of() + ['--state', state], 'NO_BUNDLE', 'trust-counter')

    def test_a_state_folder_that_is_not_there(self):
        options = house.trust_of() + ['--state', house.path('no', 'folder')]
        with house.Desk(house.genuine(), 'vpcd', options=options) as desk:
            self.assertEqual(desk.reader.inspect(self.lines)[0], PASS)
            self.assertIn('counter cannot be kept', desk.reader.log())


if __name__ == '__main__':
    house.main()
