#!/usr/bin/env python3
"""inspect_bench: what one inspection costs the reader, and how its commands split.

Starts verso-sim and versod for each document, inspects it over libnfc and the simulated
PN532, and prints one table row a document:

  apdus, to, from    commands, and bytes of them and of their answers, as the reader counts
                     them: with secure messaging, without the blocks of ISO 14443-4
  versod, nfc        CPU milliseconds (user and system) of versod and of its NFC child with
                     the workers it started, from /proc/PID/stat, a mean over the runs
  wall, chip         milliseconds from order to result, and of them waiting for the chip;
                     medians.  A simulated PN532 on a pty has no baud rate
  RssAnon, HWM       KiB: private memory of versod before, at most during and after the runs;
                     the child's keeper and worker at most; VmHWM of versod (files included)

and a second table: the plain commands by purpose.

usage: inspect_bench.py BIN-FOLDER TRUST-BUNDLE TRUST-KEY RUNS FOLDER[@DATE]...
"""

import collections
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
FILES = {0x011E: "COM", 0x011D: "SOD", **{0x0100 + n: f"DG{n}" for n in range(1, 17)}}


def field(pid, name):
    """KiB of a line of /proc/PID/status; 0 when the process or the line has gone."""
    try:
        text = pathlib.Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = re.search(rf"^{name}:\s+(\d+)", text, re.M)
    return int(found.group(1)) if found else 0


def children(pid):
    try:
        return [int(n) for n in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def cpu_ms(pid):
    """User and system time of a process and of its children that have ended."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(n) for n in fields[11:15]) * TICK_MS


def wait_for(path, text, process):
    for _ in range(200):
        if text in path.read_text():
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    sys.exit(f"inspect_bench: no '{text}' in {path}: {path.read_text()}")


class Reader:
    """A simulated chip with a PN532 around it, and a reader for it."""

    def __init__(self, room, bin_folder, document, trust, key, date):
        self.room, self.bin = room, bin_folder
        self.mrz = "".join(
            line.partition("=")[2].strip() + "\n"
            for line in (document / "document.ini").read_text().splitlines()
            if line.startswith("mrz")
        )
        self.transcript = room / "transcript"
        self.sim = self.start("verso-sim", "--document", document, "--pn532", room / "pn532",
                              "--transcript", self.transcript)
        arguments = ["--nfc", f"pn532_uart:{room / 'pn532'}", "--link", f"unix:{room / 'link'}",
                     "--trust", trust, "--trust-key", key]
        self.versod = self.start("versod", *arguments, *(["--date", date] if date else []))
        self.keeper = children(self.versod.pid)[0]

    def start(self, name, *arguments):
        log = self.room / f"{name}.log"
        with log.open("w") as out:
            process = subprocess.Popen([self.bin / name, *arguments], stdin=subprocess.DEVNULL,
                                       stdout=out, stderr=out)
        wait_for(log, "ready", process)
        return process

    def begin(self):
        self.host = subprocess.Popen(
            [self.bin / "verso", "--reader", f"unix:{self.room / 'link'}", "inspect", "--quiet",
             "--json", "--mrz", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.host.stdin.write(self.mrz.encode())
        self.host.stdin.close()

    def end(self):
        report = json.loads(self.host.stdout.read())
        self.host.stdout.close()
        self.host.wait()
        time.sleep(0.02)  # for the reader to see that its host has left
        return report

    def close(self):
        for process in (self.versod, self.sim):
            process.terminate()
            process.wait()


def sample(reader, runs=5):
    """The most private memory of versod, keeper and worker while it inspects."""
    most = [0, 0, 0]
    for _ in range(runs):
        reader.begin()
        while reader.host.poll() is None:
            pids = [reader.versod.pid, reader.keeper, *children(reader.keeper)[:1]]
            for i, pid in enumerate(pids):
                most[i] = max(most[i], field(pid, "RssAnon"))
            time.sleep(0.001)
        reader.end()
    return most


def purposes(transcript):
    """Plain commands by file and purpose, of the first inspection in the transcript."""
    counts, current = collections.OrderedDict(), None
    for line in transcript.read_text().splitlines():
        found = re.match(r"\d+ > ([0-9A-F]+)$", line)
        if found is None:
            continue
        apdu = bytes.fromhex(found.group(1))
        ins, p1, p2 = apdu[1], apdu[2], apdu[3]
        if ins == 0xA4 and p1 == 0x04:
            if counts:
                break
            key = ("-", "select")
        elif ins == 0xA4:
            current = FILES.get(int.from_bytes(apdu[5:7], "big"), "?")
            key = (current, "select")
        elif ins in (0xB0, 0xB1):
            if ins == 0xB0 and p1 & 0x80:
                current = FILES.get(0x0100 + (p1 & 0x1F), "?")
            key = (current, "header" if p1 & 0x80 or (p1, p2) == (0, 0) else "body")
        else:
            key = ("-", "access")
        counts[key] = counts.get(key, 0) + 1
    return counts


def measure(bin_folder, trust, key, runs, document, date):
    with tempfile.TemporaryDirectory(prefix="verso-bench.") as folder:
        reader = Reader(pathlib.Path(folder), bin_folder, document, trust, key, date)
        before = field(reader.versod.pid, "RssAnon")
        reader.begin()
        reader.end()
        counts = purposes(reader.transcript)
        most = sample(reader)
        pids = (reader.versod.pid, reader.keeper)
        started = [cpu_ms(pid) for pid in pids]
        reports = []
        for _ in range(runs):
            reader.begin()
            reports.append(reader.end())
        cpu = [(cpu_ms(pid) - was) / runs for pid, was in zip(pids, started)]
        after = field(reader.versod.pid, "RssAnon")
        peak = field(reader.versod.pid, "VmHWM")
        reader.close()
    effort = reports[-1]["effort"]
    row = [
        document.name, reports[-1]["verdict"], effort["apdus"], effort["sent"], effort["received"],
        f"{cpu[0]:.1f}", f"{cpu[1]:.1f}",
        *(f"{statistics.median(r['effort'][k] for r in reports):.0f}" for k in ("ms", "ms_chip")),
        before, most[0], after, peak, most[1], most[2],
    ]
    return row, counts


def print_table(head, rows):
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, *rows]:
        print("  ".join(str(c).ljust(w) if i == 0 else str(c).rjust(w)
                        for i, (c, w) in enumerate(zip(row, widths))))


def main():
    if len(sys.argv) < 6:
        sys.exit(__doc__)
    bin_folder, trust, key = (pathlib.Path(a).resolve() for a in sys.argv[1:4])
    rows, splits = [], []
    for argument in sys.argv[5:]:
        folder, _, date = argument.partition("@")
        row, counts = measure(bin_folder, trust, key, int(sys.argv[4]), pathlib.Path(folder), date)
        rows.append(row)
        splits.append((row[0], counts))
    print_table(["", "verdict", "apdus", "to", "from", "versod", "nfc", "wall", "chip",
                 "before", "peak", "after", "HWM", "keeper", "worker"], rows)
    print()
    names = list(dict.fromkeys(file for _, counts in splits for file, _ in counts if file != "-"))
    head = ["select/header/body", "select", "access", *names, "all"]
    table = []
    for name, counts in splits:
        parts = ["/".join(str(counts.get((file, what), 0)) for what in ("select", "header", "body"))
                 for file in names]
        table.append([name, counts.get(("-", "select"), 0), counts.get(("-", "access"), 0),
                      *parts, sum(counts.values())])
    print_table(head, table)


if __name__ == "__main__":
    main()
