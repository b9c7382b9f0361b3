"""A driver that is up before its program.

`driver.py --standby FOLDER java … SparkSubmit … warm.py` starts a driver, has it make its context and do tiny jobs, and waits in
FOLDER for the program, ten minutes at most. `driver.py [--frame] --attach FOLDER python|java WORD…` hands it one: the words of its
interpreter, and the streams of the caller. It serves one program, then it ends. What was not handed over ends with 75.
"""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time

from driver import (
    HERE,
    LAST_WORDS_S,
    Program,
    Streams,
    at_socket,
    describe,
    note,
    receive,
    send,
    watch_lifeline,
    write,
)

IDLE_S = 600
END_S = 15
PORT_S = 10
NOT_TAKEN = 75


class Relay(threading.Thread):
    """Hands on a stream of the JVM: to the log, and to the caller while its program runs."""

    def __init__(self, own):
        super().__init__(daemon=True)
        self.source, self.end = os.pipe()
        self.own = self.to = own
        self.lock = threading.Lock()
        self.start()

    def run(self):
        while select.select([self.source], [], []):
            with self.lock:
                chunk = os.read(self.source, 65536)
                if not chunk:
                    return
                try:
                    write(self.to, chunk)
                except OSError:
                    # the caller is gone, and the JVM must not wait for it
                    self.to = self.own

    def settle(self):
        """Hands on what there is, and nothing after that."""
        while select.select([self.source], [], [], 0)[0] and self.is_alive():
            time.sleep(0.002)
        with self.lock:
            self.to = self.own


def warm_up(link, interpreter):
    """In the stand-in: makes the context; tells whether there is one."""
    # a context of today's modules, and none of the program's
    done = subprocess.call([interpreter, os.path.join(HERE, "warm.py")]) == 0
    send(link, {"ready": done})
    return done


def await_port(port):
    """Until the driver before this one has given its port back: the address of the UI stays the same."""
    deadline = time.monotonic() + PORT_S
    while time.monotonic() < deadline:
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                return listener.bind(("127.0.0.1", port))
            except OSError:
                time.sleep(0.1)


class Keeper:
    def __init__(self, folder, command):
        self.folder, self.asked = folder, os.path.join(folder, "asked")
        await_port(int(os.environ.pop("SPARK_DEV_AWAITED_PORT", 0)))
        self.listener = at_socket(folder, lambda link: link.bind)
        self.listener.listen(1)
        self.output, self.log = Relay(1), Relay(2)
        program = Program(())
        os.environ["SPARK_DEV_WAITS"] = self.asked
        self.jvm = subprocess.Popen(
            program.told(command), stdin=subprocess.DEVNULL, stdout=self.output.end, stderr=self.log.end, close_fds=False
        )
        self.over, over = os.pipe()
        threading.Thread(target=lambda: (self.jvm.wait(), os.close(over)), daemon=True).start()
        for end in (self.output.end, self.log.end):
            os.close(end)
        self.program = program

    def keep(self):
        """Until a caller comes: the stand-in's link and the caller's, or nothing."""
        link, deadline = None, time.monotonic() + IDLE_S
        while True:
            waited = [self.over, self.listener if link else self.program.listener]
            ready = select.select(waited, [], [], max(0, deadline - time.monotonic()))[0]
            if not ready or self.over in ready:
                return None
            if link is None:
                link = self.program.listener.accept()[0]
                if not (receive(link)[0] or {}).get("ready"):
                    return None
                open(os.path.join(self.folder, "ready"), "w").close()
            else:
                return link, self.listener.accept()[0]

    def serve(self, link, caller):
        request, streams = receive(caller)
        if request is None:
            return
        self.output.to, self.log.to = streams[1], streams[3]
        send(link, request, streams[:3])
        send(caller, {"begun": True})
        ended = self.follow(link, caller, request["kind"])
        for relay in (self.output, self.log):
            relay.settle()
        for stream in streams:
            os.close(stream)
        try:
            send(caller, {**ended, "context": os.path.exists(self.asked)})
        except OSError:
            pass
        caller.close()

    def follow(self, link, caller, kind):
        """Until the program has ended, or its caller has: then all that belongs to it ends too."""
        told = None
        while True:
            waited = [caller, self.over] + ([] if told else [link])
            ready = select.select(waited, [], [])[0]
            if caller in ready:
                which = caller.recv(1)
                os.killpg(0, which[0] if which else signal.SIGKILL)
            if link in ready:
                told = receive(link)[0] or {"ended": "java"}
                if kind == "python":
                    return told
            if self.over in ready:
                ended = {"ended": "java", **describe(self.jvm.wait())}
                # a Python program may outlive its JVM
                if kind == "python" and select.select([link], [], [], LAST_WORDS_S)[0]:
                    return receive(link)[0] or ended
                return ended

    def end(self):
        self.listener.close()
        for name in ("streams", "ready", "asked"):
            if os.path.exists(os.path.join(self.folder, name)):
                os.remove(os.path.join(self.folder, name))
        try:
            self.jvm.wait(END_S)
        except subprocess.TimeoutExpired:
            os.killpg(0, signal.SIGKILL)


def keep(folder, command):
    lifeline = os.environ.pop("SPARK_DEV_LIFELINE", None)
    if lifeline is not None:
        threading.Thread(target=watch_lifeline, args=[int(lifeline), []], daemon=True).start()
    keeper = Keeper(folder, command)
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: keeper.jvm.terminate())
    found = keeper.keep()
    keeper.listener.close()
    if found is None:
        keeper.jvm.terminate()
    else:
        keeper.serve(*found)
    keeper.end()
    keeper.program.close()
    return 0


def attach(frames, folder, words):
    kind, *words = words
    try:
        link = at_socket(folder, lambda link: link.connect)
    except OSError:
        note(1 if frames else 2, ended="standby")
        return NOT_TAKEN
    streams = Streams(frames, errors=kind == "python")
    for which in (signal.SIGINT, signal.SIGTERM):
        signal.signal(which, lambda number, _: link.send(bytes([number])))
    modules = [path for path in os.environ.get("SPARK_DEV_PY_FILES", "").split(",") if path]
    try:
        send(link, {"kind": kind, "words": words, "modules": modules}, [*streams.all, 2])
    except ConnectionError:
        # it has just ended
        pass
    begun = receive(link)[0]
    ended = receive(link)[0] if begun else None
    streams.close(ended or ({"ended": "java"} if begun else {"ended": "standby"}))
    if not begun:
        return NOT_TAKEN
    if ended is None:
        return 1
    return ended["exitCode"] if "exitCode" in ended else 128 + signal.Signals[ended["signal"]]
