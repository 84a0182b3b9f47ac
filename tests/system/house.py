"""house: what the system tests share: documents, bundles, and the programs at work.

Every program started here dies with the test, and every file lies in one folder that goes.
"""
import contextlib
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import wire

BIN = os.environ.get('VERSO_BIN', '')
SHARED = os.environ.get('VERSO_SHARED', '')
RECIPES = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'recipes')
PASS, FAIL, REFER, RETRY = 0, 1, 2, 3
WORDS = {PASS: 'pass', FAIL: 'fail', REFER: 'refer', RETRY: 'retry'}

_libc = ctypes.CDLL(None)
_folder = tempfile.mkdtemp(prefix='verso-system-')


def program(name):
    return os.path.join(BIN, name)


def path(*names):
    return os.path.join(_folder, *names)


def _die_with_us():
    _libc.prctl(1, signal.SIGKILL)


def spawn(arguments, **more):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(('LIBNFC', 'VERSO_'))}
    return subprocess.Popen(arguments, preexec_fn=_die_with_us, env=environment, **more)


def run(arguments, stdin='', seconds=30):
    """(exit status, stdout, stderr); for programs that end by themselves"""
    p = spawn(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        out, err = p.communicate(stdin.encode(), seconds)
    except subprocess.TimeoutExpired:
        p.kill()
        p.communicate()
        raise AssertionError('%s did not end in %d s' % (' '.join(arguments), seconds)) from None
    return p.returncode, out.decode(), err.decode()


def wait_until(true, seconds=5, what='it'):
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise AssertionError('%s did not happen in %g s' % (what, seconds))
        time.sleep(0.01)


# --- processes --------------------------------------------------------------------------

def _stat(pid):
    try:
        with open('/proc/%d/stat' % pid) as f:
            return f.read().rpartition(')')[2].split()
    except OSError:
        return None


def is_alive(pid):
    fields = _stat(pid)
    return fields is not None and fields[0] not in 'ZX'


def children_of(pid):
    return sorted(int(p) for p in os.listdir('/proc')
                  if p.isdigit() and (_stat(int(p)) or ['', '0'])[1] == str(pid) and is_alive(int(p)))


def family_of(pid):
    """its children and theirs, without itself"""
    children = children_of(pid)
    return children + [g for c in children for g in family_of(c)]


# --- documents and bundles --------------------------------------------------------------

def must(arguments):
    status, out, err = run(arguments)
    if status != 0:
        raise RuntimeError('%s: %d\n%s%s' % (' '.join(arguments), status, out, err))
    return out


def make(folder, recipe, *options):
    """A document in that folder, unless it is there, of a recipe's name or a file of cases; documents
    share the issuer's keys."""
    if not os.path.isdir(folder):
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        issuer = ['--issuer', path('issuer-' + recipe if recipe.startswith('unknown') else 'issuer')]
        if recipe == 'matrix': # has a CSCA of its own, the same in all its documents by --keys
            issuer = []
        file = recipe if os.path.isabs(recipe) else os.path.join(RECIPES, recipe + '.recipe')
        must([program('verso-perso'), '--out', folder, *issuer, *options, file])
    return folder


def document(name, recipe='utopia', **settings):
    """The folder of a document, made once."""
    more = [a for k, v in settings.items() for a in ('--set', k.replace('__', '.') + '=' + v)]
    return make(path('documents', name), recipe, *more)


def genuine():
    return document('genuine')


def copy_of(folder, name, ini='', **files):
    """A document like that one, with lines behind document.ini and other files."""
    to = path('documents', name)
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(folder, to)
    os.chmod(to, 0o700)
    for f in os.listdir(to):
        os.chmod(os.path.join(to, f), 0o700)
    with open(os.path.join(to, 'document.ini'), 'a') as f:
        f.write('\n' + ini)
    for file, contents in files.items():
        with open(os.path.join(to, file + '.bin'), 'wb') as f:
            f.write(contents)
    return to


def mrz_lines(folder):
    with open(os.path.join(folder, 'document.ini')) as f:
        return [line.split('=', 1)[1].strip() for line in f
                if line.split('=')[0].strip() in ('mrz1', 'mrz2', 'mrz3')]


def contents(folder, file):
    with open(os.path.join(folder, file + '.bin'), 'rb') as f:
        return f.read()


def operator_key(name='operator'):
    key = path(name + '.key')
    if not os.path.exists(key):
        must([program('verso-trust'), 'keygen', '--out', key])
    return key


def bundle(name='trust', key='operator', counter=None, inputs=None):
    """A trust bundle's file; of Utopia unless inputs say otherwise."""
    file = path(name + '.bundle')
    if not os.path.exists(file):
        inputs = inputs or [os.path.join(genuine(), f) for f in ('csca.cer', 'csca.crl')]
        status, out, err = run([program('verso-trust'), 'compile', '--out', file, '--key', operator_key(key),
                                *(['--counter', str(counter)] if counter else []), *inputs])
        if status not in (0, 1): # 1: something was left out, and said
            raise RuntimeError('verso-trust: %d\n%s%s' % (status, out, err))
    return file


def trust_of(file=None, key='operator'):
    """versod's options for a bundle"""
    return ['--trust', file or bundle(), '--trust-key', operator_key(key) + '.pub']


# --- the programs at work ---------------------------------------------------------------

_numbers = iter(range(1, 1 << 30))


class Program:
    def __init__(self, arguments, **more):
        self.log_path = path('log-%d' % next(_numbers))
        with open(self.log_path, 'w') as log:
            self.process = spawn(arguments, stderr=log, **more)

    def log(self):
        with open(self.log_path, errors='replace') as f:
            return f.read()

    def wait_for(self, text, seconds=20):
        def there():
            if text in self.log():
                return True
            if self.process.poll() is not None:
                raise AssertionError('ended with %d: %s' % (self.process.returncode, self.log()))
            return False
        wait_until(there, seconds, "'%s' in the log" % text)

    def stop(self, seconds=10):
        """the exit status after SIGTERM"""
        self.process.terminate()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError('did not end when told to: ' + self.log()) from None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


class Sim(Program):
    """verso-sim, obeying say()."""

    def __init__(self, folder, *options):
        super().__init__([program('verso-sim'), '--document', folder, '--control', *options],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self._hear() != 'ready':
            raise RuntimeError('verso-sim: ' + self.log())

    def _hear(self):
        return self.process.stdout.readline().decode().rstrip('\n')

    def say(self, line):
        self.process.stdin.write(line.encode() + b'\n')
        self.process.stdin.flush()
        answer = self._hear()
        if answer != 'ok':
            raise RuntimeError('verso-sim: %s: %s' % (line, answer))


class Reader(Program):
    """versod, ready for a host."""

    def __init__(self, nfc, *options, link=None):
        self.link = link or path('reader-%d' % next(_numbers))
        super().__init__([program('versod'), '--nfc', nfc, '--link', 'unix:' + self.link, *options])
        self.wait_for('ready on')

    def host(self):
        return wire.Host(self.link)

    def verso(self, *arguments, stdin='', seconds=30):
        return run([program('verso'), '--reader', 'unix:' + self.link, *arguments], stdin, seconds)

    def inspect(self, lines, *options, seconds=60):
        """(exit status, report): what verso inspect --json says"""
        mrz = ['--mrz', '-'] if lines else []
        status, out, err = self.verso('inspect', '--json', *mrz, *options,
                                      stdin='\n'.join(lines or []), seconds=seconds)
        if status > RETRY or out.count('\n') != 1:
            raise AssertionError('verso: %d\n%s%s' % (status, out, err))
        report = json.loads(out)
        if report['verdict'] != WORDS[status]:
            raise AssertionError('verdict %s, exit status %d' % (report['verdict'], status))
        return status, report


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


class Desk:
    """A reader with a document on it, over 'pn532' (libnfc) or 'vpcd'."""

    def __init__(self, folder, way='pn532', options=None, sim=()):
        n = next(_numbers)
        options = trust_of() if options is None else options
        self.tty = path('pn532-%d' % n)
        self.transcript = path('transcript-%d' % n)
        self.sim = self.reader = None
        sim = ('--transcript', self.transcript, *sim)
        if way == 'pn532':
            self.sim = Sim(folder, '--pn532', self.tty, *sim)
            self.reader = Reader('pn532_uart:' + self.tty, *options)
        else:
            port = free_port()
            self.reader = Reader('vpcd:%d' % port, *options)
            self.sim = Sim(folder, '--vpcd', '127.0.0.1:%d' % port, *sim)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with self.sim, self.reader:
            pass

    def put(self, folder):
        self.sim.say('put ' + folder)


# --- reports ------------------------------------------------------------------------------

def checks_of(report):
    return {c['id']: (c['result'], c.get('reason', '')) for c in report['checks']}


def result_of(report, check):
    return checks_of(report)[check][0]


def reason_of(report, check):
    return checks_of(report)[check][1]


def notes_of(report):
    return {(n['note'], n['place']) for n in report['notes']}


def evidence_of(report):
    """All that was found out, without times and notes."""
    return checks_of(report), report['groups'], report['facts']


# --- tests --------------------------------------------------------------------------------

def needs_shared(*names):
    folder = os.path.join(SHARED, *names)
    return unittest.skipUnless(SHARED and os.path.exists(folder), 'VERSO_SHARED does not name the public data')


def main(argv=None):
    """Run the tests of the calling file; 77 if none could run."""
    try:
        ran = unittest.main(argv=argv, exit=False, verbosity=2).result
    finally:
        if '--keep' in os.environ.get('VERSO_SYSTEM', ''):
            print('kept: ' + _folder)
        else:
            shutil.rmtree(_folder, ignore_errors=True)
    if not ran.wasSuccessful() or ran.testsRun == 0:
        sys.exit(1)
    if len(ran.skipped) < ran.testsRun:
        sys.exit(0)
    sys.stderr.flush()
    print('skipped: ' + '; '.join(sorted({why for _, why in ran.skipped})))
    sys.exit(77)
