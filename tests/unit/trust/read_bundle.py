#!/usr/bin/env python3
"""read_bundle: a second reader of trust bundles, written from docs/trust-bundle.md alone.

usage: read_bundle.py VERSO_TRUST

Makes a key, CSCA certificates and a CRL (openssl), has VERSO_TRUST compile them, and reads the
bundle: signature (openssl), every page of the tree, every section.  Exits 1 at the first
difference, 77 without openssl.
"""
import hashlib, json, pathlib, shutil, struct, subprocess, sys, tempfile

PAGE, FAN_OUT = 4096, 128

def sha(b):
    return hashlib.sha256(b).digest()

def check(good, what):
    if not good:
        sys.exit(f'read_bundle: {what}')

def run(*args, ok=(0,)):
    r = subprocess.run([str(a) for a in args], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    check(r.returncode in ok, f'{args}: {r.returncode}: {r.stderr.decode()}')
    return r.stdout

def tlv(b):
    """tag, content, rest of the first DER element of b"""
    n, at = b[1], 2
    if n >= 0x80:
        at += n & 0x7F
        n = int.from_bytes(b[2:at], 'big')
    return b[0], b[at:at + n], b[at + n:]

def spki_of(cert):
    """the SubjectPublicKeyInfo, whole; and the subject's country"""
    tbs = tlv(tlv(cert)[1])[1]
    for _ in range(5):  # version, serial, algorithm, issuer, validity
        tbs = tlv(tbs)[2]
    subject, rest = tlv(tbs)[1], tlv(tbs)[2]
    spki = rest[:len(rest) - len(tlv(rest)[2])]
    at = subject.index(bytes.fromhex('0603550406')) + 5
    return spki, tlv(subject[at:])[1].upper()

def der_int(b):
    b = b.lstrip(b'\0') or b'\0'
    b = b'\0' + b if b[0] & 0x80 else b
    return bytes([2, len(b)]) + b

def check_signature(page, key, folder):
    r, s = der_int(page[4032:4064]), der_int(page[4064:4096])
    (folder / 'sig').write_bytes(bytes([0x30, len(r + s)]) + r + s)
    (folder / 'signed').write_bytes(page[:4032])
    run('openssl', 'dgst', '-sha256', '-verify', key, '-signature', folder / 'sig', folder / 'signed')

def check_tree(file, n, t, root):
    level, at, used = [file[(1 + i) * PAGE:(2 + i) * PAGE] for i in range(n)], 1 + n, 0
    while True:
        count = -(-len(level) // FAN_OUT)
        above = [file[(at + i) * PAGE:(at + i + 1) * PAGE] for i in range(count)]
        for i, page in enumerate(level):
            slot = i % FAN_OUT * 32
            check(above[i // FAN_OUT][slot:slot + 32] == sha(page), f'hash of page {i}')
        level, at, used = above, at + count, used + count
        if count == 1:
            break
    check(used == t and sha(level[0]) == root, 'root hash')
    check(len(file) == (1 + n + t) * PAGE, 'length of the file')

def records(sections, data, kind, size):
    count, offset, length = sections.get(kind, (0, 0, 0))
    check(count * size == length, f'section {kind}: {count} records in {length} bytes')
    return [data[offset + i * size:offset + (i + 1) * size] for i in range(count)]

def heap(sections, data, kind, offset, length):
    _, start, size = sections[kind]
    check(offset + length <= size, f'heap {kind}')
    return data[start + offset:start + offset + length]

def read(path, key, folder):
    file = path.read_bytes()
    head = file[:PAGE]
    magic, version, page, fan, features, base, counter, made, until, n, t, root, rows, _ = \
        struct.unpack('>8sHBBI16sQQQII32sII', head[:104])
    check((magic, version, page, fan, features) == (b'VERSO-TB', 1, 12, 7, 0), 'start of the header')
    check_signature(head, key, folder)
    check_tree(file, n, t, root)
    sections = {}
    for i in range(rows):
        kind, count, offset, length = struct.unpack('>IIII', head[104 + 16 * i:120 + 16 * i])
        check(offset + length <= n * PAGE, f'section {kind}')
        sections[kind] = (count, offset, length)
    return counter, base, sections, file[PAGE:(1 + n) * PAGE]

def check_anchors(sections, data, certs):
    anchors = records(sections, data, 1, 72)
    prints, by_key, by_country = [], [], []
    for i, a in enumerate(anchors):
        offset, length, _, flags, first, refs = struct.unpack('>6I', a[:24])
        cert = heap(sections, data, 2, offset, length)
        spki, country = spki_of(cert)
        check(cert in certs and a[24:56] == sha(cert), f'anchor {i}')
        check(a[56:72] == sha(spki)[:16] and flags == 3 and refs == 1, f'anchor {i}')
        check(records(sections, data, 10, 4)[first] == struct.pack('>I', certs.index(cert)), 'source')
        prints.append(a[24:56])
        by_key.append(sha(spki)[:16] + struct.pack('>I', i))
        by_country.append(country.ljust(16, b'\0') + struct.pack('>I', i))
    check(len(anchors) == len(certs) and prints == sorted(prints), 'anchors sorted')
    check(records(sections, data, 5, 20) == sorted(by_key), 'index by public key')
    check(records(sections, data, 6, 20) == sorted(by_country), 'index by country')
    check(len(records(sections, data, 4, 20)) == len(certs), 'index by name')
    check(records(sections, data, 4, 20) == sorted(records(sections, data, 4, 20)), 'sorted')

def folded_utopia(cn):
    """C=UT, CN=...: as the text says, by hand"""
    return (bytes.fromhex('31' '0603550406' '0C') + b'ut\0' +
            bytes.fromhex('31' '0603550403' '0C') + cn + b'\0')

def check_crl(sections, data):
    (crl,) = records(sections, data, 7, 80)
    country, authority, issuer = crl[:4], struct.unpack('>I', crl[4:8])[0], crl[8:40]
    this, following, offset, count, width, flags, source, _ = struct.unpack('>QQIIIIII', crl[40:])
    check(country == b'UT\0\0' and flags == 0 and following - this == 30 * 86400, 'CRL')
    check(authority < 3 and source == 3, 'CRL: authority, source')
    check(issuer == sha(folded_utopia(b'csca \xc3\xb6ne')), 'CRL: issuer, folded')
    check((count, width) == (1, 3), 'CRL: one serial number of two octets')
    check(heap(sections, data, 8, offset, 3) == bytes([2, 0x12, 0x34]), 'CRL: the serial number')

def check_sources(sections, data, files):
    for rec, file in zip(records(sections, data, 9, 48), files, strict=True):
        kind, offset, length, entries = struct.unpack('>4I', rec[32:])
        check(rec[:32] == sha(file.read_bytes()) and (kind, entries) == (1, 1), 'source')
        check(heap(sections, data, 11, offset, length).decode() == str(file), 'name of a source')

def make_inputs(folder):
    certs = []
    for i, name in enumerate(['/C=UT/CN=CSCA  Öne', '/C=UT/CN=Two', '/C=ZE/CN=CSCA Zembla']):
        key, cert = folder / f'{i}.key', folder / f'{i}.cer'
        run('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
            '-utf8', '-subj', name, '-keyout', key, '-out', folder / 'pem', '-days', '3650')
        run('openssl', 'x509', '-in', folder / 'pem', '-outform', 'DER', '-out', cert)
        certs.append(cert)
    (folder / 'index').write_text('R\t350101000000Z\t240101000000Z\t1234\tunknown\t/CN=x\n')
    (folder / 'crl.cnf').write_text(f'[ca]\ndefault_ca=d\n[d]\ndatabase={folder}/index\n'
                                    'default_md=sha256\n')
    run('openssl', 'ca', '-gencrl', '-config', folder / 'crl.cnf', '-keyfile', folder / '0.key', '-cert',
        certs[0], '-crldays', '30', '-out', folder / 'crl.pem')
    return certs, folder / 'crl.pem'

def main():
    if shutil.which('openssl') is None:
        sys.exit(77)
    program = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        certs, crl = make_inputs(folder)
        out = folder / 'bundle'
        run(program, 'keygen', '--out', folder / 'op')
        run(program, 'compile', '--out', out, '--key', folder / 'op', '--counter', '77', *certs, crl)
        counter, base, sections, data = read(out, folder / 'op.pub', folder)
        check(counter == 77, 'counter')
        check_anchors(sections, data, [c.read_bytes() for c in certs])
        check_crl(sections, data)
        check_sources(sections, data, [*certs, crl])
        shown = json.loads(run(program, 'show', out, '--key', folder / 'op.pub', '--json'))
        check(shown['base_id'] == base.hex() and shown['census']['certificates'] == 3, 'show')
        print('read: signature, tree, 3 anchors, 1 CRL, 4 sources')

main()
