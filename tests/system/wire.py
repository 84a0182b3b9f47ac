"""wire: the protocol between host and reader, a second time.

Written from docs/link-protocol.md and the comments of firmware/link, in another language
and sharing no line with them: what the two agree on is the protocol.
"""
import socket
import struct
import time
import zlib

REQUEST, ANSWER, EVENT, REFUSAL = 1, 2, 3, 4
HELLO, INSPECT, CANCEL, PROGRESS, FILE = 1, 2, 3, 4, 5
HEADER = struct.Struct('>2sBBHHL')
PAYLOAD_MAX = 32768


# --- CBOR (RFC 8949), definite lengths -----------------------------------------------

def _head(major, n):
    for code, size, form in ((24, 1, '>B'), (25, 2, '>H'), (26, 4, '>L'), (27, 8, '>Q')):
        if n < 24:
            return bytes([major << 5 | n])
        if n < 1 << 8 * size:
            return bytes([major << 5 | code]) + struct.pack(form, n)
    raise ValueError(n)


def encode(value):
    if isinstance(value, bool):
        return b'\xf5' if value else b'\xf4'
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return _head(4, len(value)) + b''.join(map(encode, value))
    if isinstance(value, dict):
        return _head(5, len(value)) + b''.join(encode(k) + encode(v) for k, v in value.items())
    if value is None:
        return b'\xf6'
    raise TypeError(type(value))


def _argument(data, at):
    n = data[at] & 31
    if n < 24:
        return n, at + 1
    if n > 27:
        raise ValueError('indefinite or reserved length')
    size = 1 << n - 24
    if at + 1 + size > len(data):
        raise ValueError('cut off')
    return int.from_bytes(data[at + 1:at + 1 + size], 'big'), at + 1 + size


def _item(data, at):
    major = data[at] >> 5
    if data[at] in (0xf4, 0xf5):
        return data[at] == 0xf5, at + 1
    if data[at] == 0xf6:
        return None, at + 1
    n, at = _argument(data, at)
    if major == 0:
        return n, at
    if major == 1:
        return -1 - n, at
    if major in (2, 3):
        if at + n > len(data):
            raise ValueError('cut off')
        raw = bytes(data[at:at + n])
        return (raw if major == 2 else raw.decode()), at + n
    if major == 4:
        items = []
        for _ in range(n):
            value, at = _item(data, at)
            items.append(value)
        return items, at
    if major == 5:
        pairs = {}
        for _ in range(n):
            key, at = _item(data, at)
            if not isinstance(key, str) or key in pairs:
                raise ValueError('keys are texts, each once')
            pairs[key], at = _item(data, at)
        return pairs, at
    raise ValueError('major type %d' % major)


def decode(data):
    value, at = _item(data, 0)
    if at != len(data):
        raise ValueError('bytes behind the item')
    return value


# --- frames --------------------------------------------------------------------------

def frame(kind, number, type_, payload, version=1, magic=b'Vr', length=None):
    head = HEADER.pack(magic, version, kind, number, type_, len(payload) if length is None else length)
    return head + struct.pack('>L', zlib.crc32(head)) + payload


class Gone(Exception):
    """the reader closed the connection"""


class Late(Exception):
    """the reader said nothing in time"""


class Host:
    """A host of the reader, one connection."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.data = b''
        self.number = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, raw):
        self.socket.settimeout(10)
        try:
            self.socket.sendall(raw)
        except (BrokenPipeError, ConnectionResetError):
            raise Gone() from None

    def request(self, type_, message):
        self.number = self.number % 65535 + 1
        self.send(frame(REQUEST, self.number, type_, encode(message)))
        return self.number

    def _fill(self, count, until):
        while len(self.data) < count:
            left = until - time.monotonic()
            if left <= 0:
                raise Late()
            self.socket.settimeout(left)
            try:
                part = self.socket.recv(65536)
            except socket.timeout:
                raise Late() from None
            except ConnectionResetError:
                raise Gone() from None
            if not part:
                raise Gone()
            self.data += part

    def next(self, seconds=10):
        """(kind, number, type, message); a reader sends nothing but whole, right frames"""
        until = time.monotonic() + seconds
        self._fill(16, until)
        magic, version, kind, number, type_, length = HEADER.unpack(self.data[:12])
        check, = struct.unpack('>L', self.data[12:16])
        if (magic, version, check) != (b'Vr', 1, zlib.crc32(self.data[:12])) or length > PAYLOAD_MAX:
            raise ValueError('no frame of ours: ' + self.data[:16].hex())
        self._fill(16 + length, until)
        payload, self.data = self.data[16:16 + length], self.data[16 + length:]
        return kind, number, type_, decode(payload)

    def answer(self, number, seconds=10):
        """(kind, type, message, events): the last word on that request"""
        until, events = time.monotonic() + seconds, []
        while True:
            kind, of, type_, message = self.next(until - time.monotonic())
            if of == number and kind in (ANSWER, REFUSAL):
                return kind, type_, message, events
            if kind == EVENT:
                events.append((of, type_, message))

    def ask(self, type_, message, seconds=10):
        return self.answer(self.request(type_, message), seconds)

    def hello(self, seconds=2):
        kind, type_, message, _ = self.ask(HELLO, {'client': 'tests/system'}, seconds)
        if (kind, type_) != (ANSWER, HELLO):
            raise ValueError('hello: %r' % (message,))
        return message

    def inspect(self, mrz, seconds=30, **more):
        kind, type_, message, events = self.ask(INSPECT, dict(mrz=mrz, **more), seconds)
        if (kind, type_) != (ANSWER, INSPECT):
            raise ValueError('inspect: %r' % (message,))
        return message, events
