"""host_faults: hosts that send rubbish, that are two, that go away; and the honest next one."""
import os
import random
import socket
import stat
import time
import unittest

import house
import wire
from house import PASS, RETRY

RUBBISH = random.Random(20261121) # the same each time


def raw(kind=wire.REQUEST, number=7, type_=wire.HELLO, payload=b'\xa0', **more):
    return wire.frame(kind, number, type_, payload, **more)


class HostFaults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desk = house.Desk(house.genuine(), 'vpcd')
        cls.reader = cls.desk.reader
        cls.lines = house.mrz_lines(house.genuine())
        cls.mrz = '\n'.join(cls.lines)

    @classmethod
    def tearDownClass(cls):
        cls.desk.__exit__()

    def honest(self):
        """The next host is answered within two seconds, and what it is told is its own."""
        begun = time.monotonic()
        with self.reader.host() as host:
            self.assertEqual(host.hello()['frontend'].split(':')[0], 'vpcd')
        self.assertLess(time.monotonic() - begun, 2)
        self.assertIsNone(self.reader.process.poll(), self.reader.log())

    def tearDown(self):
        if self._outcome.success:
            self.honest()

    def test_an_honest_host(self):
        with self.reader.host() as host:
            hello = host.hello()
            self.assertEqual(hello['profiles'].split()[0], 'desk')
            self.assertIn('good until', hello['bundle'])
            report, events = host.inspect(self.mrz)
        self.assertEqual(report['verdict'], 'pass')
        stages = [m['stage'] for _, type_, m in events if type_ == wire.PROGRESS]
        self.assertIn('access', stages)
        self.assertIn('data groups', stages)
        self.assertFalse([e for e in events if e[1] == wire.FILE]) # it did not ask for files

    def test_files_in_order_if_asked_for(self):
        with self.reader.host() as host:
            _, events = host.inspect(self.mrz, files=True)
        files = {}
        for _, type_, m in events:
            if type_ == wire.FILE:
                have = files.setdefault(m['file'], b'')
                self.assertEqual(m['offset'], len(have))
                self.assertLessEqual(len(m['data']), 4096)
                files[m['file']] = have + m['data']
        self.assertEqual(sorted(files), ['DG1', 'DG11', 'DG12', 'DG14', 'DG2'])
        for name, data in files.items():
            self.assertEqual(data, house.contents(house.genuine(), name), name)

    def test_rubbish_before_an_honest_request(self):
        good = raw(number=99)
        rows = {
            'random bytes': RUBBISH.randbytes(5000),
            'zeros': bytes(5000),
            'half a header': good[:9],
            'header with another check': good[:15] + bytes([good[15] ^ 1]),
            'header that promises 4 GB': raw(length=0xffffffff),
            'header that promises one byte too many': raw(length=wire.PAYLOAD_MAX + 1),
            'the magic again and again': b'Vr' * 3000,
            'an answer, an event, a refusal': raw(kind=2) + raw(kind=3) + raw(kind=4),
            'kinds nobody knows': raw(kind=0) + raw(kind=255),
        }
        for name, bytes_ in rows.items():
            with self.subTest(name), self.reader.host() as host:
                host.send(bytes_)
                host.send(good)
                kind, _, message, _ = host.answer(99, 2)
                self.assertEqual((kind, message['frontend'].split(':')[0]), (wire.ANSWER, 'vpcd'))

    def test_rubbish_and_gone(self):
        for name, bytes_ in {'half a header': raw()[:9], 'half a payload': raw(payload=bytes(900))[:500],
                             'a header alone': raw(length=32768), 'random': RUBBISH.randbytes(100000),
                             'an inspect request': raw(type_=wire.INSPECT), 'nothing': b''}.items():
            with self.subTest(name):
                with self.reader.host() as host:
                    try:
                        host.send(bytes_)
                    except wire.Gone:
                        pass
                self.honest()

    def test_a_million_bytes_one_by_one(self):
        with self.reader.host() as host:
            host.socket.settimeout(30)
            for _ in range(1000000):
                host.socket.send(b'V')
            self.assertIn('profiles', host.hello(10))

    def test_another_version(self):
        with self.reader.host() as host:
            host.send(raw(version=2, number=5))
            kind, type_, message, _ = host.answer(5, 2)
            self.assertEqual((kind, message['error']), (wire.REFUSAL, 'E_UNSUPPORTED'))
            self.assertIn('profiles', host.hello())

    def test_requests_that_are_refused(self):
        deep = b'\xa1\x61x' + b'\x81' * 1000 + b'\x00'
        rows = {
            'unknown request': (77, b'\xa0', 'E_UNSUPPORTED'),
            'no map': (wire.INSPECT, b'\x80', 'E_MALFORMED'),
            'no CBOR': (wire.INSPECT, b'\xff\xff\xff', 'E_MALFORMED'),
            'nothing': (wire.INSPECT, b'', 'E_MALFORMED'),
            'a map of which nothing comes': (wire.INSPECT, b'\xbb' + b'\xff' * 8, 'E_MALFORMED'),
            'indefinite map': (wire.INSPECT, b'\xbf\xff', 'E_MALFORMED'),
            'bytes behind the map': (wire.INSPECT, b'\xa0\x00', 'E_MALFORMED'),
            'keys that are no text': (wire.INSPECT, wire.encode({}).replace(b'\xa0', b'\xa1\x01\x02'), 'E_MALFORMED'),
            'the MRZ is a number': (wire.INSPECT, wire.encode({'mrz': 5}), 'E_MALFORMED'),
            'text of 2^64 bytes': (wire.INSPECT, b'\xa1\x63mrz\x7b' + b'\xff' * 8, 'E_MALFORMED'),
            'nested without end': (wire.INSPECT, deep, 'E_MALFORMED'),
            'a time of 2^40': (wire.INSPECT, wire.encode({'wait_ms': 1 << 40}), 'E_MALFORMED'),
            'an MRZ of 30 kB': (wire.INSPECT, wire.encode({'mrz': 'P' * 30000}), 'E_TOO_LONG'),
            'no such profile': (wire.INSPECT, wire.encode({'profile': 'kiosk'}), 'E_UNSUPPORTED'),
        }
        with self.reader.host() as host:
            for i, (name, (type_, payload, error)) in enumerate(rows.items()):
                with self.subTest(name):
                    host.send(raw(number=100 + i, type_=type_, payload=payload))
                    kind, of, message, _ = host.answer(100 + i, 2)
                    self.assertEqual((kind, of, message['error']), (wire.REFUSAL, type_, error))
                    self.assertTrue(message['text'])

    def test_unknown_keys_are_passed_over(self):
        with self.reader.host() as host:
            report, _ = host.inspect(self.mrz, future={'a': [1, b'x', None, {'b': True}]})
        self.assertEqual(report['verdict'], 'pass')

    def test_a_second_host_is_turned_away(self):
        with self.reader.host() as first:
            first.hello()
            with self.reader.host() as second, self.assertRaises(wire.Gone):
                second.hello()
            first.hello() # and the first one has not noticed

    def waiting(self):
        """A host whose inspection waits for a document."""
        self.desk.sim.say('take')
        self.addCleanup(self.desk.sim.say, 'put')
        host = self.reader.host()
        self.addCleanup(host.close)
        number = host.request(wire.INSPECT, {'mrz': self.mrz, 'wait_ms': 20000})
        while host.next()[3].get('stage') != 'document':
            pass
        return host, number

    def test_cancel(self):
        host, number = self.waiting()
        cancel = host.request(wire.CANCEL, {})
        words = {}
        begun = time.monotonic()
        while len(words) < 2:
            kind, of, type_, message = host.next(3)
            if kind != wire.EVENT:
                words[of] = (kind, type_, message)
        self.assertLess(time.monotonic() - begun, 1.5)
        self.assertEqual(words[cancel], (wire.ANSWER, wire.CANCEL, {}))
        report = words[number][2]
        self.assertEqual((report['verdict'], report['cut']['code']), ('retry', 'E_CANCELLED'))
        self.assertEqual(house.reason_of(report, 'ele.access'), 'CANCELLED')
        host.close()

    def test_cancel_without_an_inspection(self):
        with self.reader.host() as host:
            self.assertEqual(host.ask(wire.CANCEL, {})[:3], (wire.ANSWER, wire.CANCEL, {}))
            self.assertEqual(host.inspect(self.mrz)[0]['verdict'], 'pass') # it cancels nothing later

    def test_busy(self):
        """A flood of requests while one runs: each is refused, and the one goes on."""
        host, number = self.waiting()
        flood = [host.request(wire.INSPECT if i % 2 else wire.HELLO, {}) for i in range(100)]
        self.desk.sim.say('put')
        refused, report = [], None
        while report is None or len(refused) < len(flood):
            kind, of, _, message = host.next()
            if kind == wire.REFUSAL:
                self.assertEqual(message['error'], 'E_UNEXPECTED')
                refused.append(of)
            elif kind == wire.ANSWER:
                self.assertEqual(of, number)
                report = message
        self.assertEqual(refused, flood)
        self.assertEqual(report['verdict'], 'pass')
        host.close()

    def test_gone_while_waiting_for_a_document(self):
        host, _ = self.waiting()
        host.close()
        self.honest()

    def test_gone_in_the_middle(self):
        """The next host waits already when the first goes, and hears nothing that is not its own."""
        slow = house.copy_of(house.genuine(), 'slow', '[rule.slow]\ncommand = *\ndelay_ms = 20\n')
        self.desk.put(slow)
        self.addCleanup(self.desk.put, house.genuine())
        for stage in 'access', 'EF.SOD', 'data groups', 'comparison':
            with self.subTest(stage):
                first = self.reader.host()
                first.request(wire.INSPECT, {'mrz': self.mrz, 'files': True})
                while first.next()[3].get('stage') != stage:
                    pass
                begun = time.monotonic()
                first.close()
                with self.reader.host() as second:
                    number = second.request(wire.HELLO, {})
                    kind, of, type_, message = second.next(2)
                    self.assertEqual((kind, of, type_), (wire.ANSWER, number, wire.HELLO), message)
                    self.assertLess(time.monotonic() - begun, 2)
                    with self.assertRaises(wire.Late): # and nothing after it
                        self.fail(second.next(0.3))

    def test_gone_as_soon_as_asked(self):
        for _ in range(50):
            host = self.reader.host()
            host.request(wire.INSPECT, {'mrz': self.mrz, 'files': True})
            host.close()
        self.honest()
        self.assertEqual(self.reader.inspect(self.lines)[0], PASS)

    def test_one_after_the_other(self):
        for _ in range(100): # each closes before the reader has noticed
            self.assertEqual(self.reader.verso('info')[0], 0)

    def test_a_host_that_does_not_read(self):
        """Its place is taken from it, so that it does not hold the reader."""
        host = self.reader.host()
        host.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        try:
            for _ in range(20000):
                host.send(raw())
        except (wire.Gone, socket.timeout):
            pass
        host.close()

    def test_terminated_in_the_middle(self):
        with house.Desk(house.copy_of(house.genuine(), 'slower', '[rule.slow]\ncommand = *\ndelay_ms = 50\n'),
                        'vpcd') as desk:
            host = desk.reader.host()
            host.request(wire.INSPECT, {'mrz': self.mrz})
            while host.next()[3].get('stage') != 'EF.SOD':
                pass
            self.assertEqual(desk.reader.stop(5), 0)
            self.assertFalse(os.path.exists(desk.reader.link))
            host.close()


class Socket(unittest.TestCase):
    """The socket itself."""

    def versod(self, link, *options):
        return house.run([house.program('versod'), '--nfc', 'vpcd:%d' % house.free_port(), '--link', link,
                          *options], seconds=5)

    def test_its_owners_alone(self):
        old = os.umask(0)
        try:
            with house.Reader('vpcd:%d' % house.free_port()) as reader:
                self.assertEqual(stat.S_IMODE(os.stat(reader.link).st_mode), 0o600)
                self.assertEqual(reader.stop(), 0)
                self.assertFalse(os.path.exists(reader.link))
        finally:
            os.umask(old)

    def test_a_stale_socket_is_replaced(self):
        link = house.path('stale')
        with house.Reader('vpcd:%d' % house.free_port(), link=link) as reader:
            reader.process.kill()
            reader.process.wait()
        self.assertTrue(os.path.exists(link))
        with house.Reader('vpcd:%d' % house.free_port(), link=link) as reader, reader.host() as host:
            host.hello()

    def test_a_living_one_is_not(self):
        with house.Reader('vpcd:%d' % house.free_port()) as reader:
            status, _, err = self.versod('unix:' + reader.link)
            self.assertEqual(status, 69)
            self.assertIn(reader.link, err)
            with reader.host() as host:
                host.hello()

    def test_a_file_is_not(self):
        file = house.path('precious')
        with open(file, 'w') as f:
            f.write('precious')
        status, _, err = self.versod('unix:' + file)
        self.assertEqual(status, 69)
        self.assertIn(file, err)
        with open(file) as f:
            self.assertEqual(f.read(), 'precious')

    def test_addresses_that_are_none(self):
        for link, want in {'unix:' + '/tmp/' + 'x' * 200: 'long', 'tcp:1234': 'unix:PATH', 'unix:': 'unix:PATH',
                           'usb': 'none', 'unix:/no/such/folder/s': 'No such file'}.items():
            with self.subTest(link):
                status, out, err = self.versod(link)
                self.assertEqual((status, out), (69, ''))
                self.assertEqual(err.count('\n'), 1, err)
                self.assertIn(want, err)


if __name__ == '__main__':
    house.main()
