#!/usr/bin/env python3
"""Starts a driver's JVM, and gives its program three streams of its own: `driver.py [--frame] java … SparkSubmit …`.

Spark's PythonRunner joins a program's stdout and stderr, and feeds it no stdin. So SPARK_DEV_PYTHON, the program's interpreter, makes
PythonRunner call this file in its place, which takes the real streams over a socket and starts the interpreter with them;
all else stays Spark's. With --frame, stdout too goes line by line, for a log that has both. A line begins with a mark:

    1F text    a line of stdout         1D base64  bytes of stdout that no log would keep
    1E text    a piece of stdout        1D {json}  how it ended
    1C text    a line of stderr         none       Spark's log, from the JVM

With SPARK_DEV_LIFELINE, a descriptor, the process group is killed when the other end closes.
With --standby or --attach, the JVM is up before its program: standby.py says more.
"""

import array
import base64
import json
import os
import re
import select
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SUBMIT = "org.apache.spark.deploy.SparkSubmit"
# a container's runtime cuts longer lines in two
LONGEST = 8192
UNCLEAN = re.compile(rb"[\x00\r\x1c-\x1f]")
IDLE_S = 0.1
LAST_WORDS_S = 2
LOOK_S = 5
THREAD = re.compile(r'^"(.*)" #\d+ (?:\[\d+\] )?(daemon )?', re.M)


def write(to, data):
    while data:
        data = data[os.write(to, data) :]


def note(to, **facts):
    write(to, b"\x1d" + json.dumps(facts).encode() + b"\n")


def frame(piece, ends):
    """The lines that stand for some bytes of stdout, of one line at most."""
    at = 0
    while True:
        stop = min(at + LONGEST, len(piece))
        while at < stop < len(piece) and piece[stop] & 0xC0 == 0x80:
            stop -= 1
        part, last = piece[at:stop], stop == len(piece)
        try:
            part.decode()
            is_clean = not UNCLEAN.search(part)
        except UnicodeDecodeError:
            is_clean = False
        if is_clean:
            yield (b"\x1f" if last and ends else b"\x1e") + part + b"\n"
        else:
            yield b"\x1d" + base64.b64encode(part + (b"\n" if last and ends else b"")) + b"\n"
        at = stop
        if last:
            return


class Pump(threading.Thread):
    """Hands on what comes through a pipe, in marked lines; what a line lacks is not waited for."""

    def __init__(self, to, mark):
        super().__init__(daemon=True)
        self.source, self.end = os.pipe()
        self.to, self.mark, self.bytes, self.is_busy = to, mark, 0, False
        self.start()

    def run(self):
        rest = b""
        while True:
            self.is_busy = False
            is_ready = select.select([self.source], [], [], IDLE_S if rest else None)[0]
            self.is_busy = True
            chunk = os.read(self.source, 65536) if is_ready else b""
            if is_ready and not chunk:
                break
            self.bytes += len(chunk)
            *lines, rest = (rest + self.mark(chunk)).split(b"\n")
            data = b"".join(part for line in lines for part in self.lines(line, True))
            if rest and (not is_ready or len(rest) > LONGEST):
                data, rest = data + b"".join(self.lines(rest, False)), b""
            write(self.to, data)
        write(self.to, b"".join(self.lines(rest, False)) if rest else b"")

    def close(self):
        os.close(self.end)
        self.join(LAST_WORDS_S)
        # a slow reader is waited for, a process that holds the pipe is not
        while self.is_alive() and self.is_busy:
            self.join(LAST_WORDS_S)


class Output(Pump):
    def __init__(self):
        super().__init__(1, lambda chunk: chunk)

    lines = staticmethod(frame)


class Errors(Pump):
    def __init__(self):
        super().__init__(2, lambda chunk: chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))

    @staticmethod
    def lines(line, _):
        return (b"\x1c" + line[at : at + LONGEST] + b"\n" for at in range(0, len(line) or 1, LONGEST))


def at_socket(folder, act):
    """A socket's path may have about a hundred characters: it is named from its own folder."""
    here = os.open(".", os.O_RDONLY)
    link = socket.socket(socket.AF_UNIX)
    try:
        os.chdir(folder)
        act(link)("streams")
    finally:
        os.fchdir(here)
        os.close(here)
    return link


def send(link, value, streams=()):
    """One JSON value, and the streams that go with it."""
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", streams))] if streams else []
    link.sendmsg([b"0"], rights)
    link.sendall(json.dumps(value).encode() + b"\n")


def receive(link):
    """The value and its streams; nothing where the other end is closed."""
    streams, text = array.array("i"), b""
    try:
        _, rights, _, _ = link.recvmsg(1, socket.CMSG_SPACE(16))
        streams = array.array("i", rights[0][2] if rights else b"")
        while not text.endswith(b"\n"):
            # byte by byte: the next value has streams of its own
            byte = link.recv(1)
            if not byte:
                return None, streams
            text += byte
    except ConnectionError:
        return None, streams
    return json.loads(text), streams


class Program(threading.Thread):
    """Makes PythonRunner start the stand-in; hands it the streams, and hears from it how the program ended."""

    def __init__(self, streams):
        super().__init__(daemon=True)
        self.streams, self.ended = streams, {}
        self.folder = tempfile.mkdtemp(prefix="spark-dev-")
        self.listener = at_socket(self.folder, lambda link: link.bind)
        self.listener.listen(1)
        self.interpreter = os.path.join(self.folder, "python")
        words = [sys.executable, "-IS", os.path.abspath(__file__)]
        with open(self.interpreter, "w") as script:
            script.write("#!/bin/sh\nexec %s \"$@\"\n" % " ".join(map(shlex.quote, words)))
        os.chmod(self.interpreter, 0o700)
        os.environ["SPARK_DEV_STREAMS"] = self.folder

    def told(self, command):
        """The command of a JVM that starts the stand-in."""
        at = command.index(SUBMIT) + 1
        return [*command[:at], "--conf", "spark.pyspark.driver.python=" + self.interpreter, *command[at:]]

    def run(self):
        link, _ = self.listener.accept()
        send(link, {"words": None}, self.streams)
        self.ended = receive(link)[0] or {}

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def describe(code):
    return {"exitCode": code} if code >= 0 else {"signal": signal.Signals(-code).name}


def stand_in(folder):
    """What PythonRunner starts: the program, with the streams of the launcher."""
    link = at_socket(folder, lambda link: link.connect)
    for which in (signal.SIGINT, signal.SIGTERM):
        # the program gets a Ctrl-C itself
        signal.signal(which, lambda *_: None)
    interpreter = os.environ.pop("SPARK_DEV_PYTHON")
    if "SPARK_DEV_WAITS" in os.environ and not here("standby").warm_up(link, interpreter):
        return 1
    request, streams = receive(link)
    if request is None:
        return 1
    modules = request.get("modules", [])
    os.environ["SPARK_DEV_PY_FILES"] = ",".join(modules)
    found = [os.path.dirname(path) if path.endswith(".py") else path for path in modules]
    os.environ["PYTHONPATH"] = os.pathsep.join([os.path.join(HERE, "start"), *found, os.environ.get("PYTHONPATH", "")])
    words = [interpreter, *(sys.argv[1:] if request["words"] is None else request["words"])]
    try:
        program = subprocess.Popen(words, stdin=streams[0], stdout=streams[1], stderr=streams[2])
    except OSError as trouble:
        write(streams[2], ("spark-dev: cannot run %s: %s\n" % (words[0], trouble.strerror)).encode())
        return 127
    for stream in streams:
        os.close(stream)
    code = program.wait()
    send(link, {"ended": "python", **describe(code)})
    return code if code >= 0 else 128 - code


class Streams:
    """What a program writes to: the streams of this process, or pumps to them."""

    def __init__(self, frames, errors):
        # what a killed JVM does not remove
        self.left = []
        lifeline = os.environ.pop("SPARK_DEV_LIFELINE", None)
        if lifeline is not None:
            threading.Thread(target=watch_lifeline, args=[int(lifeline), self.left], daemon=True).start()
        self.notes = 1 if frames else 2
        note(self.notes, frames=1)
        self.output, self.errors = Output() if frames else None, Errors() if errors else None
        self.all = [0, self.output.end if frames else 1, self.errors.end if errors else 2]

    def close(self, ended):
        for pump in filter(None, [self.output, self.errors]):
            pump.close()
        note(self.notes, **ended, **({"bytes": self.output.bytes} if self.output else {}))


def attach_socket(pid):
    return "/tmp/.java_pid%d" % pid


def is_own_socket(path):
    """Any user may have made a file of that name in /tmp."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISSOCK(found.st_mode) and found.st_uid == os.geteuid()


def holding(pid):
    """The threads that keep a JVM whose main is done, asked for as jstack does."""
    if not is_own_socket(attach_socket(pid)):
        return []
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(attach_socket(pid))
        link.sendall(b"1\0threaddump\0\0\0\0")
        dump = b"".join(iter(lambda: link.recv(65536), b"")).decode(errors="replace")
    names = [name for name, is_daemon in THREAD.findall(dump) if not is_daemon]
    return [name for name in names if name != "DestroyJavaVM"] if "DestroyJavaVM" in names else []


def watch_threads(jvm):
    """Tells once what holds a program in the JVM whose main has been done for ten seconds."""
    times = 0
    while times * LOOK_S <= 10:
        time.sleep(LOOK_S)
        try:
            names = holding(jvm.pid)
        except OSError:
            names = []
        times = times + 1 if names else 0
    told = "spark-dev: the program is done, but these threads keep it running: " + ", ".join(names[:10])
    write(2, b"\x1c" + told.encode() + b"\n")


def sweep(left):
    for path in filter(is_own_socket, left):
        try:
            os.remove(path)
        except OSError:
            pass


def watch_lifeline(descriptor, left):
    os.read(descriptor, 1)
    try:
        sweep(left)
    finally:
        os.killpg(0, signal.SIGKILL)


def launch(frames, command):
    streams, program = Streams(frames, errors="SPARK_DEV_PYTHON" in os.environ), None
    if streams.errors:
        program = Program(streams.all)
        command = program.told(command)
        program.start()
    is_program = not program and os.path.basename(command[0]) == "java"
    if is_program:
        command = [command[0], "-XX:+StartAttachListener", *command[1:]]
    # the options are in a file that is a descriptor
    jvm = subprocess.Popen(command, stdin=subprocess.DEVNULL if program else None, stdout=streams.all[1], close_fds=False)
    if is_program:
        streams.left.append(attach_socket(jvm.pid))
        threading.Thread(target=watch_threads, args=[jvm], daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: jvm.terminate())
    # the group gets a Ctrl-C
    signal.signal(signal.SIGINT, lambda *_: None)
    code = jvm.wait()
    sweep(streams.left)
    if program:
        program.join(LAST_WORDS_S)
        program.close()
    streams.close((program and program.ended) or {"ended": "java", **describe(code)})
    return code if code >= 0 else 128 - code


def here(module):
    """A neighbour; `-I` leaves this folder out of the path."""
    sys.modules.setdefault("driver", sys.modules["__main__"])
    sys.path.insert(0, HERE)
    return __import__(module)


def main(words):
    frames = words[:1] == ["--frame"]
    command = words[1:] if frames else words
    if command[0] == "--standby":
        return here("standby").keep(command[1], command[2:])
    if command[0] == "--attach":
        return here("standby").attach(frames, command[1], command[2:])
    return launch(frames, command)


if __name__ == "__main__":
    folder = os.environ.pop("SPARK_DEV_STREAMS", None)
    sys.exit(main(sys.argv[1:]) if folder is None else stand_in(folder))
