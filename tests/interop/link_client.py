#!/usr/bin/env python3
"""link_client: a host written from docs/link-protocol.md alone, against versod and verso-sim.

usage: link_client.py BIN RECIPE EAC      exit status 0 if the reader keeps to the text

EAC is the recipe of a document with terminal authentication by ecdsa-sha256; openssl signs for the terminal.
"""
import contextlib
import hashlib
import pathlib
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
import zlib

REQUEST, ANSWER, EVENT, REFUSAL = 1, 2, 3, 4
HELLO, INSPECT, CANCEL, PROGRESS, FILE, SIGN, SIGNATURE = 1, 2, 3, 4, 5, 6, 7
STAGES = ['MRZ', 'document', 'EF.CardAccess', 'PACE', 'EF.CardSecurity', 'application', 'access',
          'chip authentication', 'EF.COM', 'EF.SOD', 'signer', 'data groups', 'active authentication',
          'terminal authentication', 'originality', 'comparison', 'report']


def frame(id, type, payload=b'\xa0', version=1, kind=REQUEST):
    head = struct.pack('>2sBBHHI', b'Vr', version, kind, id, type, len(payload))
    return head + struct.pack('>I', zlib.crc32(head)) + payload


def cbor(value):
    def head(major, n):
        if n < 24:
            return bytes([major << 5 | n])
        return bytes([major << 5 | 24, n]) if n < 256 else struct.pack('>BH', major << 5 | 25, n)

    if isinstance(value, bool):
        return (b'\xf4', b'\xf5')[value]
    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, str):
        return head(3, len(value)) + value.encode('ascii')
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    return head(5, len(value)) + b''.join(cbor(k) + cbor(v) for k, v in value.items())


def uncbor(b, at=0):
    major, n = b[at] >> 5, b[at] & 31
    at += 1
    if major == 7:
        return n == 21, at
    if n >= 24:
        size = 1 << n - 24
        n, at = int.from_bytes(b[at:at + size], 'big'), at + size
    if major == 0:
        return n, at
    if major in (2, 3):
        return (b[at:at + n] if major == 2 else b[at:at + n].decode()), at + n
    items = []
    for _ in range(n * (major - 3)):  # 4: array, 5: map
        item, at = uncbor(b, at)
        items.append(item)
    return (items if major == 4 else dict(zip(items[::2], items[1::2]))), at


class Host:
    def __init__(self, path):
        self.s = socket.socket(socket.AF_UNIX)
        self.s.settimeout(30)
        self.s.connect(path)
        self.stream = self.s.makefile('rb')

    def next(self):
        """kind, id, type and payload of the next frame"""
        head = self.stream.read(16)
        if len(head) < 16:
            raise ConnectionError('the reader closed the connection')
        length, check = struct.unpack('>II', head[8:])
        assert head[:3] == b'Vr\1' and check == zlib.crc32(head[:12]) and length <= 32768, head
        payload, end = uncbor(self.stream.read(length))
        assert end == length
        return head[3], int.from_bytes(head[4:6], 'big'), int.from_bytes(head[6:8], 'big'), payload

    def ask(self, *frames, events=None):
        """Send; the next frame that is no event."""
        self.s.sendall(b''.join(frames))
        while True:
            f = self.next()
            if f[0] != EVENT:
                return f
            if events is not None:
                events.append(f)


def refused(f, id, type, error):
    assert f[:3] == (REFUSAL, id, type) and f[3]['error'] == error and f[3]['text'], f


def small_requests(path):
    h = Host(path)
    hello = h.ask(frame(1, HELLO, cbor({'client': 'text alone', 'later': 7})))
    assert hello[:3] == (ANSWER, 1, HELLO), hello
    assert set(hello[3]) == {'firmware', 'serial', 'frontend', 'profiles', 'bundle', 'today'}
    refused(h.ask(frame(2, 9)), 2, 9, 'E_UNSUPPORTED')
    refused(h.ask(frame(3, HELLO, b'?' * 99, version=2)), 3, HELLO, 'E_UNSUPPORTED')
    refused(h.ask(frame(4, INSPECT, b'\xa1')), 4, INSPECT, 'E_MALFORMED')
    refused(h.ask(frame(5, INSPECT, cbor({'mrz': 7}))), 5, INSPECT, 'E_MALFORMED')
    refused(h.ask(frame(6, INSPECT, cbor({}) + b'\0')), 6, INSPECT, 'E_MALFORMED')
    refused(h.ask(frame(7, INSPECT, cbor({'mrz': 'P' * 129}))), 7, INSPECT, 'E_TOO_LONG')
    refused(h.ask(frame(8, INSPECT, cbor({'profile': 'lenient'}))), 8, INSPECT, 'E_UNSUPPORTED')
    for id, (key, value, error) in enumerate((
            ('can', '12345X', 'E_MALFORMED'), ('can', '1' * 17, 'E_TOO_LONG'), ('can', b'1', 'E_MALFORMED'),
            ('challenge', b'7 bytes', 'E_MALFORMED'), ('challenge', b'nine byte', 'E_MALFORMED'),
            ('terminal', bytes(8193), 'E_TOO_LONG'), ('allow_bac', 1, 'E_MALFORMED')), 30):
        refused(h.ask(frame(id, INSPECT, cbor({key: value}))), id, INSPECT, error)
    refused(h.ask(frame(20, SIGNATURE, cbor({'signature': b''}))), 20, SIGNATURE, 'E_UNEXPECTED')
    assert h.ask(frame(9, CANCEL)) == (ANSWER, 9, CANCEL, {})
    wrong = frame(11, HELLO).replace(b'\0\1\0\0', b'\0\1\1\0')  # a longer length
    assert h.ask(b'Vr' * 50, wrong, frame(10, INSPECT)[:11], b'VVr\0', frame(12, HELLO, kind=EVENT),
                 frame(13, HELLO))[:3] == (ANSWER, 13, HELLO)
    assert Host(path).s.recv(1) == b''  # one host at a time
    refused(h.ask(frame(14, INSPECT), frame(15, HELLO)), 15, HELLO, 'E_UNEXPECTED')
    assert h.ask(frame(16, CANCEL)) == (ANSWER, 16, CANCEL, {})
    report = h.ask()
    assert report[:3] == (ANSWER, 14, INSPECT) and report[3]['verdict'] == 'retry'
    assert report[3]['cut']['code'] == 'E_CANCELLED'
    assert h.ask(frame(17, INSPECT), frame(18, CANCEL))[1:3] == (18, CANCEL)
    assert h.ask()[3]['verdict'] == 'retry'
    h.s.sendall(frame(19, INSPECT))
    while h.next() != (EVENT, 19, PROGRESS, {'stage': 'document', 'file': '', 'done': 0, 'total': 0}):
        pass
    time.sleep(0.1)  # it waits for a document now
    h.stream.close()
    h.s.close()  # a host goes away; the next is not told what the first asked for


def next_host(path):
    """Connect while the reader is still ending what the last host began."""
    for _ in range(100):
        h = Host(path)
        try:
            f = h.ask(frame(99, HELLO))
            assert f[1:3] == (99, HELLO), f
            if f[0] == ANSWER:
                return h
        except ConnectionError:
            pass  # turned away: the last host was not known to be gone yet
        time.sleep(0.05)
    raise TimeoutError


def whole_inspection(path, lines, folder):
    h, events = next_host(path), []
    f = h.ask(frame(100, INSPECT, cbor({'mrz': lines, 'files': True, 'wait_ms': 5000})), events=events)
    assert f[:3] == (ANSWER, 100, INSPECT) and f[3]['format'] == 1, f
    assert all(e[1] == 100 for e in events)
    at = [STAGES.index(e[3]['stage']) for e in events if e[2] == PROGRESS]
    assert at == sorted(at) and at[0] == 0
    files, groups = {}, f[3]['groups']
    for e in (e[3] for e in events if e[2] == FILE):
        assert len(files.get(e['file'], b'')) == e['offset'] and 1 <= len(e['data']) <= 4096
        files[e['file']] = files.get(e['file'], b'') + e['data']
        assert len(files[e['file']]) <= e['total']
    assert set(files) == {g for g in groups if groups[g] == 'identical'} >= {'DG1', 'DG2'}
    assert sorted(files, key=lambda g: int(g[2:])) == list(files)
    for name, data in files.items():
        assert data == (folder / (name + '.bin')).read_bytes(), name
    assert h.ask(frame(999, HELLO))[:3] == (ANSWER, 999, HELLO)  # no event after the answer
    return f[3]


def chip_authenticates(folder, challenge, response):
    """openssl's word on the chip's signature; the key is in DG15"""
    spki = (folder / 'DG15.bin').read_bytes()
    spki = spki[spki.index(b'\x30'):]
    (folder / 'aa.der').write_bytes(spki)
    (folder / 'aa.sig').write_bytes(response)
    run = subprocess.run(['openssl', 'pkeyutl', '-verifyrecover', '-pubin', '-keyform', 'DER', '-inkey', folder / 'aa.der',
                          '-in', folder / 'aa.sig', '-pkeyopt', 'rsa_padding_mode:none'], check=True, capture_output=True)
    m = run.stdout  # ISO/IEC 9796-2: 6A, M1, H(M1 challenge), trailer of SHA-256
    assert m[0] == 0x6A and m[-2:] == b'\x34\xcc', m.hex()
    return hashlib.sha256(m[1:-34] + challenge).digest() == m[-34:-2]


def sign(folder, data):
    """ECDSA with SHA-256 by openssl, then r and s side by side"""
    key = folder / 'terminal' / 'is.key'
    der = subprocess.run(['openssl', 'dgst', '-sha256', '-sign', key], input=data, check=True, capture_output=True).stdout
    assert der[0] == 0x30 and der[1] == len(der) - 2 and der[2] == 2, der.hex()
    r, s = der[4:4 + der[3]], der[6 + der[3]:]
    return b''.join(int.from_bytes(n, 'big').to_bytes(32, 'big') for n in (r, s))


def with_terminal(path, lines, folder, signature):
    """Inspect with the terminal's certificates; signature(data) is what the host answers."""
    h, challenge, files, signed = next_host(path), b'my turn!', set(), 0
    certificates = b''.join(f.read_bytes() for f in sorted((folder / 'terminal').glob('*.cvc')))
    h.s.sendall(frame(200, INSPECT, cbor({'mrz': lines, 'files': True, 'challenge': challenge, 'terminal': certificates,
                                          'wait_ms': 5000})))
    while True:
        kind, id, type, payload = h.next()
        if (kind, id, type) == (EVENT, 200, SIGN):
            signed += 1
            assert set(payload) == {'reference', 'algorithm', 'data', 'timeout_ms'}
            assert payload['reference'] == 'UTIS00001' and 1000 <= payload['timeout_ms'] <= 10000, payload
            assert payload['algorithm'].hex() == '04007f00070202020203'  # id-TA-ECDSA-SHA-256
            # ID_IC, the chip's challenge, X of our ephemeral key on brainpoolP224r1
            assert payload['data'][:10] == b'L898902C36' and len(payload['data']) == 10 + 8 + 28, payload
            refused(h.ask(frame(201, HELLO)), 201, HELLO, 'E_UNEXPECTED')
            refused(h.ask(frame(202, SIGNATURE, b'\xa1')), 202, SIGNATURE, 'E_MALFORMED')
            refused(h.ask(frame(203, SIGNATURE, cbor({'signature': bytes(513)}))), 203, SIGNATURE, 'E_TOO_LONG')
            # the second of two is too late, whatever became of the first
            assert h.ask(frame(204, SIGNATURE, cbor({'signature': signature(payload['data'])})),
                         frame(205, SIGNATURE, cbor({'signature': b''}))) == (ANSWER, 204, SIGNATURE, {})
            refused(h.ask(), 205, SIGNATURE, 'E_UNEXPECTED')
        elif (kind, id, type) == (EVENT, 200, FILE):
            files.add(payload['file'])
        elif kind != EVENT:
            break
    assert (kind, id, type, signed) == (ANSWER, 200, INSPECT, 1)
    facts = payload['facts']
    assert facts['chipauth.challenge'] == challenge.hex()
    assert chip_authenticates(folder, challenge, bytes.fromhex(facts['chipauth.response']))
    h.stream.close()
    h.s.close()
    return files, {c['id']: c['result'] for c in payload['checks']}['ele.access.ta']


def terminal_inspections(path, lines, folder):
    rows = (('a right signature', lambda data: sign(folder, data), 'successful', True),
            ('one over other bytes', lambda data: sign(folder, data + b'?'), 'failed', False),
            ('none', lambda data: b'', 'undetermined', False))
    for name, signature, result, fingers in rows:
        files, ta = with_terminal(path, lines, folder, signature)
        assert (ta, {'DG3', 'DG4'} <= files) == (result, fingers), (name, ta, files)
        assert {'DG1', 'DG2', 'DG14', 'DG15'} <= files, (name, files)


def printed_lines(folder):
    ini = (folder / 'document.ini').read_text().split('\n')
    return '\n'.join(l.split('=')[1].strip() for l in ini if re.match('mrz[123] *=', l))


def main(bin, recipe, eac):
    with tempfile.TemporaryDirectory() as tmp, contextlib.ExitStack() as programs:
        def start(*arguments):
            p = programs.enter_context(subprocess.Popen(arguments))
            programs.callback(p.terminate)
            return p

        doc, proofs, link = (pathlib.Path(tmp, name) for name in ('doc', 'proofs', 'link'))
        with socket.create_server(('127.0.0.1', 0)) as s:
            port = s.getsockname()[1]
        subprocess.run([f'{bin}/verso-perso', '--out', doc, recipe], check=True)
        subprocess.run([f'{bin}/verso-perso', '--out', proofs, eac], check=True)
        start(f'{bin}/versod', '--nfc', f'vpcd:{port}', '--link', f'unix:{link}')
        until = time.monotonic() + 10
        while not link.exists() and time.monotonic() < until:
            time.sleep(0.02)
        assert link.stat().st_mode & 0o777 == 0o600
        small_requests(str(link))
        sim = start(f'{bin}/verso-sim', '--document', doc, '--vpcd', f'127.0.0.1:{port}')
        report = whole_inspection(str(link), printed_lines(doc), doc)
        assert report['verdict'] == 'refer', report  # no trust bundle was given
        sim.terminate()
        sim.wait()
        start(f'{bin}/verso-sim', '--document', proofs, '--vpcd', f'127.0.0.1:{port}')
        terminal_inspections(str(link), printed_lines(proofs), proofs)


main(*sys.argv[1:])
