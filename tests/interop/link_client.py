#!/usr/bin/env python3
"""link_client: a host written from docs/link-protocol.md alone, against versod and verso-sim.

usage: link_client.py BIN RECIPE      exit status 0 if the reader keeps to the text
"""
import contextlib
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
HELLO, INSPECT, CANCEL, PROGRESS, FILE = 1, 2, 3, 4, 5
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


def main(bin, recipe):
    with tempfile.TemporaryDirectory() as tmp, contextlib.ExitStack() as programs:
        def start(*arguments):
            p = programs.enter_context(subprocess.Popen(arguments))
            programs.callback(p.terminate)

        doc, link = pathlib.Path(tmp, 'doc'), pathlib.Path(tmp, 'link')
        with socket.create_server(('127.0.0.1', 0)) as s:
            port = s.getsockname()[1]
        subprocess.run([f'{bin}/verso-perso', '--out', doc, recipe], check=True)
        ini = (doc / 'document.ini').read_text().split('\n')
        lines = '\n'.join(l.split('=')[1].strip() for l in ini if re.match('mrz[123] *=', l))
        start(f'{bin}/versod', '--nfc', f'vpcd:{port}', '--link', f'unix:{link}')
        until = time.monotonic() + 10
        while not link.exists() and time.monotonic() < until:
            time.sleep(0.02)
        assert link.stat().st_mode & 0o777 == 0o600
        small_requests(str(link))
        start(f'{bin}/verso-sim', '--document', doc, '--vpcd', f'127.0.0.1:{port}')
        report = whole_inspection(str(link), lines, doc)
        assert report['verdict'] == 'refer', report  # no trust bundle was given


main(*sys.argv[1:])
