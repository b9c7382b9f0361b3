"""A Kubernetes of one process, for the training run: keeps what it is sent, and runs a pod by calling the image's entrypoint.

`cluster.py CERTIFICATE KEY PORT ENTRYPOINT` serves until it is killed. It knows no rights, no scheduling and no images;
pods are processes on this machine, each in a folder of its own.
"""

import base64
import hashlib
import json
import os
import re
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

RESOURCE = re.compile(r"^/(?:api/v1|apis/[^/]+/[^/]+)/namespaces/[^/]+/(?P<kind>[a-z]+)(?:/(?P<name>[^/]+))?")

objects: dict[tuple[str, str], dict] = {}
watchers: list["Api"] = []
lock = threading.Lock()


def run_pod(pod: dict) -> None:
    """In the background; what would be mounted lies below the pod's own folder, and its phase follows the process."""
    container = pod["spec"]["containers"][0]
    volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes", [])}
    home = tempfile.mkdtemp()
    places = {}
    for mount in container.get("volumeMounts", []):
        place = places[mount["mountPath"]] = home + mount["mountPath"]
        os.makedirs(place)
        for name, text in wait_for_map(volumes[mount["name"]]).items():
            # there is no DNS for the driver's service
            text = re.sub(r"(?m)^(spark\.driver\.host=).*$", r"\g<1>127.0.0.1", text)
            with open(os.path.join(place, name), "w", encoding="utf-8") as file:
                file.write(text)

    def move(text: str) -> str:
        for there, here in places.items():
            text = text.replace(there, here)
        return re.sub(r"@[^:@]+\.svc:", "@127.0.0.1:", text)

    env = dict(os.environ)
    for variable in container.get("env", []):
        address = "127.0.0.1" if "fieldRef" in variable.get("valueFrom", {}) else ""
        env[variable["name"]] = move(variable.get("value") or address)
    argv = [sys.argv[4], *(move(argument) for argument in container.get("args", []))]
    set_phase(pod, "Running")
    ended = subprocess.run(argv, env=env, cwd=home, check=False)
    set_phase(pod, "Succeeded" if ended.returncode == 0 else "Failed")


def wait_for_map(volume: dict) -> dict[str, str]:
    """Spark makes the pod first, and its configuration afterwards."""
    if "configMap" not in volume:
        return {}
    while ("configmaps", volume["configMap"]["name"]) not in objects:
        time.sleep(0.05)
    return objects["configmaps", volume["configMap"]["name"]].get("data", {})


def set_phase(pod: dict, phase: str) -> None:
    with lock:
        conditions = [{"type": "Ready", "status": "True" if phase == "Running" else "False"}]
        pod["status"] = {"phase": phase, "podIP": "127.0.0.1", "conditions": conditions}
        for watcher in list(watchers):
            watcher.tell("MODIFIED", pod)


class Api(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def answer(self, status: int, body: dict) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def place(self) -> tuple[str, str | None]:
        match = RESOURCE.match(urlsplit(self.path).path)
        return (match["kind"], match["name"]) if match else ("", None)

    def body(self) -> dict:
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")

    def keep(self) -> None:
        kind, name = self.place()
        given = self.body()
        name = name or given.get("metadata", {}).get("name", "unnamed")
        kept = objects.get((kind, name))
        is_new = kept is None
        kept = given if kept is None else {**kept, **given}
        kept.setdefault("metadata", {}).update(uid=hashlib.md5(name.encode()).hexdigest(), resourceVersion="1")
        objects[kind, name] = kept
        self.answer(201 if is_new else 200, kept)
        if kind == "pods" and is_new:
            kept["status"] = {"phase": "Pending"}
            threading.Thread(target=run_pod, args=(kept,), daemon=True).start()

    do_POST = do_PUT = do_PATCH = keep

    def do_DELETE(self) -> None:
        self.body()
        self.answer(200, {"kind": "Status", "apiVersion": "v1", "status": "Success"})

    def do_GET(self) -> None:
        kind, name = self.place()
        if "watch" in parse_qs(urlsplit(self.path).query):
            self.watch()
        elif kind == "":
            self.answer(200, {"major": "1", "minor": "34", "gitVersion": "v1.34.4"})
        elif name is None:
            items = [stored for (of, _), stored in objects.items() if of == kind]
            self.answer(200, {"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": items})
        elif (kind, name) in objects:
            self.answer(200, objects[kind, name])
        else:
            self.answer(404, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404})

    def watch(self) -> None:
        accept = hashlib.sha1((self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode())
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(accept.digest()).decode())
        self.end_headers()
        with lock:
            watchers.append(self)
            for (kind, _), stored in list(objects.items()):
                if kind == "pods":
                    self.tell("ADDED", stored)
        # what the client says is of no interest, but that it goes is
        while self.rfile.read(1):
            pass
        with lock:
            watchers.remove(self)
        self.close_connection = True

    def wants(self, pod: dict) -> bool:
        query = parse_qs(urlsplit(self.path).query)
        fields = {"metadata.name": pod["metadata"]["name"]}
        selectors = [*query.get("labelSelector", []), *query.get("fieldSelector", [])]
        pairs = [pair.split("=", 1) for selector in selectors for pair in selector.split(",") if "=" in pair]
        return all({**pod["metadata"].get("labels", {}), **fields}.get(key) == value for key, value in pairs)

    def tell(self, event: str, pod: dict) -> None:
        if not self.wants(pod):
            return
        data = json.dumps({"type": event, "object": {"kind": "Pod", "apiVersion": "v1", **pod}}).encode()
        length = bytes([len(data)]) if len(data) < 126 else struct.pack(">BH", 126, len(data))
        try:
            self.wfile.write(b"\x81" + length + data)
        except OSError:
            pass


def main() -> None:
    certificate, key, port, _ = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Api)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
