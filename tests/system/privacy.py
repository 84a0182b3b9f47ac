"""privacy: after an inspection nothing of the traveller is left in the reader's memory, nor on a disk.

Looks for it in all that versod and its children can write to.  Only root may look there,
because versod keeps everybody else out (which is looked at, too).
"""
import contextlib
import hashlib
import os
import resource
import unittest

import house
import wire
from house import PASS, RETRY


def memory_of(pid):
    """All writable memory of a process, mapping by mapping; nothing if it has ended."""
    if not house.is_alive(pid):
        return
    with open('/proc/%d/maps' % pid) as maps, open('/proc/%d/mem' % pid, 'rb', 0) as mem:
        for line in maps:
            place, rights = line.split()[:2]
            if rights[:2] != 'rw':
                continue
            begin, end = (int(x, 16) for x in place.split('-'))
            try:
                mem.seek(begin)
                left, data = end - begin, b''
                while left > 0:
                    part = mem.read(min(left, 1 << 20))
                    if not part:
                        break
                    data += part
                    left -= len(part)
            except OSError:
                continue # no page of it can be read: [vvar]
            yield line.split(None, 5)[5].strip() if line.count('/') or '[' in line else 'anonymous', data


def key_seed(line):
    """Doc 9303-11 clause 9.7.2, from the second line of a TD3"""
    return hashlib.sha1((line[:10] + line[13:20] + line[21:28]).encode()).digest()[:16]


def derived(seed, counter):
    """Clause 9.7.1.1, before parity: eight bytes of each half, without their low bits, are compared"""
    return hashlib.sha1(seed + counter.to_bytes(4, 'big')).digest()[:16]


def with_parity(key):
    return bytes((b & 0xfe) | (bin(b >> 1).count('1') + 1) % 2 for b in key)


def secrets_of(folder):
    first, second = house.mrz_lines(folder)
    number, portrait = second[:9], house.contents(folder, 'DG2')
    seed = key_seed(second)
    rows = {
        'document number': number.encode(),
        'name': first[5:].split('<<')[0].encode(),
        'given names': first[5:].split('<<')[1].rstrip('<').encode(),
        'second line': second[10:30].encode(),
        'MRZ information': (second[:10] + second[13:20]).encode(),
        'K_seed': seed,
    }
    for i, name in ((1, 'K_enc'), (2, 'K_mac')):
        for half in 0, 8:
            key = derived(seed, i)[half:half + 8]
            rows['%s, half %d' % (name, half // 8)] = key
            rows['%s, half %d, with parity' % (name, half // 8)] = with_parity(key)
    for at in range(100, len(portrait) - 16, 97):
        rows['portrait from %d' % at] = portrait[at:at + 16]
    for file in 'DG11', 'DG12', 'EF.SOD':
        data = house.contents(folder, file)
        rows['middle of ' + file] = data[len(data) // 2:len(data) // 2 + 16]
    return rows


def found_in(pid, secrets):
    found = {}
    for place, data in memory_of(pid):
        for name, secret in secrets.items():
            if secret in data:
                found.setdefault(place, []).append(name)
    return found


def open_files(pid):
    names = set()
    for fd in os.listdir('/proc/%d/fd' % pid):
        try:
            names.add(os.readlink('/proc/%d/fd/%s' % (pid, fd)))
        except FileNotFoundError:
            pass
    return names


@unittest.skipIf(os.environ.get('VERSO_SANITIZED') == '1',
                 'the sanitizer keeps what was freed, and terabytes of its own')
@unittest.skipUnless(os.geteuid() == 0, 'only root may look into the memory of versod')
class Memory(unittest.TestCase):
    way = 'pn532'

    def expect_nothing(self, desk, secrets):
        with desk.reader.host() as host, contextlib.suppress(wire.Gone): # a host is there, and has asked
            host.hello() # answered once the inspection has come to its end, which is after its report
        family = [desk.reader.process.pid] + house.family_of(desk.reader.process.pid)
        for pid in family:
            try:
                found = found_in(pid, secrets)
            except (ProcessLookupError, FileNotFoundError):
                continue # it has ended meanwhile, and its memory with it
            self.assertEqual(found, {}, 'versod' if pid == family[0] else 'its child')
        return [pid for pid in family if house.is_alive(pid)]

    def setUp(self):
        self.folder = house.document('claire', person__surname='QUAGMIRE', person__given='CLAIRE',
                                     mrz__number='X7K9Q2ZW8', person__birth='1969-02-17')
        self.secrets = secrets_of(self.folder)
        self.lines = house.mrz_lines(self.folder)

    def desk(self, *sim):
        return house.Desk(self.folder, self.way, sim=sim)

    def test_the_search_finds(self):
        """What is searched for is found while it is there: in the middle of an inspection, and in a host."""
        with self.desk('--rule', 'command=00B0??????;nth=60;delay_ms=1500') as desk:
            host = desk.reader.host()
            host.request(wire.INSPECT, {'mrz': '\n'.join(self.lines)})
            while True:
                message = host.next()[3]
                if message.get('file') == 'DG2' and message.get('done', 0) > 2000:
                    break
            found = [n for names in found_in(desk.reader.process.pid, self.secrets).values() for n in names]
            for name in 'document number', 'name', 'portrait from 100', 'middle of EF.SOD':
                self.assertIn(name, found)
            host.close()

    def test_after_an_inspection(self):
        with self.desk() as desk:
            self.assertEqual(desk.reader.inspect(self.lines)[0], PASS)
            self.expect_nothing(desk, self.secrets)

    def test_after_one_whose_files_were_sent(self):
        with self.desk() as desk, desk.reader.host() as host:
            report, events = host.inspect('\n'.join(self.lines), files=True)
            self.assertEqual(report['verdict'], 'pass')
            self.assertTrue([e for e in events if e[1] == wire.FILE])
            host.hello() # the inspection has ended
            self.expect_nothing(desk, self.secrets)

    def test_after_one_that_was_cut(self):
        for rule in ('command=*;nth=3;vanish=after', 'command=*;nth=40;vanish=before',
                     'command=*;nth=40;sm=badmac', 'command=*;nth=40;wire_cut=1'):
            with self.subTest(rule), self.desk('--rule', rule) as desk:
                status, _ = desk.reader.inspect(self.lines, '--wait', '2')
                self.assertIn(status, (PASS, RETRY))
                self.expect_nothing(desk, self.secrets)

    def test_after_the_host_had_gone(self):
        with self.desk('--rule', 'command=*;delay_ms=10') as desk:
            for stage in 'access', 'EF.SOD', 'data groups':
                with self.subTest(stage):
                    with desk.reader.host() as host:
                        host.request(wire.INSPECT, {'mrz': '\n'.join(self.lines), 'files': True})
                        while host.next()[3].get('stage') != stage:
                            pass
                    with desk.reader.host() as host:
                        host.hello()
                    self.expect_nothing(desk, self.secrets)

    def test_after_requests_that_were_refused(self):
        """An MRZ in a request that cannot be read, or in half a frame of a host that has gone."""
        whole = wire.frame(wire.REQUEST, 9, wire.INSPECT, wire.encode({'mrz': '\n'.join(self.lines), 'wait_ms': 'x'}))
        with self.desk() as desk:
            with desk.reader.host() as host:
                host.send(whole)
                self.assertEqual(host.answer(9)[0], wire.REFUSAL)
                host.hello()
                self.expect_nothing(desk, self.secrets)
                host.send(whole[:-3])
            with desk.reader.host() as host:
                host.hello()
            self.expect_nothing(desk, self.secrets)

    def test_a_wrong_key(self):
        wrong = house.document('dora', person__given='DORA', mrz__number='W6Z5Y4X3V')
        with self.desk() as desk:
            self.assertEqual(desk.reader.inspect(house.mrz_lines(wrong))[0], RETRY)
            self.expect_nothing(desk, secrets_of(wrong))

    def test_nobody_else_may_look(self):
        with self.desk() as desk:
            self.assertEqual(desk.reader.inspect(self.lines)[0], PASS)
            for pid in self.expect_nothing(desk, self.secrets):
                self.assertEqual(resource.prlimit(pid, resource.RLIMIT_CORE), (0, 0))
                # what is not dumpable belongs to root in /proc
                self.assertEqual(os.stat('/proc/%d/mem' % pid).st_uid, 0)

    def test_not_dumpable(self):
        """As another user: /proc/PID then belongs to root."""
        nobody = 65534
        link = '/tmp/verso-system-nobody-%d' % os.getpid()
        p = house.spawn([house.program('versod'), '--nfc', 'vpcd:%d' % house.free_port(), '--link', 'unix:' + link],
                        user=nobody, group=nobody, stderr=-3)
        try:
            house.wait_until(lambda: os.path.exists(link) or p.poll() is not None)
            if p.poll() is not None:
                self.skipTest('versod cannot run as nobody here')
            self.assertEqual(os.stat('/proc/%d/mem' % p.pid).st_uid, 0)
        finally:
            p.terminate()
            p.wait()

    def test_no_file_is_written(self):
        with self.desk() as desk:
            before = {pid: open_files(pid) for pid in [desk.reader.process.pid] + house.family_of(desk.reader.process.pid)}
            seen = set(os.listdir(house.path())) | set(os.listdir('.'))
            self.assertEqual(desk.reader.inspect(self.lines)[0], PASS)
            for pid, files in before.items():
                if house.is_alive(pid):
                    new = {f for f in open_files(pid) - files if not f.startswith(('socket:', 'anon_inode:', '/dev/pts'))}
                    self.assertEqual(new, set())
                    own = files - open_files(os.getpid()) - {desk.reader.log_path} # standard three, its log
                    self.assertEqual([f for f in own if not f.startswith(('socket:', 'anon_inode:', '/dev/'))], [])
            self.assertEqual((set(os.listdir(house.path())) | set(os.listdir('.'))) - seen, set())
            self.assertEqual(len(desk.reader.log().splitlines()), 1)


class OverVpcd(Memory):
    way = 'vpcd'
    test_nobody_else_may_look = test_not_dumpable = test_no_file_is_written = None


if __name__ == '__main__':
    house.main()
